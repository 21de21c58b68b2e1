"""Tables and notes of an article held to its bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lxml import etree

from handbill.markdown.converter import Note
from handbill.markdown.tree.elements import BLOCKS
from handbill.markdown.tree.tables import extent
from handbill.system.limits import BoundError, Bounds

__all__ = ["hold_calls", "hold_tables"]


def hold_tables(parts: Sequence[etree._Element], bounds: Bounds) -> None:
    """Raise BoundError where a table of these trees has too many cells."""
    for table in (table for part in parts for table in part.iter("table")):
        cells = extent(table)
        if cells > bounds.table_cells:
            first = next((str(text).strip() for text in table.itertext() if str(text).strip()), "<table")
            raise BoundError("table_cells", f"the table has {cells:,} cells, as many in each row as in the widest", first.split("\n")[0])


def hold_calls(body: etree._Element, notes: Sequence[Note], bounds: Bounds) -> None:
    """Raise BoundError where a note is called too often, or a paragraph calls too many."""

    def label(call: etree._Element) -> str:
        return f"[^{notes[int(call.get('data-note', '')) - 1].label}]"

    calls = [link for link in body.iter("a") if link.get("data-note")]
    for name, times in Counter(map(label, calls)).items():
        if times > bounds.note_calls:
            raise BoundError("note_calls", f"the footnote {name} is called {times:,} times", name)
    in_blocks: Counter[etree._Element] = Counter()
    for call in calls:
        block = next(parent for parent in call.iterancestors() if parent.tag in BLOCKS or parent is body)
        in_blocks[block] += 1
        if in_blocks[block] > bounds.paragraph_notes:
            raise BoundError("paragraph_notes", f"a paragraph calls more than {bounds.paragraph_notes:,} footnotes", label(call))
