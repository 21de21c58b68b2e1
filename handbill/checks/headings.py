"""Check of headings: skipped levels, sections without content, a second title, a missing summary.

The rules are those of PDF/UA-1, WCAG 2.1 and the CDC Clear Communication Index that each function names.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from handbill.checks.finding import Finding
from handbill.document import text_of
from handbill.language.folding import collapse_whitespace
from handbill.markdown.tree.annotations import DEMOTED
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import HEADINGS

__all__ = ["empty_sections", "heading_level_findings", "title_findings"]


def heading_level_findings(parts: Parts) -> Iterator[Finding]:
    """Yield a finding for each heading that is more than one level deeper than the heading before it (PDF/UA-1, 7.4.2).

    The title is of level 1.
    """
    previous_level = 1
    for element in (element for part in parts.in_reading_order() for element in part.iter(*HEADINGS)):
        level = _level(element)
        if level > previous_level + 1:
            words = collapse_whitespace(text_of(element))
            above = "the title" if previous_level == 1 else f"a heading of level {previous_level}"
            message = f"the heading “{words}” is of level {level}, right below {above}"
            hint = f"make it a heading of level {previous_level + 1}: screen readers tell people the levels"
            yield Finding("skipped-heading", message, hint, barrier=True, element=element, kind="heading", words=words)
        previous_level = level


def empty_sections(parts: Parts) -> Iterator[Finding]:
    """Yield a finding for each heading without content: nothing stands between it and the next heading of its level or above, or the end.

    A reader who moves from heading to heading finds nothing there (WCAG 2.1, 2.4.6: headings describe what they stand over).
    """
    for part in parts.trees():
        heading_without_content: etree._Element | None = None
        for element in part.iter(*HEADINGS, "p", "li", "table", "pre", "img", "dt", "hr", "section"):
            if element.get("class") == "notes":
                break
            if element.tag in HEADINGS and element.tag != "h1":
                if heading_without_content is not None and _level(element) <= _level(heading_without_content):
                    yield _empty_section(heading_without_content)
                heading_without_content = element
            elif element.tag != "section" and not any(outer.tag in HEADINGS for outer in element.iterancestors()):
                heading_without_content = None
        if heading_without_content is not None:
            yield _empty_section(heading_without_content)


def _level(heading: etree._Element) -> int:
    """Return the level of a heading, from 1 to 6."""
    return HEADINGS.index(str(heading.tag)) + 1


def _empty_section(heading: etree._Element) -> Finding:
    """Return the finding on a heading without content."""
    words = text_of(heading)
    message = f"nothing stands under the heading “{collapse_whitespace(words)}”"
    return Finding(
        "empty-section", message, "write its text, or take the heading out", barrier=False, element=heading, kind="heading", words=words
    )


def title_findings(parts: Parts) -> Iterator[Finding]:
    """Yield a finding for each first-level heading beside the title, and one where the article has no summary.

    In every format the title is the only heading of level 1, so such a heading was moved to level 2. A summary gives the main message
    first (CDC Clear Communication Index, items 1 and 2) and is what catalogues show.
    """
    for heading in (heading for part in parts.trees() for heading in part.iter(*HEADINGS) if heading.get(DEMOTED)):
        words = text_of(heading)
        message = f"the heading “{collapse_whitespace(words)}” is of level 1, like the title; it stands as one of level 2"
        hint = "write it with ##, and the headings below it with one # more"
        yield Finding("second-title", message, hint, barrier=False, element=heading, kind="heading", words=words)
    if parts.abstract is None:
        hint = "say in a few sentences what it tells: abstract: in the front matter"
        yield Finding("no-summary", "the article has no summary", hint, barrier=False, element=parts.heading, kind="article")
