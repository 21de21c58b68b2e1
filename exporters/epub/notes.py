"""Notes that pop up: each in the file that first calls it, with a link back."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from .xhtml import EPUB_TYPE, element, prepend_text

__all__ = ["mark_calls", "place_notes"]


def _calls(root: etree._Element) -> list[etree._Element]:
    return [link for link in root.iter("a") if "noteref" in (link.get("class") or "").split()]


def mark_calls(root: etree._Element) -> None:
    """Say of every call what it is (EPUB 3.3 with EPUB SSV 1.1, 6.4, and DPUB-ARIA 1.1)."""
    for call in _calls(root):
        call.set(EPUB_TYPE, "noteref")
        call.set("role", "doc-noteref")


def place_notes(bodies: Sequence[etree._Element], notes: Sequence[etree._Element], label: str, back: str) -> None:
    """Append each note to the body that calls it first, in the order of the calls; uncalled notes to the last body.

    `label` names the group to screen readers; `back` explains the link back. There is at least one body where there are notes.
    """
    waiting = {note.get("id") or "": note for note in notes}
    for body in bodies:
        placed = _notes_called_in(body, waiting, back)
        if body is bodies[-1]:
            placed += [_uncalled(note) for note in waiting.values()]
        if placed:
            group = element("section", {"class": "notes", "epub:type": "footnotes", "aria-label": label}, *placed)
            body.append(group)


def _notes_called_in(body: etree._Element, waiting: dict[str, etree._Element], back: str) -> list[etree._Element]:
    """Take the notes that the body calls, and those that these call, out of `waiting`."""
    placed = []
    calls = _calls(body)
    for call in calls:
        note = waiting.pop((call.get("href") or "").removeprefix("#"), None)
        if note is not None:
            calls.extend(_calls(note))
            placed.append(_called(note, call, back))
    return placed


def _called(note: etree._Element, call: etree._Element, back: str) -> etree._Element:
    note.tail = "\n"
    note.set(EPUB_TYPE, "footnote")
    note.set("role", "doc-footnote")
    number = "".join(str(piece) for piece in call.itertext())
    link = element(
        "a",
        {"class": "backlink", "epub:type": "backlink", "role": "doc-backlink", "href": f"#{call.get('id')}", "title": back},
        number,
    )
    first = note[0] if len(note) else None
    if first is not None and first.tag == "p":
        prepend_text(first, link, " ")
    else:
        note.insert(0, element("p", {"class": "note-number"}, link))
    return note


def _uncalled(note: etree._Element) -> etree._Element:
    """Make a plain division of a note that nothing calls: several readers show a footnote only when its call is touched."""
    note.tail = "\n"
    note.tag = "div"
    return note
