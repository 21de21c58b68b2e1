"""The pages of the layers: what is painted over the pages of a handout, laid out at the place where it belongs.

Notice, reference and page numbers of the disclaimer are laid out here, and held in the pages themselves, so that what is painted of the
disclaimer depends on nothing of the article.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handbill.document import direction

from .bidi import set_directions
from .elements import element
from .margin_boxes import article_foot, disclaimer_foot, empty_folio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from handbill.document import Disclaimer

__all__ = ["LAYERS", "LayerOrder", "layer_markup", "layer_rules"]

_DIGITS = 1234567890


@dataclass(frozen=True, slots=True)
class LayerOrder:
    """Which layers there are, by their places: the notice, two that only let the fonts have all digits, the reference, the numbers."""

    notice: int = 0
    digits: tuple[int, int] = (1, 2)
    reference: int = 3
    first_number: int = 4


LAYERS = LayerOrder()


def layer_markup(disclaimer: Disclaimer, numbers: Sequence[int], pages: int) -> etree._Element:
    """Return the layers as HTML, each on a page of its own, in the order of LAYERS.

    `numbers` are the numbers of the disclaimer's pages, of `pages` in all. The layers with all digits come right after the notice: what
    the fonts have does not depend on the numbers.
    """
    digits = disclaimer.words.page_of.format(page=_DIGITS, pages=_DIGITS)
    of_pages = [disclaimer.words.page_of.format(page=number, pages=pages) for number in numbers]
    feet = [
        article_foot(disclaimer, empty_folio(), visible="notice"),
        article_foot(disclaimer, empty_folio(), visible="reference", page=_DIGITS),
        disclaimer_foot(disclaimer, digits, visible=True),
        article_foot(disclaimer, empty_folio(), visible="reference", page=numbers[0]),
        *(disclaimer_foot(disclaimer, text, visible=True) for text in of_pages),
    ]
    body = element("body")
    for number, foot in enumerate(feet):
        foot.set("style", f"position: running(layer-{number})")
        body.append(foot)
    body.extend([element("div", "\u00a0", {"style": f"page: layer-{number}; break-after: page"}) for number in range(len(feet))])
    language = disclaimer.language
    root = element("html", attributes={"lang": language, "dir": direction(language)}, children=[element("head"), body])
    set_directions(root)
    return root


def layer_rules(numbers: int) -> str:
    """Return the style rules that place the layers on their pages, with so many numbers among them."""
    return "".join(
        f"@page layer-{number} {{ @top-left {{ content: none }} @bottom-left {{ content: element(layer-{number}) }} }}\n"
        for number in range(LAYERS.first_number + numbers)
    )
