"""Finds the boxes of a page by evaluating its style: divisions with a visible edge, and the weight and size of their type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ..css.cascade import Styles, winning, word
from ..css.colour import BLACK, WHITE, contrast, over, parse_colour
from ..css.lengths import ROOT_SIZE, length
from ..css.stylesheets import NotUnderstood
from ..css.tokens import significant_tokens
from .visibility import size_of
from .vocabulary import pops_up

__all__ = ["LOWEST_O", "Box", "boxes"]

_LEAST_EDGE_CONTRAST = 3.0
"""WCAG 2.1, success criterion 1.4.11."""

LOWEST_O = 0.375
"""The assumed height of a lower-case o, in em, whatever typeface a reader chooses: so low that 12 points are just enough."""

_XHTML = "{http://www.w3.org/1999/xhtml}"
_DIVISIONS = frozenset(f"{_XHTML}{tag}" for tag in ("aside", "div", "section"))
_BOLD_TAGS = frozenset({"b", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "th"})
_BOLD = 700
# Points.
_THINNEST = 0.5
_LINES = frozenset({"solid", "double", "dashed", "dotted"})
# Properties that change no edge that `border` draws.
_OF_CORNERS = frozenset({"border-radius", "border-collapse", "border-spacing"})

Winners = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Box:
    """An element with an edge on all sides; `size` is that of its smallest type, in points at 12 to the em."""

    element: etree._Element
    bold: bool
    size: float


def boxes(root: etree._Element, styles: Styles) -> Iterator[Box]:
    """Yield each division of a page that is drawn as a box under every condition of the style sheets, with its lightest, smallest type.

    A note that pops up is no box.
    """
    drawn = [number for number, each in enumerate(styles.elements) if each.tag in _DIVISIONS and not pops_up(each)]
    types_by_case: list[dict[etree._Element, tuple[bool, float]]] = []
    try:
        cases = list(styles.cases())
        drawn = [number for number in drawn if all(_has_edges(winning(styles.matched[number], holding)) for holding in cases)]
        for holding in cases if drawn else ():
            winners = {each: winning(own, holding) for each, own in zip(styles.elements, styles.matched, strict=True)}
            types_by_case.append(dict(_types(root, winners)))
    except NotUnderstood:
        return
    for number in drawn:
        element = styles.elements[number]
        inner = [types[each] for types in types_by_case for each in element.iter(etree.Element) if _has_text(each)]
        yield Box(element, all(bold for bold, _ in inner), min((size for _, size in inner), default=0.0))


def _has_text(element: etree._Element) -> bool:
    return any(text and text.strip() for text in (element.text, *(child.tail for child in element)))


def _types(root: etree._Element, winners: Mapping[etree._Element, Winners]) -> Iterator[tuple[etree._Element, tuple[bool, float]]]:
    """Yield each element with whether its text is bold, and its size. Raises NotUnderstood."""
    pending = [(root, False, ROOT_SIZE)]
    while pending:
        element, bold, size = pending.pop()
        tag, own = str(element.tag).removeprefix(_XHTML), winners[element]
        if "font" in own:
            raise NotUnderstood("font")
        size = size_of(own.get("font-size"), size, tag)
        bold = _is_bold(own["font-weight"], bold) if "font-weight" in own else bold or tag in _BOLD_TAGS
        yield element, (bold, size)
        pending.extend((child, bold, size) for child in element if isinstance(child.tag, str))


def _is_bold(tokens: Sequence[Any], inherited: bool) -> bool:
    if len(tokens) == 1 and tokens[0].type == "number":
        return bool(tokens[0].value >= _BOLD)
    named = word(tuple(tokens))
    return inherited if named in ("inherit", "unset") else named == "bold"


def _has_edges(winners: Winners) -> bool:
    """Return whether `border` alone draws a line on all sides whose width and colour are seen on a light and on a dark background."""
    border = significant_tokens(winners.get("border", ()))
    if any(name.startswith("border") and name != "border" and name not in _OF_CORNERS for name in winners):
        return False
    drawn, wide, seen = False, True, True
    for token in border:
        if token.type == "ident" and token.lower_value in _LINES:
            drawn = True
        elif token.type in ("number", "dimension"):
            width = length(token, ROOT_SIZE)
            wide = width is not None and width >= _THINNEST
        elif token.type == "ident" and token.lower_value in ("thin", "medium", "thick", "currentcolor"):
            continue
        else:
            colour = parse_colour([token])
            seen = colour is not None and all(contrast(over(colour, ground), ground) >= _LEAST_EDGE_CONTRAST for ground in (WHITE, BLACK))
    return drawn and wide and seen
