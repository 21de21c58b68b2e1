"""The comparison of lines with right-to-left text, as far as the positions of glyphs on a page determine the text.

A page holds the positions of its glyphs, not the order of the text. The Unicode bidirectional algorithm (UAX #9) reorders parts of each
line, and two texts can give the same line: in Arabic, `FDA (leaf)` and `(leaf) FDA`. Of every line this much is certain: its letters of
the main direction, in order; the words of the other direction, the numbers and the signs, but not their order; and which line follows
which. The functions take tokens, which `tokens` makes of a text, and compare that much.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from handbill.language.characters import RTL_CLASSES

__all__ = ["Tokens", "line_matches", "main_direction", "tokens"]

Tokens = list[str]
"""The words, numbers and signs of a text, folded. Joined, they are the folded text."""

# In right-to-left text a bracket is drawn as its mirror image (UAX #9, L4), and may be read back as that.
_OPENING = str.maketrans(")]}>", "([{<")


def tokens(text: str, fold: Callable[[str], str]) -> Tokens:
    """Return the tokens of a text, each word of which is folded: words of letters of one direction, numbers, and single signs."""
    return [token for word in text.split() for token in _split_word(fold(word))]


def main_direction(found: Iterable[str]) -> str:
    """Return the direction in which most letters of these tokens run, "left" or "right"."""
    count = {"left": 0, "right": 0, "number": 0, "sign": 0}
    for token in found:
        count[_token_kind(token[0])] += len(token)
    return "left" if count["left"] >= count["right"] else "right"


def line_matches(line: Sequence[str], wanted: Sequence[str], way: str) -> bool:
    """Return whether a line shows the wanted tokens. `way` is the main direction of the whole text, "left" or "right"."""
    return _letters(way, line) == _letters(way, wanted) and _others(way, line) == _others(way, wanted)


def _split_word(word: str) -> Iterator[str]:
    """Yield the tokens of a folded word. A combining mark belongs to the token of the character before it."""
    begun, kind = "", ""
    for character in word:
        next_kind = (kind if unicodedata.category(character)[0] == "M" else "") or _token_kind(character)
        if next_kind != kind or next_kind == "sign":
            if begun:
                yield begun
            begun = ""
        begun, kind = begun + character, next_kind
    if begun:
        yield begun


def _token_kind(character: str) -> str:
    """Return the kind of token that a character belongs to: a word that runs to the "left" or "right", a "number" or a "sign"."""
    category = unicodedata.category(character)
    if category[0] in "LM":
        return "left" if unicodedata.bidirectional(character) in RTL_CLASSES else "right"
    return "number" if category == "Nd" else "sign"


def _letters(way: str, found: Iterable[str]) -> str:
    """Return the letters of one direction, joined: spaces, and so the ends of words, are the least certain of what is read back."""
    return "".join(token for token in found if _token_kind(token[0]) == way)


def _others(way: str, found: Iterable[str]) -> Counter[str]:
    """Return all tokens but the words of one direction, with how often each occurs."""
    return Counter(token.translate(_OPENING) for token in found if _token_kind(token[0]) != way)
