"""The disclaimer's own page, and the notice that stands at the end of every other."""

from __future__ import annotations

from lxml import etree

from handbill.document import Disclaimer

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


def notice(disclaimer: Disclaimer, reference: str, language: str) -> etree._Element:
    """Return what ends a page of the article: a link to the disclaimer, then the notice, in the disclaimer's language."""
    text = element("p", {"class": "notice-text"}, disclaimer.notice)
    if disclaimer.language != language:
        text.set("lang", disclaimer.language)
    link = element("p", None, element("a", {"href": DISCLAIMER_FILE}, reference))
    return element("div", {"class": "notice", "epub:type": "notice", "role": "doc-notice"}, link, text)
