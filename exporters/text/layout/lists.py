"""Bulleted, numbered, task and definition lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from lxml import etree

from handbill.document import text_of

from ..cells import cells
from .inline import set_inline
from .layout import NARROWEST, Layout, SetBlock, flow, indent, join, runs

__all__ = ["set_definitions", "set_list"]

_OUTER_INDENT = 2
_NARROWEST_IN_CELL = 3
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
    (4, "iv"), (1, "i"),
)  # fmt: skip


def set_list(element: etree._Element, width: int, layout: Layout, block: SetBlock) -> list[str]:
    """Return the lines of a `ul` or `ol`: hanging indents, numbers aligned at their right, blank lines only where it is loose."""
    items = list(element.iterchildren(etree.Element))
    loose = any(child.tag not in ("ul", "ol") for item in items for child in item if child.tag in _PARTING)
    markers = list(_numbers(element, items)) if element.tag == "ol" else [_bullet(item, layout) for item in items]
    hang = max(map(cells, markers), default=0) + 1
    outer = 0 if layout.in_item or layout.in_cell or width < NARROWEST + _OUTER_INDENT + hang else _OUTER_INDENT
    inner = dataclasses.replace(layout, in_item=True, bullet=layout.bullet + (element.tag == "ul"))
    blocks = []
    for item, marker in zip(items, markers, strict=True):
        first = " " * outer + marker.rjust(hang - 1) + " "
        room = width - outer - hang
        if room >= (NARROWEST if not layout.in_cell else _NARROWEST_IN_CELL) or not any(child.tag in _NESTING for child in item):
            lines = indent(flow(item, room, inner, block, set_inline, tight=not loose) or [""], first)
        else:
            lines = _capped_item(item, first, width, inner, block)
        blocks.append(("", lines))
    return join(blocks) if loose else [line for _, lines in blocks for line in lines]


_PARTING = frozenset(("p", "pre", "table", "blockquote", "dl", "figure", "aside", "div", "section", "h2", "h3", "h4", "h5", "h6", "hr"))
_NESTING = frozenset(("ul", "ol", "dl", "blockquote", "aside", "div", "section", "table", "figure"))


def _capped_item(item: etree._Element, first: str, width: int, layout: Layout, block: SetBlock) -> list[str]:
    """Return an item whose nested blocks are not indented, because nothing is left to indent them into."""
    lines: list[str] = []
    for part in runs(item):
        if isinstance(part, list) or part.tag not in _NESTING:
            room = width - len(first)
            text = set_inline(part, room, layout) if isinstance(part, list) else block(part, room, layout)
            lines += indent(text, " " * len(first) if lines else first)
        else:
            lines += [] if lines else [first]
            lines += block(part, width, layout)
    return lines or [first]


def _bullet(item: etree._Element, layout: Layout) -> str:
    """Return an item's bullet, or its box where it is a task."""
    if "task" in (item.get("class") or "").split():
        box = next((span for span in item.iter("span") if "checkbox" in (span.get("class") or "").split()), None)
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
        yield _written(number, element.get("type") or "1") + "."
        number += step


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default


def _written(number: int, kind: str) -> str:
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


def set_definitions(element: etree._Element, width: int, layout: Layout, block: SetBlock) -> list[str]:
    """Return the lines of a `dl`: terms at the margin, what they mean indented, a blank line before each new term."""
    margin = 4 if width - 4 >= NARROWEST else 0
    lines: list[str] = []
    before = ""
    for child in _definitions(element):
        text = flow(child, width if child.tag == "dt" else width - margin, layout, block, set_inline)
        if child.tag == "dd":
            text = indent(text, " " * margin)
        parted = before == "dd" and (child.tag == "dt" or child.find("p") is not None)
        lines += ["", *text] if lines and parted else text
        before = str(child.tag)
    return lines


def _definitions(element: etree._Element) -> Iterator[etree._Element]:
    """Yield terms and definitions, also those that a `div` groups."""
    for child in element:
        if child.tag in ("dt", "dd"):
            yield child
        elif child.tag == "div":
            yield from (part for part in child if part.tag in ("dt", "dd"))
