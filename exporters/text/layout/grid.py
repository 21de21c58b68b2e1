"""Forms a table's grid of rows and columns (HTML, 4.9.12), and draws it with its cells' lines."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from ..cells import pad
from .characters import Characters

__all__ = ["Cell", "Grid", "cell_width", "draw_grid", "form_grid"]

_MOST_COLUMNS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell, from its first row and column, over as many rows and columns.

    `element` is None where the source has no cell. `align` is left, center or right.
    """

    element: etree._Element | None
    row: int
    column: int
    rows: int
    columns: int
    align: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows, each with the cell at each column. A cell that spans several columns or rows stands in each of them.

    The first `head` rows are the head's. `section_ends` are the numbers of the rows before which a section of the table ends.
    """

    rows: tuple[tuple[Cell, ...], ...]
    head: int
    section_ends: frozenset[int]

    @property
    def columns(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def cells(self) -> Iterator[Cell]:
        """Yield each cell once, row by row."""
        for number, row in enumerate(self.rows):
            for column, cell in enumerate(row):
                if cell.row == number and cell.column == column:
                    yield cell


def form_grid(table: etree._Element) -> Grid:
    """Return the table's grid. Columns in which no cell begins are left out, so that a far too large colspan does no harm."""
    sections: list[list[etree._Element]] = []
    head: list[etree._Element] = []
    loose: list[etree._Element] = []
    for child in table:
        if child.tag == "tr":
            loose.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            if loose:
                sections.append(loose)
                loose = []
            rows = [row for row in child if row.tag == "tr"]
            if child.tag == "thead":
                head += rows
            else:
                sections.append(rows)
    sections = [section for section in (head, *sections, loose) if section]
    cells: list[Cell] = []
    section_ends: list[int] = []
    count = 0
    for section in sections:
        cells += _section_cells(section, count)
        count += len(section)
        section_ends.append(count)
    return Grid(_rows(cells, count), len(head), frozenset(section_ends[:-1]))


def _section_cells(section: Sequence[etree._Element], offset: int) -> Iterator[Cell]:
    """Yield the cells of a section of the table, whose first row has the number `offset`."""
    occupied: dict[int, int] = {}
    for number, row in enumerate(section):
        column = 0
        for element in row:
            if element.tag not in ("td", "th"):
                continue
            while occupied.get(column, 0) > number:
                column += 1
            rows = _span(element.get("rowspan"), len(section) - number) or len(section) - number
            wanted = _span(element.get("colspan"), _MOST_COLUMNS) or 1
            columns = 1
            while columns < wanted and occupied.get(column + columns, 0) <= number:
                columns += 1
            for place in range(column, column + columns):
                occupied[place] = number + rows
            classes = (element.get("class") or "").split()
            align = next((name.removeprefix("align-") for name in classes if name.startswith("align-")), "left")
            yield Cell(element, offset + number, column, rows, columns, align)
            column += columns


def _span(text: str | None, most: int) -> int:
    return min(int(text), most) if text is not None and text.isdecimal() else min(1, most)


def _rows(cells: Sequence[Cell], count: int) -> tuple[tuple[Cell, ...], ...]:
    """Return the grid's rows, `count` of them, without the columns in which no cell begins."""
    starts = sorted({cell.column for cell in cells})
    owners: list[list[Cell | None]] = [[None] * len(starts) for _ in range(count)]
    for cell in cells:
        first = bisect.bisect_left(starts, cell.column)
        end = bisect.bisect_left(starts, cell.column + cell.columns)
        compact = Cell(cell.element, cell.row, first, cell.rows, end - first, cell.align)
        for row in range(cell.row, cell.row + cell.rows):
            owners[row][first:end] = [compact] * (end - first)
    return tuple(
        tuple(owner or Cell(None, number, column, 1, 1, "left") for column, owner in enumerate(row)) for number, row in enumerate(owners)
    )


# The joints of a frame, by whether lines leave them up, down, left and right: with a single and with a double horizontal line.
_JOINTS = {
    "0011": "──", "0101": "┌╒", "0110": "┐╕", "0111": "┬╤", "1001": "└╘", "1010": "┘╛", "1011": "┴╧", "1100": "││", "1101": "├╞",
    "1110": "┤╡", "1111": "┼╪", "0010": "──", "0001": "──", "1000": "││", "0100": "││", "0000": "  ",
}  # fmt: skip


def draw_grid(grid: Grid, widths: Sequence[int], texts: dict[Cell, list[str]], characters: Characters) -> list[str]:
    """Return the grid's lines. `texts` has the lines of each cell, none wider than its columns. There has to be a row.

    `widths` are those of the columns, in cells. Rules part the rows of the body only where one has several lines or a cell spans rows.
    """
    count = len(grid.rows)
    body = range(grid.head, count)
    ruled = any(len(texts[cell]) > 1 or cell.rows > 1 for number in body for cell in grid.rows[number])
    rules = [number in (0, count) or number in grid.section_ends or ruled or number < grid.head for number in range(count + 1)]
    heights = _heights(grid, texts, rules)
    remaining = {cell: iter(lines) for cell, lines in texts.items()}
    lines: list[str] = []
    for number in range(count + 1):
        if rules[number]:
            lines.append(_rule(grid, number, widths, remaining, characters))
        if number < count:
            bar = "|" if characters.ascii else "│"
            for _ in range(heights[number]):
                row_texts = [_next_line(cell, widths, remaining) for cell in _row_cells(grid, number)]
                lines.append(f"{bar} " + f" {bar} ".join(row_texts) + f" {bar}")
    return lines


def _row_cells(grid: Grid, number: int) -> Iterator[Cell]:
    """Return the cells of a row, each once."""
    row = grid.rows[number]
    return (cell for column, cell in enumerate(row) if cell.column == column)


def _heights(grid: Grid, texts: dict[Cell, list[str]], rules: Sequence[bool]) -> list[int]:
    """Return how many lines each row takes; `rules` says before which rows a rule stands."""
    heights = [1] * len(grid.rows)
    for cell in sorted(grid.cells(), key=lambda cell: (cell.rows, cell.row, cell.column)):
        inside = range(cell.row, cell.row + cell.rows)
        room = sum(heights[row] for row in inside) + sum(rules[row] for row in inside[1:])
        heights[inside[-1]] += max(0, len(texts[cell]) - room)
    return heights


def cell_width(cell: Cell, widths: Sequence[int]) -> int:
    """Return how wide the text of a cell may be, in cells of a terminal, at these widths of the columns."""
    return sum(widths[cell.column : cell.column + cell.columns]) + 3 * (cell.columns - 1)


def _next_line(cell: Cell, widths: Sequence[int], remaining: dict[Cell, Iterator[str]]) -> str:
    return pad(next(remaining[cell], ""), cell_width(cell, widths), cell.align)


def _rule(grid: Grid, number: int, widths: Sequence[int], remaining: dict[Cell, Iterator[str]], characters: Characters) -> str:
    """Return the line above a row, or below the last: rules, and the text of cells that span it."""
    above = grid.rows[number - 1] if number else None
    below = grid.rows[number] if number < len(grid.rows) else None
    double = grid.head > 0 and number == grid.head and below is not None
    mark = characters.double_rule if double else characters.rule
    through = [above is not None and below is not None and above[column] is below[column] for column in range(grid.columns)]
    line = ""
    column = 0
    while column <= grid.columns:
        left = column > 0 and not through[column - 1]
        right = column < grid.columns and not through[column]
        up, down = (row is not None and (column in (0, grid.columns) or row[column] is not row[column - 1]) for row in (above, below))
        if characters.ascii:
            line += "+" if left or right else "|"
            if not (up or down) and left and right:
                line = line[:-1] + mark
        else:
            line += _JOINTS["".join(str(int(side)) for side in (up, down, left, right))][double]
        if column == grid.columns:
            break
        if right:
            line += mark * (widths[column] + 2)
            column += 1
        else:
            cell = below[column] if below is not None else grid.rows[-1][column]
            line += f" {_next_line(cell, widths, remaining)} "
            column += cell.columns
    return line
