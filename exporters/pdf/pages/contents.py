"""The table of contents: which headings it lists, and when an article has one."""

from __future__ import annotations

import copy
from typing import Literal

from lxml import etree

from handbill.document import text_of

from .elements import element, has_class

__all__ = ["contents"]

_SECTIONS = 4
_WORDS = 1500
# With more entries than this, subsections are left out.
_LONGEST = 16


def _entry_text(heading: etree._Element) -> etree._Element:
    """Return a span with the heading's inline content, without what a list cannot repeat: notes, links, images and ids."""
    span = copy.deepcopy(heading)
    for call in span.iter("a"):
        if has_class(call, "noteref"):
            call.tag = "aside"
    etree.strip_elements(span, "aside", "img", with_tail=False)
    etree.strip_tags(span, "a")
    for inner in span.iter():
        inner.attrib.pop("id", "")
    span.attrib.clear()
    span.tag, span.tail = "span", None
    return span


def contents(
    body: etree._Element, title: str, disclaimer: etree._Element, choice: Literal["auto", "always", "never"]
) -> etree._Element | None:
    """Return the list of sections with their pages, or None where the article is to have none.

    `auto` gives one to articles of at least 4 sections and 1,500 words, which is more than three pages. The disclaimer is listed
    too.
    """
    headings = [heading for heading in body.iter("h2", "h3") if heading.get("id")]
    sections = [heading for heading in headings if heading.tag == "h2"]
    if choice == "never" or not headings:
        return None
    if choice == "auto" and (len(sections) < _SECTIONS or len(text_of(body).split()) < _WORDS):
        return None
    listed = headings if len(headings) <= _LONGEST else sections or headings
    items = []
    for heading in [*listed, disclaimer]:
        link = element("a", attributes={"href": f"#{heading.get('id')}"}, children=[_entry_text(heading)])
        items.append(element("li", attributes={"class": "sub" if heading.tag == "h3" else ""}, children=[link]))
    return element(
        "nav", attributes={"class": "contents"}, children=[element("p", title, {"class": "contents-title"}), element("ul", children=items)]
    )
