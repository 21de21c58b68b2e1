"""The settings of a publication: each is declared once, as a field of `Publication` or of `ThemeSettings` whose metadata has a help.

`SETTINGS` holds the declarations by key. `handbill.publication.parser` reads publication.toml by them, and
`handbill.publication.schema` describes them to editors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Theme
from handbill.language.tags import LANGUAGE_PATTERN
from handbill.publication.assets.theme_settings import ThemeSettings
from handbill.publication.check_settings import CLAIM_SETTINGS, LINKS, PLAIN_LANGUAGE, ClaimSettings, Links, PlainLanguage
from handbill.publication.disclaimer_profiles import Profile
from handbill.publication.setting_declarations import Declaration, ExcludedValue, TextForm, declarations, setting
from handbill.system.bounds import DEFAULT_BOUNDS, Bounds

__all__ = [
    "BASE_URL",
    "BUILT_IN_EXPORTERS",
    "DISCLAIMERS_FOLDER",
    "FILE",
    "REMIND_DAYS",
    "SETTINGS",
    "THEME_SETTINGS",
    "EditionSettings",
    "OptionOverride",
    "Publication",
]

FILE = "publication.toml"

BUILT_IN_EXPORTERS = ("pdf", "epub", "text")
"""The exporters whose default editions every publication has."""

REMIND_DAYS = 30
"""How many days before a deadline a reminder of it is given, where the publication does not say otherwise."""

DISCLAIMERS_FOLDER = "disclaimers"
"""The folder of a publication that holds its disclaimers."""

LANGUAGE = TextForm(LANGUAGE_PATTERN, "`{value}` is no language tag (BCP 47)", 'for example "en", "es" or "pt-BR"')

BASE_URL = TextForm(
    r"^https?://[^\s/?#@]+(/[^\s?#]*)?$",
    "`{key}` is an address on the web, not `{value}`",
    'for example "https://example.org/handouts/"',
    strip=True,
)
"""The form of an address on the web at which handouts can be published: without a name or password, a query or a fragment."""

NO_DISCLAIMER = ExcludedValue(
    "none", "no-disclaimer", "every handout has a disclaimer; it cannot be `none`", "name a file of disclaimers/, without .md"
)


@dataclass(frozen=True, slots=True)
class EditionSettings:
    """A named use of an exporter: `options` are as publication.toml has them, `places` is where each stands, "" the edition's table."""

    name: str
    exporter: str
    options: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OptionOverride:
    """An option of an edition from the command line: `--set EDITION.KEY=VALUE`."""

    edition: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Publication:
    """The settings of a publication; texts are empty where they were not given.

    `theme` is loaded from the files that `ThemeSettings` names; `theme_findings` are the warnings about it. `checks` are the weights of
    findings, by code; `profiles` are the publication's own, by name.
    """

    title: str = setting("The publication's name.", required=True)
    language: str = setting(
        "The language of its articles, as a BCP 47 tag, where they do not name another.", "en", required=True, form=LANGUAGE
    )
    disclaimer: str = setting(
        "The disclaimer of its articles, by its file's name in disclaimers/, where they do not name another.",
        required=True,
        excluded=NO_DISCLAIMER,
    )
    disclaimer_position: Literal["end", "front"] = setting("Where the disclaimer stands in every handout.", "end")
    publisher: str = setting("Who publishes it.")
    contact: str = setting("Where readers turn to.")
    rights: str = setting("The licence or the copyright notice.")
    base_url: str = setting("Where the handouts are published: each then carries the address of its newest version.", form=BASE_URL)
    remind_days: int = setting("How many days before a review is due, or a text expires, handbill reports it.", REMIND_DAYS, unit="days")
    theme: Theme = field(default=Theme(), repr=False)
    theme_findings: tuple[Diagnostic, ...] = ()
    checks: Mapping[str, str] = field(
        default_factory=dict, metadata={"help": "How much findings weigh, by their codes: error, warning, note or off."}
    )
    plain_language: PlainLanguage = field(
        default=PLAIN_LANGUAGE, metadata={"help": "The limits from which an article counts as hard to read."}
    )
    links: Links = field(default=LINKS, metadata={"help": "What the checks of links go by."})
    claims: ClaimSettings = field(
        default=CLAIM_SETTINGS, metadata={"help": "Words by which health claims are found, and what may be claimed."}
    )
    bounds: Bounds = field(default=DEFAULT_BOUNDS, metadata={"help": "How much an article and a handout may ask of the machine."})
    profiles: Mapping[str, Profile] = field(
        default_factory=dict,
        metadata={"help": "What disclaimers of a kind must say, by the names that their front matter gives: phrases and fields."},
    )
    editions: tuple[EditionSettings, ...] = setting(
        "Named uses of exporters, beside pdf, epub and text.", tuple(EditionSettings(name, name) for name in BUILT_IN_EXPORTERS)
    )

    @property
    def is_stated(self) -> bool:
        """Whether these are the settings of a publication.toml, which always has a title, and not those of a file that stands alone."""
        return bool(self.title)


THEME_SETTINGS: Mapping[str, Declaration] = {one.key: one for one in declarations(ThemeSettings)}
"""The settings that say what the theme is loaded from, by key."""

SETTINGS: Mapping[str, Declaration] = {**{one.key: one for one in declarations(Publication)}, **THEME_SETTINGS}
"""All settings of publication.toml, by key."""
