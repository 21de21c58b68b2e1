"""The running header and footer: elements that the style sheet places in the pages' margin boxes (CSS Generated Content for Paged Media).

They carry publisher, version, the disclaimer's notice, the title and the page number.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from ..style.geometry import MARGIN_ADVANCE
from .elements import append_text, element

if TYPE_CHECKING:
    from lxml import etree

    from handbill.document import Document

    from ..style.geometry import Geometry

__all__ = ["running_elements", "shorten"]


def shorten(text: str, width: float) -> str:
    """Return the text; where it would be wider than `width` ems, cut after a word and with an ellipsis.

    A character of East Asian width takes an em.
    """
    text = " ".join(text.split())
    room = width
    for index, character in enumerate(text):
        room -= 1.0 if unicodedata.east_asian_width(character) in "WF" else MARGIN_ADVANCE
        if room < 0:
            shortened = text[: max(1, index - 1)]
            if " " in shortened[len(shortened) // 2 :]:
                shortened = shortened.rsplit(" ", 1)[0]
            return shortened.rstrip(" ,;:.–—-") + "…"
    return text


def _fill_template(template: str, counters: dict[str, etree._Element], parent: etree._Element) -> None:
    """Append a translated text to `parent`. For each name in braces it gets that element, whose content is a counter of the style sheet."""
    for piece in re.split(r"(\{\w+\})", template):
        name = piece.strip("{}")
        if piece.startswith("{") and name in counters:
            parent.append(counters[name])
        else:
            append_text(parent, piece)


def _folio(document: Document, geometry: Geometry) -> etree._Element:
    words = document.words
    number = element("span", attributes={"class": "number"})
    _fill_template(
        words.page_of,
        {"page": element("span", attributes={"class": "page"}), "pages": element("span", attributes={"class": "pages"})},
        number,
    )
    longest = words.page_of.format(page="000", pages="000")
    room = geometry.content / geometry.margin_font - (len(longest) + 2) * MARGIN_ADVANCE
    title = element("span", shorten(document.metadata.title, room), {"class": "running-title"})
    return element("div", attributes={"class": "folio"}, children=[title, number])


def running_elements(document: Document, geometry: Geometry, disclaimer: str) -> tuple[list[etree._Element], list[etree._Element]]:
    """Return the running elements of the article's pages (header, footer), and those of the disclaimer's pages (footer).

    `disclaimer` is the id of the heading whose page number the notice names.
    """
    metadata, words = document.metadata, document.words
    head = element("div", attributes={"class": "running-head"})
    version = words.version.format(version=metadata.version) if metadata.version else ""
    room = geometry.content / geometry.margin_font - (len(version) + 3) * MARGIN_ADVANCE
    head.append(element("span", shorten(metadata.publisher, room), {"class": "publisher"}))
    head.append(element("span", version, {"class": "version"}))
    article = element("div", attributes={"class": "running-foot"})
    if notice := document.disclaimer.notice:
        line = element("p", attributes={"class": "notice"})
        text = element("span", " ".join(notice.split()), {"class": "notice-text", "lang": document.disclaimer.language})
        text.tail = " "
        line.append(text)
        reference = element("span", attributes={"class": "see"})
        _fill_template(
            words.see_disclaimer, {"page": element("span", attributes={"class": "target", "data-target": f"#{disclaimer}"})}, reference
        )
        line.append(reference)
        article.append(line)
    article.append(_folio(document, geometry))
    return [head, article], [element("div", attributes={"class": "running-foot-disclaimer"}, children=[_folio(document, geometry)])]
