"""The running header and footer: elements that the style sheet places in the pages' margin boxes (CSS Generated Content for Paged Media).

On the article's pages they carry publisher, version, the disclaimer's notice, the title and the page number; on the disclaimer's pages
the disclaimer's version and the page number alone. Nothing of the article stands on the disclaimer's pages.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from ..style.geometry import MARGIN_ADVANCE
from .elements import append_text, element

if TYPE_CHECKING:
    from lxml import etree

    from handbill.document import Document, Words

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


def _page_number(words: Words) -> etree._Element:
    number = element("span", attributes={"class": "handbill-number"})
    _fill_template(
        words.page_of,
        {"page": element("span", attributes={"class": "handbill-page"}), "pages": element("span", attributes={"class": "handbill-pages"})},
        number,
    )
    return number


def _running_title(document: Document, geometry: Geometry) -> str:
    longest = document.words.page_of.format(page="000", pages="000")
    room = geometry.content / geometry.margin_font - (len(longest) + 2) * MARGIN_ADVANCE
    return shorten(document.metadata.title, room)


def _row(name: str, start: str | etree._Element, end: str | etree._Element) -> etree._Element:
    """Return a row of that class with two texts: one at the start of the line, one at its end."""
    return element(
        "div", attributes={"class": name}, children=[element("span", one) if isinstance(one, str) else one for one in (start, end)]
    )


def _version(version: str, words: Words) -> str:
    return words.version.format(version=version) if version else ""


def running_elements(document: Document, geometry: Geometry, disclaimer: str) -> tuple[list[etree._Element], list[etree._Element]]:
    """Return the running elements of the article's pages (header, footer), and those of the disclaimer's pages.

    `disclaimer` is the id of the heading whose page number the notice names.
    """
    metadata, words = document.metadata, document.words
    version = _version(metadata.version, words)
    room = geometry.content / geometry.margin_font - (len(version) + 3) * MARGIN_ADVANCE
    head = _row("handbill-running-head", shorten(metadata.publisher, room), version)
    article = element("div", attributes={"class": "handbill-running-foot"})
    if notice := document.disclaimer.notice:
        line = element("p", attributes={"class": "handbill-notice"})
        text = element("span", " ".join(notice.split()), {"class": "handbill-notice-text", "lang": document.disclaimer.language})
        text.tail = " "
        line.append(text)
        reference = element("span", attributes={"class": "handbill-see"})
        _fill_template(
            words.see_disclaimer,
            {"page": element("span", attributes={"class": "handbill-target", "data-target": f"#{disclaimer}"})},
            reference,
        )
        line.append(reference)
        article.append(line)
    article.append(_row("handbill-folio", _running_title(document, geometry), _page_number(words)))
    return [head, article], [
        _row("handbill-running-head-disclaimer", "", _version(document.disclaimer.version, words)),
        element(
            "div",
            attributes={"class": "handbill-running-foot-disclaimer"},
            children=[_row("handbill-folio", "", _page_number(words))],
        ),
    ]
