"""Making and asking elements of the page's tree, and handing the tree to the renderer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from lxml import etree

from handbill.document import CLAIM_SYMBOL

from ..invisible_characters import NOTE_GUARD, SPACE_GUARD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["append_text", "element", "guard_notes", "guard_spaces", "has_class", "standard_tree"]

_INLINE = ("a", "abbr", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "ins", "kbd", "mark", "q", "samp", "small", "span", "strong")


def element(
    tag: str,
    text: str | None = None,
    attributes: Mapping[str, str] | None = None,
    children: Iterable[etree._Element] = (),
) -> etree._Element:
    """Return a new element. Attributes that are empty are left out."""
    made = etree.Element(tag)
    for name, value in (attributes or {}).items():
        if value:
            made.set(name, value)
    made.text = text
    made.extend(list(children))
    return made


def has_class(candidate: etree._Element, name: str) -> bool:
    """Tell whether the element's class attribute holds this name."""
    return name in candidate.get("class", "").split()


def append_text(parent: etree._Element, text: str) -> None:
    """Put text after all that the element holds."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def guard_spaces(root: etree._Element) -> None:
    """Put a zero-width space after each space that stands before an inline element.

    WeasyPrint 70 takes a text that ends in a space, and fits its line but for that space, as one that does not fit, and breaks the
    line after the first word. The zero-width space draws nothing, and is not in the page's text.
    """
    for inner in root.iter(*_INLINE):
        text = _text_before(inner)
        before, parent = inner.getprevious(), inner.getparent()
        if text.strip() and text[-1] in " \n\t":
            if before is not None:
                before.tail = text + SPACE_GUARD
            elif parent is not None:
                parent.text = text + SPACE_GUARD


def guard_notes(root: etree._Element) -> None:
    """Put a word joiner before the number of each note that is called after a word, and before a claim's symbol: none begins a line alone.

    Pango 1.50 lets a line end between a full stop and a digit. The word joiner draws nothing, and is not in the page's text.
    """
    for call in [link for link in root.iter("a") if has_class(link, "noteref") or has_class(link, CLAIM_SYMBOL)]:
        if not _text_before(call)[-1:].isspace():
            call.text = NOTE_GUARD + (call.text or "")


def _text_before(inner: etree._Element) -> str:
    before, parent = inner.getprevious(), inner.getparent()
    if before is not None:
        return before.tail or ""
    return (parent.text or "") if parent is not None else ""


def standard_tree(root: etree._Element) -> ElementTree.Element:
    """Return a copy of the tree made of the standard library's elements.

    WeasyPrint knows elements by their identity, which lxml's proxies do not keep.
    """
    builder = ElementTree.TreeBuilder()
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            builder.start(str(node.tag), {str(name): str(value) for name, value in node.attrib.items()})
            if node.text:
                builder.data(node.text)
        else:
            builder.end(str(node.tag))
            if node.tail and node is not root:
                builder.data(node.tail)
    return builder.close()
