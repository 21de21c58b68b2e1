"""Headings that skip a level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from handbill.checks.finding import Finding
from handbill.document import text_of

__all__ = ["headings"]

_LEVELS = {f"h{level}": level for level in range(1, 7)}


def headings(parts: Sequence[etree._Element]) -> Iterator[Finding]:
    """Yield each heading that is more than one level deeper than the one before it; the title is of level 1 (PDF/UA-1, 7.4.2)."""
    last = 1
    for element in (element for part in parts for element in part.iter(*_LEVELS)):
        level = _LEVELS[str(element.tag)]
        if level > last + 1:
            words = " ".join(text_of(element).split())
            above = "the title" if last == 1 else f"a heading of level {last}"
            message = f"the heading “{words}” is of level {level}, right below {above}"
            hint = f"make it a heading of level {last + 1}: screen readers tell people the levels"
            yield Finding("skipped-heading", message, hint, True, element, "heading", words)
        last = level
