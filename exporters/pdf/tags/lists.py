"""Lists, definitions and tables of contents as structure elements (ISO 32000-1, 14.8.4.3.3 and 14.8.4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .model import Attributes, Kid, Tag

if TYPE_CHECKING:
    from .content import Content

__all__ = ["contents_list", "definitions", "list_item", "list_kind"]

# CSS list styles (CSS Counter Styles 3, 6) and the values of ListNumbering (ISO 32000-1, table 347).
_NUMBERING = {
    "disc": "/Disc",
    "circle": "/Circle",
    "square": "/Square",
    "decimal": "/Decimal",
    "decimal-leading-zero": "/Decimal",
    "lower-roman": "/LowerRoman",
    "upper-roman": "/UpperRoman",
    "lower-alpha": "/LowerAlpha",
    "lower-latin": "/LowerAlpha",
    "upper-alpha": "/UpperAlpha",
    "upper-latin": "/UpperAlpha",
}


def list_kind(content: Content) -> tuple[Attributes, ...]:
    """Return how a list's items are marked. A mark that PDF has no word for counts as the usual one."""
    if content.has_class("task-list"):
        numbering = "/Square"
    else:
        styles = [item.numbering for item in content.inner("li") if item.marker]
        usual = "/Decimal" if content.element.tag == "ol" else "/Disc"
        numbering = _NUMBERING.get(styles[0], usual) if styles else "/None"
    return (Attributes("/List", {"ListNumbering": numbering}),)


def list_item(label: list[Kid], body: list[Kid]) -> Tag:
    """Return an item: its bullet or number, where it has one, and what it says."""
    return Tag("LI", (*([Tag("Lbl", tuple(label))] if label else []), *body))


def definitions(tags: Iterable[Tag]) -> list[Tag]:
    """Return an item for each run of terms (Lbl) with the definitions (LBody) that follow; a term's notes go with the first."""
    items: list[list[Tag]] = []
    notes: list[Tag] = []
    for tag in tags:
        if tag.kind == "Lbl":
            if not items or items[-1][-1].kind == "LBody":
                items.append([])
            items[-1].append(tag)
        elif tag.kind == "LBody":
            if not items:
                items.append([])
            items[-1].append(Tag("LBody", (*notes, *tag.kids), tag.language) if notes else tag)
            notes = []
        else:
            notes.append(tag)
    if notes and items:
        items[-1].append(Tag("LBody", tuple(notes)))
    return [Tag("LI", tuple(item)) for item in items]


def contents_list(title: list[Kid], entries: list[tuple[bool, Tag]]) -> Tag:
    """Return a TOC of entries, each told whether it is a subsection's: these stand in a TOC inside the section's entry."""
    sections: list[tuple[Tag, list[Tag]]] = []
    for below, entry in entries:
        if below and sections:
            sections[-1][1].append(entry)
        else:
            sections.append((entry, []))
    return Tag(
        "TOC",
        (*title, *(Tag("TOCI", (*entry.kids, *([Tag("TOC", tuple(inner))] if inner else []))) for entry, inner in sections)),
    )
