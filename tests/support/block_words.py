"""Words of the blocks of a document's tree, and their places in the words of a handout.

A handout shows a block as the same words in the same order, but a word may be divided at the end of a line, and the end of a page, a note
or an image may stand between two words. These functions allow for that; the tests of the formats and the fuzzing compare with them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from lxml import etree

BLOCKS = ("p", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "td", "th", "caption", "figcaption", "code")
"""The elements whose text is compared, each on its own."""

LONGEST_INTERRUPTION = 400
"""How many other words may stand between the first and the last word of a block."""


def tokens(text: str) -> list[str]:
    """Return the words and numbers of a text; a word that is divided by a hyphen at the end of a line is one word."""
    joined = re.sub(r"\u2010\s*\n\s*|\u00ad|\^", "", text)
    return re.findall(r"[^\W\d_]+|\d+", unicodedata.normalize("NFKC", joined).replace("\u2010", "-"))


def own_text(block: etree._Element, separator: str = " ") -> str:
    """Return the inline text of a block; each block inside it is replaced by `separator`."""
    pieces = [str(block.text or "")]
    for child in block:
        if child.tag in (*BLOCKS[:-1], "ul", "ol", "dl", "pre", "blockquote", "table", "figure", "div", "aside", "section"):
            pieces.append(separator)
        else:
            pieces.append(" " if child.tag == "br" else own_text(child, separator))
        pieces.append(str(child.tail or ""))
    return "".join(pieces)


def blocks(root: etree._Element) -> list[tuple[etree._Element, list[str]]]:
    """Return the blocks that have words of their own, in reading order, each with its words."""
    found = []
    for element in root.iter(*BLOCKS):
        if element.tag == "code" and element.getparent().tag != "pre":  # type: ignore[union-attr]
            continue
        words = tokens(own_text(element))
        if words:
            found.append((element, words))
    return found


def end_of_words(shown: Sequence[str], words: Sequence[str], start: int) -> int | None:
    """Return the position after the last of the words, which are found in order from `start`; None where one is missing."""
    position = start
    for word in words:
        try:
            position = shown.index(word, position) + 1
        except ValueError:
            return None
    return position


def first_place(shown: Sequence[str], words: Sequence[str], start: int) -> int | None:
    """Return the position after the nearest place of a block's words, in one piece or interrupted; None where there is none."""
    starts = [place for place in range(start, len(shown)) if shown[place] == words[0]]
    for place in starts:
        if list(shown[place : place + len(words)]) == list(words):
            return place + len(words)
    for place in starts:
        end = end_of_words(shown, words, place)
        if end is not None and end - place <= len(words) + LONGEST_INTERRUPTION:
            return end
    return None


def occurrences(shown: Sequence[str], words: Sequence[str]) -> int:
    """Return how often the words stand in one piece."""
    return sum(list(shown[place : place + len(words)]) == list(words) for place in range(len(shown)))


def in_cell(element: etree._Element) -> bool:
    """Return whether an element is a table cell or stands in one."""
    return any(parent.tag in ("td", "th") for parent in (element, *element.iterancestors()))
