"""The sentences of a text, with the block that each stands in, the notes that are called at it, and whether it is a quotation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from handbill.markdown.tree.elements import BLOCKS
from handbill.markdown.tree.parts import Parts

__all__ = ["Passage", "Sentence", "calls_note", "passages", "sentences", "spoken"]

_UNSPOKEN = frozenset(("pre", "rt", "rp"))
_QUOTING = frozenset(("blockquote", "q", "code", "kbd", "samp"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its text, white space folded; how many notes are called in it or right after it."""

    text: str
    notes: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Running text of one block, such as a paragraph, an item or a cell, up to where a block inside it begins.

    `text` has its white space folded, and no calls of notes. `notes` are the offsets in it at which notes are called. `quoted` are the
    spans of it that are others' words by markup: a `q`, code; all of it where it stands in a `blockquote` that is no callout.
    """

    block: etree._Element
    text: str
    notes: tuple[int, ...] = ()
    quoted: tuple[tuple[int, int], ...] = ()


def passages(part: etree._Element) -> Iterator[Passage]:
    """Yield the running texts of one part of a document, in the order in which they stand; code that is a block is none."""
    yield from _passages(part, part.tag == "blockquote")


def spoken(parts: Parts) -> list[list[Passage]]:
    """Return the running texts of each part (title, body, abstract), without those of its notes."""
    return [[passage for passage in passages(part) if not _is_note(passage.block)] for part in parts.trees()]


def _is_note(block: etree._Element) -> bool:
    return any(outer.get("class") == "notes" for outer in block.iterancestors("section"))


def calls_note(element: etree._Element) -> bool:
    """Tell whether an element is the call of a note, numbered or not yet."""
    return element.get("data-note") is not None or element.get("class") == "noteref"


def _passages(block: etree._Element, quoted: bool) -> Iterator[Passage]:
    run = _Run(block, quoted)
    run.add(block.text or "")
    for child in block:
        if child.tag in BLOCKS:
            yield from run.ended()
            if child.tag not in _UNSPOKEN:
                yield from _passages(child, quoted or child.tag == "blockquote")
            run = _Run(block, quoted)
        else:
            run.take(child)
        run.add(child.tail or "")
    yield from run.ended()


class _Run:
    """The running text of a block as it is gathered."""

    def __init__(self, block: etree._Element, quoted: bool) -> None:
        self.block, self.all_quoted = block, quoted
        self.text = ""
        self.notes: list[int] = []
        self.quoted: list[tuple[int, int]] = []

    def add(self, text: str) -> None:
        folded = " ".join(text.split())
        space = " " if text[:1].isspace() and self.text and not self.text.endswith(" ") else ""
        self.text += space + folded + (" " if folded and text[-1:].isspace() else "")

    def take(self, element: etree._Element) -> None:
        """Take in an inline element, without its tail."""
        if element.tag in _UNSPOKEN:
            return
        if calls_note(element):
            self.notes.append(len(self.text.rstrip()))
            return
        if element.tag == "br":
            self.add(" ")
        start = len(self.text)
        self.add(element.text or "")
        for child in element:
            self.take(child)
            self.add(child.tail or "")
        if element.tag in _QUOTING:
            self.quoted.append((start, len(self.text)))

    def ended(self) -> Iterator[Passage]:
        text = self.text.rstrip()
        if text:
            quoted = [(0, len(text))] if self.all_quoted else self.quoted
            yield Passage(self.block, text, tuple(self.notes), tuple(quoted))


def sentences(passage: Passage, language: str) -> list[tuple[int, Sentence]]:
    """Return the sentences of a running text in a language (BCP 47), each with its offset in the text."""
    from sentencex import segment

    found: list[tuple[int, Sentence]] = []
    offset = 0
    for piece in segment(language.lower().split("-")[0], passage.text):
        start = passage.text.index(piece, offset)
        offset = start + len(piece)
        if piece.strip():
            first = start if found else -1
            notes = sum(1 for place in passage.notes if first < place <= offset)
            found.append((start + len(piece) - len(piece.lstrip()), Sentence(piece.strip(), notes)))
    return found
