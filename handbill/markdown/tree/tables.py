"""Tables: turns a table of HTML into the vocabulary of docs/reference/tree.md, and counts the cells of one.

In the result, the groups stand in order (head, bodies, foot), every row is as wide as the table, and no span leaves its group.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from lxml import etree

from handbill.markdown.extensions import SURPLUS_CELL
from handbill.markdown.tree.annotations import SHORT_ROW
from handbill.markdown.tree.elements import copy_attributes, copy_language, detach, is_empty

__all__ = ["cell_count", "convert_table"]

_MOST_SPANNED = 100
"""How many columns a cell may span."""

_ORDER = {"thead": 0, "tbody": 1, "tfoot": 2}

_Fill = Callable[[etree._Element, etree._Element], object]
"""Converts the content of the first element, and puts it into the second."""


def convert_table(element: etree._Element, fill: _Fill) -> etree._Element | None:
    """Return a table of HTML in the vocabulary, or None where it has no cell; `fill` converts the content of a cell.

    A second head or foot becomes a body, since a table has one of each (HTML, 4.9.1). A row that is too short gets empty cells. A first
    row of header cells alone becomes the head. Empty header cells become data cells: a head of such cells is removed, and where the cell
    in the corner is one, the first column becomes row headers.
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
            _append_row(row, group, len(rows) - number, fill)
        groups.append(group)
    table.extend(sorted(groups, key=lambda group: _ORDER[str(group.tag)]))
    _equalise_rows(groups)
    _correct_headers(table)
    return table if groups else None


def cell_count(table: etree._Element) -> int:
    """Return the number of cells of a table of HTML when every row is as wide as the widest; spans are counted."""
    rows = [row for child in table for row in ([child] if child.tag == "tr" else child.findall("tr"))]
    return max((above + width for _, width, above in _widths(rows)), default=0) * len(rows)


def _widths(rows: Sequence[etree._Element]) -> Iterator[tuple[etree._Element, int, int]]:
    """Yield each row with the number of columns that its own cells take, and of those that cells of the rows above it take."""
    above, ending = 0, Counter[int]()
    for number, row in enumerate(rows):
        above -= ending[number]
        widths = [_span(cell, "colspan", _MOST_SPANNED) for cell in row]
        yield row, sum(widths), above
        for cell, width in zip(row, widths, strict=True):
            if (height := _span(cell, "rowspan", len(rows) - number)) > 1:
                above += width
                ending[number + height] += width


def _span(cell: etree._Element, name: str, most: int) -> int:
    """Return how many columns (`colspan`) or rows (`rowspan`) a cell spans: from 1 up to the most, 1 where it says no number."""
    written = (cell.get(name) or "").strip()[:7]
    return max(1, min(int(written), most)) if written and re.fullmatch("[0-9]+", written) else 1


def _append_row(row: etree._Element, group: etree._Element, rows_left: int, fill: _Fill) -> None:
    """Append a row to a group; `rows_left` is the number of rows from this one to the last of the group."""
    out = copy_attributes(row, etree.SubElement(group, "tr"))
    for cell in row:
        copy = copy_attributes(cell, etree.SubElement(out, cell.tag))
        if copy.attrib.pop("class", "") == SURPLUS_CELL:
            copy.set(SURPLUS_CELL, "surplus")
        for name, most in (("colspan", _MOST_SPANNED), ("rowspan", rows_left)):
            if (span := _span(cell, name, most)) > 1:
                copy.set(name, str(span))
        alignment = re.search(r"text-align:\s*(left|right|center)", cell.get("style", ""))
        side = alignment[1] if alignment else cell.get("align", "").lower()
        if side in ("left", "right", "center"):
            copy.set("class", f"align-{side}")
        if cell.tag == "th":
            default = "col" if group.tag == "thead" else "row"
            copy.set("scope", cell.get("scope", "") if cell.get("scope") in ("col", "row", "colgroup", "rowgroup") else default)
        fill(cell, copy)


def _equalise_rows(groups: list[etree._Element]) -> None:
    """Make every row as wide as the table: a short row gets empty cells, and a lone cell spans no more than the row."""
    widths = [width for group in groups for width in _widths(list(group))]
    # The one cell of a row that spans more columns than the table has is meant to span all.
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
    """Make the first row of a table its head."""
    body = row.getparent()
    assert body is not None
    head = etree.Element("thead")
    body.addprevious(head)
    head.append(row)
    for cell in row:
        cell.set("scope", "colgroup" if cell.get("scope") == "colgroup" else "col")
    if not len(body):
        detach(body)


def _correct_headers(table: etree._Element) -> None:
    """Remove empty headers, and make headers of cells that are placed as such (see `convert_table`)."""
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
