"""Puts wide tables into boxes that scroll sideways: on a narrow screen they would run off the page."""

from __future__ import annotations

import re

from lxml import etree

from .sections import heading_text
from .xhtml import element

__all__ = ["make_wide_tables_scroll"]

_MANY_COLUMNS = 4
# In em: a screen of 320 CSS pixels at the usual 16 pixels to the em, without the page's margins (WCAG 2.1, 1.4.10).
_NARROWEST_SCREEN = 18.0
# In em, as the style sheet sets them: a cell's padding and the size of a table's text; and the width of a lower-case letter.
_PADDING, _TEXT_SIZE, _LETTER = 1.0, 0.9, 0.5
# Where a line can end: between words, after hyphens, before East Asian characters.
_BREAKS = re.compile(r"[\s\-\u2010\u2013/]+|(?=[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef])")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def make_wide_tables_scroll(body: etree._Element, title: str) -> None:
    """Put each table that may be wider than a narrow screen into a box that scrolls and takes the focus. A table in a table gets none.

    The box is named by the table's caption, else by the heading before it, else by `title` (WCAG 2.1, 2.1.1 and 4.1.2).
    """
    name, used = title, set[str]()
    for each in list(body.iter(etree.Element)):
        if each.tag in _HEADINGS:
            name = heading_text(each) or name
        parent = each.getparent()
        if each.tag != "table" or parent is None or not _is_wide(each) or any(True for _ in each.iterancestors("table")):
            continue
        caption = each.find("caption")
        label = _unique_label(used, (heading_text(caption) if caption is not None else "") or name)
        box = element("div", {"class": "handbill-wide-table", "role": "region", "tabindex": "0", "aria-label": label})
        parent.replace(each, box)
        box.tail, each.tail = each.tail, None
        box.append(each)


def _unique_label(used: set[str], wanted: str) -> str:
    """Return a label that no other box of the page has, and add it to `used` (ARIA Authoring Practices, landmark regions)."""
    label, number = wanted, 1
    while label in used:
        number += 1
        label = f"{wanted} ({number})"
    used.add(label)
    return label


def _is_wide(table: etree._Element) -> bool:
    """Return whether the table has many columns, or words so long that fewer columns do not fit a narrow screen."""
    return _columns(table) >= _MANY_COLUMNS or _least_width(table) > _NARROWEST_SCREEN


def _least_width(table: etree._Element) -> float:
    """Return about how narrow the table can be, in em: a column is as wide as the longest word in a cell that spans no other column."""
    columns: dict[int, float] = {}
    for row in table.iter("tr"):
        column = 0
        for cell in row.iterchildren("td", "th"):
            if _span(cell) == 1:
                words = _BREAKS.split("".join(str(piece) for piece in cell.itertext()))
                columns[column] = max(columns.get(column, 0.0), max(map(len, words)) * _LETTER + _PADDING)
            column += _span(cell)
    return sum(columns.values()) * _TEXT_SIZE


def _columns(table: etree._Element) -> int:
    return max((sum(_span(cell) for cell in row.iterchildren("td", "th")) for row in table.iter("tr")), default=0)


def _span(cell: etree._Element) -> int:
    span = cell.get("colspan") or "1"
    return int(span) if span.isdecimal() else 1
