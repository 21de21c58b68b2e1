"""Lines of right-to-left text compared: what the places of a page's glyphs leave certain.

A page keeps the places of its glyphs, not the order of the text that was set: the Unicode bidirectional algorithm (UAX #9) turns stretches
of it about, line by line, and two texts may come out as one line (in Arabic, `FDA (leaf)` and `(leaf) FDA`). Certain are, of every line,
its letters of the direction that prevails, in their order; the words of the other direction, the numbers and the signs that stand among
them; and that the line before and the line after are others.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from handbill.language.characters import RIGHT_TO_LEFT

__all__ = ["Tokens", "line_shows", "prevailing", "tokens"]

Tokens = list[str]
"""The words, numbers and signs of a text, folded; joined they are the folded text."""

# A bracket is drawn as its mirror image, and may be read as that.
_OPENING = str.maketrans(")]}>", "([{<")


def tokens(text: str, fold: Callable[[str], str]) -> Tokens:
    """Return the words, each of letters of one direction, the numbers, and the signs one by one, of a text folded word by word."""
    return [token for word in text.split() for token in _parted(fold(word))]


def prevailing(found: Iterable[str]) -> str:
    """Return the direction of most letters of these tokens, "left" or "right"."""
    count = {"left": 0, "right": 0, "number": 0, "sign": 0}
    for token in found:
        count[_kind(token[0])] += len(token)
    return "left" if count["left"] >= count["right"] else "right"


def line_shows(line: Sequence[str], wanted: Sequence[str], way: str) -> bool:
    """Tell whether a line's tokens are those that are wanted, `way` being the direction that prevails in the whole text."""
    return _letters(way, line) == _letters(way, wanted) and _others(way, line) == _others(way, wanted)


def _parted(word: str) -> Iterator[str]:
    begun, kind = "", ""
    for character in word:
        its_kind = (kind if unicodedata.category(character)[0] == "M" else "") or _kind(character)
        if its_kind != kind or its_kind == "sign":
            if begun:
                yield begun
            begun = ""
        begun, kind = begun + character, its_kind
    if begun:
        yield begun


def _kind(character: str) -> str:
    """Return what a character is part of: a word that runs to the "left" or to the "right", a "number", or nothing but itself, a "sign"."""
    category = unicodedata.category(character)
    if category[0] in "LM":
        return "left" if unicodedata.bidirectional(character) in RIGHT_TO_LEFT else "right"
    return "number" if category == "Nd" else "sign"


def _letters(way: str, found: Iterable[str]) -> str:
    """Return the letters of one direction, without regard to words: spaces are the least certain of what is read."""
    return "".join(token for token in found if _kind(token[0]) == way)


def _others(way: str, found: Iterable[str]) -> Counter[str]:
    return Counter(token.translate(_OPENING) for token in found if _kind(token[0]) != way)
