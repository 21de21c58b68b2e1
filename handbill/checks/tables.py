"""Check of tables: missing header cells, rows that are too long or too short (WCAG 2.1, 1.3.1; PDF/UA-1, 7.5)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from handbill.checks.finding import Finding
from handbill.document import text_of
from handbill.language.folding import collapse_whitespace
from handbill.markdown.tree.annotations import SHORT_ROW, SURPLUS_CELL
from handbill.markdown.tree.document_parts import Parts

__all__ = ["column_range", "numbered_cells", "table_findings"]


def table_findings(parts: Parts) -> Iterator[Finding]:
    """Yield findings on tables: columns without a header (WCAG 2.1, 1.3.1; PDF/UA-1, 7.5), rows longer or shorter than the table."""
    for table in (table for part in parts.trees() for table in part.iter("table")):
        words = next((text for cell in table.iter("th", "td") if (text := collapse_whitespace(text_of(cell)))), "")
        surplus = {column: cell for column, cell in numbered_cells(table) if cell.get(SURPLUS_CELL)}
        for cell in surplus.values():
            hint = "a bar that belongs to the text is written \\|"
            yield Finding("long-row", "the row has more cells than its head", hint, barrier=True, element=cell, kind="reported")
        if short := sum(1 for row in table.iter("tr") if row.get(SHORT_ROW)):
            message = f"{'a row has' if short == 1 else f'{short} rows have'} fewer cells than the table has columns; empty ones stand in"
            yield Finding(
                "short-row", message, "give every row as many cells, or a colspan", barrier=False, element=table, kind="table", words=words
            )
        if next(table.iter("th"), None) is None:
            message = "the table has no header cells"
            hint = "name its columns in its first row (in HTML, <th>): screen readers tell people which column they are in"
            yield Finding("table-header", message, hint, barrier=True, element=table, kind="table", words=words)
        elif unnamed := sorted(_columns_without_header(table) - set(surplus)):
            many = f"the columns {', '.join(map(str, unnamed))} have" if len(unnamed) > 1 else f"column {unnamed[0]} has"
            hint = "write in its first row what is in it: screen readers tell people which column they are in"
            yield Finding("table-header", f"{many} no header", hint, barrier=True, element=table, kind="table", words=words)


def _columns_without_header(table: etree._Element) -> set[int]:
    """Return the numbers, from 1, of the columns with a cell that has text and neither a column header nor a row header."""
    named: set[int] = set()
    unnamed: set[int] = set()
    rows_named = {row for row in table.iter("tr") if any(cell.get("scope") in ("row", "rowgroup") for cell in row.iter("th"))}
    for column, cell in numbered_cells(table):
        width = column_range(column, cell)
        if cell.tag == "th":
            named.update(width)
        elif cell.getparent() not in rows_named and text_of(cell).strip() and not named.intersection(width):
            unnamed.add(column)
    return unnamed


def column_range(column: int, cell: etree._Element) -> range:
    """Return the numbers of the columns that a cell covers; `column` is the number of its first."""
    return range(column, column + int(cell.get("colspan", "1")))


def numbered_cells(table: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """Yield the number of its first column, from 1, and the cell itself for each cell of a table, row by row (HTML, 4.9.12)."""
    for group in table.iterchildren("thead", "tbody", "tfoot"):
        hanging: dict[int, int] = {}
        for row in group:
            column = 1
            begun: dict[int, int] = {}
            for cell in row:
                while hanging.get(column):
                    column += 1
                yield column, cell
                covered = column_range(column, cell)
                begun |= dict.fromkeys(covered, int(cell.get("rowspan", "1")) - 1)
                column = covered.stop
            hanging = {column: left - 1 for column, left in hanging.items() if left > 1} | {c: left for c, left in begun.items() if left}
