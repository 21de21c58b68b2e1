"""Variants: makes the tree of an article for one format: removes what is for other formats, then numbers the notes.

The functions change trees in place, but for those that only look something up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from lxml import etree

from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import detach, prune, self_and_ancestors
from handbill.markdown.tree.phrasing import replace_invalid_phrasing

__all__ = ["filter_formats", "format_names", "image_names", "is_shown", "number_notes", "uncalled_notes", "unwrap_lost_links"]


def format_names(body: etree._Element) -> frozenset[str]:
    """Return the formats that some element of the tree is limited to. Where there are none, the tree is the same for all formats."""
    return frozenset(name.lstrip(".") for element in body.iter() for name in element.get("data-only", "").split())


def filter_formats(body: etree._Element, exporter: str, known: Collection[str]) -> None:
    """Remove the elements that are for other formats than that of `exporter`. Names match as a whole: `pdf` is not `pdf-plain`.

    A class such as `only-github` that names none of the `known` formats belongs to another tool and removes nothing.
    """
    for element in list(body.iter()):
        only = element.get("data-only")
        if only is None:
            continue
        if _matches_format(only, exporter, known):
            del element.attrib["data-only"]
        else:
            prune(element)
    for division in [div for div in body.iter("div") if not div.attrib]:
        parent = division.getparent()
        assert parent is not None
        place = parent.index(division)
        for child in reversed(division):
            child.tail = None
            parent.insert(place + 1, child)
        detach(division)


def _matches_format(only: str, exporter: str, known: Collection[str]) -> bool:
    """Return whether a value of `data-only` includes the format of an exporter."""
    names = [name.lstrip(".") for name in only.split() if not name.startswith(".") or name[1:] in (*known, exporter)]
    return exporter in names or not names


def is_shown(element: etree._Element, exporter: str, known: Collection[str]) -> bool:
    """Return whether an exporter is given an element; the tree is one that no format was removed from."""
    return all(_matches_format(only, exporter, known) for one in self_and_ancestors(element) if (only := one.get("data-only")) is not None)


def uncalled_notes(parts: Parts) -> list[etree._Element]:
    """Return the notes that no call leads to, neither one in the parts nor one in a note that is called."""
    notes = _notes_by_key(parts.body)
    called = {call.get("data-note") for call in _calls_in_order(parts, notes)}
    return [note for key, note in notes.items() if key not in called]


def number_notes(parts: Parts) -> None:
    """Assign the notes their numbers, in the order in which the parts (title, abstract, body) call them, and sort them.

    The notes stand in `section.notes` of the body. A note that is no longer called, since the block with its call was removed, is
    removed, too. A note with `data-uncalled`, which the article never calls, stays at the end.
    """
    notes = _notes_by_key(parts.body)
    calls = _calls_in_order(parts, notes)
    numbers = {key: number for number, key in enumerate(dict.fromkeys(call.get("data-note", "") for call in calls), 1)}
    for key, note in notes.items():
        if key in numbers:
            continue
        if note.get("data-uncalled") is None:
            prune(note)
            continue
        numbers[key] = len(numbers) + 1
        note.set("class", "note uncalled")
        calls.extend(_calls(note))
    seen: Counter[str] = Counter()
    for call in calls:
        key = call.get("data-note", "")
        if key in numbers:
            seen[key] += 1
            _number_call(call, numbers[key], "" if seen[key] == 1 else f"-{seen[key]}")
    for key in numbers:
        note = notes[key]
        for name in ("data-note", "data-uncalled"):
            note.attrib.pop(name, "")
        note.set("id", f"note-{numbers[key]}")
        section = note.getparent()
        assert section is not None
        section.append(note)
    for part in parts.trees():
        for call in _calls(part):
            prune(call)


def _notes_by_key(body: etree._Element) -> dict[str, etree._Element]:
    """Return the notes by the keys that their calls name."""
    return {note.get("data-note", ""): note for note in body.iterfind("section[@class='notes']/aside")}


def _calls(element: etree._Element) -> list[etree._Element]:
    """Return the note calls in an element."""
    return [link for link in element.iter("a") if link.get("data-note") is not None]


def _calls_in_order(parts: Parts, notes: Mapping[str, etree._Element]) -> list[etree._Element]:
    """Return the calls of existing notes: those in the text, then those in the notes that it calls, and so on."""
    inside = {call for note in notes.values() for call in _calls(note)}
    found = [call for part in parts.in_reading_order() for call in _calls(part) if call not in inside and call.get("data-note") in notes]
    opened: set[str] = set()
    for call in found:  # grows during the loop
        key = call.get("data-note", "")
        if key not in opened:
            opened.add(key)
            found.extend(inner for inner in _calls(notes[key]) if inner.get("data-note") in notes)
    return found


def _number_call(call: etree._Element, number: int, suffix: str) -> None:
    """Turn a note call into the link to the note of that number; `suffix` tells calls of one note apart."""
    tail = call.tail
    call.attrib.clear()
    call.set("class", "noteref")
    call.set("role", "doc-noteref")
    call.set("id", f"noteref-{number}{suffix}")
    call.set("href", f"#note-{number}")
    call.text = str(number)
    call.tail = tail


def unwrap_lost_links(parts: Parts) -> None:
    """Turn links to removed targets into `span`, and replace inline elements that are not valid any more. Their text stays."""
    ids = {name for part in parts.trees() for element in part.iter() if (name := element.get("id"))}
    for part in parts.trees():
        for link in list(part.iter("a")):
            href = link.get("href", "")
            if href.startswith("#") and href[1:] not in ids:
                link.attrib.pop("href", "")
                link.tag = "span"
        replace_invalid_phrasing(part)


def image_names(parts: Parts) -> list[str]:
    """Return the names of the images in the parts, in reading order, each once."""
    return list(dict.fromkeys(image.get("src", "") for part in parts.in_reading_order() for image in part.iter("img")))
