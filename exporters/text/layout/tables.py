"""Lays out tables: chooses the widths of the columns, and lays out a table that is too wide for a grid as records."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from lxml import etree

from ..cells import cells
from .context import BLOCKS, Layout
from .flow import SetBlock, flow, indent, parts
from .grid import Cell, Grid, cell_width, draw_grid, form_grid
from .inline import run_text
from .wrap import is_address, unbreakable_pieces, wrap

__all__ = ["set_table"]

_UNBROKEN = 100_000
"""A width at which no line is broken, in cells."""
_LONG_WORD = 14
"""In a table that is too wide, words of more cells than these are broken."""
_TRIALS = 6
_HANGING = re.compile(r"[> ]*(?:[•◦▪*+☐☑-] |\[[ x]\] |[0-9a-zA-Z]{1,5}\. )?")


def set_table(element: etree._Element, width: int, layout: Layout, set_block: SetBlock) -> list[str]:
    """Return the lines of the caption and the grid; in a cell, or where the width is too narrow for a grid, a record for each row."""
    caption = element.find("caption")
    lines = flow(caption, width, layout, set_block) if caption is not None else []
    grid = form_grid(element)
    if not grid.rows:
        return lines
    inner = dataclasses.replace(layout, in_cell=True, in_item=False, bullet=0)
    drawn = None if layout.in_cell else _fit_grid(grid, width, inner, set_block)
    if drawn is None:
        drawn = _records(grid, width, dataclasses.replace(inner, in_cell=layout.in_cell), set_block)
        return [*lines, "", *drawn] if lines else drawn
    return lines + drawn


def _fit_grid(grid: Grid, width: int, layout: Layout, set_block: SetBlock) -> list[str] | None:
    """Return the drawn grid, or None where the columns cannot be made to fit."""
    available = width - 3 * grid.columns - 1
    if available < grid.columns:
        return None
    longest, broken, widest = _column_needs(grid, {cell: _cell_lines(cell, _UNBROKEN, layout, set_block) for cell in grid.cells()})
    for _ in range(_TRIALS):
        widths = _column_widths(longest, widest, available) or _column_widths(broken, widest, available)
        if widths is None:
            return None
        texts = {cell: _cell_lines(cell, cell_width(cell, widths), layout, set_block) for cell in grid.cells()}
        if not _raise_needs(texts, widths, longest, broken, widest):
            return draw_grid(grid, widths, texts, layout.characters)
    return None


def _cell_lines(cell: Cell, width: int, layout: Layout, set_block: SetBlock) -> list[str]:
    if cell.element is None:
        return []
    lines = flow(cell.element, width, layout, set_block, tight=True)
    return [layout.characters.line(line) for line in lines]


def _column_needs(grid: Grid, texts: dict[Cell, list[str]]) -> tuple[list[int], list[int], list[int]]:
    """Return for each column, in cells, its longest word, its longest word where long words may be broken, and its widest line."""
    longest, broken, widest = ([1] * grid.columns for _ in range(3))
    for cell in sorted(grid.cells(), key=lambda cell: (cell.columns, cell.row, cell.column)):
        words = [needs for line in texts[cell] for needs in _words(cell, line)]
        unbroken = max((whole for whole, _ in words), default=1)
        breakable = max((least for _, least in words), default=1)
        line = max(map(cells, texts[cell]), default=1)
        for needs, need in ((longest, unbroken), (broken, breakable), (widest, line)):
            _widen_columns(needs, cell, need)
    return longest, broken, widest


def _words(cell: Cell, line: str) -> Iterator[tuple[int, int]]:
    """Yield the cells that each word of a line needs, unbroken and where it may be broken, each with the line's hanging indent."""
    hang = _HANGING.match(line) if cell.element is not None and any(child.tag in BLOCKS for child in cell.element) else None
    margin = hang.end() if hang else 0
    for chunk in line[margin:].split(" "):
        for word in unbreakable_pieces(chunk):
            taken = cells(word)
            yield margin + taken, margin + (taken if is_address(word) else min(taken, _LONG_WORD))


def _widen_columns(needs: list[int], cell: Cell, need: int) -> None:
    """Widen the cell's columns by equal parts until the cell is `need` wide."""
    missing = need - cell_width(cell, needs)
    if missing > 0:
        share, rest = divmod(missing, cell.columns)
        for place in range(cell.columns):
            needs[cell.column + place] += share + (place < rest)


def _column_widths(least: Sequence[int], most: Sequence[int], available: int) -> list[int] | None:
    """Return widths between `least` and `most` that fit into `available` cells; None where the least do not fit.

    Spare cells go to the columns in proportion to what they lack.
    """
    most = [max(pair) for pair in zip(least, most, strict=True)]
    if sum(most) <= available:
        return list(most)
    if sum(least) > available:
        return None
    widths = list(least)
    open_columns = list(range(len(widths)))
    left = available - sum(widths)
    # Columns that need no more than an equal share get all that they need.
    for place in sorted(open_columns, key=lambda place: most[place]):
        share = (left + sum(widths[other] for other in open_columns)) // len(open_columns)
        gap = most[place] - widths[place]
        if most[place] > share or gap > left:
            break
        widths[place] = most[place]
        left -= gap
        open_columns.remove(place)
    missing = {place: most[place] - widths[place] for place in open_columns}
    total = sum(missing.values())
    for place, gap in missing.items():
        widths[place] += gap * left // total
    rest = available - sum(widths)
    for place in sorted(missing, key=lambda place: -(missing[place] * left % total))[:rest]:
        widths[place] += 1
    return widths


def _raise_needs(texts: dict[Cell, list[str]], widths: Sequence[int], *needs: list[int]) -> bool:
    """Raise the needs of columns in which a line overhangs (code, indented words); return whether there is such a line."""
    widened = False
    for cell, lines in texts.items():
        need = max(map(cells, lines), default=0)
        if need > cell_width(cell, widths):
            widened = True
            for columns in needs:
                _widen_columns(columns, cell, need)
    return widened


def _records(grid: Grid, width: int, layout: Layout, set_block: SetBlock) -> list[str]:
    """Return a paragraph of lines "Head: value" for each row. A value that spans rows stands in each of their records."""
    heads = [_head_text([grid.rows[row][column] for row in range(grid.head)], layout, set_block) for column in range(grid.columns)]
    if grid.head == len(grid.rows):
        return [line for head in heads for line in wrap(head, width)]
    lines: list[str] = []
    for row in grid.rows[grid.head :]:
        lines += [""] if lines else []
        for column, cell in enumerate(row):
            if cell.column != column or cell.element is None:
                continue
            names = list(dict.fromkeys(name for name in heads[column : column + cell.columns] if name))
            lines += _record_lines(" / ".join(names), cell, width, layout, set_block)
    return lines


def _head_text(head: Sequence[Cell], layout: Layout, set_block: SetBlock) -> str:
    texts = (" ".join(" ".join(_cell_lines(cell, _UNBROKEN, layout, set_block)).split(" ")) for cell in dict.fromkeys(head))
    return " / ".join(text for text in texts if text)


def _record_lines(name: str, cell: Cell, width: int, layout: Layout, set_block: SetBlock) -> list[str]:
    """Return a value with its head before it: on the same line where the value is inline content, else above it."""
    margin = "  " if width > 12 else ""
    element = cell.element
    content = list(parts(element)) if element is not None else []
    if len(content) == 1 and not isinstance(content[0], list) and content[0].tag == "p":
        content = list(parts(content[0]))
    label = layout.words.labelled.format(label=name, text="").rstrip() if name else ""
    if not content:
        return wrap(label, width) if label else []
    if len(content) == 1 and isinstance(content[0], list):
        text = run_text(content[0], layout)
        text = layout.words.labelled.format(label=name, text=text).strip() if name else text.strip()
        lines = wrap(text, width)
        return lines if len(lines) == 1 else indent(wrap(text, width - len(margin)), "", margin)
    assert element is not None
    value = flow(element, width - len(margin), layout, set_block, tight=True)
    return [*(wrap(label, width) if label else []), *indent(value, margin)]
