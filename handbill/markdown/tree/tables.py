"""Tables in the vocabulary of docs/reference/tree.md: groups in order, every row as wide as the table, spans within it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from lxml import etree

from handbill.markdown.extensions import SURPLUS_CELL
from handbill.markdown.tree.annotations import SHORT_ROW
from handbill.markdown.tree.elements import copy_attributes, copy_language, detach, is_empty

__all__ = ["extent", "shape_table"]

_MOST_SPANNED = 100
_ORDER = {"thead": 0, "tbody": 1, "tfoot": 2}

_Fill = Callable[[etree._Element, etree._Element], object]
"""Puts the content of the first element into the second."""


def shape_table(element: etree._Element, fill: _Fill) -> etree._Element | None:
    """Return a table as HTML has it in the vocabulary; `fill` converts the content of a cell. None where there is no cell.

    A second head or foot becomes a body, for there is one of each (HTML, 4.9.1). A row that is too short gets empty cells. Header
    cells that say nothing are none: a head of such alone goes, and below an empty one in the corner the first column names the rows.
    A first row of headers alone is the head.
    """
    table = copy_attributes(element, etree.Element("table"))
    caption = etree.SubElement(table, "caption")
    for part in element.findall("caption"):
        fill(part, caption)
        copy_language(part, caption)
    if is_empty(caption):
        table.remove(caption)
    groups: list[etree._Element] = []
    for child in element:
        rows = [
            row
            for row in ([child] if child.tag == "tr" else child.findall("tr"))
            if row.find("td") is not None or row.find("th") is not None
        ]
        if not rows:
            continue
        tag = str(child.tag) if child.tag in ("thead", "tfoot") and not any(group.tag == child.tag for group in groups) else "tbody"
        group = copy_attributes(child, etree.Element(tag)) if child.tag != "tr" else etree.Element(tag)
        for number, row in enumerate(rows):
            _row(row, group, len(rows) - number, fill)
        groups.append(group)
    table.extend(sorted(groups, key=lambda group: _ORDER[str(group.tag)]))
    _square(groups)
    _mend_headers(table)
    return table if groups else None


def extent(table: etree._Element) -> int:
    """Return how many cells a table has at most when every row is as wide as the widest, spans counted."""
    rows = [row for child in table for row in ([child] if child.tag == "tr" else child.findall("tr"))]
    widest, hanging, ending = 0, 0, Counter[int]()
    for number, row in enumerate(rows):
        hanging -= ending[number]
        widest = max(widest, hanging + sum(_written_span(cell, "colspan", _MOST_SPANNED) for cell in row))
        for cell in row:
            if (below := _written_span(cell, "rowspan", len(rows) - number)) > 1:
                width = _written_span(cell, "colspan", _MOST_SPANNED)
                hanging += width
                ending[number + below] += width
    return widest * len(rows)


def _written_span(cell: etree._Element, name: str, most: int) -> int:
    """Return the span that an author gave a cell, from 1 up to the most."""
    written = cell.get(name, "").strip()[:7]
    return max(1, min(int(written), most)) if re.fullmatch("[0-9]+", written) else 1


def _row(row: etree._Element, group: etree._Element, rows_left: int, fill: _Fill) -> None:
    out = copy_attributes(row, etree.SubElement(group, "tr"))
    for cell in row:
        copy = copy_attributes(cell, etree.SubElement(out, cell.tag))
        if copy.attrib.pop("class", "") == SURPLUS_CELL:
            copy.set(SURPLUS_CELL, "surplus")
        for name, most in (("colspan", _MOST_SPANNED), ("rowspan", rows_left)):
            if (span := _written_span(cell, name, most)) > 1:
                copy.set(name, str(span))
        alignment = re.search(r"text-align:\s*(left|right|center)", cell.get("style", ""))
        side = alignment[1] if alignment else cell.get("align", "").lower()
        if side in ("left", "right", "center"):
            copy.set("class", f"align-{side}")
        if cell.tag == "th":
            default = "col" if group.tag == "thead" else "row"
            copy.set("scope", cell.get("scope", "") if cell.get("scope") in ("col", "row", "colgroup", "rowgroup") else default)
        fill(cell, copy)


def _span(cell: etree._Element, name: str) -> int:
    return int(cell.get(name, "1"))


def _square(groups: list[etree._Element]) -> None:
    """Give every row the width of the table: short ones get empty cells, a lone cell spans no more than there is."""
    widths: list[tuple[etree._Element, int, int]] = []
    for group in groups:
        # How many columns are taken from above, and how many of these end at a row.
        hanging, ending = 0, Counter[int]()
        for number, row in enumerate(group):
            hanging -= ending[number]
            widths.append((row, sum(_span(cell, "colspan") for cell in row), hanging))
            for cell in row:
                if (rows := _span(cell, "rowspan")) > 1:
                    hanging += _span(cell, "colspan")
                    ending[number + rows] += _span(cell, "colspan")
    # One cell that spans a hundred columns means all of them, however many there are.
    surplus = any(cell.get(SURPLUS_CELL) for row, _, _ in widths for cell in row)
    columns = max((above + (width if len(row) > 1 else 1) for row, width, above in widths), default=0)
    for row, width, above in widths:
        if len(row) == 1 and width + above > columns:
            row[0].set("colspan", str(columns - above))
        for _ in range(columns - width - above):
            etree.SubElement(row, "td")
            if not surplus:
                row.set(SHORT_ROW, "short")


def _make_head(row: etree._Element) -> None:
    """Make the first row of a table, which holds headers alone, its head."""
    body = row.getparent()
    assert body is not None
    head = etree.Element("thead")
    body.addprevious(head)
    head.append(row)
    for cell in row:
        cell.set("scope", "colgroup" if cell.get("scope") == "colgroup" else "col")
    if not len(body):
        detach(body)


def _mend_headers(table: etree._Element) -> None:
    head = table.find("thead")
    corner = head[0][0] if head is not None and len(head) == 1 and len(head[0]) > 1 else None
    if head is not None and is_empty(head) and not any(element.get("id") or element.get("rowspan") for element in head.iter()):
        table.remove(head)
    for cell in [cell for cell in table.iter("th") if is_empty(cell)]:
        cell.tag = "td"
        del cell.attrib["scope"]
    rows = list(table.iterfind("tbody/tr"))
    if table.find("thead") is None and len(rows) > 1 and all(cell.tag == "th" and cell.get("rowspan") is None for cell in rows[0]):
        _make_head(rows[0])
    if corner is None or corner.tag == "th" or not rows or next(table.iter("th"), None) is None:
        return
    if any(cell.tag == "th" or cell.get("rowspan") for row in rows for cell in row):
        return
    for name in [row[0] for row in rows if row[0].get("colspan") is None and not is_empty(row[0])]:
        name.tag = "th"
        name.set("scope", "row")
