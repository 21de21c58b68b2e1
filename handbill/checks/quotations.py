"""What stands between quotation marks in a text."""

from __future__ import annotations

from collections.abc import Iterator

from handbill.checks.passages import Passage
from handbill.language.quotation_marks import quotation_marks

__all__ = ["quotations", "quoted_spans"]

_PAIRS = {"“": "”", "«": "»", "„": "“”", "‘": "’", "‚": "‘’", "「": "」", "『": "』", "‹": "›"}
"""What closes what, whatever the language: people keep the marks of the texts that they cite."""

_LONGEST = 1_000
"""Characters: a mark that is not closed within so many was none, such as that of inches."""


def quoted_spans(passage: Passage, language: str) -> list[tuple[int, int]]:
    """Return where the words of a passage are others': by markup and by quotation marks, as offsets in its text, in order."""
    return sorted([*passage.quoted, *quotations(passage.text, language)])


def quotations(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield where a text is quoted: the offsets of the mark that opens and of what follows the one that closes; what stays open is not."""
    outer = quotation_marks(language)
    pairs = _PAIRS | {outer[0].strip(): outer[1].strip(), outer[2].strip(): outer[3].strip()}
    closing, opened = "", 0
    for offset, character in enumerate(text):
        if closing and offset - opened > _LONGEST:
            closing = ""
        if closing:
            if character in closing and not (character in "’'" and text[offset + 1 : offset + 2].isalpha()):
                yield opened, offset + 1
                closing = ""
        elif character == '"':
            closing, opened = '"', offset
        elif character in pairs and not (character == "‘" and text[offset - 1 : offset].isalnum()):
            closing, opened = pairs[character], offset
