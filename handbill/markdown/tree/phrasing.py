"""Phrasing content: replaces inline elements that break the rules of HTML, 4.5, by `<span>`. Their text stays.

It is applied to the variant of a tree for one format, since leaving out elements can break the rules, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from handbill.document import text_of
from handbill.markdown.tree.elements import detach, split_after

__all__ = ["replace_invalid_phrasing"]

_RUBY = re.compile(r"(?:b+(?:r+|p(?:rp)+))+")
"""The children of a valid `ruby`: base texts (b), each with readings (r), in brackets (p) or not (HTML, 4.5.10)."""
_KINDS = {"rt": "r", "rp": "p"}

_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = rf"{_MONTH}-(?:0[1-9]|[12][0-9]|3[01])"
_TIME_OF_DAY = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,3})?)?"
_ZONE = r"(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])"
_MACHINE_TIME = re.compile(
    rf"[0-9]{{4}}(?:-{_MONTH})?|[0-9]{{4}}-W(?:0[1-9]|[1-4][0-9]|5[0-3])"
    rf"|(?:[0-9]{{4}}-)?{_DAY}|[0-9]{{4}}-{_DAY}[T ]{_TIME_OF_DAY}{_ZONE}?|{_TIME_OF_DAY}"
    r"|P(?=[0-9T])(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]{1,3})?S)?)?"
)
"""A year, month, week, day, date and time, time of day or duration in the form for machines (HTML, 4.5.14)."""


def replace_invalid_phrasing(part: etree._Element) -> None:
    """Replace the inline elements of a tree that are not valid (HTML, 4.5) by `span`.

    These are a `bdo` without a direction (4.5.25), a `dfn` inside another (4.5.8), a `time` that no machine can read (4.5.14), a `ruby`
    without readings and a reading inside a reading (4.5.10). In any other `ruby` that is not valid, the content after the last reading
    moves behind the `ruby`, readings before the first base text become text, and brackets are removed: each format sets its own.
    Brackets that contain words become text.
    """
    for element in list(part.iter("bdo", "dfn", "time")):
        if not _is_valid(element):
            _make_span(element)
    for bracket in list(part.iter("rp")):
        if len(bracket) or bracket.get("id") or any(map(str.isalnum, text_of(bracket))):
            _make_span(bracket)
    for ruby in reversed(list(part.iter("ruby"))):
        if next(ruby.iterancestors("rt", "rp"), None) is not None:
            for reading in ruby.findall("rt"):
                _make_span(reading)
        if not _RUBY.fullmatch("".join(kind for kind, _ in _ruby_content(ruby))):
            _repair_ruby(ruby)


def _is_valid(element: etree._Element) -> bool:
    """Return whether a `bdo`, a `dfn` or a `time` is what its name says."""
    if element.tag == "bdo":
        return element.get("dir") in ("ltr", "rtl")
    if element.tag == "dfn":
        return next(element.iterancestors("dfn"), None) is None
    stated = element.get("datetime")
    return bool(_MACHINE_TIME.fullmatch(text_of(element) if stated is None else stated)) and (stated is not None or not len(element))


def _make_span(element: etree._Element) -> None:
    """Turn an element into a `span`, without attributes of its former kind."""
    element.tag = "span"
    for name in ("datetime", "title"):
        element.attrib.pop(name, "")


def _ruby_content(ruby: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Yield the content of a `ruby`: its kind (b, r or p), with the child that it is or follows, else with the `ruby` itself."""
    if (ruby.text or "").strip():
        yield "b", ruby
    for child in ruby:
        yield _KINDS.get(str(child.tag), "b"), child
        if (child.tail or "").strip():
            yield "b", child


def _repair_ruby(ruby: etree._Element) -> None:
    """Make a `ruby` valid, or a `span` where it has no readings."""
    for bracket in ruby.findall("rp"):
        detach(bracket)
    for kind, piece in list(_ruby_content(ruby)):
        if kind == "b":
            break
        _make_span(piece)
    readings = ruby.findall("rt")
    if not readings:
        _make_span(ruby)
        return
    rest = split_after(readings[-1], "span")
    if rest.text or len(rest):
        rest.tail, ruby.tail = ruby.tail, None
        ruby.addnext(rest)
