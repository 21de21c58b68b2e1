"""Notes: each is moved beside its first call, from where it floats to the foot of that page, or to a section at the article's end."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from lxml import etree

from handbill.document import has_class, note_calls, text_of

from .elements import element, enclosing_block, inherited_direction

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["ENDNOTES", "FOOTNOTE", "arrange_notes", "float_note_numbers"]

FOOTNOTE = "handbill-footnote"
"""The class of a note that floats to the foot of its page."""

ENDNOTES = "handbill-endnotes"
"""The id and class of the section that holds all other notes."""

# Characters. A footnote is not divided between pages, so that a longer one would leave a gap or overflow its page.
_LONGEST_FOOTNOTE = 1200
# A block with more note calls would not fit on a page together with the notes.
_MOST_IN_A_BLOCK = 12
# Elements that are repeated on the next page, or are outside the text flow, cannot contain a float.
_NO_FLOAT = frozenset({"thead", "tfoot", "caption", "aside"})
_UNFIT_CONTENT = ("table", "figure", "img")


def _is_note(candidate: etree._Element) -> bool:
    return candidate.tag == "aside" and has_class(candidate, "note") and not has_class(candidate, "admonition")


def _can_float(call: etree._Element, note: etree._Element) -> bool:
    for ancestor in call.iterancestors():
        if _is_note(ancestor) or (ancestor.tag in _NO_FLOAT and not has_class(ancestor, "admonition")):
            return False
    if any(note.find(f".//{tag}") is not None for tag in _UNFIT_CONTENT):
        return False
    if note_calls(note):
        return False
    return len(text_of(note)) <= _LONGEST_FOOTNOTE


def _set_number(note: etree._Element, number: str, target: str) -> None:
    """Insert the note's number, a link back to its first call, before its first words."""
    link = element("a", number, {"class": "handbill-note-number", "href": f"#{target}"})
    link.tail = " "
    first = next(iter(note), None)
    host = first if first is not None and first.tag == "p" else note
    if host is note:
        host = element("p", attributes={"class": "handbill-note-number-line"})
        note.insert(0, host)
    link.tail += host.text or ""
    host.text = None
    host.insert(0, link)


def _footnote(note: etree._Element) -> etree._Element:
    floated = copy.deepcopy(note)
    floated.set("class", FOOTNOTE)
    floated.tail = None
    return floated


def arrange_notes(trees: list[etree._Element], heading: str, *, at_end: bool, endnotes: Collection[str] = ()) -> list[str]:
    """Move the notes, which the last of these trees (title, abstract, body) holds at its end; return the ids of the footnotes.

    A note is set once: beside its first call, or in a section at the end, under this heading, where `at_end` is set, where the note
    cannot float, and where its id is in `endnotes`. A further call of a note has the same number and links to the same note.
    """
    body = trees[-1]
    section = next((child for child in body if child.tag == "section" and has_class(child, "notes")), None)
    if section is None:
        return []
    notes = {note.get("id", ""): note for note in section if note.tag == "aside"}
    called: dict[str, etree._Element] = {}
    per_block: dict[etree._Element | None, int] = {}
    for tree in trees:
        for call in note_calls(tree):
            target = call.get("href", "").removeprefix("#")
            if target in notes and target not in called and not any(_is_note(above) for above in call.iterancestors()):
                called[target] = call
                block = enclosing_block(call)
                per_block[block] = per_block.get(block, 0) + 1
    # Notes that only other notes call have the number of that call.
    for call in note_calls(section):
        called.setdefault(call.get("href", "").removeprefix("#"), call)

    floated = []
    for target, call in called.items():
        note = notes.get(target)
        if note is None:
            continue
        _set_number(note, text_of(call), call.get("id", ""))
        if at_end or target in endnotes or per_block.get(enclosing_block(call), 0) > _MOST_IN_A_BLOCK or not _can_float(call, note):
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


def float_note_numbers(root: etree._Element) -> None:
    """Float each note number with a line of its own to the side where its note's lines begin. Needs `dir` on the elements.

    The style sheet cannot do this: WeasyPrint 70 raises a KeyError for a float to `inline-start` inside an inline box.
    """
    for line in root.iter("p"):
        if has_class(line, "handbill-note-number-line"):
            line.set("style", f"float: {'right' if inherited_direction(line) == 'rtl' else 'left'}")
