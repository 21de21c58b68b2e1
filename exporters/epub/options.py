"""The options of the EPUB exporter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["EpubOptions"]


@dataclass(frozen=True, slots=True)
class EpubOptions:
    """The options of an edition. Raises ValueError for a contents depth that no level of heading has."""

    split: Literal["sections", "none"] = field(
        default="sections",
        metadata={"help": "start a new file, and with it a new page, at each section (h2), or keep the article in one"},
    )
    contents_depth: int = field(
        default=3,
        metadata={"help": "the deepest level of heading that the table of contents lists, from 2 to 6"},
    )
    embed_fonts: bool = field(
        default=False,
        metadata={"help": "put open fonts into the book, cut down to its characters, instead of leaving the choice to the reading app"},
    )

    def __post_init__(self) -> None:
        """Refuse a depth without headings."""
        if not 2 <= self.contents_depth <= 6:
            raise ValueError("contents-depth is a level of heading from 2 to 6")
