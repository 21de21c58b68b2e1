"""Places the notes as pop-up footnotes: each at the end of the file that calls it first, with a link back to its call."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from handbill.document import Words, note_calls

from ..namespaces import EPUB_TYPE
from .language import language_attribute
from .xhtml import element, prepend_text

__all__ = ["mark_calls", "place_notes"]


def mark_calls(root: etree._Element) -> None:
    """Give every call of a note its semantics: `noteref` (EPUB SSV 1.1, 6.4) and `doc-noteref` (DPUB-ARIA 1.1)."""
    for call in note_calls(root):
        call.set(EPUB_TYPE, "noteref")
        call.set("role", "doc-noteref")


def place_notes(bodies: Sequence[etree._Element], notes: Sequence[etree._Element], words: Words, language: str) -> None:
    """Append each note to the body that calls it first, in the order of the calls, and uncalled notes to the last body.

    The group of notes is named and each link back is explained, in `words`, for people who hear the page. `language` is the article's.
    There has to be a body where there are notes.
    """
    unplaced = {note.get("id") or "": note for note in notes}
    for body in bodies:
        placed = _notes_called_in(body, unplaced, words, language)
        if body is bodies[-1]:
            placed += [_plain_division(note) for note in unplaced.values()]
        if placed:
            attributes = {"class": "notes", "epub:type": "footnotes", "aria-label": words.notes}
            other = language_attribute(words.language, language)
            for note in placed if other else ():
                note.set("lang", note.get("lang") or language)
            body.append(element("section", attributes | other, *placed))


def _notes_called_in(body: etree._Element, unplaced: dict[str, etree._Element], words: Words, language: str) -> list[etree._Element]:
    """Take the notes that the body calls, and those that these notes call, out of `unplaced`, and return them as footnotes."""
    placed = []
    calls = note_calls(body)
    for call in calls:
        note = unplaced.pop((call.get("href") or "").removeprefix("#"), None)
        if note is not None:
            calls.extend(note_calls(note))
            placed.append(_footnote(note, call, words, language))
    return placed


def _footnote(note: etree._Element, call: etree._Element, words: Words, language: str) -> etree._Element:
    """Return the note as a footnote that begins with its number, a link back to the call."""
    note.tail = "\n"
    note.set(EPUB_TYPE, "footnote")
    note.set("role", "doc-footnote")
    number = "".join(str(piece) for piece in call.itertext())
    attributes = {"class": "handbill-backlink", "epub:type": "backlink", "role": "doc-backlink", "href": f"#{call.get('id')}"}
    other = language_attribute(words.language, language)
    link = element("a", attributes | {"title": words.back_to_text} | other, number)
    first = note[0] if len(note) else None
    if first is not None and first.tag == "p":
        prepend_text(first, link, " ")
    else:
        note.insert(0, element("p", {"class": "handbill-note-number"}, link))
    return note


def _plain_division(note: etree._Element) -> etree._Element:
    """Return a note that nothing calls as a `div`: several reading systems show a footnote only when its call is activated."""
    note.tail = "\n"
    note.tag = "div"
    return note
