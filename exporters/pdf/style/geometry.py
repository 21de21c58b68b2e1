"""Page geometry: the margins, the measure, the outdent and the sizes of type, computed from the page size and the font size."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from handbill.document import Disclaimer

from ..options import PdfOptions

__all__ = ["LINE_HEIGHT", "MARGIN_ADVANCE", "TABLE_SHARE", "Geometry", "page_geometry"]

_SHEETS = {"A4": (595.276, 841.89), "A5": (419.528, 595.276), "Letter": (612.0, 792.0)}

LINE_HEIGHT = 1.42
"""The distance of baselines, in ems."""

TABLE_SHARE = 0.88
"""The size of type in tables, as a share of the text's size."""

# Ems. An em of Source Serif holds about 2.15 characters, so that a ragged line has 60 to 68 of them.
_MEASURE = 32.5
_SIDE_MARGIN = 60.0
_TITLE, _TITLE_MORE = 2.1, 16.0
# Points. Where large type would have shorter lines, the side margins shrink down to this.
_NARROWEST_SIDE_MARGIN = 40.0
_WIDEST_OUTDENT = 7.5
_NARROWEST_OUTDENT = 2.5
_MARGIN_SHARE = 0.77
_SMALLEST_MARGIN_FONT = 7.5
# From this size on, an edition is large print, and no type in it is smaller (RNIB, Clear Print; APH, large print).
_LARGE_PRINT = 16.0
_LARGEST_MARGIN_FONT = _LARGE_PRINT
MARGIN_ADVANCE = 0.5
"""Ems: an upper estimate of the mean advance of a character in the margins, which are set in Source Sans 3."""

# A wider reference, as a share of the width between the margins, stands below the notice.
_WIDEST_REFERENCE = 0.45
# Bold type is wider by this factor.
_BOLD_FACTOR = 1.06
# Ems: the mean advance in Source Serif.
_TEXT_ADVANCE = 0.48


def _margin_width(text: str) -> float:
    """Return an upper estimate of the width of a text in the margins, in ems. A character of East Asian width takes an em."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WF" else MARGIN_ADVANCE for character in text)


def _line_count(text: str, width: float, size: float) -> int:
    """Return an upper estimate of the number of lines that a text takes in a margin. `width` and `size` are in points."""
    characters = math.ceil(_margin_width(text) / MARGIN_ADVANCE)
    return -(-characters // max(1, int(width / (size * MARGIN_ADVANCE) * 0.92)))


@dataclass(frozen=True, slots=True)
class Geometry:
    """The lengths of a page in points.

    `reference` is the width of the reference to the disclaimer, which stands beside its notice; 0 where it stands below. `boxed_font` is
    the font size of the boxed notice, 0 where no claim is marked.
    """

    width: float
    height: float
    font: float
    side: float
    top: float
    bottom: float
    outdent: float
    margin_font: float
    reference: float = 0.0
    boxed_font: float = 0.0

    def small_type(self, share: float) -> float:
        """Return the font size in points that is this share of the text's size; in large print, not below large print's own limit."""
        return max(share * self.font, min(self.font, _LARGE_PRINT) if self.font >= _LARGE_PRINT else 0.0)

    @property
    def title(self) -> float:
        """The font size of the title: a smaller multiple of the text's size in large editions, so that its lines hold more words."""
        return min(_TITLE * self.font, self.font + _TITLE_MORE)

    @property
    def content(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.side

    @property
    def measure(self) -> float:
        """The width of the text's lines."""
        return self.content - self.outdent

    @property
    def column(self) -> float:
        """The height between the margins."""
        return self.height - self.top - self.bottom

    def paragraph_height(self, characters: int, width: float, size: float) -> float:
        """Return an estimate of the height of a paragraph of so many characters, at this line width and font size (all in points)."""
        per_line = max(1.0, width / (size * _TEXT_ADVANCE))
        return -(-characters // per_line) * LINE_HEIGHT * size


def page_geometry(options: PdfOptions, disclaimer: Disclaimer, boxed_notice: str = "", smallest_type: float = 0.0) -> Geometry:
    """Return the geometry for an edition whose pages carry this disclaimer's notice, and some of them a boxed notice.

    The boxed notice has type of at least `smallest_type` points. Headings and wide tables begin `outdent` points before the text, where
    the sheet is wider than the measure.
    """
    width, height = _SHEETS[options.page_size]
    font = options.points
    side = min(_SIDE_MARGIN, max(_NARROWEST_SIDE_MARGIN, (width - _MEASURE * font) / 2))
    content = min(width - 2 * side, (_MEASURE + _WIDEST_OUTDENT) * font)
    outdent = content - _MEASURE * font
    if outdent < _NARROWEST_OUTDENT * font:
        outdent = 0.0
        content = min(content, _MEASURE * font)
    margin_font = (
        _LARGEST_MARGIN_FONT if font >= _LARGE_PRINT else min(max(_MARGIN_SHARE * font, _SMALLEST_MARGIN_FONT), _LARGEST_MARGIN_FONT)
    )
    notice, see = " ".join(disclaimer.notice.split()), disclaimer.words.see_disclaimer.format(page="0000")
    reference = _margin_width(see) * margin_font if notice else 0.0
    if reference > _WIDEST_REFERENCE * content:
        reference = 0.0
    lines = _line_count(notice, content - reference, _BOLD_FACTOR * margin_font)
    if notice and not reference:
        lines += _line_count(see, content, margin_font)
    boxed_font = max(margin_font, smallest_type) if boxed_notice else 0.0
    boxed_lines = _line_count(boxed_notice, content - 2 * boxed_font, boxed_font * _BOLD_FACTOR) if boxed_notice else 0
    box = boxed_lines * 1.35 * boxed_font + 2 * boxed_font if boxed_notice else 0.0
    return Geometry(
        width=width,
        height=height,
        font=font,
        side=(width - content) / 2,
        top=38 + 1.35 * margin_font + 1.6 * font,
        bottom=34 + (lines + 1) * 1.35 * margin_font + 0.9 * margin_font + 1.1 * font + box,
        outdent=outdent,
        margin_font=margin_font,
        reference=reference,
        boxed_font=boxed_font,
    )
