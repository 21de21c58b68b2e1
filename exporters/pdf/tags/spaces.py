"""The spaces at line ends, which nothing is painted for and a reader needs: words stand apart in the text too (ISO 32000-1, 14.8.2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ..invisible_characters import without_guards
from .model import Mark

__all__ = ["LineEnds"]

# So many characters on both sides of a line's end are looked for in the source.
_ENOUGH = 24


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield " "
        elif child.tag != "aside":
            yield from _pieces(child)
        yield child.tail or ""


def _plain(text: str) -> str:
    """Return the text as it is compared: what the page may change is alike on both sides."""
    return " ".join(without_guards(text).replace("\xad", "").split()).casefold()


class LineEnds:
    """The lines of a document, as they are met in reading order; `spaces` are the marks that end a line where the source has a space.

    A line may also end within a word: after a hyphen or a dash, in an address, between Chinese characters.
    """

    def __init__(self) -> None:
        self.spaces: set[Mark] = set()
        self._last: dict[Element, tuple[Mark, str]] = {}
        self._sources: dict[Element, tuple[str, int]] = {}

    def line(self, block: Element, text: str, last: Mark) -> None:
        """Take a line of this element's text, which ends with a mark."""
        text = _plain(text)
        previous = self._last.get(block)
        self._last[block] = (last, text[-_ENOUGH:])
        if previous is None:
            return
        mark, before = previous
        if block not in self._sources:
            self._sources[block] = _plain("".join(_pieces(block))), 0
        source, begin = self._sources[block]
        place = source.find(f"{before} {text[:_ENOUGH]}", begin)
        if place >= 0:
            self._sources[block] = source, place
            self.spaces.add(mark)
