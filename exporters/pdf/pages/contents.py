"""The table of contents: which headings it lists, and which articles have one."""

from __future__ import annotations

import copy
from typing import Literal

from lxml import etree

from handbill.document import is_note_call, text_of

from .elements import element

__all__ = ["table_of_contents"]

_LEAST_SECTIONS = 4
_LEAST_WORDS = 1500
# A table with more entries leaves out the subsections.
_MOST_ENTRIES = 16


def _entry_text(heading: etree._Element) -> etree._Element:
    """Return a span with the heading's inline content, without note calls, links, images and ids, which must not occur twice."""
    span = copy.deepcopy(heading)
    for call in span.iter("a"):
        if is_note_call(call):
            call.tag = "aside"
    etree.strip_elements(span, "aside", "img", with_tail=False)
    etree.strip_tags(span, "a")
    for inner in span.iter():
        inner.attrib.pop("id", "")
    span.attrib.clear()
    span.tag, span.tail = "span", None
    return span


def table_of_contents(
    body: etree._Element, title: str, disclaimer: etree._Element, choice: Literal["auto", "always", "never"]
) -> etree._Element | None:
    """Return the `nav` of sections, or None where the article has none. The style sheet adds the page numbers.

    With `auto`, articles of at least 4 sections and 1,500 words (more than three pages) have one. The disclaimer is its last entry.
    """
    headings = [heading for heading in body.iter("h2", "h3") if heading.get("id")]
    sections = [heading for heading in headings if heading.tag == "h2"]
    if choice == "never" or not headings:
        return None
    if choice == "auto" and (len(sections) < _LEAST_SECTIONS or len(text_of(body).split()) < _LEAST_WORDS):
        return None
    listed = headings if len(headings) <= _MOST_ENTRIES else sections or headings
    items = []
    for heading in [*listed, disclaimer]:
        link = element("a", attributes={"href": f"#{heading.get('id')}"}, children=[_entry_text(heading)])
        items.append(element("li", attributes={"class": "handbill-sub" if heading.tag == "h3" else ""}, children=[link]))
    return element(
        "nav",
        attributes={"class": "handbill-contents"},
        children=[element("p", title, {"class": "handbill-contents-title"}), element("ul", children=items)],
    )
