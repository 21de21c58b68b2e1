"""Elements of the canonical tree: sets of element names, and functions that move, copy and remove elements without losing text.

The functions change lxml trees in place. The vocabulary is the one that docs/reference/tree.md lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from handbill.language.folding import collapse_whitespace
from handbill.markdown.extensions import NOTEREF_PREFIX
from handbill.markdown.tree.annotations import BAD_LANGUAGE, RESERVED_CLASS

__all__ = [
    "BLOCKS",
    "DIVISIONS",
    "EXTERNAL_ADDRESS",
    "HEADINGS",
    "append",
    "append_inline",
    "append_inline_content",
    "append_text",
    "class_formats",
    "class_names",
    "copy_attributes",
    "copy_language",
    "detach",
    "is_empty",
    "is_in_notes",
    "is_reserved_class",
    "mark_callout",
    "move_calls_out_of_links",
    "move_content",
    "prune",
    "put_text_before",
    "self_and_ancestors",
    "split_after",
    "trim",
]

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
"""Headings, by level."""
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
_REQUIRED_PARTS = {"dd", "dt", "td", "tbody", "tfoot", "th", "thead", "tr"}
"""Parts of lists and tables that cannot be left out of a format alone, since the list or table would be broken."""
_KEPT_WHEN_EMPTY = {"body", "h1", "dt", "dd", "td", "th"}
"""Elements that stay when they are empty: the title, and the parts that a list or a table must have."""
_CONTAINERS = {"blockquote", "ol", "ul"}
_UNWRAPPED = {"big", "data", "font", "label", "picture", "rb"}

_OWN_CLASSES = frozenset({
    "boxed-notice", "checkbox", "claim-symbol", "code-title", "details", "disclaimer", "figure", "note", "noteref", "notes", "notice",
    "summary", "task", "task-list", "uncalled",
})  # fmt: skip
"""Classes of the canonical tree that have a meaning for exporters. An author's element cannot have them."""
_OWN_PREFIX = "handbill"
"""The beginning of the classes that exporters add and that their style sheets address. An author's element cannot have them."""
_RESERVED_KINDS = frozenset({"details", "figure", "note", "summary"})
"""Kinds of callouts that are reserved classes of other elements."""
_MARKS = frozenset({"admonition", "decorative"})
"""Classes by which an author says what an element is. They are not kept as classes."""
_LIBRARY_CLASSES = frozenset({"task-list"})
"""Reserved classes that pymdownx.tasklist gives to what an author wrote without them."""

EXTERNAL_ADDRESS = re.compile(r"//|[A-Za-z][A-Za-z0-9+.-]+:")
"""Matches the beginning of an address outside the publication. Words or a link replace an image with such an address."""

_ONLY_CLASS = re.compile(r"only-([A-Za-z0-9_-]+)$")
_NOTEREF_ID = re.compile(f"{NOTEREF_PREFIX}([0-9]+)$")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")


def detach(element: etree._Element) -> None:
    """Remove an element; its tail stays."""
    put_text_before(element, element.tail)
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def put_text_before(element: etree._Element, text: str | None) -> None:
    """Insert text right before an element that has a parent."""
    if not text:
        return
    previous, parent = element.getprevious(), element.getparent()
    assert parent is not None
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def prune(element: etree._Element) -> None:
    """Remove an element and the ancestors that it leaves empty; its tail stays. A figure is removed with its image.

    Targets of links stay, and so do the parts that a list or a table must have.
    """
    parent = element.getparent()
    if parent is None:
        return
    detach(element)
    if parent.tag == "figure" and element.tag == "img":
        prune(parent)
    elif parent.tag in _KEPT_WHEN_EMPTY or not is_empty(parent):
        return
    elif not any(inner.get("id") for inner in parent.iter()):
        prune(parent)
    elif parent.tag in _CONTAINERS and not len(parent):
        for name in set(parent.attrib) - {"id"}:
            del parent.attrib[name]
        parent.tag = "div"


def append(parent: etree._Element, child: etree._Element) -> None:
    """Append a child without its tail."""
    child.tail = None
    parent.append(child)


def append_text(parent: etree._Element, text: str | None) -> None:
    """Append text to the content of an element."""
    if not text:
        return
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def is_empty(element: etree._Element) -> bool:
    """Return whether an element shows nothing: no text, no image, no note call, no rule."""
    return not any(str(text).strip() for text in element.itertext()) and not any(
        child.tag in ("img", "hr") or child.get("data-note") for child in element.iter()
    )


def class_names(element: etree._Element) -> list[str]:
    """Return the classes of an element in their order."""
    return element.get("class", "").split()


def is_in_notes(element: etree._Element) -> bool:
    """Return whether an element stands in a section of notes."""
    return any(outer.get("class") == "notes" for outer in element.iterancestors("section"))


def copy_language(source: etree._Element, target: etree._Element) -> None:
    """Copy the language and the direction of an element. A `lang` that is no tag becomes an annotation."""
    language = source.get("lang", "").strip()
    if _LANGUAGE_TAG.match(language):
        target.set("lang", language)
    elif language:
        target.set(BAD_LANGUAGE, language)
    if source.get("dir") in ("ltr", "rtl", "auto"):
        target.set("dir", source.get("dir", ""))


def copy_attributes(source: etree._Element, target: etree._Element) -> etree._Element:
    """Copy the attributes that any element may have (id, classes, language, direction, formats); return the target."""
    if name := source.get("id", "").strip():
        target.set("id", name)
    copy_language(source, target)
    classes = class_names(source)
    only = source.get("data-only", "").split() + class_formats(classes)
    if only and source.tag not in _REQUIRED_PARTS:
        target.set("data-only", " ".join(only))
    reserved = [name for name in classes if is_reserved_class(name) or (name == "admonition-title" and not _is_in_callout(source))]
    kept = [name for name in classes if name not in reserved and name not in _MARKS and not _ONLY_CLASS.match(name)]
    if kept:
        target.set("class", " ".join(kept))
    if reported := " ".join(name for name in reserved if name not in _LIBRARY_CLASSES):
        target.set(RESERVED_CLASS, reported)
    return target


def is_reserved_class(name: str) -> bool:
    """Return whether an author's element cannot have a class, so that no rule of handbill's style sheets applies to it."""
    return name in _OWN_CLASSES or name.casefold().startswith(_OWN_PREFIX)


def mark_callout(division: etree._Element, kinds: Sequence[str]) -> None:
    """Make a copied division a callout of the first kind that an author may name; else of the kind `note`."""
    kind = next((name for name in kinds if name in _RESERVED_KINDS or not is_reserved_class(name)), "note")
    division.set("class", f"admonition {kind}")
    reserved = " ".join(name for name in division.get(RESERVED_CLASS, "").split() if name != kind)
    etree.strip_attributes(division, RESERVED_CLASS)
    if reserved:
        division.set(RESERVED_CLASS, reserved)


def _is_in_callout(element: etree._Element) -> bool:
    """Return whether an element stands directly in a callout."""
    parent = element.getparent()
    return parent is not None and "admonition" in class_names(parent)


def move_content(source: etree._Element, target: etree._Element) -> None:
    """Move the whole content of one element to the end of another."""
    append_text(target, source.text)
    source.text = None
    for child in list(source):
        target.append(child)


def class_formats(classes: Iterable[str]) -> list[str]:
    """Return the formats that classes such as `only-pdf` name.

    A dot before each marks it as named by a class, which may be another tool's (handbill.markdown.tree.variants.filter_formats).
    """
    return [f".{found[1]}" for name in classes if (found := _ONLY_CLASS.match(name))]


def append_inline(target: etree._Element, element: etree._Element) -> None:
    """Append an inline element of HTML to the target in the vocabulary. The caller appends its tail."""
    tag = _RENAMED.get(element.tag, element.tag)
    if tag == "sup" and (found := _NOTEREF_ID.match(element.get("id", ""))):
        etree.SubElement(target, "a", {"class": "noteref", "data-note": found[1]})
        append_inline_content(target, element)
    elif tag == "run":
        append_inline_content(target, element)
    elif tag == "img" and not element.get("src", "").strip():
        append_text(target, element.get("alt"))
    elif tag == "img":
        image = copy_attributes(element, etree.SubElement(target, "img"))
        image.set("src", element.get("src", "").strip())
        image.set("alt", collapse_whitespace(element.get("alt", "")))
        if not image.get("alt") and _is_decorative(element):
            image.set("role", "presentation")
        if element.get("title", "").strip():
            image.set("title", collapse_whitespace(element.get("title", "")))
    elif tag == "input":
        if element.get("type") == "checkbox":
            etree.SubElement(target, "span", {"class": "checkbox"}).text = "☑" if element.get("checked") is not None else "☐"
    elif tag in ("br", "wbr"):
        etree.SubElement(target, tag)
    elif (
        tag in _UNWRAPPED
        or (tag in ("rt", "rp") and target.tag != "ruby")
        or (tag == "a" and any(parent.tag == "a" for parent in self_and_ancestors(target)))
    ):
        append_inline_content(target, element)
    elif tag == "a" and element.get("href") is None:
        name = element.get("id") or element.get("name")
        if name:
            anchor = etree.SubElement(target, "span", {"id": name})
            append_inline_content(anchor, element)
        else:
            append_inline_content(target, element)
    else:
        copy = copy_attributes(element, etree.SubElement(target, tag))
        for name in ("href", "title", "datetime"):
            if tag in ("a", "abbr", "time", "dfn") and (element.get(name) or (name == "href" and tag == "a")):
                copy.set(name, element.get(name, ""))
        if tag == "code":
            copy.attrib.pop("class", "")
        append_inline_content(copy, element)


def _is_decorative(image: etree._Element) -> bool:
    """Return whether an author marks an image as decoration: by the class, an empty `alt` (HTML, 4.8.4.4), or ARIA."""
    marked = "decorative" in class_names(image) or image.get("role") in ("presentation", "none")
    return marked or image.get("aria-hidden") == "true" or image.get("alt") is not None


def move_calls_out_of_links(body: etree._Element) -> None:
    """Move note calls out of links: the link ends before the call, and a second link continues after it."""
    for call in [link for link in body.iter("a") if link.get("data-note")]:
        while any(outer.tag == "a" for outer in call.iterancestors()):
            _move_out_of_parent(call)


def _move_out_of_parent(element: etree._Element) -> None:
    """Move an element out of its parent, which is split there. A half that shows nothing is removed."""
    parent = element.getparent()
    assert parent is not None
    after = split_after(element, str(parent.tag))
    after.tail, parent.tail = parent.tail, None
    parent.addnext(element)
    element.addnext(after)
    for part in (parent, after):
        if is_empty(part) and part.get("id") is None and not any(inner.get("id") for inner in part.iter()):
            part.tail = str(part.xpath("string()")) + (part.tail or "")
            detach(part)


def split_after(child: etree._Element, tag: str) -> etree._Element:
    """Move what follows a child of an element into a new element of that name, which the caller puts in its place.

    The new element has the parent's attributes, without its id.
    """
    parent = child.getparent()
    assert parent is not None
    after = etree.Element(tag, {str(name): str(value) for name, value in parent.attrib.items() if name != "id"})
    after.text, child.tail = child.tail, None
    after.extend(list(child.itersiblings()))
    return after


def self_and_ancestors(element: etree._Element) -> Iterator[etree._Element]:
    """Yield an element, its parent, and so on up to the root."""
    yield element
    yield from element.iterancestors()


def append_inline_content(target: etree._Element, source: etree._Element) -> None:
    """Append the content of an element to the target, all of it as inline content of the vocabulary."""
    append_text(target, source.text)
    for child in source:
        if child.tag in BLOCKS:
            # Phrasing content holds no blocks: the text of one stays, between spaces.
            append_text(target, " ")
            append_inline_content(target, child)
            append_text(target, " ")
        else:
            append_inline(target, child)
        append_text(target, child.tail)


def trim(run: etree._Element) -> None:
    """Remove white space from both ends of inline content."""
    run.text = (run.text or "").lstrip(" \t\n") or None
    if len(run):
        run[-1].tail = (run[-1].tail or "").rstrip(" \t\n") or None
    elif run.text:
        run.text = run.text.rstrip(" \t\n")
