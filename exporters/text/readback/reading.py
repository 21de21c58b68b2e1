"""Reads the pages of a text handout, as far as a person can see their text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from handbill.contract import UNSEEN, Boxed, Page

from ..cells import cells
from .decoding import CONTROLS, decoded
from .grid import box_text, frame_start, read_frame

__all__ = ["read_pages"]

_REGION_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
# Format characters that control how visible letters join, break and run, and signs of numerals: they hide nothing.
_HARMLESS_FORMATS = frozenset(
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069"
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_UNDERLINE = re.compile(r"([=\-~^'])\1*")
_RULE = re.compile(r"[\u2500-\u257f ]+|[>| ]*\+[-=+| ]*\+|[> ]*-{20,}")
_TITLED_RULE = re.compile(r"((?:> | )*)(?:──|--) (.*\S) (?:─{2,}|-{2,})")
_MOST_BLANKS = 200
_LONG_GAP = re.compile(rf"\s{{{_MOST_BLANKS + 1}}}")
# More lines in a row without a letter or digit could push the text below them out of sight.
_MOST_BLANK_LINES = 10
_NARROWEST = 30


def read_pages(handout: bytes) -> list[Page]:
    """Return a page for each text between form feeds; none for an empty file.

    Underlines of headings and rules are left out, and an asterisk that begins an item of a list is read as a bullet. U+FFFD stands in
    place of a line with invisible characters or with text far to the right, and where more than ten lines without a letter or digit
    follow each other: such a page cannot pass for one that hides nothing. With a control character in the file all pages are empty.

    Raises ExporterError (`not-utf-8`).
    """
    text = decoded(handout)
    if not text:
        return []
    pages = text.split("\f")
    if CONTROLS.search(text):
        return [Page("") for _ in pages]
    return [_page(page.split("\n")) for page in pages]


def _page(lines: Sequence[str]) -> Page:
    body: list[str] = []
    boxed: list[Boxed] = []
    width = _page_width(lines)
    paragraph_width = 0
    number = 0
    gaps = _gap_lines(lines)
    while number < len(lines):
        line = lines[number]
        start = frame_start(line)
        if start is not None:
            text, count = read_frame(map(lines.__getitem__, range(number, len(lines))), start, width)
            frame = range(number, number + count)
            seen = gaps.isdisjoint(frame) and all(_is_seen(lines[each]) for each in frame)
            body += text if seen else [UNSEEN]
            box = box_text([lines[each] for each in frame])
            if seen and box is not None:
                boxed.append(Boxed(box))
            number += count
            paragraph_width = 0
            continue
        if number in gaps:
            body.append(UNSEEN)
        number += 1
        if not line:
            paragraph_width = 0
        elif paragraph_width and _UNDERLINE.fullmatch(line) and len(line) == paragraph_width:
            continue
        else:
            paragraph_width = max(paragraph_width, cells(line))
        if not _is_seen(line):
            body.append(UNSEEN)
        elif not _RULE.fullmatch(line):
            body.append(_line_text(line))
    return Page("\n".join(body).strip("\n"), boxed=tuple(boxed))


def _page_width(lines: Sequence[str]) -> int:
    """Return the width of the page in cells: that of its widest line. Code and addresses may be wider than the page, and do not count."""
    return max(_NARROWEST, max((cells(line) for line in lines if not line.startswith("    ") and "://" not in line), default=0))


def _gap_lines(lines: Sequence[str]) -> set[int]:
    """Return the number of a line in each run of lines without letters and digits that is too long."""
    gaps: set[int] = set()
    blank = 0
    for number, line in enumerate(lines):
        blank = 0 if any(map(str.isalnum, line)) else blank + 1
        if blank == _MOST_BLANK_LINES + 1:
            gaps.add(number)
    return gaps


def _line_text(line: str) -> str:
    """Return a line without the rule around a title, and with the bullet for the asterisk of a list."""
    titled = _TITLED_RULE.fullmatch(line)
    if titled:
        return titled.group(1) + titled.group(2)
    return f"  • {line[4:]}" if line.startswith("  * ") else line


def _is_seen(line: str) -> bool:
    """Return whether a line has no invisible characters, and no text far to the right."""
    if line.isascii() and len(line) <= _MOST_BLANKS:
        return True
    rest = _REGION_FLAG.sub("", line)
    return not _LONG_GAP.search(rest.expandtabs()) and not any(
        unicodedata.category(character) == "Cf" and character not in _HARMLESS_FORMATS for character in rest
    )
