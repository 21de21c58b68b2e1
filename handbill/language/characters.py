"""What is a character of a text, and what is none; texts as messages show them."""

from __future__ import annotations

import re
import unicodedata

from handbill.language.folding import collapse_whitespace

__all__ = ["UNPRINTABLE", "escaped", "printable", "runs_to_left", "shortened"]

UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
"""What is no character of a text: controls, surrogates, what Unicode has set aside (16.0, 23.7), a byte order mark that stands inside."""

_SHOWN = 60


def printable(text: str) -> str:
    """Return the text without what is no character of it, which XML 1.0 (2.2) does not allow or does not recommend."""
    return UNPRINTABLE.sub("", text)


def escaped(name: str) -> str:
    r"""Return the name of a file on one line, with `\x07` in the place of what nobody would see."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in name)


def shortened(text: str) -> str:
    """Return a text as a message repeats it: its first sixty characters, white space folded."""
    words = collapse_whitespace(text)
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()}…"


RIGHT_TO_LEFT = frozenset({"R", "AL"})


def runs_to_left(text: str) -> bool:
    """Tell whether the text holds letters that run from right to left."""
    return any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in text)
