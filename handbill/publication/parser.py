"""The parser of publication.toml: its text becomes a `Publication`, and every error a diagnostic with its place and a hint.

What is valid comes from the declarations of the settings (`handbill.publication.settings`); the theme is loaded here too.
"""

from __future__ import annotations

import dataclasses
import tomllib
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from handbill.diagnostics.diagnostic import Diagnostic, suggestion
from handbill.diagnostics.errors import ConfigurationError, SourceError
from handbill.diagnostics.rules import FINDINGS, WEIGHTS, diagnostic, location
from handbill.diagnostics.toml_places import place_too_deep, toml_error, toml_places
from handbill.language.characters import UNPRINTABLE
from handbill.publication.assets.theme_settings import ThemeSettings
from handbill.publication.disclaimer_profiles import read_profiles
from handbill.publication.options import alternatives, convert, toml_value
from handbill.publication.setting_declarations import LARGEST_NUMBER, Declaration
from handbill.publication.settings import BASE_URL, BUILT_IN_EXPORTERS, FILE, SETTINGS, THEME_SETTINGS, EditionSettings, Publication
from handbill.system.bounds import DEFAULT_BOUNDS, Bounds, bound_diagnostic
from handbill.system.paths import decode_utf8, path_inside, read_file

__all__ = ["is_address", "read_publication", "read_settings"]


def is_address(text: str) -> bool:
    """Return whether this is an address on the web at which handouts can be published."""
    return BASE_URL.matches(text)


def read_publication(root: Path) -> Publication:
    """Return the settings of the publication in a folder. Raises ConfigurationError with everything that is wrong."""
    publication, errors = read_settings(root)
    if errors:
        raise ConfigurationError(errors)
    return publication


def read_settings(root: Path) -> tuple[Publication, list[Diagnostic]]:
    """Return the valid settings of the publication in a folder, and the errors of others. Raises ConfigurationError for no or bad TOML."""
    if not (root / FILE).is_file():
        raise ConfigurationError(diagnostic("no-publication", f"there is no {FILE} in this folder", location(FILE)))
    if path_inside(root, FILE) is None:
        message = "the file is a link to one outside the publication"
        raise ConfigurationError(diagnostic("outside", message, location(FILE), "put the file itself there"))
    text = _read_text(root)
    data = _parse(text)
    reader = _Reader(toml_places(text))
    if found := list(reader.over_bound(data)):
        raise ConfigurationError(found)
    publication, theme = reader.publication(data)
    if reader.errors:
        return publication, reader.errors
    if not theme.is_stated:
        return publication, []
    # The parser of CSS, and images, are loaded where there is a theme.
    from handbill.publication.assets.theme import load_theme

    try:
        loaded, findings = load_theme(root, theme, FILE, publication.bounds)
    except ConfigurationError as error:
        return publication, list(error.diagnostics)
    return dataclasses.replace(publication, theme=loaded, theme_findings=findings), []


def _read_text(root: Path) -> str:
    """Return the text of the file. Raises ConfigurationError where it is not UTF-8, or larger or nested deeper than it may be."""
    try:
        content = read_file(root / FILE, FILE, DEFAULT_BOUNDS.settings_size + 1)
        if len(content) > DEFAULT_BOUNDS.settings_size:
            raise ConfigurationError(bound_diagnostic(DEFAULT_BOUNDS, "settings_size", "the file is too large", FILE))
        text = decode_utf8(content, FILE)
    except SourceError as error:
        raise ConfigurationError(error.diagnostics) from None
    if place := place_too_deep(text, DEFAULT_BOUNDS.settings_nesting):
        message = f"this is nested more than {DEFAULT_BOUNDS.settings_nesting} deep"
        raise ConfigurationError(bound_diagnostic(DEFAULT_BOUNDS, "settings_nesting", message, FILE, *place))
    return text


def _parse(text: str) -> dict[str, Any]:
    """Return the tables of the file's text. Raises ConfigurationError where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column, message = toml_error(error, text)
        hint = 'texts stand in quotes, lists of them in brackets: title = "…", fonts = ["…"]'
        raise ConfigurationError(diagnostic("toml", message, location(FILE, line, column), hint)) from None
    except (ValueError, RecursionError) as error:
        # Python converts no whole number of more than 4,300 digits (Python documentation, sys.set_int_max_str_digits).
        raise ConfigurationError(diagnostic("toml", str(error), location(FILE, 1, 1), "no setting is so large a number")) from None


class _InvalidValueError(Exception):
    """A value that its setting cannot have: what is wrong, and what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def _value(setting: Declaration, value: object) -> Any:
    """Return a value of publication.toml as the field of its setting holds it. Raises _InvalidValueError."""
    if setting.is_number:
        return _number(setting, value)
    return _texts(setting.key, value) if setting.is_list else _text(setting, value)


def _number(setting: Declaration, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_NUMBER:
        return value
    if isinstance(value, int) and value > LARGEST_NUMBER:
        raise _InvalidValueError(f"`{setting.key}` is at most {LARGEST_NUMBER:,} {setting.unit}", f"its default is {setting.default}")
    message = f"`{setting.key}` is a number of {setting.unit}, not in quotes"
    raise _InvalidValueError(message, f"for example {setting.key} = {setting.default}")


def _texts(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
        return tuple(item.strip() for item in value)
    raise _InvalidValueError(f"`{key}` is a list of texts", f'for example {key} = ["…"]')


def _text(setting: Declaration, value: object) -> str:
    key = setting.key
    if not isinstance(value, str) or not value.strip():
        raise _InvalidValueError(f"`{key}` is a text, in quotes, and not empty", f'for example {key} = "…"')
    if found := UNPRINTABLE.search(value):
        raise _InvalidValueError(f"U+{ord(found[0]):04X} in `{key}` is no character of a text", "take the escape out")
    if setting.form and not setting.form.matches(value):
        raise _InvalidValueError(setting.form.message.format(key=key, value=value), setting.form.hint)
    if setting.choices and value not in setting.choices:
        message = f'`{key}` is {alternatives(setting.choices)}, not "{value}"'
        raise _InvalidValueError(message, f'write {key} = "{setting.default}", or leave it out')
    return value.strip()


_Table = TypeVar("_Table")

_MOST_SUGGESTIONS = 100
"""So many errors of a file say which name is most like an unknown one. To find it takes far longer than all else that an error takes."""


class _Reader:
    """Collects the errors of one file while its settings are read."""

    def __init__(self, places: Mapping[tuple[str, ...], tuple[int, int]]) -> None:
        self.places = places
        self.errors: list[Diagnostic] = []

    def error(self, path: tuple[str, ...], message: str, hint: str = "", code: str = "setting") -> None:
        self.errors.append(diagnostic(code, message, location(FILE, *self.place(path)), hint))

    def place(self, path: tuple[str, ...]) -> tuple[int, int]:
        """Return line and column of a key, or of the nearest table that holds it and has a place; of the file's start without one."""
        return next((self.places[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.places), (1, 1))

    def unknown(self, path: tuple[str, ...], names: Iterable[str]) -> None:
        hint = suggestion(path[-1], names) if len(self.errors) < _MOST_SUGGESTIONS else ""
        self.error(path, f"there is no setting `{path[-1]}`", hint)

    def over_bound(self, value: object, path: tuple[str, ...] = ()) -> Iterator[Diagnostic]:
        """Yield an error for each table and list that has more entries than it may."""
        children = value.items() if isinstance(value, dict) else ((None, item) for item in value) if isinstance(value, list) else ()
        if isinstance(value, dict | list) and len(value) > DEFAULT_BOUNDS.settings_entries:
            message = f"{f'`{path[-1]}`' if path else 'the file'} has {len(value):,} entries"
            yield bound_diagnostic(DEFAULT_BOUNDS, "settings_entries", message, FILE, *self.place(path))
            return
        for key, item in children:
            yield from self.over_bound(item, path if key is None else (*path, key))

    def publication(self, data: Mapping[str, Any]) -> tuple[Publication, ThemeSettings]:
        """Return the settings of a file, the theme not yet loaded, and what they say of the theme."""
        values = self.values(data)
        tables: dict[str, Any] = {
            one.field: self.table(one.key, one.type, data.get(one.key, {})) for one in SETTINGS.values() if one.is_dataclass
        }
        publication = Publication(
            **{SETTINGS[key].field: value for key, value in values.items() if key not in THEME_SETTINGS},
            **tables,
            checks=self.checks(data.get("checks", {})),
            profiles=read_profiles(data.get("profiles", {}), self.error, self.unknown),
            editions=self.editions(data.get("editions", {}), tables["bounds"]),
        )
        theme = {SETTINGS[key].field: value for key, value in values.items() if key in THEME_SETTINGS}
        theme.setdefault("logo_alt", publication.publisher)
        return publication, ThemeSettings(**theme, places={key: self.places.get((key,), (1, 1)) for key in THEME_SETTINGS})

    def values(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the valid values of the settings that are no tables, by key."""
        values: dict[str, Any] = {}
        for key, value in data.items():
            if key not in SETTINGS:
                self.unknown((key,), SETTINGS)
            elif not SETTINGS[key].is_table:
                try:
                    values[key] = _value(SETTINGS[key], value)
                except _InvalidValueError as error:
                    self.error((key,), error.message, error.hint)
        for key, setting in SETTINGS.items():
            if setting.required and key not in data:
                self.error((), f"`{key}` is missing", f'write {key} = "…" at the head of {FILE}')
        for key, setting in SETTINGS.items():
            if setting.excluded and values.get(key) == setting.excluded.value:
                del values[key]
                self.error((key,), setting.excluded.message, setting.excluded.hint, setting.excluded.code)
        return values

    def checks(self, data: object) -> dict[str, str]:
        """Return the weights of the table `[checks]` by code, without those that are wrong, which are reported."""
        if not isinstance(data, dict):
            self.error(("checks",), "`checks` is a table", 'write a line [checks], and CODE = "warning" below it')
            return {}
        weights: dict[str, str] = {}
        for code, weight in data.items():
            if code not in FINDINGS:
                hint = suggestion(code, FINDINGS) if len(self.errors) < _MOST_SUGGESTIONS else ""
                self.error(("checks", code), f"no finding has the code `{code}`", hint)
            elif weight not in WEIGHTS:
                self.error(
                    ("checks", code), f"`{code}` is {alternatives(WEIGHTS)}, not {toml_value(weight)}", f'for example {code} = "note"'
                )
            else:
                weights[code] = weight
        return weights

    def table(self, key: str, kind: type[_Table], data: object) -> _Table:
        """Return a table as an instance of its frozen dataclass, whose fields have defaults and `metadata={"help": …}`."""
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
                self.error((key, name), f"`{name}` {error}", f"its default is {toml_value(default)}")
        return kind(**values)

    def editions(self, data: object, bounds: Bounds) -> tuple[EditionSettings, ...]:
        """Return the editions of the table `[editions]` and the built-in ones, without those that are wrong, which are reported."""
        if not isinstance(data, dict):
            self.error(("editions",), "`editions` is a table", "write a line [editions.NAME], and its options below it")
            return ()
        if len(data) > bounds.editions:
            first_over = ("editions", list(data)[bounds.editions])
            message = f"the publication has {len(data):,} editions"
            self.errors.append(bound_diagnostic(bounds, "editions", message, FILE, *self.place(first_over)))
            return ()
        places: dict[str, dict[str, tuple[int, int]]] = {}
        for place_path, place in self.places.items():
            if place_path[0] == "editions" and len(place_path) in (2, 3):
                places.setdefault(place_path[1], {})["".join(place_path[2:])] = place
        editions = {name: EditionSettings(name, name) for name in BUILT_IN_EXPORTERS}
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
            if name in BUILT_IN_EXPORTERS and exporter != name:
                self.error((*path, "exporter"), f"the edition `{name}` is the exporter's own", "give the other edition another name")
            editions.pop(name, None)
            if enabled is True:
                options = {key: item for key, item in value.items() if key not in ("exporter", "enabled")}
                editions[name] = EditionSettings(name, exporter, options, {"": (1, 1), **places.get(name, {})})
        return tuple(editions.values())


def _is_edition_name(name: str) -> bool:
    import re

    return re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", name) is not None
