"""Structure elements of lists, definition lists and tables of contents (ISO 32000-1, 14.8.4.3.3 and 14.8.4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .model import Attributes, Kid, Tag

if TYPE_CHECKING:
    from .painted_content import PaintedElement

__all__ = ["definition_items", "list_attributes", "list_item", "toc"]

# The values of ListNumbering (ISO 32000-1, table 347) for CSS list styles (CSS Counter Styles 3, 6).
_LIST_NUMBERING = {
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


def list_attributes(painted: PaintedElement) -> tuple[Attributes, ...]:
    """Return the ListNumbering of a list. A marker that PDF has no value for counts as the usual one, disc or decimal."""
    if painted.has_class("task-list"):
        numbering = "/Square"
    else:
        styles = [item.numbering for item in painted.inner_elements("li") if item.marker]
        usual = "/Decimal" if painted.element.tag == "ol" else "/Disc"
        numbering = _LIST_NUMBERING.get(styles[0], usual) if styles else "/None"
    return (Attributes("/List", {"ListNumbering": numbering}),)


def list_item(label: list[Kid], body: list[Kid]) -> Tag:
    """Return the LI of an item: its bullet or number as Lbl, where it has one, and its body."""
    return Tag("LI", (*([Tag("Lbl", tuple(label))] if label else []), *body))


def definition_items(tags: Iterable[Tag]) -> list[Tag]:
    """Return an LI for each run of terms (Lbl) with the definitions (LBody) after it. Notes of a term go into its first definition."""
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


def toc(title: list[Kid], entries: list[tuple[bool, Tag]]) -> Tag:
    """Return the TOC of these entries. An entry whose flag is set is a subsection: it goes into a TOC inside its section's entry."""
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
