"""What the margins of every page carry: publisher, version, the notice, the title and the page's number."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from .elements import append_text, element

if TYPE_CHECKING:
    from lxml import etree

    from handbill.document import Document

    from ..style.geometry import Geometry

__all__ = ["running_elements", "shortened"]

# The mean advance of a character in the furniture's face, in ems, on the safe side; one of East Asian width takes an em.
_ADVANCE = 0.5


def shortened(text: str, width: float) -> str:
    """Return the text, cut after a word with an ellipsis where it would be wider than `width` ems."""
    text = " ".join(text.split())
    room = width
    for index, character in enumerate(text):
        room -= 1.0 if unicodedata.east_asian_width(character) in "WF" else _ADVANCE
        if room < 0:
            kept = text[: max(1, index - 1)]
            if " " in kept[len(kept) // 2 :]:
                kept = kept.rsplit(" ", 1)[0]
            return kept.rstrip(" ,;:.–—-") + "…"
    return text


def _filled(template: str, counters: dict[str, etree._Element], parent: etree._Element) -> None:
    """Fill the template's names with elements whose content the style sheet counts."""
    for piece in re.split(r"(\{\w+\})", template):
        name = piece.strip("{}")
        if piece.startswith("{") and name in counters:
            parent.append(counters[name])
        else:
            append_text(parent, piece)


def _folio(document: Document, geometry: Geometry) -> etree._Element:
    words = document.words
    number = element("span", attributes={"class": "number"})
    _filled(
        words.page_of,
        {"page": element("span", attributes={"class": "page"}), "pages": element("span", attributes={"class": "pages"})},
        number,
    )
    longest = words.page_of.format(page="000", pages="000")
    room = geometry.content / geometry.furniture - (len(longest) + 2) * _ADVANCE
    title = element("span", shortened(document.metadata.title, room), {"class": "running-title"})
    return element("div", attributes={"class": "folio"}, children=[title, number])


def running_elements(document: Document, geometry: Geometry, disclaimer: str) -> tuple[list[etree._Element], list[etree._Element]]:
    """Return what runs in the margins of the article's pages, and of the disclaimer's.

    `disclaimer` is the id that the notice refers to by its page.
    """
    metadata, words = document.metadata, document.words
    head = element("div", attributes={"class": "running-head"})
    version = words.version.format(version=metadata.version) if metadata.version else ""
    room = geometry.content / geometry.furniture - (len(version) + 3) * _ADVANCE
    head.append(element("span", shortened(metadata.publisher, room), {"class": "publisher"}))
    head.append(element("span", version, {"class": "version"}))
    article = element("div", attributes={"class": "running-foot"})
    if notice := document.disclaimer.notice:
        line = element("p", attributes={"class": "notice"})
        text = element("span", " ".join(notice.split()), {"class": "notice-text", "lang": document.disclaimer.language})
        text.tail = " "
        line.append(text)
        reference = element("span", attributes={"class": "see"})
        _filled(words.see_disclaimer, {"page": element("span", attributes={"class": "target", "data-target": f"#{disclaimer}"})}, reference)
        line.append(reference)
        article.append(line)
    article.append(_folio(document, geometry))
    return [head, article], [element("div", attributes={"class": "running-foot-disclaimer"}, children=[_folio(document, geometry)])]
