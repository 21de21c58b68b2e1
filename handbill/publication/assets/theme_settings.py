"""What publication.toml says of the theme: the files that it is loaded from, and where the settings stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["ThemeSettings"]


@dataclass(frozen=True, slots=True)
class ThemeSettings:
    """The settings of a theme; each field with a help is a setting, and files are POSIX paths in the publication's folder.

    `places` has line and column (from 1) of each setting, by its key in publication.toml.
    """

    theme: str = field(default="", metadata={"help": "The style sheet of its articles: a CSS file of the publication."})
    logo: str = field(default="", metadata={"help": "The image over each article's title: a PNG, JPEG or SVG file of the publication."})
    logo_alt: str = field(
        default="",
        metadata={"help": "What the logo is to those who do not see it; the publisher's name where this is not given."},
    )
    fonts: tuple[str, ...] = field(default=(), metadata={"help": "Font files of the publication (.ttf, .otf) that the theme may name."})
    system_fonts: tuple[str, ...] = field(
        default=(), metadata={"help": "Families of fonts that may be taken from the machine; the handouts then depend on it."}
    )
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def place(self, key: str) -> tuple[int, int]:
        """Return line and column of a setting; those of the file's begin where it is not given."""
        return self.places.get(key, (1, 1))

    @property
    def is_stated(self) -> bool:
        """Whether the publication has a theme."""
        return bool(self.theme or self.logo or self.fonts or self.system_fonts)
