"""Text folding: functions that give two spellings of the same words one form, so that they can be compared.

Each function takes a text and returns the folded text. None depends on a language. They are steps of different strength: a caller
takes the weakest one that makes equal what it wants to treat as equal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

__all__ = ["ascii_only", "collapse_whitespace", "fold_case", "fold_words", "straight_apostrophes"]


def collapse_whitespace(text: str) -> str:
    """Return the text with one space in place of each run of white space, and none at either end."""
    return " ".join(text.split())


def straight_apostrophes(text: str) -> str:
    """Return the text with U+0027 in place of each U+2019. The length stays the same."""
    return text.replace("’", "'")


def fold_case(text: str) -> str:
    """Return the text in the form in which canonical caseless matches are equal (Unicode 16.0, 3.13.5, D145), composed (NFC)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def fold_words(text: str, punctuation: Mapping[int, int | str]) -> str:
    """Return the text without differences of case, of white space, of compatibility characters (NFKC) and of punctuation.

    `punctuation` is a table for `str.translate`. It is applied before and after NFKC, which decomposes some punctuation and produces
    other.
    """
    return collapse_whitespace(unicodedata.normalize("NFKC", text.translate(punctuation)).translate(punctuation).casefold())


def ascii_only(text: str) -> str:
    """Return the ASCII characters of the text after compatibility decomposition (NFKD): "é" becomes "e", "漢" is removed."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
