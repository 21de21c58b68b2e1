"""The disclaimer's own page, and the notice that stands at the end of every other."""

from __future__ import annotations

from lxml import etree

from handbill.document import Disclaimer, Words

from .language import in_language
from .xhtml import element

__all__ = ["DISCLAIMER_FILE", "disclaimer_page", "notice"]

DISCLAIMER_FILE = "disclaimer.xhtml"


def disclaimer_page(disclaimer: Disclaimer, position: str) -> etree._Element:
    """Return the `<body>` of the disclaimer's page: its title and its text, nothing else."""
    page = element("section", {"class": "disclaimer", "epub:type": "notice", "role": "doc-notice"}, element("h1", None, disclaimer.title))
    for block in list(disclaimer.tree()):
        block.tail = "\n"
        page.append(block)
    return element("body", {"epub:type": "frontmatter" if position == "front" else "backmatter"}, page)


def notice(disclaimer: Disclaimer, words: Words, language: str) -> etree._Element:
    """Return what ends a page of an article in that language: a link to the disclaimer, then the notice, each in its own language."""
    text = element("p", {"class": "notice-text"} | in_language(disclaimer.language, language), disclaimer.notice)
    attributes = {"href": DISCLAIMER_FILE} | in_language(words.language, language)
    link = element("p", None, element("a", attributes, words.see_disclaimer_section))
    return element("div", {"class": "notice", "epub:type": "notice", "role": "doc-notice"}, link, text)
