"""Isolates telephone numbers and dates in text that runs from right to left, so that their digits keep their order."""

from __future__ import annotations

import re

from lxml import etree

from handbill.document import direction

from .xhtml import element

__all__ = ["isolate_numbers"]

# A hyphen or a space between two numbers takes the direction of the text around them (Unicode Standard Annex 9, W4 to N1): after
# Arabic letters, 1-800-222-1222 would be displayed as 1222-222-800-1. Ranges of two numbers are not matched: they are read from the right.
_NUMBER_GROUPS = re.compile(
    r"(?<![\w+])(?:\+[0-9][0-9() \u00a0\-\u2010\u2011./]*[0-9]|\([0-9]+\)[ \u00a0]?[0-9]+(?:[ \u00a0\-\u2010\u2011][0-9]+)*"
    r"|[0-9]+(?:[\-\u2010\u2011][0-9]+){2,})(?!\w)"
)
_LEFT_ALONE = frozenset({"bdi", "bdo", "code", "kbd", "pre", "samp"})


def isolate_numbers(root: etree._Element, language: str) -> None:
    """Put each telephone number and each date of three numbers into a `bdi` with `dir="ltr"` where text runs from right to left.

    `language` is that of the text around the root. No character is added or moved.
    """
    pending: list[tuple[etree._Element, str]] = [(root, direction(language))]
    while pending:
        each, surrounding = pending.pop()
        if each.tag in _LEFT_ALONE:
            continue
        own = each.get("dir") or (direction(each.get("lang") or "") if each.get("lang") else surrounding)
        pending.extend((child, own) for child in each if isinstance(child.tag, str))
        if own == "rtl":
            _isolate(each)


def _isolate(parent: etree._Element) -> None:
    """Isolate the numbers in the element's own text, but not in that of its children."""
    for child in reversed(list(parent)):
        child.tail = _isolate_text(child.tail, parent, parent.index(child) + 1)
    parent.text = _isolate_text(parent.text, parent, 0)


def _isolate_text(text: str | None, parent: etree._Element, index: int) -> str | None:
    """Insert the numbers of the text, and the text after each, as children of the parent from `index`; return the text before the first."""
    if not text:
        return text
    found = list(_NUMBER_GROUPS.finditer(text))
    for number, match in reversed(list(enumerate(found))):
        isolate = element("bdi", {"class": "handbill-number", "dir": "ltr"}, match[0])
        isolate.tail = text[match.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
        parent.insert(index, isolate)
    return text[: found[0].start()] if found else text
