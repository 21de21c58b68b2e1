"""Footnotes: each note goes to the foot of the page that first calls it, or to the end of the article."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from lxml import etree

from handbill.document import text_of

from .elements import element, has_class

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["ENDNOTES", "FOOTNOTE", "arrange_notes", "float_numbers"]

FOOTNOTE = "footnote"
"""The class of a note that floats to the foot of its page."""

ENDNOTES = "endnotes"
"""The id and class of the section that holds the other notes."""

# A footnote is never divided between pages, so that a long one would leave a hole or run off the page.
_LONGEST_FOOTNOTE = 1200
# A block that calls more notes than this could not share a page with them.
_MOST_IN_A_BLOCK = 12
# What is repeated on the next page, or stands outside the flow of text, cannot carry a float.
_NO_FLOAT = frozenset({"thead", "tfoot", "caption", "aside"})
_UNFIT_CONTENT = ("table", "figure", "img")


def _is_note(candidate: etree._Element) -> bool:
    return candidate.tag == "aside" and has_class(candidate, "note") and not has_class(candidate, "admonition")


def _floats(call: etree._Element, note: etree._Element) -> bool:
    for ancestor in call.iterancestors():
        if _is_note(ancestor) or (ancestor.tag in _NO_FLOAT and not has_class(ancestor, "admonition")):
            return False
    if any(note.find(f".//{tag}") is not None for tag in _UNFIT_CONTENT):
        return False
    if any(has_class(inner, "noteref") for inner in note.iter("a")):
        return False
    return len(text_of(note)) <= _LONGEST_FOOTNOTE


def _block_of(call: etree._Element) -> etree._Element:
    inline = {"a", "em", "strong", "span", "del", "ins", "mark", "q", "cite", "small", "abbr", "sup", "sub", "bdi", "bdo", "code"}
    block = call.getparent()
    while block is not None and block.tag in inline and block.getparent() is not None:
        block = block.getparent()
    return call if block is None else block


def _set_number(note: etree._Element, number: str, target: str) -> None:
    """Put the note's number, a link back to its first call, before its first words."""
    link = element("a", number, {"class": "note-number", "href": f"#{target}"})
    link.tail = " "
    first = next(iter(note), None)
    host = first if first is not None and first.tag == "p" else note
    if host is note:
        host = element("p", attributes={"class": "note-number-line"})
        note.insert(0, host)
    link.tail += host.text or ""
    host.text = None
    host.insert(0, link)


def _footnote(note: etree._Element) -> etree._Element:
    floated = copy.deepcopy(note)
    floated.set("class", FOOTNOTE)
    floated.tail = None
    return floated


def arrange_notes(trees: list[etree._Element], heading: str, *, at_end: bool, kept: Collection[str] = ()) -> list[str]:
    """Move the notes of the last of these trees (title, abstract, body) to where they are read; return the footnotes' ids.

    A note is set once: floated beside its first call, or, with `at_end`, where it cannot float or where its id is among `kept`,
    in a section at the end under this heading. A further call of a note shows the same number and links to the same place.
    """
    body = trees[-1]
    section = next((child for child in body if child.tag == "section" and has_class(child, "notes")), None)
    if section is None:
        return []
    notes = {note.get("id", ""): note for note in section if note.tag == "aside"}
    called: dict[str, etree._Element] = {}
    per_block: dict[etree._Element, int] = {}
    for tree in trees:
        for call in [link for link in tree.iter("a") if has_class(link, "noteref")]:
            target = call.get("href", "").removeprefix("#")
            if target in notes and target not in called and not any(_is_note(above) for above in call.iterancestors()):
                called[target] = call
                block = _block_of(call)
                per_block[block] = per_block.get(block, 0) + 1
    # Notes that only other notes call have their number from there.
    for call in [link for link in section.iter("a") if has_class(link, "noteref")]:
        called.setdefault(call.get("href", "").removeprefix("#"), call)

    floated = []
    for target, call in called.items():
        note = notes.get(target)
        if note is None:
            continue
        _set_number(note, "".join(str(text) for text in call.itertext()), call.get("id", ""))
        if at_end or target in kept or per_block.get(_block_of(call), 0) > _MOST_IN_A_BLOCK or not _floats(call, note):
            continue
        footnote = _footnote(note)
        footnote.tail, call.tail = call.tail, None
        call.addnext(footnote)
        section.remove(note)
        floated.append(target)

    if len(section):
        section.set("class", ENDNOTES)
        section.insert(0, element("h2", heading, {"id": ENDNOTES}))
        section.text = None
    else:
        body.remove(section)
    return floated


def float_numbers(root: etree._Element) -> None:
    """Let a number that has a line of its own float to where its note's lines begin, once `dir` is set.

    The style sheet cannot say so: where a float with `inline-start` comes into an inline box, WeasyPrint 70 raises a KeyError.
    """
    for line in root.iter("p"):
        if has_class(line, "note-number-line"):
            way = next((above.get("dir") for above in line.iterancestors() if above.get("dir")), "ltr")
            line.set("style", f"float: {'right' if way == 'rtl' else 'left'}")
