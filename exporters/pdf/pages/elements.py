"""Elements of the page tree: functions that make, query and change them, and the conversion of the tree for WeasyPrint."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from lxml import etree

from handbill.document import CLAIM_SYMBOL, has_class, is_note_call

from ..added_characters import NOTE_GUARD, SPACE_GUARD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "WHOLE_BLOCK",
    "add_class",
    "append_text",
    "element",
    "enclosing_block",
    "guard_notes",
    "guard_spaces",
    "inherited_direction",
    "standard_tree",
]

WHOLE_BLOCK = 0.5
"""The share of a page's height up to which callouts, and blocks with a marked claim, are not divided between pages."""

_INLINE = frozenset(
    {"a", "abbr", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "ins", "mark", "q", "small", "span", "strong", "sub", "sup"}
)
# The elements before which `guard_spaces` acts.
_GUARDED = ("a", "abbr", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "ins", "kbd", "mark", "q", "samp", "small", "span", "strong")


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


def add_class(changed: etree._Element, name: str) -> None:
    """Add a name to the element's class attribute."""
    changed.set("class", f"{changed.get('class', '')} {name}".strip())


def enclosing_block(inner: etree._Element) -> etree._Element | None:
    """Return the nearest ancestor that is no inline element, None where there is none."""
    return next((above for above in inner.iterancestors() if above.tag not in _INLINE), None)


def inherited_direction(inner: etree._Element) -> str:
    """Return the `dir` of the nearest ancestor that has one: "rtl" or "ltr"."""
    return next((above.get("dir", "") for above in inner.iterancestors() if above.get("dir")), "ltr")


def append_text(parent: etree._Element, text: str) -> None:
    """Append text to the element's content."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def guard_spaces(root: etree._Element) -> None:
    """Add a zero-width space after each space that precedes an inline element.

    WeasyPrint 70 ignores that a space at a line's end may hang: where a text fits its line except for its last space, it breaks the
    line after the first word. The zero-width space draws nothing and is not in the page's text.
    """
    for inner in root.iter(*_GUARDED):
        text = _text_before(inner)
        before, parent = inner.getprevious(), inner.getparent()
        if text.strip() and text[-1] in " \n\t":
            if before is not None:
                before.tail = text + SPACE_GUARD
            elif parent is not None:
                parent.text = text + SPACE_GUARD


def guard_notes(root: etree._Element) -> None:
    """Add a word joiner before each note number and each claim symbol that follows a word, so that none begins a line.

    Pango 1.50 allows a line break between a full stop and a digit. The word joiner draws nothing and is not in the page's text.
    """
    for call in [link for link in root.iter("a") if is_note_call(link) or has_class(link, CLAIM_SYMBOL)]:
        if not _text_before(call)[-1:].isspace():
            call.text = NOTE_GUARD + (call.text or "")


def _text_before(inner: etree._Element) -> str:
    before, parent = inner.getprevious(), inner.getparent()
    if before is not None:
        return before.tail or ""
    return (parent.text or "") if parent is not None else ""


def standard_tree(root: etree._Element) -> ElementTree.Element:
    """Return a copy of the tree made of the standard library's elements.

    WeasyPrint uses elements as dictionary keys. lxml makes a new proxy object for an element when the last one is gone.
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
