"""Builds the disclaimer's own page, and the notice at the end of every other page."""

from __future__ import annotations

from lxml import etree

from handbill.document import Disclaimer, direction

from .language import language_attribute
from .xhtml import element

__all__ = ["DISCLAIMER_FILE", "disclaimer_notice", "disclaimer_page"]

DISCLAIMER_FILE = "disclaimer.xhtml"


def disclaimer_page(disclaimer: Disclaimer) -> etree._Element:
    """Return the `<body>` of the disclaimer's page: its title and its text, nothing else. It is the same in front and at the end."""
    page = element(
        "section", {"class": "handbill-disclaimer", "epub:type": "notice", "role": "doc-notice"}, element("h1", None, disclaimer.title)
    )
    for block in list(disclaimer.tree()):
        block.tail = "\n"
        page.append(block)
    return element("body", None, page)


def disclaimer_notice(disclaimer: Disclaimer) -> etree._Element:
    """Return the end of a page of the article: a link to the disclaimer, then its notice. It is the same on every page of every article.

    It states its language and its direction itself, whatever those of the article are.
    """
    text = element("p", {"class": "handbill-notice-text"}, disclaimer.notice)
    attributes = {"href": DISCLAIMER_FILE} | language_attribute(disclaimer.words.language, disclaimer.language)
    link = element("p", None, element("a", attributes, disclaimer.words.see_disclaimer_section))
    own = {"lang": disclaimer.language, "dir": direction(disclaimer.language)}
    return element("div", {"class": "handbill-notice", "epub:type": "notice", "role": "doc-notice"} | own, link, text)
