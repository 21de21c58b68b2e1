"""Tables of many columns, in a box of their own that scrolls sideways: on a narrow screen they would run off the page."""

from __future__ import annotations

from lxml import etree

from .sections import heading_text
from .xhtml import element

__all__ = ["let_wide_tables_scroll"]

_MANY_COLUMNS = 4
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def let_wide_tables_scroll(body: etree._Element, title: str) -> None:
    """Put each table of four columns or more, but for those in other tables, into a box that the keyboard reaches too.

    The box is named by the table's caption, or by the heading before it, or by `title` (WCAG 2.1, 2.1.1 and 4.1.2).
    """
    name = title
    for each in list(body.iter(etree.Element)):
        if each.tag in _HEADINGS:
            name = heading_text(each) or name
        parent = each.getparent()
        if each.tag != "table" or parent is None or _columns(each) < _MANY_COLUMNS or any(True for _ in each.iterancestors("table")):
            continue
        caption = each.find("caption")
        label = (heading_text(caption) if caption is not None else "") or name
        box = element("div", {"class": "wide-table", "role": "region", "tabindex": "0", "aria-label": label})
        parent.replace(each, box)
        box.tail, each.tail = each.tail, None
        box.append(each)


def _columns(table: etree._Element) -> int:
    return max((sum(_span(cell) for cell in row.iterchildren("td", "th")) for row in table.iter("tr")), default=0)


def _span(cell: etree._Element) -> int:
    span = cell.get("colspan") or "1"
    return int(span) if span.isdecimal() else 1
