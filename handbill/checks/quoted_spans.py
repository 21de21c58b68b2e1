"""Quotations in running text: the spans that are others' words, by quotation marks and by markup.

Both functions give spans as offsets in a text, the end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator

from handbill.checks.passages import Passage
from handbill.language.quotation_marks import quotation_marks

__all__ = ["quotation_spans", "quoted_spans"]

_PAIRS = {"“": "”", "«": "»", "„": "“”", "‘": "’", "‚": "‘’", "「": "」", "『": "』", "‹": "›"}
"""The closing marks for an opening mark, in any language: authors keep the marks of the texts that they cite."""

_LONGEST = 1_000
"""How many characters a quotation has at most. A mark without a closing one within them is no quotation mark, such as that of inches."""


def quoted_spans(passage: Passage, language: str) -> list[tuple[int, int]]:
    """Return the quoted spans of a passage's text, by markup and by quotation marks, in order; `language` is the passage's."""
    return sorted([*passage.quoted, *quotation_spans(passage.text, language)])


def quotation_spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text between quotation marks, from the opening mark to behind the closing one; `language` is the text's.

    A quotation that is not closed is passed over.
    """
    outer = quotation_marks(language)
    pairs = _PAIRS | {outer[0].strip(): outer[1].strip(), outer[2].strip(): outer[3].strip()}
    closing, start = "", 0
    for offset, character in enumerate(text):
        if closing and offset - start > _LONGEST:
            closing = ""
        if closing:
            if character in closing and not (character in "’'" and text[offset + 1 : offset + 2].isalpha()):
                yield start, offset + 1
                closing = ""
        elif character == '"':
            closing, start = '"', offset
        elif character in pairs and not (character == "‘" and text[offset - 1 : offset].isalnum()):
            closing, start = pairs[character], offset
