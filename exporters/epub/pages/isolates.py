"""Numbers and addresses kept in their own order in text that runs from right to left."""

from __future__ import annotations

import re

from lxml import etree

from handbill.document import direction

from .xhtml import element

__all__ = ["isolate_numbers"]

# A hyphen or a space between two numbers takes the direction of the text around them (Unicode Standard Annex 9, W4 to N1): after
# Arabic letters, 1-800-222-1222 would be seen as 1222-222-800-1. Ranges of two numbers are left alone: they are read from the right.
_GROUPS = re.compile(
    r"(?<![\w+])(?:\+[0-9][0-9() \u00a0\-\u2010\u2011./]*[0-9]|\([0-9]+\)[ \u00a0]?[0-9]+(?:[ \u00a0\-\u2010\u2011][0-9]+)*"
    r"|[0-9]+(?:[\-\u2010\u2011][0-9]+){2,})(?!\w)"
)
_ISOLATED = frozenset({"bdi", "bdo", "code", "kbd", "pre", "samp"})


def isolate_numbers(root: etree._Element, language: str) -> None:
    """Put each telephone number and each date of three numbers into a `bdi` that runs from left to right, where the text does not.

    `language` is that of the text around the root. Not a character is added or moved.
    """
    pending: list[tuple[etree._Element, str]] = [(root, direction(language))]
    while pending:
        each, around = pending.pop()
        if each.tag in _ISOLATED:
            continue
        own = each.get("dir") or (direction(each.get("lang") or "") if each.get("lang") else around)
        pending.extend((child, own) for child in each if isinstance(child.tag, str))
        if own == "rtl":
            _isolate(each)


def _isolate(parent: etree._Element) -> None:
    """Isolate the numbers in the element's own text, not in that of its children."""
    for child in reversed(list(parent)):
        at = parent.index(child) + 1
        child.tail = _split(child.tail, parent, at)
    parent.text = _split(parent.text, parent, 0)


def _split(text: str | None, parent: etree._Element, at: int) -> str | None:
    """Insert what follows the first number of the text at a place in the parent, and return what stands before it."""
    if not text:
        return text
    found = list(_GROUPS.finditer(text))
    for number, match in reversed(list(enumerate(found))):
        isolated = element("bdi", {"class": "number", "dir": "ltr"}, match[0])
        isolated.tail = text[match.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
        parent.insert(at, isolated)
    return text[: found[0].start()] if found else text
