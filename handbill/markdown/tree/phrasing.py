"""What inline elements may hold, once a tree is whole: one that does not hold what makes it one is a `<span>`, and its words stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from handbill.document import text_of
from handbill.markdown.tree.elements import detach, split_after

__all__ = ["settle"]

_RUBY = re.compile(r"(?:b+(?:r+|p(?:rp)+))+")
"""Base texts, each with its readings, which brackets stand around or do not (HTML, 4.5.10)."""
_KINDS = {"rt": "r", "rp": "p"}

_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = rf"{_MONTH}-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,3})?)?"
_ZONE = r"(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])"
_MOMENT = re.compile(
    rf"[0-9]{{4}}(?:-{_MONTH})?|[0-9]{{4}}-W(?:0[1-9]|[1-4][0-9]|5[0-3])"
    rf"|(?:[0-9]{{4}}-)?{_DAY}|[0-9]{{4}}-{_DAY}[T ]{_CLOCK}{_ZONE}?|{_CLOCK}"
    r"|P(?=[0-9T])(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]{1,3})?S)?)?"
)
"""A year, month, week, day, moment, time of day or duration as a machine reads it (HTML, 4.5.14)."""


def settle(part: etree._Element) -> None:
    """Make spans of inline elements that hold what they may not, or lack what they are there for (HTML, 4.5).

    These are a `bdo` that names no direction (4.5.25), a `dfn` in another (4.5.8), a `time` that no machine can read (4.5.14), and a `ruby`
    that annotates nothing or stands in a reading (4.5.10). In a ruby, what follows the last reading goes on beside it, a reading of
    nothing is text, and brackets that do not stand around readings go: each format has its own. Brackets with words are words.
    """
    for element in list(part.iter("bdo", "dfn", "time")):
        if not _is_one(element):
            _be_span(element)
    for bracket in list(part.iter("rp")):
        if len(bracket) or bracket.get("id") or any(map(str.isalnum, text_of(bracket))):
            _be_span(bracket)
    for ruby in reversed(list(part.iter("ruby"))):
        if next(ruby.iterancestors("rt", "rp"), None) is not None:
            for reading in ruby.findall("rt"):
                _be_span(reading)
        if not _RUBY.fullmatch("".join(kind for kind, _ in _pieces(ruby))):
            _mend(ruby)


def _is_one(element: etree._Element) -> bool:
    if element.tag == "bdo":
        return element.get("dir") in ("ltr", "rtl")
    if element.tag == "dfn":
        return next(element.iterancestors("dfn"), None) is None
    stated = element.get("datetime")
    return bool(_MOMENT.fullmatch(text_of(element) if stated is None else stated)) and (stated is not None or not len(element))


def _be_span(element: etree._Element) -> None:
    element.tag = "span"
    for name in ("datetime", "title"):
        element.attrib.pop(name, "")


def _pieces(ruby: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Yield what a ruby holds: base, reading or bracket, with the child that it is or follows, or with the ruby."""
    if (ruby.text or "").strip():
        yield "b", ruby
    for child in ruby:
        yield _KINDS.get(str(child.tag), "b"), child
        if (child.tail or "").strip():
            yield "b", child


def _mend(ruby: etree._Element) -> None:
    for bracket in ruby.findall("rp"):
        detach(bracket)
    for kind, piece in list(_pieces(ruby)):
        if kind == "b":
            break
        _be_span(piece)
    readings = ruby.findall("rt")
    if not readings:
        _be_span(ruby)
        return
    rest = split_after(readings[-1], "span")
    if rest.text or len(rest):
        rest.tail, ruby.tail = ruby.tail, None
        ruby.addnext(rest)
