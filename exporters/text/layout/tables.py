"""Tables: how wide each column is, and what a table becomes that no grid can hold."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from lxml import etree

from ..cells import cells
from .grid import Cell, Grid, draw, read_grid
from .inline import inline_text, set_inline
from .layout import BLOCKS, Layout, SetBlock, flow, indent, runs
from .wrap import is_address, pieces, wrap

__all__ = ["set_table"]

_UNBROKEN = 100_000
"""A width at which no line is broken, in cells."""
_LONG_WORD = 14
"""Where a table is too wide, words of more cells than these are broken."""
_TRIALS = 6
_HANGING = re.compile(r"[> ]*(?:[•◦▪*+☐☑-] |\[[ x]\] |[0-9a-zA-Z]{1,5}\. )?")


def set_table(element: etree._Element, width: int, layout: Layout, block: SetBlock) -> list[str]:
    """Return the caption and the grid; where the width is too narrow for a grid, or in a cell, a record for each row."""
    caption = element.find("caption")
    lines = flow(caption, width, layout, block, set_inline) if caption is not None else []
    grid = read_grid(element)
    if not grid.rows:
        return lines
    inner = dataclasses.replace(layout, in_cell=True, in_item=False, bullet=0)
    drawn = None if layout.in_cell else _fitted(grid, width, inner, block)
    if drawn is None:
        drawn = _records(grid, width, dataclasses.replace(inner, in_cell=layout.in_cell), block)
        return [*lines, "", *drawn] if lines else drawn
    return lines + drawn


def _fitted(grid: Grid, width: int, layout: Layout, block: SetBlock) -> list[str] | None:
    """Return the drawn grid, or None where the columns cannot be made to fit."""
    available = width - 3 * grid.columns - 1
    if available < grid.columns:
        return None
    natural = _spread(grid, {cell: _set(cell, _UNBROKEN, layout, block) for cell in grid.cells()})
    longest, broken, widest = natural
    for _ in range(_TRIALS):
        widths = _distribute(longest, widest, available) or _distribute(broken, widest, available)
        if widths is None:
            return None
        texts = {cell: _set(cell, _room(cell, widths), layout, block) for cell in grid.cells()}
        if not _widen(texts, widths, longest, broken, widest):
            return draw(grid, widths, texts, layout.characters)
    return None


def _set(cell: Cell, width: int, layout: Layout, block: SetBlock) -> list[str]:
    if cell.element is None:
        return []
    lines = flow(cell.element, width, layout, block, set_inline, tight=True)
    return [layout.characters.line(line) for line in lines]


def _room(cell: Cell, widths: Sequence[int]) -> int:
    return sum(widths[cell.column : cell.column + cell.columns]) + 3 * (cell.columns - 1)


def _spread(grid: Grid, texts: dict[Cell, list[str]]) -> tuple[list[int], list[int], list[int]]:
    """Return for each column its longest word, the same where long words may be broken, and its widest line, in cells."""
    longest, broken, widest = ([1] * grid.columns for _ in range(3))
    for cell in sorted(grid.cells(), key=lambda cell: (cell.columns, cell.row, cell.column)):
        words = [needs for line in texts[cell] for needs in _words(cell, line)]
        unbroken = max((whole for whole, _ in words), default=1)
        breakable = max((least for _, least in words), default=1)
        line = max(map(cells, texts[cell]), default=1)
        for needs, need in ((longest, unbroken), (broken, breakable), (widest, line)):
            _raise_to(needs, cell, need)
    return longest, broken, widest


def _words(cell: Cell, line: str) -> Iterator[tuple[int, int]]:
    """Yield the cells that each word of a line needs, whole and where it may be broken, with the indent in which it hangs."""
    hang = _HANGING.match(line) if cell.element is not None and any(child.tag in BLOCKS for child in cell.element) else None
    margin = hang.end() if hang else 0
    for chunk in line[margin:].split(" "):
        for word in pieces(chunk):
            taken = cells(word)
            yield margin + taken, margin + (taken if is_address(word) else min(taken, _LONG_WORD))


def _raise_to(needs: list[int], cell: Cell, need: int) -> None:
    """Widen the cell's columns by equal parts, so that together they have the room."""
    missing = need - _room(cell, needs)
    if missing > 0:
        share, rest = divmod(missing, cell.columns)
        for place in range(cell.columns):
            needs[cell.column + place] += share + (place < rest)


def _distribute(least: Sequence[int], most: Sequence[int], available: int) -> list[int] | None:
    """Return widths from `least` to `most` that fit, what is left going where most is missing; None where the least do not fit."""
    most = [max(pair) for pair in zip(least, most, strict=True)]
    if sum(most) <= available:
        return list(most)
    if sum(least) > available:
        return None
    widths = list(least)
    open_columns = list(range(len(widths)))
    left = available - sum(widths)
    # Columns that need no more than an equal share are not broken at all.
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


def _widen(texts: dict[Cell, list[str]], widths: Sequence[int], *needs: list[int]) -> bool:
    """Raise the needs of columns in which a line overhangs (code, indented words); say whether there are any."""
    widened = False
    for cell, lines in texts.items():
        need = max(map(cells, lines), default=0)
        if need > _room(cell, widths):
            widened = True
            for columns in needs:
                _raise_to(columns, cell, need)
    return widened


def _records(grid: Grid, width: int, layout: Layout, block: SetBlock) -> list[str]:
    """Return a paragraph of lines "Head: value" for each row. A value that spans rows stands in each of their records."""
    heads = [_label([grid.rows[row][column] for row in range(grid.head)], layout, block) for column in range(grid.columns)]
    if grid.head == len(grid.rows):
        return [line for head in heads for line in wrap(head, width)]
    lines: list[str] = []
    for row in grid.rows[grid.head :]:
        lines += [""] if lines else []
        for column, cell in enumerate(row):
            if cell.column != column or cell.element is None:
                continue
            names = list(dict.fromkeys(name for name in heads[column : column + cell.columns] if name))
            lines += _record_line(" / ".join(names), cell, width, layout, block)
    return lines


def _label(head: Sequence[Cell], layout: Layout, block: SetBlock) -> str:
    texts = (" ".join(" ".join(_set(cell, _UNBROKEN, layout, block)).split(" ")) for cell in dict.fromkeys(head))
    return " / ".join(text for text in texts if text)


def _record_line(name: str, cell: Cell, width: int, layout: Layout, block: SetBlock) -> list[str]:
    """Return one value with its head before it: on one line where it is a text, else above it."""
    margin = "  " if width > 12 else ""
    element = cell.element
    parts = list(runs(element)) if element is not None else []
    if len(parts) == 1 and not isinstance(parts[0], list) and parts[0].tag == "p":
        parts = list(runs(parts[0]))
    label = layout.words.labelled.format(label=name, text="").rstrip() if name else ""
    if not parts:
        return wrap(label, width) if label else []
    if len(parts) == 1 and isinstance(parts[0], list):
        text = inline_text(parts[0], layout)
        text = layout.words.labelled.format(label=name, text=text).strip() if name else text.strip()
        lines = wrap(text, width)
        return lines if len(lines) == 1 else indent(wrap(text, width - len(margin)), "", margin)
    assert element is not None
    value = flow(element, width - len(margin), layout, block, set_inline, tight=True)
    return [*(wrap(label, width) if label else []), *indent(value, margin)]
