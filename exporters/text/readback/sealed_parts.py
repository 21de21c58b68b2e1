"""Reads the disclaimer's page and the notice of a text handout as they stand in its bytes, to be compared with the sealed ones."""

from __future__ import annotations

import re
from typing import Literal

from handbill.contract import DisclaimerParts, ExporterError, Part, diagnostic

from .decoding import CONTROLS, decoded

__all__ = ["read_parts"]

# The notice ends the article's page: a rule at the margin, and text right below it. A rule of the article has a blank line below it.
_NOTICE = re.compile(r"(?:─{30,}|-{30,})\n[^\n]")
_PAGE_END = "\f"
# More blank lines than this could move what stands below them out of sight.
_MOST_BLANK_LINES = 100
_GAP = re.compile(rf"(?:[^\S\n]*\n){{{_MOST_BLANK_LINES + 1}}}")


def read_parts(handout: bytes, position: Literal["end", "front"]) -> DisclaimerParts:
    """Return the parts of a handout: the text of the disclaimer's page, and that of the notice.

    Raises ExporterError: `not-utf-8`; `foreign-content` where there are not exactly two pages, a control character is in the text, or more
    than a hundred blank lines follow each other.
    """
    text = decoded(handout)
    if found := CONTROLS.search(text):
        raise _foreign(f"it has the control character U+{ord(found[0]):04X}, which changes what a terminal shows")
    pages = text.split("\f\n")
    if len(pages) != 2 or text.count(_PAGE_END) != 1:
        raise _foreign(f"it has {text.count(_PAGE_END) + 1} pages, and must have two")
    if _GAP.search(text):
        message = f"it has more than {_MOST_BLANK_LINES} blank lines that follow each other"
        raise _foreign(message, "take blank lines out of the article's code; else build the handout again")
    disclaimer, article = (1, 2) if position == "front" else (2, 1)
    last_paragraph = pages[article - 1].rpartition("\n\n")[2]
    return DisclaimerParts(
        disclaimer,
        disclaimer,
        2,
        (_part("the text of the disclaimer's page", pages[disclaimer - 1]),),
        {article: (_part("its text", last_paragraph),) if _NOTICE.match(last_paragraph) else ()},
    )


def _part(name: str, text: str) -> Part:
    return Part(name, "text/plain", text.encode())


def _foreign(message: str, hint: str = "build the handout again") -> ExporterError:
    return ExporterError(diagnostic("foreign-content", message, hint=hint))
