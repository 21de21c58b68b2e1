"""One tree, many formats: what is for some formats only goes, and the notes are numbered as that format's readers meet them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from lxml import etree

from handbill.markdown.tree.elements import detach, prune
from handbill.markdown.tree.parts import Parts
from handbill.markdown.tree.phrasing import settle

__all__ = ["filter_for", "formats_named", "images_of", "is_shown", "number_notes", "tidy", "uncalled_notes"]


def formats_named(body: etree._Element) -> frozenset[str]:
    """Return the names of formats that something in the tree is for; none means that the tree is the same for all."""
    return frozenset(name.lstrip(".") for element in body.iter() for name in element.get("data-only", "").split())


def filter_for(body: etree._Element, exporter: str, known: Collection[str]) -> None:
    """Remove what is for other formats. A name matches as a whole: what is for `pdf` is not for `pdf-plain`.

    A class such as `only-github`, which names none of the `known` formats, is some other tool's, and hides nothing.
    """
    for element in list(body.iter()):
        only = element.get("data-only")
        if only is None:
            continue
        if _is_for(only, exporter, known):
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


def _is_for(only: str, exporter: str, known: Collection[str]) -> bool:
    names = [name.lstrip(".") for name in only.split() if not name.startswith(".") or name[1:] in (*known, exporter)]
    return exporter in names or not names


def is_shown(element: etree._Element, exporter: str, known: Collection[str]) -> bool:
    """Tell whether an element of a tree that nothing has been filtered out of is there for an exporter."""
    return all(_is_for(only, exporter, known) for one in (element, *element.iterancestors()) if (only := one.get("data-only")) is not None)


def uncalled_notes(parts: Parts) -> list[etree._Element]:
    """Return the notes that no call in the parts leads to, directly or from a note that is called."""
    notes = _notes(parts.body)
    called = {call.get("data-note") for call in _calls_in_order(parts, notes)}
    return [note for key, note in notes.items() if key not in called]


def number_notes(parts: Parts) -> None:
    """Give the notes their numbers, in the order in which the parts (title, abstract, body) call them.

    The notes stand in `section.notes`, at the end of the body: called ones first; one that a removed block alone called goes
    with it, one with `data-uncalled`, which nothing ever called, stays, at the end.
    """
    notes = _notes(parts.body)
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
            _call(call, numbers[key], "" if seen[key] == 1 else f"-{seen[key]}")
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


def _notes(body: etree._Element) -> dict[str, etree._Element]:
    return {note.get("data-note", ""): note for note in body.iterfind("section[@class='notes']/aside")}


def _calls(element: etree._Element) -> list[etree._Element]:
    return [link for link in element.iter("a") if link.get("data-note") is not None]


def _calls_in_order(parts: Parts, notes: Mapping[str, etree._Element]) -> list[etree._Element]:
    """Return the calls of notes that there are: those of the text, then those of the notes that it calls, and so on."""
    inside = {call for note in notes.values() for call in _calls(note)}
    found = [call for part in parts.in_reading_order() for call in _calls(part) if call not in inside and call.get("data-note") in notes]
    opened: set[str] = set()
    for call in found:  # grows while it is gone through
        key = call.get("data-note", "")
        if key not in opened:
            opened.add(key)
            found.extend(inner for inner in _calls(notes[key]) if inner.get("data-note") in notes)
    return found


def _call(call: etree._Element, number: int, suffix: str) -> None:
    tail = call.tail
    call.attrib.clear()
    call.set("class", "noteref")
    call.set("role", "doc-noteref")
    call.set("id", f"noteref-{number}{suffix}")
    call.set("href", f"#note-{number}")
    call.text = str(number)
    call.tail = tail


def tidy(parts: Parts) -> None:
    """Unwrap links to what a filter has removed, and inline elements that lack what makes them such: their text stays."""
    ids = {name for part in parts.trees() for element in part.iter() if (name := element.get("id"))}
    for part in parts.trees():
        for link in list(part.iter("a")):
            href = link.get("href", "")
            if href.startswith("#") and href[1:] not in ids:
                link.attrib.pop("href", "")
                link.tag = "span"
        settle(part)


def images_of(parts: Parts) -> list[str]:
    """Return the names of the images that the parts show, in reading order, each once."""
    return list(dict.fromkeys(image.get("src", "") for part in parts.in_reading_order() for image in part.iter("img")))
