"""Spaces at line ends, which are not painted, but which the text of a tagged PDF must have (ISO 32000-1, 14.8.2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ..added_characters import without_guards
from .model import MarkedContent

__all__ = ["LineEndSpaces"]

# The number of characters on each side of a line's end that are compared with the source text.
_CONTEXT = 24


def _source_texts(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield " "
        elif child.tag != "aside":
            yield from _source_texts(child)
        yield child.tail or ""


def _comparable(text: str) -> str:
    """Return the text without what the layout may change: guards, soft hyphens, runs of white space and case."""
    return " ".join(without_guards(text).replace("\xad", "").split()).casefold()


class LineEndSpaces:
    """A collector of lines in reading order. `spaces` is the marked content that ends a line where the source text has a space.

    Other lines end inside a word: after a hyphen or a dash, in an address, between Chinese characters.
    """

    def __init__(self) -> None:
        self.spaces: set[MarkedContent] = set()
        self._last: dict[Element, tuple[MarkedContent, str]] = {}
        self._sources: dict[Element, tuple[str, int]] = {}

    def add_line(self, block: Element, text: str, last: MarkedContent) -> None:
        """Add a line of this element's text. `last` is the marked content that ends it."""
        text = _comparable(text)
        previous = self._last.get(block)
        self._last[block] = (last, text[-_CONTEXT:])
        if previous is None:
            return
        sequence, before = previous
        if block not in self._sources:
            self._sources[block] = _comparable("".join(_source_texts(block))), 0
        source, begin = self._sources[block]
        place = source.find(f"{before} {text[:_CONTEXT]}", begin)
        if place >= 0:
            self._sources[block] = source, place
            self.spaces.add(sequence)
