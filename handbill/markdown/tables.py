"""Tables in the vocabulary of docs/architecture.md: groups in order, every row as wide as the table, spans within it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from lxml import etree

from handbill.markdown.elements import copy_attributes, is_empty

__all__ = ["shape_table"]

_MOST_SPANNED = 100
_ORDER = {"thead": 0, "tbody": 1, "tfoot": 2}

_Fill = Callable[[etree._Element, etree._Element], object]
"""Puts the content of the first element into the second."""


def shape_table(element: etree._Element, fill: _Fill) -> etree._Element | None:
    """Return a table as HTML has it in the vocabulary; `fill` converts the content of a cell. None where there is no cell.

    A second head or foot becomes a body, for there is one of each (HTML, 4.9.1). A row that is too short gets empty cells.
    """
    table = copy_attributes(element, etree.Element("table"))
    caption = etree.SubElement(table, "caption")
    for part in element.findall("caption"):
        fill(part, caption)
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
    return table if groups else None


def _row(row: etree._Element, group: etree._Element, rows_left: int, fill: _Fill) -> None:
    out = copy_attributes(row, etree.SubElement(group, "tr"))
    for cell in row:
        copy = copy_attributes(cell, etree.SubElement(out, cell.tag))
        copy.attrib.pop("class", "")
        for name, most in (("colspan", _MOST_SPANNED), ("rowspan", rows_left)):
            written = cell.get(name, "").strip()[:7]
            if re.fullmatch("[0-9]+", written) and (span := min(int(written), most)) > 1:
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
        hanging: Counter[int] = Counter()
        for number, row in enumerate(group):
            for cell in row:
                for below in range(number + 1, number + _span(cell, "rowspan")):
                    hanging[below] += _span(cell, "colspan")
            widths.append((row, sum(_span(cell, "colspan") for cell in row), hanging[number]))
    # One cell that spans a hundred columns means all of them, however many there are.
    columns = max((above + (width if len(row) > 1 else 1) for row, width, above in widths), default=0)
    for row, width, above in widths:
        if len(row) == 1 and width + above > columns:
            row[0].set("colspan", str(columns - above))
        for _ in range(columns - width - above):
            etree.SubElement(row, "td")
