"""The boxed notice at the end of each page that bears a marked claim."""

from __future__ import annotations

import copy

from lxml import etree

from handbill.document import CLAIM_SYMBOL, Words

from .language import in_language
from .xhtml import EPUB_TYPE, element

__all__ = ["boxed_notice", "claim_symbols", "explain_symbols"]


def claim_symbols(body: etree._Element) -> list[etree._Element]:
    """Return the symbols of the claims that are marked on the page: links to its boxed notice."""
    return [link for link in body.iter("a") if link.get("class") == CLAIM_SYMBOL]


def explain_symbols(body: etree._Element, words: Words, language: str) -> None:
    """Say of the symbols where they lead, for those who do not see them; `language` is the article's."""
    for link in claim_symbols(body):
        if not in_language(words.language, language):
            link.set("title", words.see_disclaimer_section)


def boxed_notice(box: etree._Element) -> etree._Element:
    """Return a copy of the boxed notice for a page. It is bold by its markup, too: reading systems may leave style sheets out.

    It is a `div`, since no `aside` may have the role of a notice (ARIA in HTML, 4).
    """
    made = copy.deepcopy(box)
    made.tag = "div"
    made.set(EPUB_TYPE, "notice")
    made.set("role", "doc-notice")
    for paragraph in made.iter("p"):
        words = element("strong", None, *([paragraph.text] if paragraph.text else []), *paragraph)
        paragraph.text = None
        paragraph.append(words)
    return made
