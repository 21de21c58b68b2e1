"""Structure elements of tables: rows of equal length, and the header cells of each cell (ISO 32000-1, 14.8.4.3.4; ISO 14289-1, 7.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .model import Attributes, Tag

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["cell_attributes", "regular_table"]

_SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Row"}
_GROUPS = frozenset({"THead", "TBody", "TFoot"})


def _span(element: Element, name: str) -> int:
    text = element.get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() else 1


def cell_attributes(element: Element, *, head: bool) -> tuple[Attributes, ...]:
    """Return a cell's spans as the HTML states them, and the scope of a header cell: the column where it states none."""
    entries: dict[str, str | int] = {}
    if (columns := _span(element, "colspan")) > 1:
        entries["ColSpan"] = columns
    if (rows := _span(element, "rowspan")) > 1:
        entries["RowSpan"] = rows
    if head:
        entries["Scope"] = _SCOPES.get(element.get("scope", ""), "/Column")
    return (Attributes("/Table", entries),)


@dataclass(slots=True)
class _Cell:
    """A cell, its row and first column (counted from 0), how many columns and rows it spans, and the ids of its header cells."""

    tag: Tag
    row: int
    column: int
    columns: int
    rows: int
    headers: list[str] = field(default_factory=list)

    @property
    def scope(self) -> str:
        return str(_table_attributes(self.tag).get("Scope", ""))


def _table_attributes(tag: Tag) -> Mapping[str, object]:
    return tag.attributes[0].entries if tag.attributes else {}


def _cell_grid(rows: Sequence[Tag], groups: Sequence[int]) -> tuple[list[list[_Cell]], int]:
    """Return each row's cells with their positions, and the number of columns. Spans are cut at the end of a group and at other cells.

    `groups` has, for each row, the number of the first row after its group. Empty cells are added to short rows.
    """
    occupied: set[tuple[int, int]] = set()
    width = 0
    grid: list[list[_Cell]] = []
    for number, row in enumerate(rows):
        cells = []
        column = 0
        for tag in (kid for kid in row.kids if isinstance(kid, Tag)):
            while (number, column) in occupied:
                column += 1
            wide = int(str(_table_attributes(tag).get("ColSpan", 1)))
            high = min(int(str(_table_attributes(tag).get("RowSpan", 1))), groups[number] - number)
            wide = next((offset for offset in range(1, wide) if (number, column + offset) in occupied), wide)
            occupied.update((number + down, column + across) for down in range(high) for across in range(wide))
            cells.append(_Cell(tag, number, column, wide, high))
            column += wide
            width = max(width, column)
        grid.append(cells)
    for number, cells in enumerate(grid):
        # WeasyPrint leaves the room empty where a row has too few cells.
        missing = [column for column in range(width) if (number, column) not in occupied]
        cells.extend(_Cell(Tag("TD", ()), number, column, 1, 1) for column in missing)
        cells.sort(key=lambda cell: cell.column)
    return grid, width


def _set_headers(grid: list[list[_Cell]], width: int, name: str) -> None:
    """Set the header ids of each cell: those of the nearest block of header cells above it in its columns, and those of its rows."""
    above: list[list[str]] = [[] for _ in range(width)]
    in_block = [False] * width
    beside: dict[int, list[str]] = {}
    for row, cells in enumerate(grid):
        heads = beside.setdefault(row, [])
        for cell in cells:
            columns = range(cell.column, cell.column + cell.columns)
            identifier = f"{name}-{cell.row}-{cell.column}"
            if cell.scope == "/Row":
                for down in range(cell.rows):
                    beside.setdefault(row + down, []).append(identifier)
            elif cell.scope == "/Column":
                for column in columns:
                    above[column] = [*(above[column] if in_block[column] else []), identifier]
                    in_block[column] = True
        for cell in cells:
            columns = range(cell.column, cell.column + cell.columns)
            if cell.tag.kind == "TD":
                spanned = [head for down in range(cell.rows) for head in (heads if not down else beside.get(row + down, []))]
                cell.headers = list(dict.fromkeys([*(head for column in columns for head in above[column]), *spanned]))
            if cell.scope != "/Column":
                for column in columns:
                    in_block[column] = False


def _is_simple(grid: list[list[_Cell]]) -> bool:
    """Return whether scopes alone define the headers: one row of header cells, and no spans."""
    cells = [cell for row in grid for cell in row]
    return all(cell.columns == cell.rows == 1 and (not cell.scope or (cell.scope == "/Column" and cell.row == 0)) for cell in cells)


def _cell_tag(cell: _Cell, name: str, *, simple: bool) -> Tag:
    entries: dict[str, str | int | tuple[str, ...]] = {}
    if cell.columns > 1:
        entries["ColSpan"] = cell.columns
    if cell.rows > 1:
        entries["RowSpan"] = cell.rows
    if cell.scope:
        entries["Scope"] = cell.scope
    if cell.headers and not simple:
        entries["Headers"] = tuple(cell.headers)
    identifier = f"{name}-{cell.row}-{cell.column}" if cell.scope and not simple else ""
    return replace(cell.tag, identifier=identifier, attributes=(Attributes("/Table", entries),) if entries else ())


def regular_table(tags: Sequence[Tag], number: int) -> Tag:
    """Return the Table of these tags (caption, groups of rows), with spans that fit and rows of equal length.

    `number` is the table's number in the document: the ids of its header cells begin with it. Where scopes do not define the headers,
    each cell names its header cells (Headers).
    """
    name = f"table-{number}"
    captions = [tag for tag in tags if tag.kind == "Caption"]
    order = ("THead", "TBody", "TFoot")
    groups = sorted((tag for tag in tags if tag.kind in _GROUPS), key=lambda tag: order.index(tag.kind))
    rows: list[Tag] = []
    ends: list[int] = []
    for group in groups:
        inner = [kid for kid in group.kids if isinstance(kid, Tag)]
        ends.extend([len(rows) + len(inner)] * len(inner))
        rows.extend(inner)
    grid, width = _cell_grid(rows, ends)
    _set_headers(grid, width, name)
    simple = _is_simple(grid)
    regular_rows = [
        replace(row, kids=tuple(_cell_tag(cell, name, simple=simple) for cell in cells)) for row, cells in zip(rows, grid, strict=True)
    ]
    if not any(group.kind == "TBody" for group in groups):
        # A THead or TFoot requires a TBody (ISO 32000-1, table 337).
        return Tag("Table", (*captions, *regular_rows))
    begin = 0
    kids: list[Tag] = []
    for group in groups:
        end = begin + sum(isinstance(kid, Tag) for kid in group.kids)
        kids.append(replace(group, kids=tuple(regular_rows[begin:end])))
        begin = end
    return Tag("Table", (*captions, *kids))
