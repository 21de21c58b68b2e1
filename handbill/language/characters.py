"""Characters: which ones a text must not contain, how messages show a text, and which letters run from right to left.

The rules are those of the Unicode Standard 16.0 and of XML 1.0, 2.2.
"""

from __future__ import annotations

import re
import unicodedata

from handbill.language.folding import collapse_whitespace

__all__ = ["UNPRINTABLE", "UNPRINTABLE_RUN", "code_point", "has_rtl_letters", "remove_unprintable", "short_excerpt"]

UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
"""Characters that a text must not contain: controls, surrogates, noncharacters (Unicode 16.0, 23.7), a byte order mark inside it."""

UNPRINTABLE_RUN = re.compile(f"(?:{UNPRINTABLE.pattern})+")
"""Some of these characters in a row."""

_EXCERPT_LENGTH = 60


def remove_unprintable(text: str) -> str:
    """Return the text without the characters that XML 1.0 (2.2) forbids or advises against."""
    return UNPRINTABLE.sub("", text)


def code_point(character: str) -> str:
    """Return the notation of a character's code point, such as "U+00AD" (Unicode 16.0, appendix A.1)."""
    return f"U+{ord(character):04X}"


def short_excerpt(text: str) -> str:
    """Return a text as a message quotes it: its first 60 characters, white space collapsed, with an ellipsis where more follows."""
    words = collapse_whitespace(text)
    return words if len(words) <= _EXCERPT_LENGTH else f"{words[:_EXCERPT_LENGTH].rstrip()}…"


RTL_CLASSES = frozenset({"R", "AL"})
"""The bidirectional classes of letters that run from right to left (Unicode Standard Annex 9, table 4)."""


def has_rtl_letters(text: str) -> bool:
    """Return whether the text has letters that run from right to left."""
    return any(unicodedata.bidirectional(character) in RTL_CLASSES for character in text)
