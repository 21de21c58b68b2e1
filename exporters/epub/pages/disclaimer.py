"""Builds the disclaimer's own page, and the notice at the end of every other page."""

from __future__ import annotations

from lxml import etree

from handbill.document import Disclaimer, Words

from .language import language_attribute
from .xhtml import element

__all__ = ["DISCLAIMER_FILE", "disclaimer_notice", "disclaimer_page"]

DISCLAIMER_FILE = "disclaimer.xhtml"


def disclaimer_page(disclaimer: Disclaimer, position: str) -> etree._Element:
    """Return the `<body>` of the disclaimer's page: its title and its text, nothing else. `position` is `front` or `end`."""
    page = element(
        "section", {"class": "handbill-disclaimer", "epub:type": "notice", "role": "doc-notice"}, element("h1", None, disclaimer.title)
    )
    for block in list(disclaimer.tree()):
        block.tail = "\n"
        page.append(block)
    return element("body", {"epub:type": "frontmatter" if position == "front" else "backmatter"}, page)


def disclaimer_notice(disclaimer: Disclaimer, words: Words, language: str) -> etree._Element:
    """Return the end of a page of the article: a link to the disclaimer, then its notice, each marked with its language.

    `language` is the article's.
    """
    text = element("p", {"class": "handbill-notice-text"} | language_attribute(disclaimer.language, language), disclaimer.notice)
    attributes = {"href": DISCLAIMER_FILE} | language_attribute(words.language, language)
    link = element("p", None, element("a", attributes, words.see_disclaimer_section))
    return element("div", {"class": "handbill-notice", "epub:type": "notice", "role": "doc-notice"}, link, text)
