"""The limits of what an article and a handout may take of the machine: bounds with defaults, and maxima that no setting exceeds.

`Bounds` is the table `[bounds]` of publication.toml.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.rules import diagnostic, location

__all__ = ["DEFAULT_BOUNDS", "TABLE", "BoundError", "Bounds", "bound_diagnostic", "maximum"]

TABLE = "bounds"
"""The key of the table in publication.toml."""


def _bound(default: int, most: int, text: str) -> Any:
    return field(default=default, metadata={"help": text, "most": most})


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that publication.toml, one article, one handout and a whole run may take.

    Sizes are in bytes; `memory` is in megabytes of 10^6 bytes. Raises ValueError, its text a predicate, for a value below 1 or above its
    maximum. No setting raises a maximum, since a publication's settings may come from the same stranger as its articles.
    """

    settings_size: int = _bound(1_000_000, 1_000_000, "Bytes of publication.toml.")
    settings_nesting: int = _bound(10, 10, "Names of one key of publication.toml, and brackets that stand in one another.")
    settings_entries: int = _bound(10_000, 10_000, "Entries of one table or list of publication.toml.")
    editions: int = _bound(100, 1_000, "Editions of a publication, with those that are not enabled.")
    article_size: int = _bound(2_000_000, 50_000_000, "Bytes of an article with its includes.")
    nesting: int = _bound(60, 60, "How deep lists, quotations and elements stand in one another.")
    table_cells: int = _bound(10_000, 200_000, "Cells of one table, rows times columns.")
    footnotes: int = _bound(2_000, 20_000, "Footnotes of an article.")
    note_calls: int = _bound(200, 2_000, "Calls of one footnote.")
    paragraph_notes: int = _bound(100, 1_000, "Calls of footnotes in one paragraph, list item or cell.")
    abbreviations: int = _bound(500, 5_000, "Abbreviations that an article defines.")
    image_pixels: int = _bound(40_000_000, 200_000_000, "Pixels of one image.")
    svg_elements: int = _bound(20_000, 200_000, "Elements of one SVG image, each counted as often as it is drawn.")
    asset_size: int = _bound(20_000_000, 200_000_000, "Bytes of one image.")
    assets_size: int = _bound(100_000_000, 1_000_000_000, "Bytes of all images of an article.")
    theme_size: int = _bound(65_536, 1_048_576, "Bytes of the style sheet of a theme.")
    font_size: int = _bound(32_000_000, 200_000_000, "Bytes of one font of a theme.")
    pages: int = _bound(2_000, 50_000, "Pages of one handout.")
    reading_seconds: int = _bound(60, 3_600, "Seconds of processor time for reading an article.")
    seconds: int = _bound(900, 86_400, "Seconds for making one handout.")
    memory: int = _bound(8_192, 262_144, "Megabytes of memory for making one handout.")
    run_handouts: int = _bound(100_000, 1_000_000, "Handouts of a run.")
    run_seconds: int = _bound(86_400, 604_800, "Seconds of a run.")
    run_megabytes: int = _bound(100_000, 10_000_000, "Megabytes of handouts that a run writes.")

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if not 1 <= value <= item.metadata["most"]:
                raise ValueError(f"is a whole number from 1 to {item.metadata['most']}, not {value!r}")


DEFAULT_BOUNDS = Bounds()


class BoundError(Exception):
    """Something exceeds a bound: `name` is a field of Bounds, `message` says what is wrong, `excerpt` is the source's text there."""

    def __init__(self, name: str, message: str, excerpt: str = "") -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.excerpt = excerpt


def maximum(name: str) -> int:
    """Return the maximum to which a bound can be set."""
    found: int = next(item.metadata["most"] for item in dataclasses.fields(Bounds) if item.name == name)
    return found


def bound_diagnostic(
    bounds: Bounds, name: str, message: str, path: str = "", line: int | None = None, column: int | None = None
) -> Diagnostic:
    """Return the error that something exceeds a bound; its hint names the setting, and its maximum where that is higher."""
    bound, setting = getattr(bounds, name), f"`{name.replace('_', '-')}` in [{TABLE}] of publication.toml"
    how = f"; {setting} is at most {maximum(name):,}" if bound < maximum(name) else "; no setting allows more"
    hint = f"the bound is {bound:,}{how}"
    return diagnostic("over-bound", message, location(path, line, column), hint)
