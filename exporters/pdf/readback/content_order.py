"""The text of pages in the order of their content, by the codes that are shown and what their fonts say of them.

PDFium orders text by where its glyphs stand. It takes marks that stand over and under letters out of their words, and reverses numbers and
brackets among letters that run from right to left. For pages with such letters the order of the content is taken, which is that of
reading but for the lines themselves: their glyphs follow each other from left to right (ISO 32000-1, 9.10 and 14.8.2.3).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from handbill.contract import UNSEEN

from .fonts import glyph_texts

__all__ = ["SHAPED", "PageText", "page_text"]

SHAPED = re.compile("[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters and marks of scripts whose letters are joined, stacked or reordered, or run from right to left: Hebrew to Burmese, and Khmer."""

PageText = tuple[str, str]
"""The lines of a page in the structure of its document, and the other ones."""

_OPERATION = re.compile(
    rb"/(?P<mark>\w+)\s*(?:<<(?P<properties>[^>]*)>>)?\s*(?:BDC|BMC)|(?P<end>\bEMC\b)|(?P<line>[-\d.]+) Tm\b|/(?P<font>\S+) [\d.]+ Tf"
    rb"|\[(?P<shown>[^\]]*)\] TJ|/(?P<form>\S+) Do"
)
# Stretches that run to the right in a line that runs to the left, and the other way round.
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_HAS_RTL = re.compile(rf"[{_RTL}]")
_TO_RIGHT = re.compile(rf"[^\W_{_RTL}](?:[^{_RTL}]*[^\W_{_RTL}%°])?")
_TO_LEFT = re.compile(rf"[{_RTL}](?:[{_RTL}\W\d]*[{_RTL}])?")
_MCID = re.compile(rb"/MCID (\d+)")
_CODES = re.compile(rb"<([0-9a-f]*)>")
_DEEPEST = 4
_LONGEST_MARK = 8


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text that is set at one place: `height` is how its content writes the place's second coordinate."""

    text: str
    height: bytes
    structured: bool


def page_text(page: Any, structured: Collection[int], *, to_left: bool) -> PageText:
    """Return the text of a page (pikepdf), a line for each place that text is set at.

    `structured` are the numbers of the marked content that is in the structure. `to_left` tells that the document is read from the right.
    Raises KeyError, ValueError or TypeError for a page of another form than this exporter's.
    """
    import pikepdf

    streams = page.Contents if isinstance(page.Contents, pikepdf.Array) else [page.Contents]
    content = b"\n".join(bytes(stream.read_bytes()) for stream in streams)
    pieces = [
        replace(piece, text=_in_reading_order(piece.text, to_left=to_left)) for piece in _pieces(content, page.Resources, structured, 0)
    ]
    return _joined([piece for piece in pieces if piece.structured]), _joined([piece for piece in pieces if not piece.structured])


def _joined(pieces: Iterable[_Piece]) -> str:
    """Return the lines of pieces: what follows each other on one height is one line, and so is the bullet or number of a list's item.

    The content has these after all other text.
    """
    lines: list[_Piece] = []
    for piece in pieces:
        if lines and lines[-1].height == piece.height:
            lines[-1] = replace(lines[-1], text=lines[-1].text + piece.text)
            continue
        marked = None
        if len(piece.text.strip()) <= _LONGEST_MARK:
            marked = next((place for place, line in enumerate(lines) if line.height == piece.height), None)
        if marked is not None:
            lines[marked] = replace(lines[marked], text=f"{piece.text} {lines[marked].text}")
        else:
            lines.append(piece)
    return "\n".join(line.text for line in lines)


def _in_reading_order(line: str, *, to_left: bool) -> str:
    """Return a line whose characters follow each other from left to right in the order of reading (UAX #9, rule L2, undone).

    In a line that runs to the left, words and numbers that run to the right keep their order, but not always their place.
    """
    if not _HAS_RTL.search(line):
        return line
    if to_left or all(unicodedata.bidirectional(character) != "L" for character in line):
        return _TO_RIGHT.sub(lambda found: found[0][::-1], line[::-1])
    return _TO_LEFT.sub(lambda found: _TO_RIGHT.sub(lambda inner: inner[0][::-1], found[0][::-1]), line)


def _turned(text: str) -> str:
    """Return a text as it stands in a line whose characters follow each other from left to right."""
    return text[::-1] if _HAS_RTL.search(text) else text


def _pieces(content: bytes, resources: Any, structured: Collection[int], depth: int) -> Iterator[_Piece]:
    marks: list[bool] = []
    fonts: dict[bytes, dict[int, str]] = {}
    texts: dict[int, str] = {}
    piece = _Piece("", b"", False)
    for found in _OPERATION.finditer(content):
        if found["mark"]:
            number = _MCID.search(found["properties"] or b"")
            marks.append(number is not None and int(number[1]) in structured)
        elif found["end"]:
            marks.pop()
        elif found["line"]:
            if piece.text.strip():
                yield piece
            piece = _Piece("", found["line"], any(marks))
        elif found["font"]:
            name = found["font"]
            if name not in fonts:
                # A ligature's letters are in the order of reading: a line that is turned about must not turn them.
                fonts[name] = {code: _turned(text) for code, text in glyph_texts(resources.Font["/" + name.decode()]).items()}
            texts = fonts[name]
        elif found["form"]:
            form = resources.XObject["/" + found["form"].decode()]
            if form.get("/Subtype") == "/Form" and depth < _DEEPEST:
                yield from _pieces(bytes(form.read_bytes()), form.Resources, (), depth + 1)
        else:
            codes = b"".join(_CODES.findall(found["shown"]))
            shown = (texts.get(int(codes[start : start + 4], 16), UNSEEN) for start in range(0, len(codes), 4))
            piece = replace(piece, text=piece.text + "".join(shown))
    if piece.text.strip():
        yield piece
