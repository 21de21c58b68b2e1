"""The layer with the number of a page, or with a reference to one: its line of text, with placeholders for what may differ.

A line must have the one form that this exporter writes. Rules: ISO 32000-1, 9.4 (text objects), 9.7.4.3 (widths), 9.10.3 (ToUnicode).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .fonts import glyph_texts, glyph_widths

__all__ = ["number_layer"]

# A layer's one line of text, as WeasyPrint writes it: its place, and runs of hexadecimal codes with an adjustment between two of them.
_LINE = re.compile(rb"(?P<start>1 0 0 -1 )(?P<x>[-\d.]+)(?P<y> [-\d.]+ Tm\n)(?P<runs>(?:/\w+ [\d.]+ Tf\n\[[^\]]*\] TJ\n?)+)")
_RUN = re.compile(rb"/(\w+) ([\d.]+) Tf\n\[((?:<(?:[0-9a-f]{4})*>(?:-?\d+(?:\.\d+)?)?)+)\] TJ\n?")
_RUNS = re.compile(rb"(?:%s)+" % _RUN.pattern)
_SHOWN = re.compile(rb"<([0-9a-f]*)>(-?[\d.]+)?")
_FIELD = re.compile(r"{(\w+)}")
_NUMBER = re.compile(r"\d+")
# Thousandths of an em: kerning is smaller, and glyphs that are moved further could cover each other.
_WIDEST_ADJUSTMENT = 150.0
# CSS pixels.
_SAME_EDGE = 0.2


@dataclass(slots=True)
class _Glyph:
    """A glyph of a line: its font with the size, its code, its text, and how far what follows it is moved, in thousandths of an em."""

    font: bytes
    code: int
    text: str
    moved: list[float] = field(default_factory=list)


def number_layer(
    content: bytes, fonts: Mapping[str, Any], edges: tuple[float, float], template: str, numbers: Mapping[str, int]
) -> bytes | None:
    """Return the content of a layer that shows one line of text, with placeholders for numbers and for what depends on their width.

    `fonts` are the fonts of its resources, by name without solidus (pikepdf). `edges` are the left and the right end of the line's row, in
    the stream's units, at one of which the line must stand. `template` has the fields in braces for which `numbers` must stand, in the
    order in which they are read. Returns None where the content has another form, or shows other numbers.
    """
    found = _LINE.search(content)
    if found is None or _LINE.search(content, found.end()) or not _RUNS.fullmatch(found["runs"]):
        return None
    glyphs: list[_Glyph] = []
    width = 0.0
    for name, size, shown in _RUN.findall(found["runs"]):
        run = _run(fonts.get(name.decode()), b"%s %s" % (name, size), shown)
        if run is None:
            return None
        glyphs += run[0]
        width += run[1] * float(size)
    left = float(found["x"])
    edge = next(
        (b"end" if number else b"start" for number, place in enumerate((left, left + width)) if abs(place - edges[number]) < _SAME_EDGE),
        None,
    )
    line = _with_fields(glyphs, template, numbers)
    if edge is None or line is None:
        return None
    return b"%s%s at the %s%s%s%s" % (content[: found.start()], found["start"], edge, found["y"], line, content[found.end() :])


def _with_fields(glyphs: Sequence[_Glyph], template: str, numbers: Mapping[str, int]) -> bytes | None:
    """Return a line's glyphs, in the order in which they are painted, with fields for its numbers; None where other numbers stand there."""
    fields = _FIELD.findall(template)
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in template):
        fields.reverse()
    written: list[bytes] = []
    found: list[int] = []
    for is_number, group in itertools.groupby(glyphs, lambda glyph: _NUMBER.fullmatch(glyph.text) is not None):
        same = list(group)
        if not is_number:
            written += [b"%s %04x %s" % (glyph.font, glyph.code, glyph.text.encode()) for glyph in same]
            # What stands beside a number is moved by other widths: the first and the last of these gaps.
            written += [repr(glyph.moved).encode() for glyph in same[:-1]]
            continue
        found.append(int("".join(glyph.text for glyph in same)))
        written.append(b"a number in %s" % b", ".join(dict.fromkeys(glyph.font for glyph in same)))
    for glyph, following in itertools.pairwise([*glyphs, None]):
        beside = [one for one in (glyph, following) if one is not None and _NUMBER.fullmatch(one.text)]
        if glyph is not None and (beside or following is None) and abs(sum(glyph.moved)) > _WIDEST_ADJUSTMENT:
            return None
    return b"\n".join(written) if found == [numbers[name] for name in fields] else None


def _run(font: Any, name: bytes, shown: bytes) -> tuple[list[_Glyph], float] | None:
    """Return the glyphs of a run and its width in ems; None where a font or a glyph is missing, or where the first glyph is moved."""
    if font is None:
        return None
    texts, widths = glyph_texts(font), glyph_widths(font)
    glyphs: list[_Glyph] = []
    width = 0.0
    for codes, adjustment in _SHOWN.findall(shown):
        for start in range(0, len(codes), 4):
            code = int(codes[start : start + 4], 16)
            if code not in texts:
                return None
            glyphs.append(_Glyph(name, code, texts[code]))
            width += widths.get(code, 1000.0) / 1000
        if adjustment:
            if not glyphs:
                return None
            glyphs[-1].moved.append(float(adjustment))
            width -= float(adjustment) / 1000
    return glyphs, width
