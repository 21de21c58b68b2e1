"""Tables as structure elements: regular rows, and which heads belong to which cell (ISO 32000-1, 14.8.4.3.4; ISO 14289-1, 7.5)."""

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


def _number(element: Element, name: str) -> int:
    text = element.get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() else 1


def cell_attributes(element: Element, *, head: bool) -> tuple[Attributes, ...]:
    """Return the spans of a cell as they are written, and the scope of a head: its column where it names none."""
    entries: dict[str, str | int] = {}
    if (columns := _number(element, "colspan")) > 1:
        entries["ColSpan"] = columns
    if (rows := _number(element, "rowspan")) > 1:
        entries["RowSpan"] = rows
    if head:
        entries["Scope"] = _SCOPES.get(element.get("scope", ""), "/Column")
    return (Attributes("/Table", entries),)


@dataclass(slots=True)
class _Cell:
    """A cell with its place: row and first column, counted from 0, and how far it reaches."""

    tag: Tag
    row: int
    column: int
    columns: int
    rows: int
    headers: list[str] = field(default_factory=list)

    @property
    def scope(self) -> str:
        return str(_entries(self.tag).get("Scope", ""))


def _entries(tag: Tag) -> Mapping[str, object]:
    return tag.attributes[0].entries if tag.attributes else {}


def _placed(rows: Sequence[Tag], groups: Sequence[int]) -> tuple[list[list[_Cell]], int]:
    """Return each row's cells in their places, and the number of columns. No cell leaves its group of rows or covers another.

    `groups` has the first row after each row's group.
    """
    taken: set[tuple[int, int]] = set()
    width = 0
    placed: list[list[_Cell]] = []
    for number, row in enumerate(rows):
        cells = []
        column = 0
        for tag in (kid for kid in row.kids if isinstance(kid, Tag)):
            while (number, column) in taken:
                column += 1
            wide = int(str(_entries(tag).get("ColSpan", 1)))
            high = min(int(str(_entries(tag).get("RowSpan", 1))), groups[number] - number)
            wide = next((offset for offset in range(1, wide) if (number, column + offset) in taken), wide)
            taken.update((number + down, column + across) for down in range(high) for across in range(wide))
            cells.append(_Cell(tag, number, column, wide, high))
            column += wide
            width = max(width, column)
        placed.append(cells)
    for number, cells in enumerate(placed):
        # The renderer leaves room where a row is short of cells.
        missing = [column for column in range(width) if (number, column) not in taken]
        cells.extend(_Cell(Tag("TD", ()), number, column, 1, 1) for column in missing)
        cells.sort(key=lambda cell: cell.column)
    return placed, width


def _connect(placed: list[list[_Cell]], width: int, name: str) -> None:
    """Give each cell the identifiers of its heads: the next block of heads above it in its columns, and the heads of its rows."""
    above: list[list[str]] = [[] for _ in range(width)]
    in_block = [False] * width
    beside: dict[int, list[str]] = {}
    for row, cells in enumerate(placed):
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


def _is_simple(placed: list[list[_Cell]]) -> bool:
    """Tell whether the scopes of the heads say it all: one row of heads, no spans."""
    cells = [cell for row in placed for cell in row]
    return all(cell.columns == cell.rows == 1 and (not cell.scope or (cell.scope == "/Column" and cell.row == 0)) for cell in cells)


def _finished(cell: _Cell, name: str, *, simple: bool) -> Tag:
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
    """Return the table of these tags (caption, groups of rows), with spans that fit and rows of one length.

    `number` is the table's in the document: identifiers of heads begin with it. Where the scopes of the heads do not say all, each
    cell names its heads.
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
    placed, width = _placed(rows, ends)
    _connect(placed, width, name)
    simple = _is_simple(placed)
    made = [
        replace(row, kids=tuple(_finished(cell, name, simple=simple) for cell in cells)) for row, cells in zip(rows, placed, strict=True)
    ]
    if not any(group.kind == "TBody" for group in groups):
        # A head or a foot stands beside a body (ISO 32000-1, table 337).
        return Tag("Table", (*captions, *made))
    begin = 0
    kids: list[Tag] = []
    for group in groups:
        end = begin + sum(isinstance(kid, Tag) for kid in group.kids)
        kids.append(replace(group, kids=tuple(made[begin:end])))
        begin = end
    return Tag("Table", (*captions, *kids))
