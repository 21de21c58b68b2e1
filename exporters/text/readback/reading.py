"""Reads a text handout back, page by page, as far as a person can see it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from handbill.contract import UNSEEN, Boxed, ExporterError, Page, diagnostic

from ..cells import cells
from .grid import box_text, frame_start, read_frame

__all__ = ["read_pages"]

# Escape sequences and overwriting (backspace, carriage return) act on what stands before and after them, on other lines and pages
# too: where there is one, nothing can be said of what a terminal shows.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0d-\x1f\x7f-\x9f]")
_REGION_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
# Format characters that say how visible letters join, break and run, and numerals' marks: they hide nothing.
_HARMLESS = frozenset("\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069")
_FORMAT_OF_NUMERALS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_UNDERLINE = re.compile(r"([=\-~^'])\1*")
_RULE = re.compile(r"[\u2500-\u257f ]+|[>| ]*\+[-=+| ]*\+|[> ]*-{20,}")
_TITLED_RULE = re.compile(r"((?:> | )*)(?:──|--) (.*\S) (?:─{2,}|-{2,})")
_FAR = re.compile(r"\s{201}")
_NEAR = 200
# More lines without a letter or digit in a row could push what follows out of sight.
_MOST_BLANK = 10
_NARROWEST = 30


def read_pages(handout: bytes) -> list[Page]:
    """Return a page for each text between form feeds, none for an empty file.

    A page has no underlines of headings and no rules, and an asterisk that is a list's bullet is one. In place of a line that holds
    invisible characters, or text far beyond what a screen shows, and within more than ten lines without a letter or digit, U+FFFD
    stands: such a page cannot pass for one that has nothing hidden. Where there is a control character, all pages are empty.
    Raises ExporterError (`not-utf-8`).
    """
    try:
        text = handout.decode()
    except UnicodeDecodeError as error:
        raise ExporterError(
            diagnostic("not-utf-8", f"the handout is not UTF-8: {error.reason} at byte {error.start}", hint="build the handout again")
        ) from error
    if not text:
        return []
    pages = text.split("\f")
    if _CONTROLS.search(text.replace("\f", "")):
        return [Page("") for _ in pages]
    return [_page(page.split("\n")) for page in pages]


def _page(lines: Sequence[str]) -> Page:
    body: list[str] = []
    boxed: list[Boxed] = []
    width = max(_NARROWEST, max((cells(line) for line in lines if not line.startswith("    ") and "://" not in line), default=0))
    paragraph = 0
    number = 0
    far = _far_below(lines)
    while number < len(lines):
        line = lines[number]
        start = frame_start(line)
        if start is not None:
            text, taken = read_frame(map(lines.__getitem__, range(number, len(lines))), start, width)
            whole = range(number, number + taken)
            seen = far.isdisjoint(whole) and all(_is_seen(lines[each]) for each in whole)
            body += text if seen else [UNSEEN]
            inside = box_text([lines[each] for each in whole])
            if seen and inside is not None:
                boxed.append(Boxed(inside))
            number += taken
            paragraph = 0
            continue
        if number in far:
            body.append(UNSEEN)
        number += 1
        if not line:
            paragraph = 0
        elif paragraph and _UNDERLINE.fullmatch(line) and len(line) == paragraph:
            continue
        else:
            paragraph = max(paragraph, cells(line))
        if not _is_seen(line):
            body.append(UNSEEN)
        elif not _RULE.fullmatch(line):
            body.append(_text(line))
    return Page("\n".join(body).strip("\n"), boxed=tuple(boxed))


def _far_below(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines before which too many stand that have neither letters nor digits."""
    far: set[int] = set()
    blank = 0
    for number, line in enumerate(lines):
        blank = 0 if any(map(str.isalnum, line)) else blank + 1
        if blank == _MOST_BLANK + 1:
            far.add(number)
    return far


def _text(line: str) -> str:
    """Return a line without the rule around a title, the bullet of an ASCII list as one."""
    titled = _TITLED_RULE.fullmatch(line)
    if titled:
        return titled.group(1) + titled.group(2)
    return f"  • {line[4:]}" if line.startswith("  * ") else line


def _is_seen(line: str) -> bool:
    if line.isascii() and len(line) <= _NEAR:
        return True
    rest = _REGION_FLAG.sub("", line)
    return not _FAR.search(rest.expandtabs()) and not any(
        unicodedata.category(char) == "Cf" and char not in _HARMLESS and char not in _FORMAT_OF_NUMERALS for char in rest
    )
