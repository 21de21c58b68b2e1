"""Painted elements to structure elements: which type each HTML element has in PDF (ISO 32000-1, 14.8.4), and in which order they are read.

`structure_elements` takes the painted root and returns the tags below the document's. Notes are read after the block that calls them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handbill.document import BOXED_NOTICE, CLAIM_SYMBOL

from ..added_characters import without_guards
from .lists import definition_items, list_attributes, list_item, toc
from .model import Attributes, Kid, LinkArea, MarkedContent, Tag
from .painted_content import PaintedElement
from .tables import cell_attributes, regular_table

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from handbill.document import Words

__all__ = ["ROLES", "structure_elements"]

ROLES = {"Aside": "Sect", "Em": "Span", "Strong": "Span"}
"""Types of PDF 2.0 that PDF 1.7 does not have, each with the standard type that it is mapped to (ISO 32000-1, 14.8.4)."""

# Types that may hold blocks. The others hold text alone: a note inside them is moved after them.
_CONTAINERS = frozenset({"Art", "Sect", "Div", "Aside", "BlockQuote", "LBody", "TD", "TH", "Note"})
# Types whose text is always in paragraphs, even where there is no other block.
_BLOCK_CONTAINERS = frozenset({"Art", "Sect", "Div", "Aside", "BlockQuote"})
_INLINE_KINDS = frozenset({"Span", "Em", "Strong", "Code", "Quote", "Link", "Reference", "Ruby", "Figure", "Lbl"})

_KINDS = {
    **{heading: heading.upper() for heading in ("h1", "h2", "h3", "h4", "h5", "h6")},
    "article": "Art",
    "section": "Sect",
    "footer": "Sect",
    "div": "Div",
    "aside": "Aside",
    "blockquote": "BlockQuote",
    "p": "P",
    "pre": "P",
    "caption": "Caption",
    "figcaption": "Caption",
    "dt": "Lbl",
    "dd": "LBody",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "em": "Em",
    "strong": "Strong",
    "code": "Code",
    "samp": "Code",
    "kbd": "Code",
    "q": "Quote",
    "rt": "RT",
    "rp": "RP",
}
_TEXT_DECORATIONS = {"del": "/LineThrough", "ins": "/Underline"}
# Classes of elements that this exporter adds to keep blocks on one page.
_UNTAGGED_CLASSES = frozenset({"handbill-short-table"})
# The form of a language tag (ISO 14289-1, 7.2; ISO 32000-1, 14.9.2.2).
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class _Context:
    """The context of an element: its language, handbill's translated words, the number of each table, the boxed notices by their ids."""

    language: str
    words: Words
    tables: Mapping[Element, int]
    boxes: Mapping[str, PaintedElement]


def structure_elements(root: PaintedElement, language: str, words: Words) -> list[Tag]:
    """Return the structure elements of the article and of the disclaimer, in their order. `language` is the document's."""
    tables = {table: number for number, table in enumerate(root.element.iter("table"), 1)}
    boxes = _take_boxed_notices(root)
    return [kid for kid in _inner_kids(root, _Context(language, words, tables, boxes)) if isinstance(kid, Tag)]


def _take_boxed_notices(painted: PaintedElement) -> dict[str, PaintedElement]:
    """Remove the boxed notices from the tree and return them by their ids: each is read after the first claim of its page."""
    notices: dict[str, PaintedElement] = {}
    for kid in painted.inner_elements():
        if kid.has_class(BOXED_NOTICE):
            notices[kid.element.get("id", "")] = kid
            painted.kids.remove(kid)
        elif inner := _take_boxed_notices(kid):
            notices |= inner
            if not kid.kids:
                painted.kids.remove(kid)
    return notices


def _inner_kids(painted: PaintedElement, context: _Context) -> list[Kid]:
    kids: list[Kid] = list(painted.before)
    for kid in painted.kids:
        if isinstance(kid, MarkedContent):
            kids.append(kid)
        else:
            kids.extend(_tags(kid, context))
    return kids


def _tags(painted: PaintedElement, context: _Context) -> list[Kid]:
    """Return the element's structure element and the notes that are read after it; its kids where it has no type of its own."""
    element = painted.element
    language = element.get("lang", "")
    # The disclaimer states its language in every handout, also where the article has the same: its tags are those of the sealed page.
    is_known = language.casefold() == context.language.casefold() and not painted.has_class("handbill-disclaimer")
    if not _LANGUAGE.fullmatch(language) or is_known:
        language = ""
    context = replace(context, language=language or context.language)
    if rule := _RULES.get(element.tag):
        kids = rule(painted, context)
    elif element.tag in _KINDS and not any(painted.has_class(name) for name in _UNTAGGED_CLASSES):
        kids = _tag_and_notes(_KINDS[element.tag], _inner_kids(painted, context))
    else:
        kids = _inner_kids(painted, context)
    if not language:
        return kids
    if len(kids) == 1 and isinstance(kids[0], Tag):
        return [replace(kids[0], language=language)]
    if all(_is_inline(kid) or _is_note(kid) for kid in kids):
        kids = _tag_and_notes("Span", kids)
    return [replace(kid, language=language) if isinstance(kid, Tag) else kid for kid in kids]


def _is_note(kid: Kid) -> bool:
    return isinstance(kid, Tag) and kid.kind == "Note"


def _is_inline(kid: Kid) -> bool:
    return not isinstance(kid, Tag) or kid.kind in _INLINE_KINDS


def _has_text(kids: Iterable[Kid]) -> bool:
    return any(not (isinstance(kid, MarkedContent) and kid.is_space) for kid in kids)


def _tag_and_notes(kind: str, kids: list[Kid], attributes: tuple[Attributes, ...] = (), expansion: str = "") -> list[Kid]:
    """Return a structure element of this type. Where the type holds text alone, notes among the kids follow it."""
    if kind in _CONTAINERS:
        return [Tag(kind, tuple(_blocks(kids, always=kind in _BLOCK_CONTAINERS)), attributes=attributes)]
    text = [kid for kid in kids if not _is_note(kid)]
    notes = [kid for kid in kids if _is_note(kid)]
    if not _has_text(text):
        return notes
    return [Tag(kind, tuple(text), attributes=attributes, expansion=expansion), *notes]


def _blocks(kids: list[Kid], *, always: bool) -> list[Kid]:
    """Return the kids of a container, with runs of text made paragraphs where there are blocks among them, or `always`.

    A note follows the run that calls it.
    """
    if not always and all(_is_inline(kid) for kid in kids):
        return kids if _has_text(kids) else []
    blocks: list[Kid] = []
    run: list[Kid] = []
    notes: list[Kid] = []

    def finish() -> None:
        if _has_text(run):
            label = [kid for kid in run[:1] if isinstance(kid, Tag) and kid.kind == "Lbl"]
            rest = run[len(label) :]
            blocks.extend(label)
            blocks.extend([Tag("P", tuple(rest))] if _has_text(rest) else [])
        blocks.extend(notes)
        run.clear()
        notes.clear()

    for kid in kids:
        if _is_note(kid) and run:
            notes.append(kid)
        elif _is_inline(kid):
            run.append(kid)
        else:
            finish()
            blocks.append(kid)
    finish()
    return blocks


def _link(painted: PaintedElement, context: _Context) -> list[Kid]:
    kids = _inner_kids(painted, context)
    if not painted.links:
        return kids
    text = _link_text(painted, context.words)
    areas = [LinkArea(area.page, area.annotation, text) for area in painted.links]
    notes = [kid for kid in kids if _is_note(kid)]
    link = Tag("Link", (*areas, *(kid for kid in kids if not _is_note(kid))))
    if painted.has_class("noteref"):
        link = Tag("Reference", (link,))
    elif painted.has_class(CLAIM_SYMBOL):
        link = Tag("Reference", (link,))
        named = [context.boxes[name] for name in painted.element.get("data-box", "").split()]
        notes += [kid for box in named for kid in _tags(box, context) if isinstance(kid, Tag)]
    elif painted.has_class("handbill-note-number"):
        link = Tag("Lbl", (link,))
    return [link, *notes]


def _link_text(painted: PaintedElement, words: Words) -> str:
    """Return the `Contents` of a link's annotation: its words and its images' alternatives, or its address where it has neither."""
    if painted.has_class("handbill-note-number"):
        return words.back_to_text
    if painted.has_class(CLAIM_SYMBOL):
        return words.see_disclaimer_section
    pieces: list[str] = []

    def read(element: Element) -> None:
        pieces.append(element.text or element.get("alt") or "")
        for child in element:
            if child.tag != "aside":
                read(child)
            pieces.append(child.tail or "")

    read(painted.element)
    text = " ".join(without_guards("".join(pieces)).split())
    if painted.has_class("noteref"):
        return words.note_number.format(number=text)
    return text or painted.element.get("href", "")


def _image(painted: PaintedElement, context: _Context) -> list[Kid]:
    """Return the Figure of an image. A decorative image has none: content in no structure element becomes an artifact."""
    alternative = " ".join(painted.element.get("alt", "").split())
    kids = tuple(kid for kid in painted.kids if isinstance(kid, MarkedContent))
    if not kids or (not alternative and painted.element.get("role") == "presentation"):
        return []
    layout = Attributes("/Layout", {"BBox": painted.area or ()})
    return [Tag("Figure", kids, alternative=alternative, attributes=(layout,))]


def _figure(painted: PaintedElement, context: _Context) -> list[Kid]:
    """Return the image and its caption side by side in a Div: of a Figure, only the alternative is read, not what is inside."""
    kids: list[Kid] = []
    for kid in painted.inner_elements():
        tags = _tags(kid, context)
        kids.extend(tags if kid.element.tag == "img" else _blocks(tags, always=True))
    return [Tag("Div", tuple(kids))] if len(kids) > 1 else kids


def _aside(painted: PaintedElement, context: _Context) -> list[Kid]:
    kids = _inner_kids(painted, context)
    if not any(painted.has_class(name) for name in ("note", "handbill-footnote", BOXED_NOTICE)) or painted.has_class("admonition"):
        return _tag_and_notes("Aside", kids)
    return [
        replace(tag, identifier=painted.element.get("id", "")) for tag in _tag_and_notes("Note", _label_first(kids)) if isinstance(tag, Tag)
    ]


def _label_first(kids: list[Kid]) -> list[Kid]:
    """Move the label (a number or a check box) at the beginning of the first paragraph before that paragraph."""
    first = kids[0] if kids else None
    label = first.kids[0] if isinstance(first, Tag) and first.kind == "P" else None
    if not isinstance(first, Tag) or not isinstance(label, Tag) or label.kind != "Lbl":
        return kids
    rest = [replace(first, kids=first.kids[1:])] if _has_text(first.kids[1:]) else []
    return [label, *rest, *kids[1:]]


def _decoration(painted: PaintedElement, context: _Context) -> list[Kid]:
    kind = _TEXT_DECORATIONS[painted.element.tag]
    return _tag_and_notes("Span", _inner_kids(painted, context), (Attributes("/Layout", {"TextDecorationType": kind}),))


def _abbreviation(painted: PaintedElement, context: _Context) -> list[Kid]:
    expansion = " ".join(painted.element.get("title", "").split())
    kids = _inner_kids(painted, context)
    return _tag_and_notes("Span", kids, expansion=expansion) if expansion else kids


def _span(painted: PaintedElement, context: _Context) -> list[Kid]:
    kids = _inner_kids(painted, context)
    return _tag_and_notes("Lbl", kids) if painted.has_class("checkbox") else kids


def _ruby(painted: PaintedElement, context: _Context) -> list[Kid]:
    """Return a Ruby of base texts and readings (ISO 32000-1, table 338)."""
    kids: list[Kid] = []
    base: list[Kid] = []
    for kid in [*_inner_kids(painted, context), None]:
        if kid is None or (isinstance(kid, Tag) and kid.kind in ("RT", "RP")):
            kids.extend(_tag_and_notes("RB", base))
            base = []
        if kid is not None:
            (kids if isinstance(kid, Tag) and kid.kind in ("RT", "RP") else base).append(kid)
    return _tag_and_notes("Ruby", kids)


def _list(painted: PaintedElement, context: _Context) -> list[Kid]:
    made = [tag for tag in _inner_kids(painted, context) if isinstance(tag, Tag)]
    return [Tag("L", tuple(made), attributes=list_attributes(painted))] if made else []


def _item(painted: PaintedElement, context: _Context) -> list[Kid]:
    kids = _label_first(_inner_kids(painted, context))
    label = [kid for kid in kids if isinstance(kid, Tag) and kid.kind == "Lbl"]
    body = _tag_and_notes("LBody", [kid for kid in kids if kid not in label])
    return [list_item([*painted.marker, *(inner for tag in label for inner in tag.kids)], body)]


def _definitions(painted: PaintedElement, context: _Context) -> list[Kid]:
    made = definition_items(tag for tag in _inner_kids(painted, context) if isinstance(tag, Tag))
    return [Tag("L", tuple(made))] if made else []


def _space_after_last_word(kids: tuple[Kid, ...]) -> tuple[Kid, ...]:
    """Return the kids with a space after their last marked content."""
    *others, last = kids
    if isinstance(last, MarkedContent):
        return (*others, replace(last, space_after=True))
    return (*others, replace(last, kids=_space_after_last_word(last.kids))) if isinstance(last, Tag) and last.kids else kids


def _contents(painted: PaintedElement, context: _Context) -> list[Kid]:
    """Return the table of contents. In each entry the page number follows the words; it is painted before them."""
    title: list[Kid] = []
    entries: list[tuple[bool, Tag]] = []
    for kid in painted.inner_elements():
        if kid.element.tag == "p":
            title.extend(_tag_and_notes("Caption", _inner_kids(kid, context)))
        for item in kid.inner_elements("li"):
            for link in item.inner_elements("a"):
                number, link.before = link.before, []
                kids = [
                    replace(tag, kids=(*_space_after_last_word(tag.kids), *number)) for tag in _link(link, context) if isinstance(tag, Tag)
                ]
                entries.append((item.has_class("handbill-sub"), Tag("TOCI", (Tag("Reference", tuple(kids)),))))
    return [toc(title, entries)]


def _cell(painted: PaintedElement, context: _Context) -> list[Kid]:
    """Return a TH or TD. An empty header cell, as above the column of row headers, is a TD."""
    empty = not any(True for _ in painted.sequences())
    kind = "TD" if empty or painted.element.tag == "td" else "TH"
    return _tag_and_notes(kind, _inner_kids(painted, context), cell_attributes(painted.element, head=kind == "TH"))


def _table(painted: PaintedElement, context: _Context) -> list[Kid]:
    tags = [tag for tag in _inner_kids(painted, context) if isinstance(tag, Tag)]
    return [regular_table(tags, context.tables[painted.element])]


_RULES: Mapping[str, Callable[[PaintedElement, _Context], list[Kid]]] = {
    "a": _link,
    "abbr": _abbreviation,
    "aside": _aside,
    "del": _decoration,
    "dl": _definitions,
    "figure": _figure,
    "img": _image,
    "ins": _decoration,
    "li": _item,
    "nav": _contents,
    "ol": _list,
    "ruby": _ruby,
    "span": _span,
    "table": _table,
    "td": _cell,
    "th": _cell,
    "ul": _list,
}
