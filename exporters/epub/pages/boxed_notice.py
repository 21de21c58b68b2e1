"""Builds the boxed notice at the end of each page that bears a marked claim, and explains the claims' symbols."""

from __future__ import annotations

import copy

from lxml import etree

from handbill.document import CLAIM_SYMBOL, Words

from ..namespaces import EPUB_TYPE
from .language import language_attribute
from .xhtml import element

__all__ = ["boxed_notice", "claim_symbols", "explain_symbols"]


def claim_symbols(body: etree._Element) -> list[etree._Element]:
    """Return the symbols of the claims that are marked on the page: links to its boxed notice."""
    return [link for link in body.iter("a") if link.get("class") == CLAIM_SYMBOL]


def explain_symbols(body: etree._Element, words: Words, language: str) -> None:
    """Give each claim's symbol a title that names its target, for people who hear it; `language` is the article's.

    A title cannot be in another language than its element: without words in the article's language there is none.
    """
    if not language_attribute(words.language, language):
        for link in claim_symbols(body):
            link.set("title", words.see_disclaimer_section)


def boxed_notice(notice: etree._Element) -> etree._Element:
    """Return a copy of the boxed notice for a page. Its text is bold by its markup, since reading systems may ignore style sheets.

    It is a `div`, since no `aside` may have the role of a notice (ARIA in HTML, 4).
    """
    box = copy.deepcopy(notice)
    box.tag = "div"
    box.set(EPUB_TYPE, "notice")
    box.set("role", "doc-notice")
    for paragraph in box.iter("p"):
        bold = element("strong", None, *([paragraph.text] if paragraph.text else []), *paragraph)
        paragraph.text = None
        paragraph.append(bold)
    return box
