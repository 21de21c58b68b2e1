"""The characters that this exporter adds to the text of a page and that draw nothing, and how they are taken out again.

The zero-width space and the word joiner steer where WeasyPrint breaks lines (`pages/elements.py`). The combining grapheme joiner is the
text of a glyph whose letter another glyph of its cluster carries (`fonts/glyph_codes.py`).
"""

from __future__ import annotations

__all__ = ["NOTE_GUARD", "NO_TEXT", "SPACE_GUARD", "without_guards"]

SPACE_GUARD = "\N{ZERO WIDTH SPACE}"
"""Stands after a space, before an inline element."""

NOTE_GUARD = "\N{WORD JOINER}"
"""Stands before the number of a note, after a word."""

NO_TEXT = "\N{COMBINING GRAPHEME JOINER}"
"""The text of a glyph that stands for no character of its own. It is not visible, and neither joins words nor divides them."""

_WITHOUT_GUARDS = str.maketrans(dict.fromkeys(SPACE_GUARD + NOTE_GUARD))


def without_guards(text: str) -> str:
    """Return the text without the two guards."""
    return text.translate(_WITHOUT_GUARDS)
