"""The page's proportions: margins, measure and the column beside it, from the sheet and the font size."""

from __future__ import annotations

from dataclasses import dataclass

from ..options import PdfOptions

__all__ = ["LINE", "TABLE", "Geometry"]

_SHEETS = {"A4": (595.276, 841.89), "Letter": (612.0, 792.0)}

LINE = 1.42
"""The distance of baselines, in ems."""

TABLE = 0.88
"""The size of type in tables, as a share of the text's."""

# Source Serif sets about 2.15 characters to an em: 32.5 em hold 60 to 68 of them, ragged right.
_MEASURE = 32.5
_SIDE = 60.0
_TITLE, _TITLE_MORE = 2.1, 16.0
# Where large type would have fewer characters to a line, the margins give way, down to this.
_NARROWEST_SIDE = 40.0
_WIDEST_OUTDENT = 7.5
_NARROWEST_OUTDENT = 2.5
_FURNITURE = 0.77
_SMALLEST_FURNITURE = 7.5
# From this size of type on an edition is large print, and nothing in it is smaller (RNIB, Clear Print; APH, large print).
_LARGE_PRINT = 16.0
_LARGEST_FURNITURE = _LARGE_PRINT
# The mean advance of a character in Source Sans 3, in ems, on the safe side.
_FURNITURE_ADVANCE = 0.5
# Bold type takes so much more.
_BOLDER = 1.06
# The same in Source Serif.
_TEXT_ADVANCE = 0.48


def _lines(text: str, width: float, size: float) -> int:
    """Return how many lines a text takes in a margin, on the safe side."""
    return -(-len(text) // max(1, int(width / (size * _FURNITURE_ADVANCE) * 0.92))) if text else 0


@dataclass(frozen=True, slots=True)
class Geometry:
    """Lengths in points. `boxed` is the size of the boxed notice's type, 0 where no claim is marked."""

    width: float
    height: float
    font: float
    side: float
    top: float
    bottom: float
    outdent: float
    furniture: float
    boxed: float = 0.0

    def small(self, share: float) -> float:
        """Return the size of type that is this share of the text's: in large print, no less than what is large print itself."""
        return max(share * self.font, min(self.font, _LARGE_PRINT) if self.font >= _LARGE_PRINT else 0.0)

    @classmethod
    def of(cls, options: PdfOptions, notice: str, boxed: str = "", smallest: float = 0.0) -> Geometry:
        """Return the proportions for an edition whose pages carry this notice, and some of them a boxed one, in type not below `smallest`.

        Headings and wide tables begin `outdent` before the text, where the sheet is wide enough for the measure.
        """
        width, height = _SHEETS[options.page_size]
        font = options.points
        side = min(_SIDE, max(_NARROWEST_SIDE, (width - _MEASURE * font) / 2))
        content = min(width - 2 * side, (_MEASURE + _WIDEST_OUTDENT) * font)
        outdent = content - _MEASURE * font
        if outdent < _NARROWEST_OUTDENT * font:
            outdent = 0.0
            content = min(content, _MEASURE * font)
        furniture = _LARGEST_FURNITURE if font >= _LARGE_PRINT else min(max(_FURNITURE * font, _SMALLEST_FURNITURE), _LARGEST_FURNITURE)
        lines = _lines(notice, content, furniture)
        type_of_box = max(furniture, smallest) if boxed else 0.0
        box = _lines(boxed, content - 2 * type_of_box, type_of_box * _BOLDER) * 1.35 * type_of_box + 2 * type_of_box if boxed else 0.0
        return cls(
            width=width,
            height=height,
            font=font,
            side=(width - content) / 2,
            top=38 + 1.35 * furniture + 1.6 * font,
            bottom=34 + (lines + 1) * 1.35 * furniture + 0.9 * furniture + 1.1 * font + box,
            outdent=outdent,
            furniture=furniture,
            boxed=type_of_box,
        )

    @property
    def title(self) -> float:
        """The size of the article's title: large type needs less of a difference to be told apart, and has fewer words to a line."""
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

    def height_of(self, characters: int, width: float, size: float) -> float:
        """Return about the height of a paragraph of so many characters in lines of this width, type of this size."""
        per_line = max(1.0, width / (size * _TEXT_ADVANCE))
        return -(-characters // per_line) * LINE * size
