"""Lays out bulleted, numbered, task and definition lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from lxml import etree

from handbill.document import has_class, text_of

from ..cells import cells
from .context import NARROWEST, Layout
from .flow import SetBlock, flow, indent, join, parts
from .inline import set_inline

__all__ = ["set_definitions", "set_list"]

_OUTER_INDENT = 2
_NARROWEST_IN_CELL = 3
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
    (4, "iv"), (1, "i"),
)  # fmt: skip


def set_list(element: etree._Element, width: int, layout: Layout, set_block: SetBlock) -> list[str]:
    """Return the lines of a `ul` or `ol` at a width in cells: hanging indents, numbers aligned at their right.

    Blank lines part the items only of a loose list, in which an item holds other blocks than lists.
    """
    items = list(element.iterchildren(etree.Element))
    loose = any(child.tag not in ("ul", "ol") for item in items for child in item if child.tag in _LOOSENING)
    markers = list(_numbers(element, items)) if element.tag == "ol" else [_bullet(item, layout) for item in items]
    hang = max(map(cells, markers), default=0) + 1
    outer = 0 if layout.in_item or layout.in_cell or width < NARROWEST + _OUTER_INDENT + hang else _OUTER_INDENT
    inner = dataclasses.replace(layout, in_item=True, bullet=layout.bullet + (element.tag == "ul"))
    blocks = []
    for item, marker in zip(items, markers, strict=True):
        first = " " * outer + marker.rjust(hang - 1) + " "
        room = width - outer - hang
        if room >= (NARROWEST if not layout.in_cell else _NARROWEST_IN_CELL) or not any(child.tag in _INDENTED for child in item):
            lines = indent(flow(item, room, inner, set_block, tight=not loose) or [""], first)
        else:
            lines = _unindented_item(item, first, width, inner, set_block)
        blocks.append(("", lines))
    return join(blocks) if loose else [line for _, lines in blocks for line in lines]


_LOOSENING = frozenset(("p", "pre", "table", "blockquote", "dl", "figure", "aside", "div", "section", "h2", "h3", "h4", "h5", "h6", "hr"))
_INDENTED = frozenset(("ul", "ol", "dl", "blockquote", "aside", "div", "section", "table", "figure"))


def _unindented_item(item: etree._Element, first: str, width: int, layout: Layout, set_block: SetBlock) -> list[str]:
    """Return the lines of an item whose nested blocks are not indented, since there is no room left."""
    lines: list[str] = []
    for part in parts(item):
        if isinstance(part, list) or part.tag not in _INDENTED:
            room = width - len(first)
            text = set_inline(part, room, layout) if isinstance(part, list) else set_block(part, room, layout)
            lines += indent(text, " " * len(first) if lines else first)
        else:
            lines += [] if lines else [first]
            lines += set_block(part, width, layout)
    return lines or [first]


def _bullet(item: etree._Element, layout: Layout) -> str:
    """Return an item's bullet, or the checkbox of a task."""
    if has_class(item, "task"):
        box = next((span for span in item.iter("span") if has_class(span, "checkbox")), None)
        if box is not None:
            return layout.characters.prose(text_of(box).strip())
    bullets = layout.characters.bullets
    return bullets[min(layout.bullet, len(bullets) - 1)]


def _numbers(element: etree._Element, items: list[etree._Element]) -> Iterator[str]:
    """Yield the items' numbers (HTML, 4.4.5 and 4.4.8), each with a full stop."""
    step = -1 if element.get("reversed") is not None else 1
    number = _integer(element.get("start"), len(items) if step < 0 else 1)
    for item in items:
        number = _integer(item.get("value"), number)
        yield _list_number(number, element.get("type") or "1") + "."
        number += step


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default


def _list_number(number: int, kind: str) -> str:
    """Return a number in the list's type: decimal, letters or Roman; decimal where the type has no such number."""
    if kind in ("a", "A") and number > 0:
        letters = ""
        while number > 0:
            number, place = divmod(number - 1, 26)
            letters = chr(ord(kind) + place) + letters
        return letters
    if kind in ("i", "I") and 0 < number < 4000:
        roman = ""
        for value, letters in _ROMAN:
            count, number = divmod(number, value)
            roman += letters * count
        return roman.upper() if kind == "I" else roman
    return str(number)


def set_definitions(element: etree._Element, width: int, layout: Layout, set_block: SetBlock) -> list[str]:
    """Return the lines of a `dl`: terms at the margin, definitions indented, a blank line before each term that follows a definition."""
    margin = 4 if width - 4 >= NARROWEST else 0
    lines: list[str] = []
    before = ""
    for child in _terms_and_definitions(element):
        text = flow(child, width if child.tag == "dt" else width - margin, layout, set_block)
        if child.tag == "dd":
            text = indent(text, " " * margin)
        parted = before == "dd" and (child.tag == "dt" or child.find("p") is not None)
        lines += ["", *text] if lines and parted else text
        before = str(child.tag)
    return lines


def _terms_and_definitions(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the terms and definitions, also those that a `div` groups."""
    for child in element:
        if child.tag in ("dt", "dd"):
            yield child
        elif child.tag == "div":
            yield from (part for part in child if part.tag in ("dt", "dd"))
