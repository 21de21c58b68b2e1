"""Which way text runs: a direction on every element whose language asks for another, and numbers and phrases kept whole in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lxml import etree

from handbill.document import direction

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["set_directions"]

Direction = Literal["ltr", "rtl"]

# After Arabic letters the bidirectional algorithm sets the parts of such numbers from right to left (UAX #9, rules W2 and W4): numbers with
# hyphens, of at least seven digits (telephone numbers, dates of ISO 8601), and amounts with units (5 mg, 2–8 °C, 250 mg/5 ml).
_TELEPHONE = r"\+?\(?\d[\d().\u00a0 -]*-[\d().\u00a0 -]*\d"
_AMOUNT = r"\d[\d.,]*(?:[–-]\d[\d.,]*)?[\u00a0\u202f ]?{unit}(?:/(?:\d[\d.,]*[\u00a0\u202f ]?)?{unit})*".replace(
    "{unit}", r"[°µμ]?[A-Za-z]{1,4}(?!\w)"
)
_NUMBER = re.compile(rf"(?<![A-Za-z\d.,])(?:{_AMOUNT}|{_TELEPHONE})")
_DIGITS = 7
_ISOLATE, _END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"

# Pieces of a text that take part in a phrase of one direction.
_INLINE = frozenset("a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u var".split())
_LEFT_ALONE = frozenset({"pre", "code", "kbd", "samp", "head", "style", "svg"})


def set_directions(root: etree._Element) -> None:
    """Set `dir` wherever the direction changes: by `lang`, by the first letter under `dir=auto` and in `bdi`, ltr in code.

    In right-to-left text, telephone numbers are isolated; in any, a phrase of the other direction that inline elements divide is put into
    one span, since WeasyPrint orders inline boxes by their paragraph's direction alone.
    """
    _set(root, "ltr")


def _set(element: etree._Element, around: Direction) -> None:
    own = _own_direction(element, around)
    if own != around or element.get("dir"):
        element.set("dir", own)
    if element.tag in _LEFT_ALONE:
        return
    for child in element:
        _set(child, own)
    _gather_phrases(element, own)
    if own == "rtl":
        element.text = _isolated(element.text)
        for child in element:
            child.tail = _isolated(child.tail)


def _own_direction(element: etree._Element, around: Direction) -> Direction:
    said = element.get("dir", "").lower()
    if said in ("ltr", "rtl"):
        return "rtl" if said == "rtl" else "ltr"
    if said == "auto" or (element.tag == "bdi" and not said):
        return _first_letters("".join(str(text) for text in element.itertext())) or around
    if element.tag == "pre":
        return "ltr"
    language = element.get("lang")
    return direction(language) if language else around


def _way(character: str) -> Direction | None:
    kind = unicodedata.bidirectional(character)
    return "ltr" if kind == "L" else "rtl" if kind in ("R", "AL") else None


def _first_letters(text: str) -> Direction | None:
    return next((way for way in map(_way, text) if way), None)


def _isolated(text: str | None) -> str | None:
    def isolate(found: re.Match[str]) -> str:
        many = sum(character.isdigit() for character in found[0]) >= _DIGITS
        return f"{_ISOLATE}{found[0]}{_END}" if many or found[0][-1].isalpha() else found[0]

    return _NUMBER.sub(isolate, text) if text else text


# ---- Phrases of the other direction ----


@dataclass(frozen=True, slots=True)
class _Edge:
    """Where a phrase begins or ends: in the text before child number `child`, after so many characters of it."""

    child: int
    offset: int


def _gather_phrases(element: etree._Element, around: Direction) -> None:
    """Put each stretch of the other direction that holds an inline element, and letters beside it, into a span."""
    for start, end in reversed(list(_phrases(element, around))):
        _wrap(element, start, _with_bracket(element, start, end), "rtl" if around == "ltr" else "ltr")


def _text_before(element: etree._Element, child: int) -> str:
    return (element.text if child == 0 else element[child - 1].tail) or ""


def _phrases(element: etree._Element, around: Direction) -> Iterator[tuple[_Edge, _Edge]]:
    """Yield where such stretches begin and end; signs and spaces at their edges stay outside."""
    start: _Edge | None = None
    end = _Edge(0, 0)
    elements, letters_outside = 0, False

    def counts() -> bool:
        return start is not None and (elements > 1 or (elements == 1 and letters_outside))

    for child in range(len(element) + 1):
        for offset, character in enumerate(_text_before(element, child)):
            way = _way(character)
            if way is None:
                continue
            if way == around:
                if counts() and start is not None:
                    yield start, end
                start, elements, letters_outside = None, 0, False
            else:
                start, end, letters_outside = start or _Edge(child, offset), _Edge(child, offset + 1), True
        if child == len(element):
            break
        inner = element[child]
        text = "".join(str(piece) for piece in inner.itertext())
        ways = {way for way in map(_way, text) if way}
        if inner.tag in _INLINE and (inner.get("dir") is None or inner.get("lang")) and ways == {"rtl" if around == "ltr" else "ltr"}:
            start, end, elements = start or _Edge(child, len(_text_before(element, child))), _Edge(child + 1, 0), elements + 1
        elif ways or inner.tag not in _INLINE:
            if counts() and start is not None:
                yield start, end
            start, elements, letters_outside = None, 0, False
    if counts() and start is not None:
        yield start, end


def _with_bracket(element: etree._Element, start: _Edge, end: _Edge) -> _Edge:
    """Return the end of a phrase behind a bracket that closes one in it (UAX #9, rule N0)."""
    texts = [_text_before(element, child) for child in range(start.child, end.child + 1)]
    texts[-1] = texts[-1][: end.offset]
    texts[0] = texts[0][start.offset :]
    inside = "".join(texts)
    after = _text_before(element, end.child)[end.offset : end.offset + 1]
    opening = {")": "(", "]": "["}.get(after, "")
    return _Edge(end.child, end.offset + 1) if opening and inside.count(opening) > inside.count(after) else end


def _wrap(element: etree._Element, start: _Edge, end: _Edge, way: Direction) -> None:
    span = etree.Element("span", attrib={"dir": str(way)})
    before, after = _text_before(element, start.child), _text_before(element, end.child)
    inside = list(element)[start.child : end.child]
    span.text = before[start.offset :]
    for child in inside:
        span.append(child)
    span[-1].tail = after[: end.offset]
    span.tail = after[end.offset :]
    if start.child == 0:
        element.text = before[: start.offset]
    else:
        element[start.child - 1].tail = before[: start.offset]
    element.insert(start.child, span)
