"""The page's proportions: margins, measure and the column beside it, from the sheet and the font size."""

from __future__ import annotations

from dataclasses import dataclass

from .options import PdfOptions

__all__ = ["LINE", "Geometry"]

_SHEETS = {"A4": (595.276, 841.89), "Letter": (612.0, 792.0)}

LINE = 1.42
"""The distance of baselines, in ems."""

# Source Serif sets about 2.1 characters to an em: 34.5 em hold some 72 of them (Bringhurst's 45 to 75, at its upper end since
# lists and quotations are narrower).
_MEASURE = 34.5
_SIDE = 60.0
_WIDEST_OUTDENT = 7.5
_NARROWEST_OUTDENT = 2.5
_FURNITURE = 0.77
_SMALLEST_FURNITURE = 7.5
_LARGEST_FURNITURE = 13.0
# The mean advance of a character in Source Sans 3, in ems, on the safe side.
_FURNITURE_ADVANCE = 0.5
# The same in Source Serif.
_TEXT_ADVANCE = 0.48


@dataclass(frozen=True, slots=True)
class Geometry:
    """Lengths in points."""

    width: float
    height: float
    font: float
    side: float
    top: float
    bottom: float
    outdent: float
    furniture: float

    @classmethod
    def of(cls, options: PdfOptions, notice: str) -> Geometry:
        """Return the proportions for an edition whose pages carry this notice.

        Headings and wide tables begin `outdent` before the text, where the sheet is wide enough for the measure.
        """
        width, height = _SHEETS[options.page_size]
        font = options.points
        content = min(width - 2 * _SIDE, (_MEASURE + _WIDEST_OUTDENT) * font)
        outdent = content - _MEASURE * font
        if outdent < _NARROWEST_OUTDENT * font:
            outdent = 0.0
            content = min(content, (_MEASURE + 2) * font)
        furniture = min(max(_FURNITURE * font, _SMALLEST_FURNITURE), _LARGEST_FURNITURE)
        per_line = content / (furniture * _FURNITURE_ADVANCE)
        lines = -(-len(notice) // max(1, int(per_line * 0.92))) if notice else 0
        return cls(
            width=width,
            height=height,
            font=font,
            side=(width - content) / 2,
            top=38 + 1.35 * furniture + 1.6 * font,
            bottom=34 + (lines + 1) * 1.35 * furniture + 0.9 * furniture + 1.1 * font,
            outdent=outdent,
            furniture=furniture,
        )

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

    def height_of(self, characters: int, width: float, size: float) -> float:
        """Return about the height of a paragraph of so many characters in lines of this width, type of this size."""
        per_line = max(1.0, width / (size * _TEXT_ADVANCE))
        return -(-characters // per_line) * LINE * size
