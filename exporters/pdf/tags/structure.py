"""Contents to structure elements: which type each element of the page's HTML has in PDF (ISO 32000-1, 14.8.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handbill.document import BOXED_NOTICE, CLAIM_SYMBOL

from ..invisible_characters import without_guards
from .content import Content
from .lists import contents_list, definitions, list_item, list_kind
from .model import Attributes, Kid, LinkArea, Mark, Tag
from .tables import cell_attributes, regular_table

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from handbill.document import Words

__all__ = ["ROLES", "structure"]

ROLES = {"Aside": "Sect", "Em": "Span", "Strong": "Span"}
"""Types of PDF 2.0 that PDF 1.7 lacks, each with the standard type that stands for it (ISO 32000-1, 14.8.4)."""

# What holds blocks. All else holds text, and a note that stands in it is read after it.
_CONTAINERS = frozenset({"Art", "Sect", "Div", "Aside", "BlockQuote", "LBody", "TD", "TH", "Note"})
# Those of them whose text stands in paragraphs though it be the only block.
_ONLY_BLOCKS = frozenset({"Art", "Sect", "Div", "Aside", "BlockQuote"})
_INLINE = frozenset({"Span", "Em", "Strong", "Code", "Quote", "Link", "Reference", "Ruby", "Figure", "Lbl"})

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
_DECORATIONS = {"del": "/LineThrough", "ins": "/Underline"}
# Boxes of our own that only keep things together on the page.
_UNTAGGED = frozenset({"short-table"})
# As ISO 14289-1 (7.2) and ISO 32000-1 (14.9.2.2) ask for it.
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds around an element: the language, the words that handbill adds, the number of each table, boxed notices by their ids."""

    language: str
    words: Words
    tables: Mapping[Element, int]
    boxes: Mapping[str, Content]


def structure(root: Content, language: str, words: Words) -> list[Tag]:
    """Return the structure elements of the article and of the disclaimer, in their order. `language` is the document's."""
    tables = {table: number for number, table in enumerate(root.element.iter("table"), 1)}
    boxes = _boxes(root)
    return [kid for kid in _inside(root, _Context(language, words, tables, boxes)) if isinstance(kid, Tag)]


def _boxes(content: Content) -> dict[str, Content]:
    """Return the boxed notices, taken out of where they stand: each is read after the first claim of its page."""
    found: dict[str, Content] = {}
    for kid in content.inner():
        if kid.has_class(BOXED_NOTICE):
            found[kid.element.get("id", "")] = kid
            content.kids.remove(kid)
        elif inner := _boxes(kid):
            found |= inner
            if not kid.kids:
                content.kids.remove(kid)
    return found


def _inside(content: Content, context: _Context) -> list[Kid]:
    kids: list[Kid] = list(content.before)
    for kid in content.kids:
        if isinstance(kid, Mark):
            kids.append(kid)
        else:
            kids.extend(_tags(kid, context))
    return kids


def _tags(content: Content, context: _Context) -> list[Kid]:
    """Return the element's structure element, and the notes that are read after it; or its kids where it has none."""
    element = content.element
    language = element.get("lang", "")
    if not _LANGUAGE.fullmatch(language) or language.casefold() == context.language.casefold():
        language = ""
    context = replace(context, language=language or context.language)
    if rule := _RULES.get(element.tag):
        kids = rule(content, context)
    elif element.tag in _KINDS and not any(content.has_class(name) for name in _UNTAGGED):
        kids = _element(_KINDS[element.tag], _inside(content, context))
    else:
        kids = _inside(content, context)
    if not language:
        return kids
    if len(kids) == 1 and isinstance(kids[0], Tag):
        return [replace(kids[0], language=language)]
    if all(_is_inline(kid) or _is_note(kid) for kid in kids):
        kids = _element("Span", kids)
    return [replace(kid, language=language) if isinstance(kid, Tag) else kid for kid in kids]


def _is_note(kid: Kid) -> bool:
    return isinstance(kid, Tag) and kid.kind == "Note"


def _is_inline(kid: Kid) -> bool:
    return not isinstance(kid, Tag) or kid.kind in _INLINE


def _says_something(kids: Iterable[Kid]) -> bool:
    return any(not (isinstance(kid, Mark) and kid.space) for kid in kids)


def _element(kind: str, kids: list[Kid], attributes: tuple[Attributes, ...] = (), expansion: str = "") -> list[Kid]:
    """Return the structure element of a kind, followed by the notes that are called in it where it holds text alone."""
    if kind in _CONTAINERS:
        return [Tag(kind, tuple(_blocks(kids, always=kind in _ONLY_BLOCKS)), attributes=attributes)]
    text = [kid for kid in kids if not _is_note(kid)]
    notes = [kid for kid in kids if _is_note(kid)]
    if not _says_something(text):
        return notes
    return [Tag(kind, tuple(text), attributes=attributes, expansion=expansion), *notes]


def _blocks(kids: list[Kid], *, always: bool) -> list[Kid]:
    """Return the kids of something that holds blocks, its runs of text as paragraphs where it holds blocks, or `always`.

    A note stands after the run that calls it.
    """
    if not always and all(_is_inline(kid) for kid in kids):
        return kids if _says_something(kids) else []
    blocks: list[Kid] = []
    run: list[Kid] = []
    notes: list[Kid] = []

    def finish() -> None:
        if _says_something(run):
            label = [kid for kid in run[:1] if isinstance(kid, Tag) and kid.kind == "Lbl"]
            rest = run[len(label) :]
            blocks.extend(label)
            blocks.extend([Tag("P", tuple(rest))] if _says_something(rest) else [])
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


def _link(content: Content, context: _Context) -> list[Kid]:
    kids = _inside(content, context)
    if not content.links:
        return kids
    text = _link_text(content, context.words)
    areas = [LinkArea(area.page, area.annotation, text) for area in content.links]
    notes = [kid for kid in kids if _is_note(kid)]
    link = Tag("Link", (*areas, *(kid for kid in kids if not _is_note(kid))))
    if content.has_class("noteref"):
        link = Tag("Reference", (link,))
    elif content.has_class(CLAIM_SYMBOL):
        link = Tag("Reference", (link,))
        named = [context.boxes[name] for name in content.element.get("data-box", "").split()]
        notes += [kid for box in named for kid in _tags(box, context) if isinstance(kid, Tag)]
    elif content.has_class("note-number"):
        link = Tag("Lbl", (link,))
    return [link, *notes]


def _link_text(content: Content, words: Words) -> str:
    """Return what a link says of itself: its words and its images' alternatives; its address where it has neither."""
    if content.has_class("note-number"):
        return words.back_to_text
    if content.has_class(CLAIM_SYMBOL):
        return words.see_disclaimer_section
    said: list[str] = []

    def read(element: Element) -> None:
        said.append(element.text or element.get("alt") or "")
        for child in element:
            if child.tag != "aside":
                read(child)
            said.append(child.tail or "")

    read(content.element)
    text = " ".join(without_guards("".join(said)).split())
    if content.has_class("noteref"):
        return words.note_number.format(number=text)
    return text or content.element.get("href", "")


def _image(content: Content, context: _Context) -> list[Kid]:
    """Return the figure, or nothing where the image decorates on purpose: what is in no structure element becomes an artifact."""
    alternative = " ".join(content.element.get("alt", "").split())
    kids = tuple(kid for kid in content.kids if isinstance(kid, Mark))
    if not kids or (not alternative and content.element.get("role") == "presentation"):
        return []
    layout = Attributes("/Layout", {"BBox": content.area or ()})
    return [Tag("Figure", kids, alternative=alternative, attributes=(layout,))]


def _figure(content: Content, context: _Context) -> list[Kid]:
    """Return the figure's image and its caption beside each other: what stands inside a Figure is not read but for its alternative."""
    kids: list[Kid] = []
    for kid in content.inner():
        found = _tags(kid, context)
        kids.extend(found if kid.element.tag == "img" else _blocks(found, always=True))
    return [Tag("Div", tuple(kids))] if len(kids) > 1 else kids


def _aside(content: Content, context: _Context) -> list[Kid]:
    kids = _inside(content, context)
    if not any(content.has_class(name) for name in ("note", "footnote", BOXED_NOTICE)) or content.has_class("admonition"):
        return _element("Aside", kids)
    return [replace(tag, identifier=content.element.get("id", "")) for tag in _element("Note", _label_first(kids)) if isinstance(tag, Tag)]


def _label_first(kids: list[Kid]) -> list[Kid]:
    """Return the kids with the label at the beginning of their first paragraph before it: a number or a check box."""
    first = kids[0] if kids else None
    label = first.kids[0] if isinstance(first, Tag) and first.kind == "P" else None
    if not isinstance(first, Tag) or not isinstance(label, Tag) or label.kind != "Lbl":
        return kids
    rest = [replace(first, kids=first.kids[1:])] if _says_something(first.kids[1:]) else []
    return [label, *rest, *kids[1:]]


def _decoration(content: Content, context: _Context) -> list[Kid]:
    kind = _DECORATIONS[content.element.tag]
    return _element("Span", _inside(content, context), (Attributes("/Layout", {"TextDecorationType": kind}),))


def _abbreviation(content: Content, context: _Context) -> list[Kid]:
    expansion = " ".join(content.element.get("title", "").split())
    kids = _inside(content, context)
    return _element("Span", kids, expansion=expansion) if expansion else kids


def _span(content: Content, context: _Context) -> list[Kid]:
    kids = _inside(content, context)
    return _element("Lbl", kids) if content.has_class("checkbox") else kids


def _ruby(content: Content, context: _Context) -> list[Kid]:
    """Return a Ruby of base texts and readings (ISO 32000-1, table 338)."""
    kids: list[Kid] = []
    base: list[Kid] = []
    for kid in [*_inside(content, context), None]:
        if kid is None or (isinstance(kid, Tag) and kid.kind in ("RT", "RP")):
            kids.extend(_element("RB", base))
            base = []
        if kid is not None:
            (kids if isinstance(kid, Tag) and kid.kind in ("RT", "RP") else base).append(kid)
    return _element("Ruby", kids)


def _list(content: Content, context: _Context) -> list[Kid]:
    made = [tag for tag in _inside(content, context) if isinstance(tag, Tag)]
    return [Tag("L", tuple(made), attributes=list_kind(content))] if made else []


def _item(content: Content, context: _Context) -> list[Kid]:
    kids = _label_first(_inside(content, context))
    label = [kid for kid in kids if isinstance(kid, Tag) and kid.kind == "Lbl"]
    body = _element("LBody", [kid for kid in kids if kid not in label])
    return [list_item([*content.marker, *(inner for tag in label for inner in tag.kids)], body)]


def _definitions(content: Content, context: _Context) -> list[Kid]:
    made = definitions(tag for tag in _inside(content, context) if isinstance(tag, Tag))
    return [Tag("L", tuple(made))] if made else []


def _parted(kids: tuple[Kid, ...]) -> tuple[Kid, ...]:
    """Return the kids with a space after the last word in them."""
    *others, last = kids
    if isinstance(last, Mark):
        return (*others, replace(last, parted=True))
    return (*others, replace(last, kids=_parted(last.kids))) if isinstance(last, Tag) and last.kids else kids


def _contents(content: Content, context: _Context) -> list[Kid]:
    """Return the table of contents: each entry's words, then its page's number, which stands before them on the page."""
    title: list[Kid] = []
    entries: list[tuple[bool, Tag]] = []
    for kid in content.inner():
        if kid.element.tag == "p":
            title.extend(_element("Caption", _inside(kid, context)))
        for item in kid.inner("li"):
            for link in item.inner("a"):
                number, link.before = link.before, []
                kids = [replace(tag, kids=(*_parted(tag.kids), *number)) for tag in _link(link, context) if isinstance(tag, Tag)]
                entries.append((item.has_class("sub"), Tag("TOCI", (Tag("Reference", tuple(kids)),))))
    return [contents_list(title, entries)]


def _cell(content: Content, context: _Context) -> list[Kid]:
    """Return a cell. A head that says nothing, as over the column of row heads, is a cell like others."""
    empty = not any(True for _ in content.marks())
    kind = "TD" if empty or content.element.tag == "td" else "TH"
    return _element(kind, _inside(content, context), cell_attributes(content.element, head=kind == "TH"))


def _table(content: Content, context: _Context) -> list[Kid]:
    tags = [tag for tag in _inside(content, context) if isinstance(tag, Tag)]
    return [regular_table(tags, context.tables[content.element])]


_RULES: Mapping[str, Callable[[Content, _Context], list[Kid]]] = {
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
