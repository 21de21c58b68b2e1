"""Strict check of a document's trees against the vocabulary of the canonical tree (docs/reference/tree.md).

`faults` returns a sentence for each violation. It shares no code with handbill.markdown.tree, which makes the trees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from handbill.document import Document, text_of

SECTIONS = {"h2", "h3", "h4", "h5", "h6"}
CONTAINERS = {"body", "blockquote", "div", "section", "aside"}
MIXED = {"li", "dd", "td", "th", "figcaption", "caption"}
BLOCKS = SECTIONS | {"p", "ul", "ol", "dl", "blockquote", "pre", "table", "figure", "hr", "div", "section", "aside"}
INLINE = set("em strong code a del ins sub sup abbr kbd samp var mark q cite dfn small span bdi bdo br img ruby wbr time".split())
INLINE_HOLDERS = SECTIONS | INLINE | {"h1", "p", "dt", "rt", "rp"}
CHILDREN = {
    **dict.fromkeys(CONTAINERS, BLOCKS),
    **dict.fromkeys(MIXED, BLOCKS | INLINE),
    **dict.fromkeys(INLINE_HOLDERS, INLINE),
    "ruby": INLINE | {"rt", "rp"},
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd"},
    "pre": {"code"},
    "figure": {"img", "figcaption"},
    "table": {"caption", "thead", "tbody", "tfoot"},
    **{key: {"tr"} for key in ("thead", "tbody", "tfoot")},
    "tr": {"td", "th"},
    **{key: set[str]() for key in ("img", "br", "wbr", "hr")},
}
WITHOUT_TEXT = CONTAINERS | {"ul", "ol", "dl", "pre", "figure", "table", "thead", "tbody", "tfoot", "tr"}
ATTRIBUTES = {
    "a": {"href", "role"},
    "abbr": {"title"},
    "img": {"src", "alt", "role"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "dfn": {"title"},
}
HELD_ONCE = {"dfn": ("dfn",), "ruby": ("rt", "rp"), "table": ("caption",)}
OWN_CLASSES = {
    "boxed-notice": "aside",
    "claim-symbol": "a",
    "noteref": "a",
    "notes": "section",
    "note uncalled": "aside",
    "checkbox": "span",
    "task": "li",
    "task-list": "ul",
}
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def faults(document: Document) -> list[str]:
    """Return the violations of the vocabulary in a document's title, body and abstract; none for a sound document."""
    parts = [("h1", document.heading_tree()), ("body", document.tree())]
    abstract = document.abstract_tree()
    if abstract is not None:
        parts.append(("body", abstract))
    found: list[str] = []
    for tag, part in parts:
        if part.tag != tag:
            found.append(f"{part.tag} in the place of {tag}")
        for element in part.iter():
            found.extend(f"{_path(element)}: {fault}" for fault in _element(element, document))
    found.extend(_references([part for _, part in parts], parts[1][1]))
    return found


def _path(element: etree._Element) -> str:
    return "/".join([str(parent.tag) for parent in reversed(list(element.iterancestors()))] + [str(element.tag)])


def _blank(text: str | None) -> bool:
    return not (text or "").strip(" \t\n")


def _element(element: etree._Element, document: Document) -> Iterator[str]:
    tag = str(element.tag)
    if tag not in CHILDREN:
        yield "no element of the vocabulary"
        return
    for child in element:
        if child.tag not in CHILDREN[tag]:
            yield f"holds {child.tag}"
    if tag in WITHOUT_TEXT and not all(_blank(text) for text in [element.text, *(child.tail for child in element)]):
        yield "holds text"
    for text in (element.text, element.tail, *element.attrib.values()):
        if text and UNPRINTABLE.search(str(text)):
            yield f"holds a control character: {text!r}"
    yield from _attributes(element, tag)
    yield from _shapes(element, tag, document)


def _attributes(element: etree._Element, tag: str) -> Iterator[str]:
    unknown = {str(name) for name in element.attrib} - {"id", "class", "lang", "dir"} - ATTRIBUTES.get(tag, set())
    if unknown:
        yield f"has {sorted(unknown)}"
    name = element.get("id")
    if name is not None and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
        yield f"has the id {name!r}"
    classes = element.get("class")
    if classes is not None and not classes.strip():
        yield "has an empty class"
    for own, holder in OWN_CLASSES.items():
        if set(own.split()) & set((classes or "").split()) and tag != holder:
            yield f"has the class {classes!r}"
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", element.get("lang", "en")):
        yield f"has the language {element.get('lang')!r}"
    if element.get("dir", "ltr") not in ("ltr", "rtl", "auto"):
        yield f"has the direction {element.get('dir')!r}"
    for span in ("colspan", "rowspan"):
        if not re.fullmatch(r"[1-9][0-9]{0,3}", element.get(span, "1")):
            yield f"has {span} {element.get(span)!r}"
    for number in ("start", "value"):
        if not re.fullmatch(r"-?[0-9]{1,6}", element.get(number, "1")):
            yield f"has {number} {element.get(number)!r}"


def _shapes(element: etree._Element, tag: str, document: Document) -> Iterator[str]:
    children = [str(child.tag) for child in element]
    if tag in ("ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "blockquote") and not children:
        yield "is empty"
    if tag in SECTIONS | {"p", "h1"} and not text_of(element).strip() and not any(e.tag == "img" or e.get("id") for e in element.iter()):
        yield "says nothing"
    if tag == "dl" and (children[0] != "dt" or children[-1] != "dd"):
        yield f"does not go from dt to dd: {children}"
    if tag == "pre" and (children != ["code"] or len(element[0]) or not text_of(element).strip()):
        yield "is not one code"
    if tag == "figure" and children not in (["img"], ["img", "figcaption"]):
        yield f"is {children}"
    if tag == "table":
        groups = [child for child in children if child != "caption"]
        if "caption" in children[1:] or not groups or groups != sorted(groups, key=["thead", "tbody", "tfoot"].index):
            yield f"is {children}"
    if tag == "th" and element.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
        yield "has no scope"
    if tag in ("td", "th") and element.get("class") not in (None, "align-left", "align-center", "align-right"):
        yield f"has the class {element.get('class')!r}"
    if tag == "img" and (element.get("alt") is None or element.get("src") not in {asset.name for asset in document.assets}):
        yield f"shows {element.get('src')!r}"
    if tag == "ruby" and not re.fullmatch("(b+(r+|p(rp)+))+", _ruby(element)):
        yield f"is {_ruby(element)}"
    if tag == "rp" and (children or any(map(str.isalnum, text_of(element)))):
        yield "is no bracket"
    if tag == "bdo" and element.get("dir") not in ("ltr", "rtl"):
        yield "says no direction"
    if tag == "time" and element.get("datetime") is None and children:
        yield "has elements and no datetime"
    if tag == "time" and not re.match("[0-9P]", element.get("datetime", text_of(element))):
        yield "is none that a machine reads"
    if tag in HELD_ONCE and any(str(outer.tag) in HELD_ONCE[tag] for outer in element.iterancestors()):
        yield f"stands in {HELD_ONCE[tag]}"
    if tag == "a" and any(parent.tag == "a" for parent in element.iterancestors()):
        yield "stands in another link"
    if tag in SECTIONS and not element.get("id"):
        yield "has no id"
    classes = element.get("class", "").split()
    if "admonition" in classes:
        first = element[0] if children else None
        if tag != "aside" or len(classes) != 2 or first is None or first.get("class") != "admonition-title":
            yield "is no callout"
    if "task-list" in classes and not any(item.get("class") == "task" for item in element):
        yield "has no task"
    if "checkbox" in classes and element.text not in ("☐", "☑"):
        yield f"is a box of {element.text!r}"


def _ruby(element: etree._Element) -> str:
    """Return the content of a ruby element as letters: b for base text, r for a reading, p for a bracket."""
    pieces = [("b", element.text)]
    for child in element:
        pieces += [({"rt": "r", "rp": "p"}.get(str(child.tag), "b"), "there"), ("b", child.tail)]
    return "".join(kind for kind, text in pieces if not _blank(text))


def _references(parts: list[etree._Element], body: etree._Element) -> Iterator[str]:
    elements = [element for part in parts for element in part.iter()]
    names = [element.get("id", "") for element in elements if element.get("id")]
    yield from (f"the id {name} stands twice" for name in sorted({name for name in names if names.count(name) > 1}))
    own = [element for element in elements if element.get("id", "").startswith(("note-", "noteref-"))]
    for element in own:
        if not {"note", "noteref", "boxed-notice"} & set(element.get("class", "").split()):
            yield f"the id {element.get('id')} is handbill's own"
    for link in (element for element in elements if element.tag == "a"):
        href = link.get("href")
        if href is None:
            yield "a link without an address"
        elif href.startswith("#"):
            if href[1:] not in names:
                yield f"a link to nothing: {href}"
        elif not _is_address(href):
            yield f"no address: {href}"
    sections = [element for element in elements if element.get("class") == "notes"]
    if sections and (len(sections) > 1 or body[-1] is not sections[0]):
        yield "the notes are not the last child of body"
    notes = list(sections[0]) if sections else []
    numbers = [note.get("id") for note in notes]
    if numbers != [f"note-{number}" for number in range(1, len(notes) + 1)]:
        yield f"the notes are numbered {numbers}"
    if sections and not notes:
        yield "a section of no notes"
    calls = [element for element in elements if element.get("class") == "noteref"]
    for call in calls:
        number = call.text or ""
        if call.get("href") != f"#note-{number}" or f"note-{number}" not in numbers or call.get("role") != "doc-noteref":
            yield f"a call of no note: {call.get('href')}"
        if not re.fullmatch(rf"noteref-{number}(-[2-9][0-9]*|-1[0-9]+)?", call.get("id", "")):
            yield f"a call with the id {call.get('id')}"
    called = {call.get("href", "#")[1:] for call in calls}
    for note in notes:
        if note.get("class") not in ("note", "note uncalled"):
            yield f"a note of class {note.get('class')}"
        if note.get("class") == "note" and note.get("id") not in called:
            yield f"nothing calls {note.get('id')}"


def _is_address(href: str) -> bool:
    """Return whether this is an absolute URI (RFC 3986) of a scheme that handouts may have: http, https, mailto, tel."""
    if not re.fullmatch(r"(?:[A-Za-z0-9!$&'()*+,;=:@/?#\[\]._~-]|%[0-9A-Fa-f]{2})+", href) or href.count("#") > 1:
        return False
    parts = urlsplit(href)
    if parts.scheme in ("mailto", "tel"):
        return bool(parts.path)
    path = href.partition("//")[2].partition("/")[2]
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not set("[]") & set(path)
