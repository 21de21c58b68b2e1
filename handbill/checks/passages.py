"""Running text of a tree: passages (the text of one block) and their sentences, with note calls and quoted spans.

The input is a canonical tree, the output are values without markup. Sentences are split by the library sentencex.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from handbill.language.folding import collapse_whitespace
from handbill.language.tags import primary_subtag
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import BLOCKS, is_in_notes

__all__ = ["Passage", "Sentence", "calls_note", "passages", "passages_by_part", "sentences"]

_EXCLUDED_ELEMENTS = frozenset(("pre", "rt", "rp"))
_QUOTING_ELEMENTS = frozenset(("blockquote", "q", "code", "kbd", "samp"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its text, white space collapsed, and the number of note calls in it or right after it."""

    text: str
    notes: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The running text of one block (a paragraph, a list item, a cell), up to the next block that stands inside it.

    `block` is the element. `text` is its text, white space collapsed, without note calls. `notes` are the offsets in `text` at which
    notes are called. `quoted` are the spans of `text` that markup shows to be others' words (`q`, code); the whole of it in a
    `blockquote`.
    """

    block: etree._Element
    text: str
    notes: tuple[int, ...] = ()
    quoted: tuple[tuple[int, int], ...] = ()


def passages(part: etree._Element) -> Iterator[Passage]:
    """Yield the passages of one part of a document, in document order. Code blocks have none."""
    yield from _block_passages(part, part.tag == "blockquote")


def passages_by_part(parts: Parts) -> list[list[Passage]]:
    """Return the passages of each part, in the order of the parts, without those of the notes."""
    return [[passage for passage in passages(part) if not is_in_notes(passage.block)] for part in parts.trees()]


def calls_note(element: etree._Element) -> bool:
    """Return whether an element is a note call, numbered or not yet."""
    return element.get("data-note") is not None or element.get("class") == "noteref"


def _block_passages(block: etree._Element, quoted: bool) -> Iterator[Passage]:
    """Yield the passages of a block and of the blocks inside it; `quoted` is True in a `blockquote`."""
    run = _PassageBuilder(block, quoted)
    run.add_text(block.text or "")
    for child in block:
        if child.tag in BLOCKS:
            yield from run.finish()
            if child.tag not in _EXCLUDED_ELEMENTS:
                yield from _block_passages(child, quoted or child.tag == "blockquote")
            run = _PassageBuilder(block, quoted)
        else:
            run.add_element(child)
        run.add_text(child.tail or "")
    yield from run.finish()


class _PassageBuilder:
    """Collects the text of one passage while the tree is walked."""

    def __init__(self, block: etree._Element, quoted: bool) -> None:
        self.block, self.all_quoted = block, quoted
        self.text = ""
        self.notes: list[int] = []
        self.quoted: list[tuple[int, int]] = []

    def add_text(self, text: str) -> None:
        """Add text, white space collapsed, one space kept where it separates words."""
        folded = collapse_whitespace(text)
        space = " " if text[:1].isspace() and self.text and not self.text.endswith(" ") else ""
        self.text += space + folded + (" " if folded and text[-1:].isspace() else "")

    def add_element(self, element: etree._Element) -> None:
        """Add an inline element, without its tail."""
        if element.tag in _EXCLUDED_ELEMENTS:
            return
        if calls_note(element):
            self.notes.append(len(self.text.rstrip()))
            return
        if element.tag == "br":
            self.add_text(" ")
        start = len(self.text)
        self.add_text(element.text or "")
        for child in element:
            self.add_element(child)
            self.add_text(child.tail or "")
        if element.tag in _QUOTING_ELEMENTS:
            self.quoted.append((start, len(self.text)))

    def finish(self) -> Iterator[Passage]:
        """Yield the passage, unless it has no text."""
        text = self.text.rstrip()
        if text:
            quoted = [(0, len(text))] if self.all_quoted else self.quoted
            yield Passage(self.block, text, tuple(self.notes), tuple(quoted))


def sentences(passage: Passage, language: str) -> list[tuple[int, Sentence]]:
    """Return the sentences of a passage in a language (BCP 47), each with its offset in the passage's text."""
    from sentencex import segment

    found: list[tuple[int, Sentence]] = []
    offset = 0
    for piece in segment(primary_subtag(language), passage.text):
        start = passage.text.index(piece, offset)
        offset = start + len(piece)
        if piece.strip():
            first = start if found else -1
            notes = sum(1 for note in passage.notes if first < note <= offset)
            found.append((start + len(piece) - len(piece.lstrip()), Sentence(piece.strip(), notes)))
    return found
