"""publication.toml: read, checked as a whole, every error with its place and a suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Theme
from handbill.publication.check_settings import CLAIM_SETTINGS, LINKS, PLAIN_LANGUAGE, ClaimSettings, Links, PlainLanguage
from handbill.publication.disclaimer_profiles import Profile
from handbill.system.limits import DEFAULTS, TABLE, Bounds

__all__ = ["BUILT_IN", "DISCLAIMERS_FOLDER", "REMIND_DAYS", "EditionSettings", "Publication", "Setting"]

FILE = "publication.toml"

BUILT_IN = ("pdf", "epub", "text")
"""The exporters whose default editions every publication has."""

URL_PATTERN = r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"


REMIND_DAYS = 30
"""So many days before a deadline it is told of, where the publication does not say otherwise."""


DISCLAIMERS_FOLDER = "disclaimers"


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
REQUIRED = ("title", "language", "disclaimer")
