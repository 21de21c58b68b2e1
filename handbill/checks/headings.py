"""Headings that skip a level."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from handbill.checks.finding import Finding
from handbill.document import text_of
from handbill.markdown.tree.annotations import DEMOTED
from handbill.markdown.tree.elements import HEADINGS
from handbill.markdown.tree.parts import Parts

__all__ = ["headings", "sections", "titles"]

_LEVELS = {f"h{level}": level for level in range(1, 7)}


def headings(parts: Parts) -> Iterator[Finding]:
    """Yield each heading that is more than one level deeper than the one before it; the title is of level 1 (PDF/UA-1, 7.4.2)."""
    last = 1
    for element in (element for part in parts.in_reading_order() for element in part.iter(*_LEVELS)):
        level = _LEVELS[str(element.tag)]
        if level > last + 1:
            words = " ".join(text_of(element).split())
            above = "the title" if last == 1 else f"a heading of level {last}"
            message = f"the heading “{words}” is of level {level}, right below {above}"
            hint = f"make it a heading of level {last + 1}: screen readers tell people the levels"
            yield Finding("skipped-heading", message, hint, True, element, "heading", words)
        last = level


def sections(parts: Parts) -> Iterator[Finding]:
    """Yield each heading below which nothing stands before the next one of its level or a higher one, or before the end.

    A reader who goes from heading to heading finds nothing there (WCAG 2.1, 2.4.6: headings describe what they stand over).
    """
    for part in parts.trees():
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


def titles(parts: Parts) -> Iterator[Finding]:
    """Yield each first-level heading beside the title, which stands as one of level two, and the want of a summary.

    The title is the one heading of level one in every format. A summary says the main message first, as guidance for patients asks
    (CDC Clear Communication Index, items 1 and 2), and is what catalogues show.
    """
    for heading in (heading for part in parts.trees() for heading in part.iter(*HEADINGS) if heading.get(DEMOTED)):
        words = text_of(heading)
        message = f"the heading “{' '.join(words.split())}” is of level 1, like the title; it stands as one of level 2"
        hint = "write it with ##, and the headings below it with one # more"
        yield Finding("second-title", message, hint, False, heading, "heading", words)
    if parts.abstract is None:
        hint = "say in a few sentences what it tells: abstract: in the front matter"
        yield Finding("no-summary", "the article has no summary", hint, False, parts.heading, "article")
