"""The options that an edition may set for the PDF exporter, and their bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["PdfOptions"]

SMALLEST_FONT = 8.0
LARGEST_FONT = 40.0

_LENGTH = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?)\s*pt")


@dataclass(frozen=True, slots=True)
class PdfOptions:
    """The options of an edition. Raises ValueError for an unknown choice, and for a font size that is not between 8pt and 40pt."""

    page_size: Literal["A4", "A5", "Letter"] = field(default="A4", metadata={"help": "the size of the sheet"})
    font_size: str = field(default="12pt", metadata={"help": "the size of running text, 8pt to 40pt; all else follows it"})
    notes: Literal["page", "end"] = field(
        default="page", metadata={"help": "footnotes at the foot of the page that calls them, or gathered at the article's end"}
    )
    contents: Literal["auto", "always", "never"] = field(
        default="auto", metadata={"help": "a table of contents; auto gives longer articles one"}
    )
    justify: bool = field(default=False, metadata={"help": "set running text flush on both sides"})
    hyphenate: bool = field(default=True, metadata={"help": "divide words at line ends, by the text's language"})

    profile: Literal["accessible-archive", "ua-1", "a-3a", "plain"] = field(
        default="accessible-archive",
        metadata={
            "help": "the standards that the file keeps: PDF/A-2a and PDF/UA-1; PDF/UA-1 alone; PDF/A-3a and PDF/UA-1, with its Markdown "
            "attached; or none that it claims"
        },
    )

    def __post_init__(self) -> None:
        """Refuse values that no page can be made with."""
        for name, value, choices in (
            ("page_size", self.page_size, ("A4", "A5", "Letter")),
            ("notes", self.notes, ("page", "end")),
            ("contents", self.contents, ("auto", "always", "never")),
            ("profile", self.profile, ("accessible-archive", "ua-1", "a-3a", "plain")),
        ):
            if value not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}, not {value!r}")
        if not SMALLEST_FONT <= self.points <= LARGEST_FONT:
            raise ValueError(f"font_size lies between {SMALLEST_FONT:g}pt and {LARGEST_FONT:g}pt, not {self.font_size!r}")

    @property
    def points(self) -> float:
        """The font size in points. Raises ValueError where the option is no length in pt."""
        match = _LENGTH.fullmatch(self.font_size.strip())
        if match is None:
            raise ValueError(f"font_size is a length in points such as 12pt, not {self.font_size!r}")
        return float(match[1])
