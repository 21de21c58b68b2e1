"""Notes that pop up: each in the file that first calls it, with a link back."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from handbill.document import Words

from .language import in_language
from .xhtml import EPUB_TYPE, element, prepend_text

__all__ = ["mark_calls", "place_notes"]


def _calls(root: etree._Element) -> list[etree._Element]:
    return [link for link in root.iter("a") if "noteref" in (link.get("class") or "").split()]


def mark_calls(root: etree._Element) -> None:
    """Say of every call what it is (EPUB 3.3 with EPUB SSV 1.1, 6.4, and DPUB-ARIA 1.1)."""
    for call in _calls(root):
        call.set(EPUB_TYPE, "noteref")
        call.set("role", "doc-noteref")


def place_notes(bodies: Sequence[etree._Element], notes: Sequence[etree._Element], words: Words, language: str) -> None:
    """Append each note to the body that calls it first, in the order of the calls; uncalled notes to the last body.

    The group has a name, and the link back an explanation, for those who do not see them; `language` is the article's. There is at
    least one body where there are notes.
    """
    waiting = {note.get("id") or "": note for note in notes}
    for body in bodies:
        placed = _notes_called_in(body, waiting, words, language)
        if body is bodies[-1]:
            placed += [_uncalled(note) for note in waiting.values()]
        if placed:
            attributes = {"class": "notes", "epub:type": "footnotes", "aria-label": words.notes}
            other = in_language(words.language, language)
            for note in placed if other else ():
                note.set("lang", note.get("lang") or language)
            body.append(element("section", attributes | other, *placed))


def _notes_called_in(body: etree._Element, waiting: dict[str, etree._Element], words: Words, language: str) -> list[etree._Element]:
    """Take the notes that the body calls, and those that these call, out of `waiting`."""
    placed = []
    calls = _calls(body)
    for call in calls:
        note = waiting.pop((call.get("href") or "").removeprefix("#"), None)
        if note is not None:
            calls.extend(_calls(note))
            placed.append(_called(note, call, words, language))
    return placed


def _called(note: etree._Element, call: etree._Element, words: Words, language: str) -> etree._Element:
    note.tail = "\n"
    note.set(EPUB_TYPE, "footnote")
    note.set("role", "doc-footnote")
    number = "".join(str(piece) for piece in call.itertext())
    attributes = {"class": "backlink", "epub:type": "backlink", "role": "doc-backlink", "href": f"#{call.get('id')}"}
    other = in_language(words.language, language)
    link = element("a", attributes | {"title": words.back_to_text} | other, number)
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
