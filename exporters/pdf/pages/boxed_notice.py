"""The boxed notice at the foot of each page with a marked claim (21 CFR 101.93(d)), and the size of its type (101.93(e)).

The layout is made twice: the first shows which claims are on which page (`claims_by_page`), the second has the boxes there.
"""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from handbill.document import CLAIM_SYMBOL, claims_of, has_class, text_of

from ..fonts.files import font_files
from .elements import WHOLE_BLOCK, add_class, element, enclosing_block

if TYPE_CHECKING:
    from lxml import etree

    from ..style.geometry import Geometry

__all__ = [
    "FONT_WEIGHT",
    "boxed_footer_rules",
    "boxed_footers",
    "claims_by_page",
    "keep_claim_blocks_whole",
    "link_claims_to_boxes",
    "number_claims",
    "smallest_type_size",
]

FONT_WEIGHT = 700

_FONT_FILE = "SourceSans3[wght].ttf"
_SMALLEST_O = 4.5
"""The least height of a lower-case o, in points: a sixteenth of an inch (21 CFR 101.93(e))."""


@functools.cache
def smallest_type_size() -> float:
    """Return the font size in points, rounded up to tenths, at which a lower-case o of the box's font reaches the required height."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.ttLib import TTFont

    with TTFont(next(file for file in font_files() if file.name == _FONT_FILE), lazy=True) as font:
        glyphs = font.getGlyphSet(location={"wght": FONT_WEIGHT})
        pen = BoundsPen(glyphs)
        glyphs[font.getBestCmap()[ord("o")]].draw(pen)
        top = pen.bounds[3] if pen.bounds else 0
        return math.ceil(10 * _SMALLEST_O * int(font["head"].unitsPerEm) / top) / 10


def number_claims(body: etree._Element) -> None:
    """Set `data-claim` on each marked claim: its number, counted from 0, by which the laid-out pages are searched for it."""
    for number, claim in enumerate(claims_of(body)):
        claim.set("data-claim", str(number))


def keep_claim_blocks_whole(body: etree._Element, geometry: Geometry) -> None:
    """Keep the block around each marked claim on one page, unless it is long; both pages of a divided block get the box."""
    for claim in claims_of(body):
        block = enclosing_block(claim)
        if (
            block is not None
            and geometry.paragraph_height(len(text_of(block)), geometry.measure, geometry.font) <= WHOLE_BLOCK * geometry.column
        ):
            add_class(block, "handbill-whole")


def claims_by_page(pages: Sequence[Any]) -> dict[int, list[int]]:
    """Return the numbers of the claims on each of WeasyPrint's laid-out pages that has any. Pages count from 1."""
    claims: dict[int, list[int]] = {}
    for number, page in enumerate(pages, 1):
        for box in page._page_box.descendants():
            claim = None if box.element is None else box.element.get("data-claim")
            if claim is not None and int(claim) not in claims.get(number, ()):
                claims.setdefault(number, []).append(int(claim))
    return claims


def link_claims_to_boxes(body: etree._Element, page_claims: Mapping[int, Iterable[int]]) -> None:
    """Link each claim's symbol to the box on its page.

    The first symbol on a page names the box in `data-box`: the tag tree has the box after that claim's paragraph.
    """
    claims = claims_of(body)
    for page, numbers in page_claims.items():
        for index, number in enumerate(numbers):
            for link in claims[number].iter("a"):
                if has_class(link, CLAIM_SYMBOL):
                    link.set("href", f"#{_box_id(page)}")
                    if index == 0:
                        link.set("data-box", f"{link.get('data-box', '')} {_box_id(page)}".strip())


def _box_id(page: int) -> str:
    return f"note-boxed-{page}"


def boxed_footers(box: etree._Element, foot: etree._Element, pages: Iterable[int]) -> list[etree._Element]:
    """Return, for each of these pages, the running element of its lower margin: the box, and below it the usual footer `foot`."""
    footers = []
    for page in pages:
        boxed, below = copy.deepcopy(box), copy.deepcopy(foot)
        boxed.set("id", _box_id(page))
        below.set("class", f"{below.get('class')} handbill-below-box")
        footers.append(
            element("div", attributes={"class": "handbill-boxed-foot", "style": f"position: running(foot-{page})"}, children=[boxed, below])
        )
    return footers


def boxed_footer_rules(pages: Iterable[int]) -> str:
    """Return the style rules that place the running elements of `boxed_footers` on their pages."""
    return "".join(f"@page :nth({page}) {{ @bottom-left {{ content: element(foot-{page}) }} }}\n" for page in pages)
