"""publication.toml: read, checked as a whole, every error with its place and a suggestion."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from handbill.contract import Diagnostic, Exporter, Severity
from handbill.diagnostics.errors import ConfigurationError, SourceError
from handbill.diagnostics.severities import FINDINGS, WEIGHTS
from handbill.diagnostics.toml_places import toml_error, toml_places
from handbill.document import Theme
from handbill.language.characters import UNPRINTABLE
from handbill.manuscript.source_file import confined, read_text
from handbill.publication.check_settings import CLAIM_SETTINGS, LINKS, PLAIN_LANGUAGE, ClaimSettings, Links, PlainLanguage
from handbill.publication.disclaimer_profiles import Profile, read_profiles
from handbill.reader.deadlines import REMIND_DAYS
from handbill.system.limits import DEFAULTS, TABLE, Bounds

__all__ = [
    "BUILT_IN",
    "EditionSettings",
    "Publication",
    "Setting",
    "options_of",
    "read_publication",
    "read_settings",
    "suggestion",
    "written",
]

FILE = "publication.toml"

BUILT_IN = ("pdf", "epub", "text")
"""The exporters whose default editions every publication has."""

URL_PATTERN = r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


@dataclass(frozen=True, slots=True)
class EditionSettings:
    """A named use of an exporter: `options` are as they were written, `place` is where the edition's table stands."""

    name: str
    exporter: str
    options: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What `--set EDITION.KEY=VALUE` says."""

    edition: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Publication:
    """The settings of a publication; texts are empty where they were not given.

    `remind_days` is how many days before a deadline it is told of. `theme` is loaded; `theme_findings` are the warnings about it.
    `checks` are the weights of findings, by code; `plain_language` and `links` are what the checks of these go by.
    `profiles` are the publication's own, by name.
    """

    title: str = ""
    language: str = "en"
    disclaimer: str = ""
    disclaimer_position: Literal["end", "front"] = "end"
    publisher: str = ""
    contact: str = ""
    rights: str = ""
    base_url: str = ""
    remind_days: int = REMIND_DAYS
    theme: Theme = field(default=Theme(), repr=False)
    theme_findings: tuple[Diagnostic, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)
    plain_language: PlainLanguage = PLAIN_LANGUAGE
    links: Links = LINKS
    claims: ClaimSettings = CLAIM_SETTINGS
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    bounds: Bounds = DEFAULTS
    editions: tuple[EditionSettings, ...] = tuple(EditionSettings(name, name) for name in BUILT_IN)

    @property
    def is_stated(self) -> bool:
        """Whether these are the settings of a publication.toml, which always has a title, and not those of a file that stands alone."""
        return bool(self.title)


HELP = {
    "title": "The publication's name.",
    "language": "The language of its articles, as a BCP 47 tag, where they do not name another.",
    "disclaimer": "The disclaimer of its articles, by its file's name in disclaimers/, where they do not name another.",
    "disclaimer-position": "Where the disclaimer stands in every handout.",
    "publisher": "Who publishes it.",
    "contact": "Where readers turn to.",
    "rights": "The licence or the copyright notice.",
    "base-url": "Where the handouts are published: each then carries the address of its newest version.",
    "remind-days": "So many days before a review is due, or a text expires, it is told of.",
    "theme": "The style sheet of its articles: a CSS file of the publication.",
    "logo": "The image over each article's title: a PNG, JPEG or SVG file of the publication.",
    "logo-alt": "What the logo is to those who do not see it; the publisher's name where this is not given.",
    "fonts": "Font files of the publication (.ttf, .otf) that the theme may name.",
    "system-fonts": "Families of fonts that may be taken from the machine; the handouts then depend on it.",
    "claims": "Words by which health claims are found, and what may be claimed.",
    "checks": "How much findings weigh, by their codes: error, warning, note or off.",
    "plain-language": "From where on an article is told to be hard to read.",
    "links": "What the checks of links go by.",
    "profiles": "What disclaimers of a kind must say, by the names that their front matter gives: phrases and fields.",
    TABLE: "How much an article and a handout may ask of the machine.",
    "editions": "Named uses of exporters, beside pdf, epub and text.",
}
TYPED = {"plain-language": PlainLanguage, "links": Links, "claims": ClaimSettings, TABLE: Bounds}
"""The tables whose settings are the fields of a dataclass."""

TABLES = ("checks", *TYPED, "profiles", "editions")
LISTS = ("fonts", "system-fonts")
NUMBERS = ("remind-days",)
_OF_THEME = ("theme", "logo", "logo-alt", *LISTS)
REQUIRED = ("title", "language", "disclaimer")


def is_address(text: str) -> bool:
    """Tell whether this is an address on the web at which handouts can be published."""
    import re

    return re.match(URL_PATTERN, text.strip()) is not None


def read_publication(root: Path) -> Publication:
    """Return the settings of the publication in a folder. Raises ConfigurationError with everything that is wrong."""
    publication, errors = read_settings(root)
    if errors:
        raise ConfigurationError(errors)
    return publication


def read_settings(root: Path) -> tuple[Publication, list[Diagnostic]]:
    """Return the same settings, and what is wrong with them: what is wrong is left out. Raises ConfigurationError where all is."""
    if not (root / FILE).is_file():
        raise ConfigurationError(
            Diagnostic(Severity.ERROR, "no-publication", f"there is no {FILE} in this folder", FILE, hint="handbill init DIR makes one")
        )
    if confined(root, FILE) is None:
        message = "the file is a link to one outside the publication"
        raise ConfigurationError(Diagnostic(Severity.ERROR, "outside", message, FILE, hint="put the file itself there"))
    try:
        text = read_text(root / FILE, FILE)
        data = tomllib.loads(text)
    except SourceError as error:
        raise ConfigurationError(error.diagnostics) from None
    except tomllib.TOMLDecodeError as error:
        line, column, message = toml_error(error, text)
        hint = 'texts stand in quotes, lists of them in brackets: title = "…", fonts = ["…"]'
        raise ConfigurationError(Diagnostic(Severity.ERROR, "toml", message, FILE, line, column, hint)) from None
    except RecursionError:
        message, hint = "the file is nested too deeply", "take a level or two out"
        raise ConfigurationError(Diagnostic(Severity.ERROR, "toml", message, FILE, 1, 1, hint)) from None
    reader = _Reader(toml_places(text))
    publication = reader.publication(data)
    if reader.errors:
        return publication, reader.errors
    try:
        return _themed(root, publication, reader), []
    except ConfigurationError as error:
        return publication, list(error.diagnostics)


def _themed(root: Path, publication: Publication, reader: _Reader) -> Publication:
    """Return the settings with the theme loaded that they name. Raises ConfigurationError."""
    named = reader.theme
    if not named:
        return publication
    # The parser of CSS, and images, are loaded where there is a theme.
    from handbill.publication.assets.theme import load_theme

    theme, findings = load_theme(
        root,
        {key: reader.places.get((key,), (1, 1)) for key in _OF_THEME},
        FILE,
        bounds=publication.bounds,
        sheet=named.get("theme", ""),
        logo=named.get("logo", ""),
        logo_text=named.get("logo-alt", publication.publisher),
        fonts=named.get("fonts", ()),
        system_fonts=named.get("system-fonts", ()),
    )
    return dataclasses.replace(publication, theme=theme, theme_findings=findings)


_Table = TypeVar("_Table")


class _Reader:
    """Collects the errors of one file while it is turned into settings."""

    def __init__(self, places: Mapping[tuple[str, ...], tuple[int, int]]) -> None:
        self.places = places
        self.errors: list[Diagnostic] = []
        self.theme: dict[str, Any] = {}

    def error(self, path: tuple[str, ...], message: str, hint: str = "") -> None:
        place = next((self.places[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.places), (1, 1))
        self.errors.append(Diagnostic(Severity.ERROR, "setting", message, FILE, *place, hint))

    def unknown(self, path: tuple[str, ...], names: Iterable[str]) -> None:
        self.error(path, f"there is no setting `{path[-1]}`", suggestion(path[-1], names))

    def publication(self, data: Mapping[str, Any]) -> Publication:
        import re

        values: dict[str, Any] = {}
        for key, value in data.items():
            if key not in HELP:
                self.unknown((key,), HELP)
            elif key in TABLES:
                continue
            elif key in LISTS:
                if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
                    self.theme[key] = tuple(item.strip() for item in value)
                else:
                    self.error((key,), f"`{key}` is a list of texts", f'for example {key} = ["…"]')
            elif key in NUMBERS:
                if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                    values[key.replace("-", "_")] = value
                else:
                    self.error((key,), f"`{key}` is a number of days, not in quotes", f"for example {key} = {REMIND_DAYS}")
            elif not isinstance(value, str) or not value.strip():
                self.error((key,), f"`{key}` is a text, in quotes, and not empty", f'for example {key} = "…"')
            elif found := UNPRINTABLE.search(value):
                self.error((key,), f"U+{ord(found[0]):04X} in `{key}` is no character of a text", "take the escape out")
            elif key == "language" and not re.match(LANGUAGE_PATTERN, value):
                self.error((key,), f"`{value}` is no language tag (BCP 47)", 'for example "en", "es" or "pt-BR"')
            elif key == "disclaimer-position" and value not in ("end", "front"):
                self.error((key,), f'`{key}` is "end" or "front", not "{value}"', 'write disclaimer-position = "end", or leave it out')
            elif key == "base-url" and not is_address(value):
                self.error((key,), f"`{key}` is an address on the web, not `{value}`", 'for example "https://example.org/handouts/"')
            elif key in _OF_THEME:
                self.theme[key] = value.strip()
            else:
                values[key.replace("-", "_")] = value.strip()
        for key in REQUIRED:
            if key not in data:
                self.error((), f"`{key}` is missing", f'write {key} = "…" at the head of {FILE}')
        if values.get("disclaimer") == "none":
            del values["disclaimer"]
            self.errors.append(
                Diagnostic(
                    Severity.ERROR,
                    "no-disclaimer",
                    "every handout has a disclaimer; it cannot be `none`",
                    FILE,
                    *self.places.get(("disclaimer",), (1, 1)),
                    hint="name a file of disclaimers/, without .md",
                )
            )
        tables: dict[str, Any] = {key.replace("-", "_"): self.table(key, kind, data.get(key, {})) for key, kind in TYPED.items()}
        return Publication(
            **values,
            **tables,
            checks=self.checks(data.get("checks", {})),
            profiles=read_profiles(data.get("profiles", {}), self.error, self.unknown),
            editions=self.editions(data.get("editions", {})),
        )

    def checks(self, data: object) -> dict[str, str]:
        if not isinstance(data, dict):
            self.error(("checks",), "`checks` is a table", 'write a line [checks], and CODE = "warning" below it')
            return {}
        weights: dict[str, str] = {}
        for code, weight in data.items():
            if code not in FINDINGS:
                self.error(("checks", code), f"no finding has the code `{code}`", suggestion(code, FINDINGS))
            elif weight not in WEIGHTS:
                self.error(("checks", code), f"`{code}` is {_either(WEIGHTS)}, not {written(weight)}", f'for example {code} = "note"')
            else:
                weights[code] = weight
        return weights

    def table(self, key: str, kind: type[_Table], data: object) -> _Table:
        """Return a table of settings: an instance of a frozen dataclass whose fields have defaults, and `metadata={"help": …}`."""
        if not isinstance(data, dict):
            self.error((key,), f"`{key}` is a table", f"write a line [{key}], and its settings below it")
        if not isinstance(data, dict) or not data:
            return kind()
        fields = {item.name.replace("_", "-"): item.name for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
        hints = typing.get_type_hints(kind)
        values: dict[str, Any] = {}
        for name, value in data.items():
            if name not in fields:
                self.unknown((key, name), fields)
                continue
            try:
                values[fields[name]] = convert(value, hints[fields[name]], from_text=False)
                kind(**{fields[name]: values[fields[name]]})
            except ValueError as error:
                values.pop(fields[name], None)
                default = getattr(kind(), fields[name])
                self.error((key, name), f"`{name}` {error}", f"its default is {written(default)}")
        return kind(**values)

    def editions(self, data: object) -> tuple[EditionSettings, ...]:
        if not isinstance(data, dict):
            self.error(("editions",), "`editions` is a table", "write a line [editions.NAME], and its options below it")
            return ()
        editions = {name: EditionSettings(name, name) for name in BUILT_IN}
        for name, value in data.items():
            path = ("editions", name)
            if not isinstance(value, dict):
                self.error(path, "an edition is a table", f"write a line [editions.{name}], and its options below it")
                continue
            if not _is_edition_name(name):
                self.error(path, f"`{name}` is no name for an edition", "letters, digits and hyphens, as in large-print")
                continue
            exporter = value.get("exporter", name)
            if not isinstance(exporter, str):
                self.error((*path, "exporter"), "`exporter` is a text, in quotes", 'for example exporter = "pdf"')
                continue
            enabled = value.get("enabled", True)
            if not isinstance(enabled, bool):
                self.error((*path, "enabled"), "`enabled` is true or false", "write enabled = false, without quotes, or leave it out")
            if name in BUILT_IN and exporter != name:
                self.error((*path, "exporter"), f"the edition `{name}` is the exporter's own", "give the other edition another name")
            editions.pop(name, None)
            if enabled is True:
                options = {key: item for key, item in value.items() if key not in ("exporter", "enabled")}
                places = {key: place for (*head, key), place in self.places.items() if tuple(head) == path}
                places[""] = self.places.get(path, (1, 1))
                editions[name] = EditionSettings(name, exporter, options, places)
        return tuple(editions.values())


def _is_edition_name(name: str) -> bool:
    import re

    return re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", name) is not None


def suggestion(name: str, names: Iterable[str]) -> str:
    """Return a hint that names the nearest of the valid names, or all of them."""
    known = sorted(names)
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"


def options_of(exporter: Exporter[Any], edition: EditionSettings, settings: Iterable[Setting] = ()) -> Any:
    """Return the options of an edition: an instance of the exporter's `options_type`.

    Raises ConfigurationError, with the place in publication.toml, for every unknown key and every bad value.
    """
    fields = {item.name.replace("_", "-"): item for item in dataclasses.fields(exporter.options_type)}
    hints = typing.get_type_hints(exporter.options_type)
    given = dict(edition.options) | {setting.key: setting.value for setting in settings if setting.edition == edition.name}
    typed = {setting.key for setting in settings if setting.edition == edition.name}

    def wrong(key: str, message: str, hint: str = "") -> Diagnostic:
        if key in typed:
            return Diagnostic(Severity.ERROR, "setting", message, f"--set {edition.name}.{key}", hint=hint)
        line, column = edition.places.get(key, edition.places.get("", (1, 1)))
        return Diagnostic(Severity.ERROR, "setting", message, FILE, line, column, hint)

    errors: list[Diagnostic] = []
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in fields:
            message = f"the exporter `{exporter.name}` has no option `{key}`"
            errors.append(wrong(key, message, suggestion(key, [*fields, "exporter", "enabled"])))
            continue
        try:
            values[fields[key].name] = convert(value, hints[fields[key].name], from_text=key in typed)
        except ValueError as error:
            default = getattr(exporter.options_type(), fields[key].name)
            errors.append(wrong(key, f"`{key}` {error}", f"its default is {written(default)}"))
    if errors:
        raise ConfigurationError(errors)
    try:
        return exporter.options_type(**values)
    except ValueError as error:
        # The exporter's own refusal: it names the option, as it is written here or as its field is.
        named = (key for key in given if key in str(error) or fields[key].name in str(error))
        raise ConfigurationError(wrong(next(named, next(iter(given), "")), str(error), "handbill exporters lists the options")) from None


def convert(value: Any, kind: Any, *, from_text: bool) -> Any:
    """Return a value as an option's type has it. Raises ValueError, its text a predicate.

    Types are bool, int, float, str, Literal, and tuples of str; `from_text` is set where the value was typed on a command line.
    """
    origin = typing.get_origin(kind)
    if origin is Literal:
        choices = typing.get_args(kind)
        for choice in choices:
            if (value == choice and type(value) is type(choice)) or (from_text and value == str(choice)):
                return choice
        raise ValueError(f"is {_either(choices)}, not {value!r}")
    if origin is tuple:
        items = [item.strip() for item in value.split(",")] if from_text else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ValueError("is a list of texts")
        return tuple(items)
    if kind is bool:
        if isinstance(value, bool):
            return value
        if from_text and value in ("true", "false"):
            return value == "true"
        raise ValueError(f"is true or false, not {value!r}")
    if kind in (int, float):
        if from_text:
            try:
                return kind(value)
            except ValueError:
                raise ValueError(f"is a number, not {value!r}") from None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or (kind is int and not isinstance(value, int)):
            raise ValueError(f"is a {'whole ' if kind is int else ''}number, not {value!r}")
        return kind(value)
    if kind is str:
        if not isinstance(value, str):
            raise ValueError(f"is a text, in quotes, not {value!r}")
        return value
    raise TypeError(f"options cannot be of type {kind!r}")


def written(value: object) -> str:
    """Return a value as publication.toml has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(written, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _either(choices: Iterable[Any]) -> str:
    *head, last = [f'"{choice}"' for choice in choices]
    return f"{', '.join(head)} or {last}" if head else last
