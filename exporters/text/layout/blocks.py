"""Lays out block elements as lines of text."""

from __future__ import annotations

import dataclasses

from lxml import etree

from handbill.document import BOXED_NOTICE, text_of

from ..cells import cells
from .context import NARROWEST, Layout
from .flow import flow, indent, join, parts
from .grid import Cell, Grid, draw_grid
from .inline import element_text, set_inline
from .lists import set_definitions, set_list
from .tables import set_table
from .wrap import wrap

__all__ = ["UNDERLINES", "set_block", "set_content", "underlined"]

UNDERLINES = {"h1": "=", "h2": "=", "h3": "-", "h4": "~", "h5": "^", "h6": "'"}
"""The character that underlines a heading of each level."""

_CODE_INDENT = 4
_RULE = 24


def set_content(parent: etree._Element, width: int, layout: Layout) -> list[str]:
    """Return the lines of a container's content, none wider than `width` cells but those of code and of addresses."""
    return flow(parent, width, layout, set_block)


def underlined(lines: list[str], mark: str) -> list[str]:
    """Return the lines with an underline below them, as wide as the widest; none for no lines."""
    return [*lines, mark * max(map(cells, lines))] if lines else []


def set_block(element: etree._Element, width: int, layout: Layout) -> list[str]:
    """Return the lines of one block element."""
    match element.tag:
        case "p":
            return set_content(element, width, layout)
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            return underlined(set_content(element, width, layout), UNDERLINES[str(element.tag)])
        case "ul" | "ol":
            return set_list(element, width, layout, set_block)
        case "dl":
            return set_definitions(element, width, layout, set_block)
        case "blockquote":
            return _quotation(element, width, layout)
        case "pre":
            return _code(element, layout)
        case "table":
            return set_table(element, width, layout, set_block)
        case "figure":
            return _figure(element, width, layout)
        case "hr":
            length = min(_RULE, width) if not layout.in_cell else 3
            return [" " * ((width - length) // 2 if not layout.in_cell else 0) + layout.characters.rule * length]
    classes = (element.get("class") or "").split()
    if BOXED_NOTICE in classes:
        return _box(element, width, layout)
    if "admonition" in classes or "details" in classes:
        return _callout(element, width, layout)
    return set_content(element, width, layout)


def _box(element: etree._Element, width: int, layout: Layout) -> list[str]:
    """Return the lines of a frame as wide as the page. Its text is not bold or large, since plain text has no such type."""
    room, symbol = width - 4, 2
    cell = Cell(element, 0, 0, 1, 1, "left")
    lines = indent(set_content(element, room - symbol, layout), "", " " * symbol)
    return draw_grid(Grid(((cell,),), 0, frozenset()), [room], {cell: lines}, layout.characters)


def _quotation(element: etree._Element, width: int, layout: Layout) -> list[str]:
    layout = dataclasses.replace(layout, in_item=False)
    if width - 2 < NARROWEST:
        return set_content(element, width, layout)
    return indent(set_content(element, width - 2, layout), "> ", "> ")


def _code(element: etree._Element, layout: Layout) -> list[str]:
    """Return the lines of code unchanged, but without blanks at their ends and blank lines at the end."""
    text = layout.characters.verbatim(text_of(element))
    lines = [line.rstrip() for line in (text.expandtabs() if layout.in_cell else text).rstrip().split("\n")]
    return lines if layout.in_cell else indent(lines, " " * _CODE_INDENT)


def _figure(element: etree._Element, width: int, layout: Layout) -> list[str]:
    """Return the lines of a figure: its image's alternative text in brackets, or its other content, and the caption below."""
    inside = dataclasses.replace(layout, in_figure=True)
    lines: list[str] = []
    captions: list[str] = []
    for part in parts(element):
        if isinstance(part, list):
            lines += set_inline(part, width, inside)
        elif part.tag == "figcaption":
            captions += set_content(part, width, layout)
        else:
            lines += set_block(part, width, inside)
    return lines + captions


def _callout(element: etree._Element, width: int, layout: Layout) -> list[str]:
    """Return the lines of a callout between two rules. Its title stands in the upper rule, or below that where it is too long."""
    layout = dataclasses.replace(layout, in_item=False)
    rule = layout.characters.rule
    head = next((part for part in element if part.tag == "p" and part.get("class") in ("admonition-title", "summary")), None)
    title = element_text(head, layout) if head is not None else ""
    text = join(
        [
            ("", set_inline(part, width, layout)) if isinstance(part, list) else (str(part.tag), set_block(part, width, layout))
            for part in parts(element)
            if part is not head
        ]
    )
    length = width if not layout.in_cell else min(width, max(map(cells, [*text, title + " " * 8]), default=3))
    lines = wrap(title, length) if title else []
    if len(lines) == 1 and cells(lines[0]) + 6 <= length:
        lines = [f"{rule * 2} {lines[0]} " + rule * (length - cells(lines[0]) - 4)]
    elif lines:
        lines = [rule * length, *lines, ""]
    else:
        lines = [rule * length]
    return [*lines, *text, rule * length]
