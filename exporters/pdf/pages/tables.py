"""Tables: the classes and font sizes that decide each table's width, its type size, and whether pages may divide it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handbill.document import text_of

from ..style.geometry import TABLE_SHARE
from .elements import add_class, element

if TYPE_CHECKING:
    from lxml import etree

    from ..style.geometry import Geometry

__all__ = ["prepare_tables"]

_CELLS = frozenset({"td", "th"})
# The smallest type in tables, as a share of the text's size, and in points. Large print divides words rather than use small type.
_SMALLEST_SHARE = 0.68
_SMALLEST_POINTS = 7.5
# Points. In smaller type, superscripts and subscripts of the usual share would not be legible.
_FINE_POINTS = 9.0
# Ems: an upper estimate of the advance of a character of Source Sans 3, semibold, with tabular figures; and a cell's padding.
_ADVANCE = 0.54
_PADDING = 1.1
# Characters. A longer word may be divided: it is an address, not a number.
_LONGEST_WORD = 14
# A table of so many columns extends into the outdent beside the text.
_WIDE_COLUMNS = 5
# A table whose columns' longest cells have fewer characters in all is as narrow as its content.
_NARROW_CHARACTERS = 44
# A table of up to this share of a page's height is not divided.
_SHORT_TABLE = 0.4


def _column_lengths(rows: list[etree._Element]) -> tuple[list[int], list[int]]:
    """Return the characters of the longest cell and of the longest word of each column. Cells that span columns do not count."""
    longest: dict[int, int] = {}
    words: dict[int, int] = {}
    for row in rows:
        column = 0
        for cell in row:
            if cell.tag not in _CELLS:
                continue
            span = int(cell.get("colspan", "1"))
            text = text_of(cell).strip()
            if span == 1:
                longest[column] = max(longest.get(column, 0), len(text))
                word = max((len(word) for word in text.split()), default=0)
                words[column] = max(words.get(column, 0), min(word, _LONGEST_WORD))
            else:
                for spanned in range(column, column + span):
                    longest.setdefault(spanned, 0)
                    words.setdefault(spanned, 0)
            column += span
    return list(longest.values()), list(words.values())


def _row_height(row: etree._Element, geometry: Geometry, width: float, size: float) -> float:
    cells = [cell for cell in row if cell.tag in _CELLS]
    heights = [geometry.paragraph_height(len(text_of(cell)), width * int(cell.get("colspan", "1")), size) for cell in cells]
    return max(heights, default=0.0) + 0.7 * size


def prepare_tables(body: etree._Element, geometry: Geometry) -> None:
    """Class each table as wide, fine, crowded or narrow, set its font size, and wrap a short table to keep it whole.

    A table whose longest words do not fit side by side gets smaller type; in large print, type stays large. Where the words do not fit
    even then (`crowded`), the style sheet may break them anywhere.
    """
    for table in list(body.iter("table")):
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        longest, words = _column_lengths(rows)
        needed = sum(words) * _ADVANCE + len(words) * _PADDING
        size = geometry.small_type(TABLE_SHARE)
        smallest = min(size, max(_SMALLEST_POINTS, geometry.small_type(_SMALLEST_SHARE)))
        if len(words) >= _WIDE_COLUMNS or needed * size > geometry.measure:
            add_class(table, "handbill-wide")
            fitting = geometry.content / needed
            if fitting < size:
                table.set("style", f"font-size: {max(smallest, fitting):.2f}pt")
            if max(smallest, fitting) < _FINE_POINTS:
                add_class(table, "handbill-fine")
            if fitting < smallest:
                add_class(table, "handbill-crowded")
        elif sum(longest) < _NARROW_CHARACTERS:
            add_class(table, "handbill-narrow")
        columns = max(1, len(longest))
        size = min(size, geometry.content / needed if needed else size)
        height = sum(_row_height(row, geometry, geometry.measure / columns, size) for row in rows)
        if height <= _SHORT_TABLE * geometry.column:
            box = element("div", attributes={"class": "handbill-short-table"})
            box.tail, table.tail = table.tail, None
            table.addprevious(box)
            box.append(table)
