"""Breaks text into lines by display width: each line takes as many words as fit.

In the text a line feed ends a line, `BREAK` marks a place where a line may end without a blank, `JOIN` one where none may end, and
`HOLD` is written as a blank at which no line ends. They are control characters that XML does not allow, so no source contains them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..cells import cells, clusters, cut

__all__ = ["BREAK", "HOLD", "JOIN", "is_address", "unbreakable_pieces", "wrap"]

BREAK = "\x01"
JOIN = "\x02"
HOLD = "\x03"

# White space at which a line may end: Unicode's, without the no-break spaces U+00A0, U+2007 and U+202F.
_BLANKS = " \t\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000"
_CHUNK = re.compile(f"([{_BLANKS}]*)([^{_BLANKS}]+)")

# The bounds on lengths keep the search linear in texts without blanks; a scheme and a mailbox are shorter.
_ADDRESS = re.compile(
    r"""(?<![A-Za-z0-9])(?:[A-Za-z][A-Za-z0-9+.-]{0,30}://|www\.|mailto:|tel:|doi:)[^\s<>"「」『』（）【】《》，。、；：！？\x01-\x03]+"""
    r"""|(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"""
)
# Ideographs, kana and full-width forms: lines end between them (UAX 14, class ID). Hangul is broken at blanks.
_IDEOGRAPHIC = re.compile("[\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003ffff]")
# Characters that cannot begin a line, and those that cannot end one (JIS X 4051; UAX 14, classes CL, CP, EX, IS, NS and OP).
_NOT_FIRST = frozenset(
    "、。，．・：；？！）〕］｝〉》」』】〙〗〟’”»›‼⁇⁈⁉…‥ーゝゞヽヾ々〻ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ゛゜％‰℃°゠〜～"
    ")]},.;:!?%/"
)
_NOT_LAST = frozenset("（〔［｛〈《「『【〘〖〝‘“«‹＄￥￡([{$£¥€#")


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text, none wider than `width` cells but those of an address that alone is wider.

    Between ideographs a line may end, but not before closing or after opening punctuation. A word that alone is wider is cut
    between grapheme clusters; an address never is.
    """
    width = max(1, width)
    return [line for part in text.split("\n") for line in _fill(part, width)]


def _fill(text: str, width: int) -> list[str]:
    """Return the lines of a text without line feeds."""
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for blank, piece in _units(text):
        taken = cells(piece)
        gap = cells(blank)
        if line and used + gap + taken <= width:
            line += (blank, piece)
            used += gap + taken
            continue
        if line:
            lines.append("".join(line))
        if taken > width and not is_address(piece):
            *full, piece = cut(piece, width)
            lines += full
            taken = cells(piece)
        line = [piece]
        used = taken
    lines.append("".join(line))
    return lines


def _units(text: str) -> Iterator[tuple[str, str]]:
    """Yield each piece that cannot be broken, after the blank before it."""
    for match in _CHUNK.finditer(text):
        blank, chunk = match.groups()
        for piece in unbreakable_pieces(chunk):
            yield blank, piece
            blank = ""


def is_address(text: str) -> bool:
    """Return whether the text contains a URI or an e-mail address."""
    return _ADDRESS.search(text) is not None


def unbreakable_pieces(text: str) -> list[str]:
    """Return the pieces of a text without blanks between which a line may end, in order, as they are written."""
    return [
        piece.replace(JOIN, "").replace(HOLD, " ")
        for part in text.split(BREAK)
        if part
        for piece in (_ideographic_pieces(part) if _IDEOGRAPHIC.search(part) else (part,))
    ]


def _ideographic_pieces(text: str) -> list[str]:
    found: list[str] = []
    start = 0
    for match in _ADDRESS.finditer(text):
        _split(text[start : match.start()], found)
        _append(found, match.group())
        start = match.end()
    _split(text[start:], found)
    return found


def _split(text: str, found: list[str]) -> None:
    for cluster in clusters(text):
        _append(found, cluster)


def _append(found: list[str], text: str) -> None:
    """Append the text as a piece of its own, or to the last piece where no line may end before it."""
    if not found:
        found.append(text)
        return
    before = found[-1]
    wide = _IDEOGRAPHIC.match(text[0]) or _IDEOGRAPHIC.search(before[-2:])
    if not wide or text[0] in _NOT_FIRST or text[0] in (JOIN, HOLD) or before[-1] in _NOT_LAST or before[-1] in (JOIN, HOLD):
        found[-1] = before + text
    else:
        found.append(text)
