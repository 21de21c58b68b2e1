"""Sections that hold nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from handbill.checks.finding import Finding
from handbill.document import text_of
from handbill.markdown.tree.elements import HEADINGS

__all__ = ["sections"]


def sections(parts: Sequence[etree._Element]) -> Iterator[Finding]:
    """Yield each heading below which nothing stands before the next one of its level or a higher one, or before the end.

    A reader who goes from heading to heading finds nothing there (WCAG 2.1, 2.4.6: headings describe what they stand over).
    """
    for part in parts:
        waiting: etree._Element | None = None
        for element in part.iter(*HEADINGS, "p", "li", "table", "pre", "img", "dt", "hr", "section"):
            if element.get("class") == "notes":
                break
            if element.tag in HEADINGS and element.tag != "h1":
                if waiting is not None and _level(element) <= _level(waiting):
                    yield _finding(waiting)
                waiting = element
            elif element.tag != "section" and not any(outer.tag in HEADINGS for outer in element.iterancestors()):
                waiting = None
        if waiting is not None:
            yield _finding(waiting)


def _level(heading: etree._Element) -> int:
    return HEADINGS.index(str(heading.tag))


def _finding(heading: etree._Element) -> Finding:
    words = text_of(heading)
    message = f"nothing stands under the heading “{' '.join(words.split())}”"
    return Finding("empty-section", message, "write its text, or take the heading out", False, heading, "heading", words)
