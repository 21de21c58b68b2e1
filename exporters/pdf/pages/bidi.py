"""Bidirectional text: `dir` on every element whose direction differs from its parent's, and markup that keeps numbers and phrases whole.

WeasyPrint 70 orders the inline boxes of a line by the paragraph's direction alone, and applies the Unicode bidirectional algorithm
(UAX #9) only inside each of them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lxml import etree

from handbill.document import direction, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["set_directions"]

Direction = Literal["ltr", "rtl"]

# After Arabic letters the bidirectional algorithm sets the parts of some numbers from right to left (UAX #9, rules W2 and W4). They are
# numbers with hyphens of at least seven digits (telephone numbers, dates of ISO 8601) and amounts with units (5 mg, 2–8 °C, 250 mg/5 ml).
_TELEPHONE = r"\+?\(?\d[\d().\u00a0 -]*-[\d().\u00a0 -]*\d"
_AMOUNT = r"\d[\d.,]*(?:[–-]\d[\d.,]*)?[\u00a0\u202f ]?{unit}(?:/(?:\d[\d.,]*[\u00a0\u202f ]?)?{unit})*".replace(
    "{unit}", r"[°µμ]?[A-Za-z]{1,4}(?!\w)"
)
_NUMBER = re.compile(rf"(?<![A-Za-z\d.,])(?:{_AMOUNT}|{_TELEPHONE})")
_LONG_NUMBER_DIGITS = 7
_ISOLATE, _END_OF_ISOLATE = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"

# Inline elements that may be part of a phrase of one direction.
_PHRASE_TAGS = frozenset("a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u var".split())
_UNCHANGED_TAGS = frozenset({"pre", "code", "kbd", "samp", "head", "style", "svg"})


def set_directions(root: etree._Element) -> None:
    """Set `dir` wherever the direction changes: by `lang`, by the first strong letter for `dir=auto` and `bdi`, `ltr` in code.

    In right-to-left text, telephone numbers and amounts are isolated. In any text, a phrase of the other direction that consists of
    several inline elements is wrapped in one span.
    """
    _set_direction(root, "ltr")


def _set_direction(element: etree._Element, around: Direction) -> None:
    own = _own_direction(element, around)
    if own != around or element.get("dir"):
        element.set("dir", own)
    if element.tag in _UNCHANGED_TAGS:
        return
    for child in element:
        _set_direction(child, own)
    _span_phrases(element, own)
    if own == "rtl":
        element.text = _isolate_numbers(element.text)
        for child in element:
            child.tail = _isolate_numbers(child.tail)


def _own_direction(element: etree._Element, around: Direction) -> Direction:
    stated = element.get("dir", "").lower()
    if stated in ("ltr", "rtl"):
        return "rtl" if stated == "rtl" else "ltr"
    if stated == "auto" or (element.tag == "bdi" and not stated):
        return _first_strong_direction(text_of(element)) or around
    if element.tag == "pre":
        return "ltr"
    language = element.get("lang")
    return direction(language) if language else around


def _strong_direction(character: str) -> Direction | None:
    kind = unicodedata.bidirectional(character)
    return "ltr" if kind == "L" else "rtl" if kind in ("R", "AL") else None


def _first_strong_direction(text: str) -> Direction | None:
    return next((strong for strong in map(_strong_direction, text) if strong), None)


def _isolate_numbers(text: str | None) -> str | None:
    def isolate(found: re.Match[str]) -> str:
        many = sum(character.isdigit() for character in found[0]) >= _LONG_NUMBER_DIGITS
        return f"{_ISOLATE}{found[0]}{_END_OF_ISOLATE}" if many or found[0][-1].isalpha() else found[0]

    return _NUMBER.sub(isolate, text) if text else text


# ---- Phrases of the opposite direction ----


@dataclass(frozen=True, slots=True)
class _PhraseEdge:
    """Where a phrase begins or ends: `offset` characters into the text before child number `child`."""

    child: int
    offset: int


def _span_phrases(element: etree._Element, around: Direction) -> None:
    """Wrap each phrase of the direction opposite to `around` in a span, if it has two inline elements, or one and letters beside it."""
    for start, end in reversed(list(_phrases(element, around))):
        _wrap_in_span(element, start, _end_after_bracket(element, start, end), "rtl" if around == "ltr" else "ltr")


def _text_before(element: etree._Element, child: int) -> str:
    return (element.text if child == 0 else element[child - 1].tail) or ""


def _phrases(element: etree._Element, around: Direction) -> Iterator[tuple[_PhraseEdge, _PhraseEdge]]:
    """Yield the begin and the end of each such phrase, without signs and spaces at its edges."""
    start: _PhraseEdge | None = None
    end = _PhraseEdge(0, 0)
    elements, letters_outside = 0, False

    def counts() -> bool:
        return start is not None and (elements > 1 or (elements == 1 and letters_outside))

    for child in range(len(element) + 1):
        for offset, character in enumerate(_text_before(element, child)):
            strong = _strong_direction(character)
            if strong is None:
                continue
            if strong == around:
                if counts() and start is not None:
                    yield start, end
                start, elements, letters_outside = None, 0, False
            else:
                start, end, letters_outside = start or _PhraseEdge(child, offset), _PhraseEdge(child, offset + 1), True
        if child == len(element):
            break
        inner = element[child]
        text = text_of(inner)
        directions = {strong for strong in map(_strong_direction, text) if strong}
        if (
            inner.tag in _PHRASE_TAGS
            and (inner.get("dir") is None or inner.get("lang"))
            and directions == {"rtl" if around == "ltr" else "ltr"}
        ):
            start, end, elements = start or _PhraseEdge(child, len(_text_before(element, child))), _PhraseEdge(child + 1, 0), elements + 1
        elif directions or inner.tag not in _PHRASE_TAGS:
            if counts() and start is not None:
                yield start, end
            start, elements, letters_outside = None, 0, False
    if counts() and start is not None:
        yield start, end


def _end_after_bracket(element: etree._Element, start: _PhraseEdge, end: _PhraseEdge) -> _PhraseEdge:
    """Return the end of a phrase, moved after a closing bracket whose opening one is in the phrase (UAX #9, rule N0)."""
    texts = [_text_before(element, child) for child in range(start.child, end.child + 1)]
    texts[-1] = texts[-1][: end.offset]
    texts[0] = texts[0][start.offset :]
    inside = "".join(texts)
    after = _text_before(element, end.child)[end.offset : end.offset + 1]
    opening = {")": "(", "]": "["}.get(after, "")
    return _PhraseEdge(end.child, end.offset + 1) if opening and inside.count(opening) > inside.count(after) else end


def _wrap_in_span(element: etree._Element, start: _PhraseEdge, end: _PhraseEdge, strong: Direction) -> None:
    span = etree.Element("span", attrib={"dir": str(strong)})
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
