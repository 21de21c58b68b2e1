"""Tables: how wide each is to be, how small its type, and whether it may be divided between pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handbill.document import text_of

from ..style.geometry import TABLE
from .elements import element

if TYPE_CHECKING:
    from lxml import etree

    from ..style.geometry import Geometry

__all__ = ["prepare_tables"]

_CELLS = frozenset({"td", "th"})
# The smallest type in tables, as a share of the text's, and in points: in large print a word is divided rather than set small.
_SMALLEST_SHARE = 0.68
_SMALLEST = 7.5
# In type below this, in points, raised and lowered signs as small as elsewhere could not be read.
_FINE = 9.0
# A digit or letter of Source Sans 3, semibold, with tabular figures, in ems, on the safe side; and a cell's padding.
_ADVANCE = 0.54
_PADDING = 1.1
# A word longer than this may be divided: an address, not a number.
_LONGEST_WORD = 14
# With this many columns a table takes the column beside the text too.
_WIDE = 5
# A table whose longest cells have fewer characters than this together is as narrow as its content.
_NARROW = 44
# A table that takes up to this share of a page's height is not divided.
_SHORT = 0.4


def _add_class(table: etree._Element, name: str) -> None:
    table.set("class", f"{table.get('class', '')} {name}".strip())


def _measures(rows: list[etree._Element]) -> tuple[list[int], list[int]]:
    """Return, for each column, the characters of its longest cell and of its longest word. Cells that span are left out."""
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
    heights = [geometry.height_of(len(text_of(cell)), width * int(cell.get("colspan", "1")), size) for cell in cells]
    return max(heights, default=0.0) + 0.7 * size


def prepare_tables(body: etree._Element, geometry: Geometry) -> None:
    """Mark each table with the classes `wide`, `fine`, `crowded` or `narrow`, set its type size, and box a short one that stays whole.

    A table whose longest words do not fit beside each other gets smaller type, though none that is small in large print; one that even
    then does not fit (`crowded`) may divide words anywhere.
    """
    for table in list(body.iter("table")):
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        longest, words = _measures(rows)
        needed = sum(words) * _ADVANCE + len(words) * _PADDING
        size = geometry.small(TABLE)
        smallest = min(size, max(_SMALLEST, geometry.small(_SMALLEST_SHARE)))
        if len(words) >= _WIDE or needed * size > geometry.measure:
            _add_class(table, "wide")
            fitting = geometry.content / needed
            if fitting < size:
                table.set("style", f"font-size: {max(smallest, fitting):.2f}pt")
            if max(smallest, fitting) < _FINE:
                _add_class(table, "fine")
            if fitting < smallest:
                _add_class(table, "crowded")
        elif sum(longest) < _NARROW:
            _add_class(table, "narrow")
        columns = max(1, len(longest))
        size = min(size, geometry.content / needed if needed else size)
        height = sum(_row_height(row, geometry, geometry.measure / columns, size) for row in rows)
        if height <= _SHORT * geometry.column:
            box = element("div", attributes={"class": "short-table"})
            box.tail, table.tail = table.tail, None
            table.addprevious(box)
            box.append(table)
