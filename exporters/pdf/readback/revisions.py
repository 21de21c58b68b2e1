"""The sections of a PDF's bytes: it has one revision, each object once, and a cross-reference that names the place of each.

Programs that repair a file, or that look for its last section in other ways, could find other objects in any other file than qpdf does.
Rules: ISO 32000-1, 7.5.4 (tables), 7.5.6 (updates), 7.5.7 (object streams) and 7.5.8 (cross-reference streams).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .plain_file import foreign_content

__all__ = ["require_one_revision", "require_true_places"]

_END_OF_FILE = re.compile(rb"[\r\n]startxref[\r\n]+(\d+)[\r\n]+%%EOF[\r\n]*\Z")
_OBJECT = re.compile(rb"(\d+)[\0\t\n\f\r ]+(\d+)[\0\t\n\f\r ]+\Z")
_SECTION = re.compile(rb"xref[\r\n]+((?:\d+ \d+ *[\r\n]+(?:\d{10} \d{5} [nf][ \r\n]{2})+)+)trailer[\r\n <]|(\d+) 0 obj\b")
_PART = re.compile(rb"(\d+) (\d+) *[\r\n]+((?:\d{10} \d{5} [nf][ \r\n]{2})+)")
# Bytes of an entry of a table; and more than two numbers and white space before the word "obj" take.
_ENTRY = 20
_BEFORE_OBJECT = 40


def require_one_revision(handout: bytes) -> None:
    """Raise ExporterError where the bytes have a second revision, an object twice, or another end than handbill writes."""
    ending = _END_OF_FILE.search(handout, max(0, len(handout) - 100))
    if ending is None:
        raise foreign_content("it does not end as a PDF does")
    if len(re.findall(rb"[\r\n]startxref[\r\n]", handout)) > 1 or len(re.findall(rb"[\r\n]trailer\b", handout)) > 1:
        raise foreign_content("it has more than one revision")
    found: set[int] = set()
    place = handout.find(b"obj")
    while place >= 0:
        number = _OBJECT.search(handout, max(0, place - _BEFORE_OBJECT), place)
        if number is not None:
            if int(number[1]) in found:
                raise foreign_content(f"it has the object {int(number[1])} twice")
            found.add(int(number[1]))
        place = handout.find(b"obj", place + 3)


def require_true_places(handout: bytes, pdf: Any) -> None:
    """Raise ExporterError where an object does not stand where the cross-reference says. `pdf` is the same file, opened (pikepdf)."""
    ending = _END_OF_FILE.search(handout, max(0, len(handout) - 100))
    section = ending and _SECTION.match(handout, int(ending[1]))
    if not section:
        raise foreign_content("it has a cross-reference of another form than handbill gives to it")
    streams: dict[int, list[int]] = {}
    places = _table_places(section[1]) if section[1] else _stream_places(pdf.get_object(int(section[2]), 0))
    for number, generation, place, is_packed in places:
        if is_packed:
            if place not in streams:
                streams[place] = _packed_numbers(pdf.get_object(place, 0))
            is_there = generation < len(streams[place]) and streams[place][generation] == number
        else:
            is_there = handout.startswith(b"%d %d obj" % (number, generation), place)
        if not is_there:
            raise foreign_content(f"the object {number} does not stand where the cross-reference says")


_Place = tuple[int, int, int, bool]
"""An object: its number, its generation and its place in the file; or its number, its place in an object stream, that stream, and True."""


def _table_places(table: bytes) -> Iterator[_Place]:
    """Yield the place of each object of a cross-reference table."""
    for first, count, entries in _PART.findall(table):
        if len(entries) != int(count) * _ENTRY:
            raise foreign_content("its cross-reference contradicts itself")
        for number in range(int(count)):
            place, generation, kind = entries[number * _ENTRY : (number + 1) * _ENTRY].split()
            if kind == b"n":
                yield int(first) + number, int(generation), int(place), False


def _stream_places(stream: Any) -> Iterator[_Place]:
    """Yield the place of each object of a cross-reference stream."""
    content, widths = bytes(stream.read_bytes()), [int(width) for width in stream.W]
    index = [int(number) for number in stream.get("/Index", (0, stream.Size))]
    numbers = [number for first, count in zip(index[::2], index[1::2], strict=True) for number in range(first, first + count)]
    if len(widths) != 3 or not widths[0] or len(content) != len(numbers) * sum(widths):
        raise foreign_content("its cross-reference contradicts itself")
    for row, number in enumerate(numbers):
        start = row * sum(widths)
        kind, place, generation = (
            int.from_bytes(content[start + sum(widths[:field]) : start + sum(widths[: field + 1])], "big") for field in range(3)
        )
        if kind in (1, 2):
            yield number, generation, place, kind == 2


def _packed_numbers(stream: Any) -> list[int]:
    """Return the numbers of the objects in an object stream, in their order (ISO 32000-1, 7.5.7)."""
    head = [int(number) for number in bytes(stream.read_bytes())[: int(stream.First)].split()]
    if stream.get("/Type") != "/ObjStm" or "/Extends" in stream or len(head) != 2 * int(stream.N) or len(set(head[::2])) < len(head[::2]):
        raise foreign_content("its object streams have another form than handbill gives to them")
    return head[::2]
