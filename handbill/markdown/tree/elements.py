"""Elements in the vocabulary of docs/reference/tree.md: their common attributes, and inline content with all its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from handbill.markdown.extensions import NOTEREF_PREFIX
from handbill.markdown.tree.annotations import BAD_LANGUAGE

__all__ = [
    "BLOCKS",
    "DIVISIONS",
    "ELSEWHERE",
    "HEADINGS",
    "RESERVED_CLASSES",
    "append",
    "append_text",
    "call_outside_links",
    "copy_attributes",
    "copy_language",
    "detach",
    "formats_of",
    "is_empty",
    "move",
    "move_inline",
    "prune",
    "put_inline",
    "trim",
]

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
DIVISIONS = {
    "address": "div",
    "article": "div",
    "aside": "aside",
    "center": "div",
    "div": "div",
    "fieldset": "div",
    "footer": "div",
    "form": "div",
    "header": "div",
    "hgroup": "div",
    "main": "div",
    "nav": "div",
    "section": "section",
}
BLOCKS = {
    *HEADINGS, *DIVISIONS, "p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "table", "figure", "figcaption", "hr", "details",
    "summary", "legend", "caption", "thead", "tbody", "tfoot", "tr", "td", "th",
}  # fmt: skip
_RENAMED = {"acronym": "abbr", "b": "strong", "i": "em", "s": "del", "strike": "del", "tt": "code", "u": "span"}
_PARTS = {"dd", "dt", "td", "tbody", "tfoot", "th", "thead", "tr"}
"""Elements without which the one that they stand in would not hold together, so that none is for some formats only."""
_LASTING = {"body", "h1", "dt", "dd", "td", "th"}
"""What stays where it is though it has been emptied: the title, and what a list or a table needs to hold together."""
_OF_CHILDREN = {"blockquote", "ol", "ul"}
_UNWRAPPED = {"big", "data", "font", "label", "picture", "rb"}

RESERVED_CLASSES = frozenset(
    "noteref note notes uncalled checkbox task task-list notice disclaimer admonition decorative boxed-notice claim-symbol".split()
)
"""Classes that mean something to exporters, and so do not come from an author's raw HTML."""

ELSEWHERE = re.compile(r"//|[A-Za-z][A-Za-z0-9+.-]+:")
"""What the address of an image that is no file of the publication begins with: words or a link will stand in its place."""

_ONLY = re.compile(r"only-([A-Za-z0-9_-]+)$")
_CALL = re.compile(f"{NOTEREF_PREFIX}([0-9]+)$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")


def detach(element: etree._Element) -> None:
    """Remove an element, its tail staying."""
    parent = element.getparent()
    assert parent is not None
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def prune(element: etree._Element) -> None:
    """Remove an element, its tail staying, and what it leaves empty; a figure goes with its image.

    What links lead to stays, and so does what a list or a table needs to hold together.
    """
    parent = element.getparent()
    if parent is None:
        return
    detach(element)
    if parent.tag == "figure" and element.tag == "img":
        prune(parent)
    elif parent.tag in _LASTING or not is_empty(parent):
        return
    elif not any(inner.get("id") for inner in parent.iter()):
        prune(parent)
    elif parent.tag in _OF_CHILDREN and not len(parent):
        for name in set(parent.attrib) - {"id"}:
            del parent.attrib[name]
        parent.tag = "div"


def append(parent: etree._Element, child: etree._Element) -> None:
    """Append a child without its tail."""
    child.tail = None
    parent.append(child)


def append_text(parent: etree._Element, text: str | None) -> None:
    """Append text after whatever the element holds."""
    if not text:
        return
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def is_empty(element: etree._Element) -> bool:
    """Tell whether an element shows nothing: no text, no image, no note, no box."""
    return not any(str(text).strip() for text in element.itertext()) and not any(
        child.tag in ("img", "hr") or child.get("data-note") for child in element.iter()
    )


def copy_language(source: etree._Element, target: etree._Element) -> None:
    """Copy an element's language and direction."""
    language = source.get("lang", "").strip()
    if _LANGUAGE.match(language):
        target.set("lang", language)
    elif language:
        target.set(BAD_LANGUAGE, language)
    if source.get("dir") in ("ltr", "rtl", "auto"):
        target.set("dir", source.get("dir", ""))


def copy_attributes(source: etree._Element, target: etree._Element) -> etree._Element:
    """Copy what any element may have: id, classes, language, direction, formats."""
    if name := source.get("id", "").strip():
        target.set("id", name)
    copy_language(source, target)
    classes = source.get("class", "").split()
    only = source.get("data-only", "").split() + formats_of(classes)
    if only and source.tag not in _PARTS:
        target.set("data-only", " ".join(only))
    kept = [name for name in classes if name not in RESERVED_CLASSES and not _ONLY.match(name)]
    if kept:
        target.set("class", " ".join(kept))
    return target


def move(source: etree._Element, target: etree._Element) -> None:
    """Move all content of one element to the end of another."""
    append_text(target, source.text)
    source.text = None
    for child in list(source):
        target.append(child)


def formats_of(classes: Iterable[str]) -> list[str]:
    """Return the formats that classes such as `only-pdf` name, with a dot before each: these may mean something else."""
    return [f".{found[1]}" for name in classes if (found := _ONLY.match(name))]


def put_inline(target: etree._Element, element: etree._Element) -> None:
    """Append an inline element, in the vocabulary, to the target; its tail is the caller's."""
    tag = _RENAMED.get(element.tag, element.tag)
    if tag == "sup" and (found := _CALL.match(element.get("id", ""))):
        etree.SubElement(target, "a", {"class": "noteref", "data-note": found[1]})
        move_inline(element, target)
    elif tag == "run":
        move_inline(element, target)
    elif tag == "img" and not element.get("src", "").strip():
        append_text(target, element.get("alt"))
    elif tag == "img":
        image = copy_attributes(element, etree.SubElement(target, "img"))
        image.set("src", element.get("src", "").strip())
        image.set("alt", " ".join(element.get("alt", "").split()))
        if not image.get("alt") and _is_decorative(element):
            image.set("role", "presentation")
        if element.get("title", "").strip():
            image.set("title", " ".join(element.get("title", "").split()))
    elif tag == "input":
        if element.get("type") == "checkbox":
            etree.SubElement(target, "span", {"class": "checkbox"}).text = "☑" if element.get("checked") is not None else "☐"
    elif tag in ("br", "wbr"):
        etree.SubElement(target, tag)
    elif (
        tag in _UNWRAPPED
        or (tag in ("rt", "rp") and target.tag != "ruby")
        or (tag == "a" and any(parent.tag == "a" for parent in _lineage(target)))
    ):
        move_inline(element, target)
    elif tag == "a" and element.get("href") is None:
        name = element.get("id") or element.get("name")
        if name:
            anchor = etree.SubElement(target, "span", {"id": name})
            move_inline(element, anchor)
        else:
            move_inline(element, target)
    else:
        copy = copy_attributes(element, etree.SubElement(target, tag))
        for name in ("href", "title", "datetime"):
            if tag in ("a", "abbr", "time", "dfn") and (element.get(name) or (name == "href" and tag == "a")):
                copy.set(name, element.get(name, ""))
        if tag == "code":
            copy.attrib.pop("class", "")
        move_inline(element, copy)


def _is_decorative(image: etree._Element) -> bool:
    """Tell whether an author marks an image without words as decoration: by the class, or as HTML (4.8.4.4) and ARIA have it."""
    marked = "decorative" in image.get("class", "").split() or image.get("role") in ("presentation", "none")
    return marked or image.get("aria-hidden") == "true" or image.get("alt") is not None


def call_outside_links(body: etree._Element) -> None:
    """Take the calls of notes out of the links that they stand in: a link ends before a call, and goes on after it."""
    for call in [link for link in body.iter("a") if link.get("data-note")]:
        while any(outer.tag == "a" for outer in call.iterancestors()):
            _lift(call)


def _lift(element: etree._Element) -> None:
    """Move an element out of its parent, which is split where it stood; a part that shows nothing goes."""
    parent = element.getparent()
    assert parent is not None
    after = etree.Element(parent.tag, {str(name): str(value) for name, value in parent.attrib.items() if name != "id"})
    after.text, element.tail = element.tail, None
    after.extend(list(element.itersiblings()))
    after.tail, parent.tail = parent.tail, None
    parent.addnext(element)
    element.addnext(after)
    for part in (parent, after):
        if is_empty(part) and part.get("id") is None and not any(inner.get("id") for inner in part.iter()):
            part.tail = str(part.xpath("string()")) + (part.tail or "")
            detach(part)


def _lineage(element: etree._Element) -> Iterator[etree._Element]:
    yield element
    yield from element.iterancestors()


def move_inline(source: etree._Element, target: etree._Element) -> None:
    """Append the content of an element to the target as inline content in the vocabulary."""
    append_text(target, source.text)
    for child in source:
        if child.tag in BLOCKS:
            # In phrasing content a block's text stays as text, set apart by a space.
            append_text(target, " ")
            move_inline(child, target)
            append_text(target, " ")
        else:
            put_inline(target, child)
        append_text(target, child.tail)


def trim(run: etree._Element) -> None:
    """Remove white space from both ends of inline content."""
    run.text = (run.text or "").lstrip(" \t\n") or None
    if len(run):
        run[-1].tail = (run[-1].tail or "").rstrip(" \t\n") or None
    elif run.text:
        run.text = run.text.rstrip(" \t\n")
