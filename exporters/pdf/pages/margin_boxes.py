"""The running header and footer: elements that the style sheet places in the pages' margin boxes (CSS Generated Content for Paged Media).

On the article's pages they carry publisher, version, the disclaimer's notice, the title and the page number; on the disclaimer's pages
the disclaimer's version and the page number alone. Nothing of the article stands on the disclaimer's pages.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal

from ..style.geometry import MARGIN_ADVANCE
from .elements import add_class, append_text, element

if TYPE_CHECKING:
    from lxml import etree

    from handbill.document import Disclaimer, Document, Words

    from ..style.geometry import Geometry

__all__ = ["article_foot", "disclaimer_foot", "empty_folio", "running_elements", "shorten"]

Visible = Literal["", "notice", "reference"]


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


def _language(disclaimer: Disclaimer) -> dict[str, str]:
    """Return the `lang` attribute of handbill's words beside a disclaimer's; {} where they are in its language, or in a variety of it."""
    own = disclaimer.words.language
    return {} if f"{disclaimer.language}-".startswith(f"{own}-") else {"lang": own}


def article_foot(disclaimer: Disclaimer, folio: etree._Element, *, visible: Visible = "", page: int = 0) -> etree._Element:
    """Return the foot of an article's page: the disclaimer's notice with its reference, and below these the `folio` row.

    `visible` names the part of the notice that is painted, "" for none: the others only take their space. `page` is the number of the
    disclaimer's first page.
    """
    foot = element("div", attributes={"class": "handbill-running-foot"})
    if notice := " ".join(disclaimer.notice.split()):
        row = element("p", attributes={"class": "handbill-notice", "lang": disclaimer.language})
        see = disclaimer.words.see_disclaimer.format(page=page or "0")
        row.append(element("span", notice, {"class": f"handbill-notice-text{_held(visible != 'notice')}"}))
        # The box is aligned by the row's direction, the words in it have their own.
        words = element("span", see, _language(disclaimer))
        row.append(element("span", None, {"class": f"handbill-see{_held(visible != 'reference')}"}, [words]))
        foot.append(row)
        if visible != "notice":
            add_class(foot, "handbill-unruled")
    foot.append(folio)
    return foot


def disclaimer_foot(disclaimer: Disclaimer, number: str, *, visible: bool) -> etree._Element:
    """Return the foot of a disclaimer's page: a rule and room for the page's number; or, where it is `visible`, the number alone."""
    text = element("span", number, {"class": f"handbill-number{_held(not visible)}", **_language(disclaimer)})
    foot = element("div", attributes={"class": "handbill-running-foot-disclaimer"}, children=[_row("handbill-folio", "", text)])
    if visible:
        add_class(foot, "handbill-unruled")
    return foot


def empty_folio() -> etree._Element:
    """Return a row as high as that with title and page number, of which nothing is painted."""
    return _row("handbill-folio handbill-held", "0", "0")


def _held(held: bool) -> str:
    """Return a class, after a space, for text that only takes its space."""
    return " handbill-held" if held else ""


def running_elements(document: Document, geometry: Geometry) -> tuple[list[etree._Element], list[etree._Element]]:
    """Return the running elements of the article's pages (header, footer), and those of the disclaimer's pages.

    The notice, its reference and the numbers of the disclaimer's pages are held: they are painted in layers of their own.
    """
    metadata, words = document.metadata, document.words
    version = _version(metadata.version, words)
    room = geometry.content / geometry.margin_font - (len(version) + 3) * MARGIN_ADVANCE
    head = _row("handbill-running-head", shorten(metadata.publisher, room), version)
    disclaimer = document.disclaimer
    folio = _row("handbill-folio", _running_title(document, geometry), _page_number(words))
    return [head, article_foot(disclaimer, folio)], [
        _row("handbill-running-head-disclaimer", "", _version(disclaimer.version, disclaimer.words)),
        disclaimer_foot(disclaimer, "0", visible=False),
    ]
