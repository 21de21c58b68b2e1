"""The boxed notice at the foot of each page that bears a marked claim (21 CFR 101.93(d)), and the size of its type (101.93(e))."""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from handbill.document import CLAIM_SYMBOL, claims_of, text_of

from ..fonts.files import font_files
from .elements import element, has_class

if TYPE_CHECKING:
    from lxml import etree

    from ..style.geometry import Geometry

__all__ = ["WEIGHT", "boxed_feet", "keep_claims_whole", "link_claims", "number_claims", "pages_of_claims", "placing", "smallest_type"]

WEIGHT = 700

_FACE = "SourceSans3[wght].ttf"
_HEIGHT = 4.5
"""Points, of a lower-case o: a sixteenth of an inch."""

# A block with a claim that takes up to this share of a page's height is not divided; where one is, both pages get the box.
_WHOLE = 0.5
_INLINE = frozenset(
    {"a", "abbr", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "ins", "mark", "q", "small", "span", "strong", "sub", "sup"}
)


@functools.cache
def smallest_type() -> float:
    """Return the size in points, in tenths, at which the box's own face draws a lower-case o high enough, measured from the baseline."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.ttLib import TTFont

    font = TTFont(next(file for file in font_files() if file.name == _FACE), lazy=True)
    glyphs = font.getGlyphSet(location={"wght": WEIGHT})
    pen = BoundsPen(glyphs)
    glyphs[font.getBestCmap()[ord("o")]].draw(pen)
    top = pen.bounds[3] if pen.bounds else 0
    return math.ceil(10 * _HEIGHT * int(font["head"].unitsPerEm) / top) / 10


def number_claims(body: etree._Element) -> None:
    """Give each marked claim a number, by which it is found again on its page."""
    for number, claim in enumerate(claims_of(body)):
        claim.set("data-claim", str(number))


def keep_claims_whole(body: etree._Element, geometry: Geometry) -> None:
    """Let the block around each marked claim be divided by no page's end, unless it is long."""
    for claim in claims_of(body):
        block = next((above for above in claim.iterancestors() if above.tag not in _INLINE), None)
        if block is not None and geometry.height_of(len(text_of(block)), geometry.measure, geometry.font) <= _WHOLE * geometry.column:
            block.set("class", f"{block.get('class', '')} whole".strip())


def pages_of_claims(pages: Sequence[Any]) -> dict[int, list[int]]:
    """Return the numbers of the claims on each of WeasyPrint's laid-out pages that bears any; pages count from 1."""
    found: dict[int, list[int]] = {}
    for number, page in enumerate(pages, 1):
        for box in page._page_box.descendants():
            claim = None if box.element is None else box.element.get("data-claim")
            if claim is not None and int(claim) not in found.get(number, ()):
                found.setdefault(number, []).append(int(claim))
    return found


def link_claims(body: etree._Element, bearing: Mapping[int, Iterable[int]]) -> None:
    """Let each claim's symbol lead to the box on its page; the first on a page names that, which is read after the claim's paragraph."""
    claims = claims_of(body)
    for page, numbers in bearing.items():
        for place, number in enumerate(numbers):
            for link in claims[number].iter("a"):
                if has_class(link, CLAIM_SYMBOL):
                    link.set("href", f"#{_name(page)}")
                    if not place:
                        link.set("data-box", f"{link.get('data-box', '')} {_name(page)}".strip())


def _name(page: int) -> str:
    return f"note-boxed-{page}"


def boxed_feet(box: etree._Element, foot: etree._Element, pages: Iterable[int]) -> list[etree._Element]:
    """Return for each of these pages what runs in its lower margin: the box, and below it what stands there otherwise."""
    feet = []
    for page in pages:
        boxed, below = copy.deepcopy(box), copy.deepcopy(foot)
        boxed.set("id", _name(page))
        below.set("class", f"{below.get('class')} below-box")
        feet.append(element("div", attributes={"class": "boxed-foot", "style": f"position: running(foot-{page})"}, children=[boxed, below]))
    return feet


def placing(pages: Iterable[int]) -> str:
    """Return the style rules that put the boxes on their pages."""
    return "".join(f"@page :nth({page}) {{ @bottom-left {{ content: element(foot-{page}) }} }}\n" for page in pages)
