"""Reading order of lines with right-to-left text, computed from the positions of their glyphs (UAX #9).

PDFium divides and orders such lines by rules of its own, which separate combining marks from their letters and reverse numbers and
brackets. This module uses the positions alone: it sorts the glyphs of a line from left to right, and reorders them for reading.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from .characters import Character, is_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["in_reading_order"]

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_NUMBERS = frozenset({"EN", "AN"})
# Shares of the larger type: how far baselines of one line may lie apart (raised figures), and how far its pieces.
_ONE_LINE = 0.45
_ONE_PIECE = 1.5
# What is no narrower than a space.
_SPACE = 0.14
# How far above or below its letter's baseline a mark may have its own.
_OF_A_MARK = 1.3


@dataclass(slots=True)
class _Unit:
    """A glyph, or a space: what it says, in order, and its extent.

    `way` is how it runs: -1 to the left, 1 to the right, 2 as a number, 0 as what surrounds it.
    """

    characters: list[Character]
    left: float
    right: float
    way: int

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def text(self) -> str:
        return "".join(character.text for character in self.characters)


@dataclass(slots=True)
class _Line:
    """Pieces that PDFium may have parted. `order` is the place of the first."""

    units: list[_Unit]
    order: int
    baseline: float
    size: float
    left: float
    right: float

    def takes(self, other: _Line) -> bool:
        size = max(self.size, other.size)
        apart = max(self.left, other.left) - min(self.right, other.right)
        return abs(self.baseline - other.baseline) < _ONE_LINE * size and apart < _ONE_PIECE * size

    def take(self, other: _Line) -> None:
        self.units += other.units
        if other.size > self.size:
            self.size, self.baseline = other.size, other.baseline
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)


def _is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)


def in_reading_order(lines: Sequence[Sequence[Character]], *, to_left: bool) -> list[list[Character]]:
    """Return a page's lines, as PDFium divides them, each whole and in the order of reading where the page holds right-to-left text.

    Such a page's lines are taken to begin at the right where the document says so (`to_left`). Where it does not, and yet most of the
    page's letters run to the left, so are those that hold any such: the others may be of a document that is read from the left. Pages
    without such text are returned as they are.
    """
    everything = "".join(character.text for line in lines for character in line)
    if not _is_right_to_left(everything):
        return [list(line) for line in lines]
    kept, pieces, marks = _taken_apart(lines, every_line=to_left)
    to_left = to_left or _counts_to_left(everything)
    whole = _joined(pieces)
    _set_marks(marks, whole)
    found = kept + [
        (line.order, _ordered(_spaced(sorted(line.units, key=lambda unit: unit.middle), line.size), to_left=to_left)) for line in whole
    ]
    return [characters for _, characters in sorted(found, key=lambda one: one[0])]


def _counts_to_left(text: str) -> bool:
    ways = [unicodedata.bidirectional(character) for character in text]
    return sum(way in _RIGHT_TO_LEFT for way in ways) > sum(way == "L" for way in ways)


def _taken_apart(
    lines: Sequence[Sequence[Character]], *, every_line: bool
) -> tuple[list[tuple[int, list[Character]]], list[_Line], list[_Unit]]:
    """Return the lines that stay as they are, with their places; the pieces of the others, likewise; and all marks of these."""
    pieces: list[_Line] = []
    marks: list[_Unit] = []
    of_marks: set[int] = set()
    for order, line in enumerate(lines):
        every = _units(line)
        letters = [unit for unit in every if not is_mark(unit.text)]
        marks += [unit for unit in every if is_mark(unit.text)]
        inked = [unit for unit in letters if not unit.text.isspace()]
        runs = [unit.characters[0].run for unit in inked]
        largest = max((run for run in runs if run), key=lambda run: run.size, default=None)
        if largest:
            left, right = min(unit.left for unit in inked), max(unit.right for unit in inked)
            pieces.append(_Line(letters, order, largest.baseline, largest.size, left, right))
        elif every:
            of_marks.add(order)
    turned = [piece for piece in pieces if every_line or any(unit.way == -1 for unit in piece.units)]
    while True:
        beside = [piece for piece in pieces if piece not in turned and any(line.takes(piece) for line in turned)]
        if not beside:
            break
        turned += beside
    away = {piece.order for piece in turned} | of_marks
    kept = [(order, list(line)) for order, line in enumerate(lines) if order not in away]
    return kept, sorted(turned, key=lambda piece: piece.order), marks


def _joined(pieces: Iterable[_Line]) -> list[_Line]:
    """Return the pieces of each line put together."""
    whole: list[_Line] = []
    for piece in pieces:
        while True:
            other = next((line for line in whole if line.takes(piece)), None)
            if other is None:
                break
            whole.remove(other)
            other.take(piece)
            piece = other
        whole.append(piece)
    return whole


def _set_marks(marks: Iterable[_Unit], lines: Sequence[_Line]) -> None:
    """Put each mark behind the letter over or under which it stands."""
    for mark in marks:
        run = mark.characters[0].run
        baseline = run.baseline if run else 0.0
        near = [line for line in lines if abs(line.baseline - baseline) < _OF_A_MARK * line.size]
        letters = [
            (
                max(unit.left - mark.middle, mark.middle - unit.right, 0.0) + abs(line.baseline - baseline),
                abs(unit.middle - mark.middle),
                unit,
            )
            for line in near
            for unit in line.units
            if not unit.text.isspace() and unit.left - line.size < mark.middle < unit.right + line.size
        ]
        if letters:
            min(letters, key=lambda one: one[:2])[2].characters.extend(mark.characters)


def _units(line: Iterable[Character]) -> list[_Unit]:
    """Return the glyphs of a line, each with all characters that it says; without what PDFium adds."""
    units = []
    drawn = [one for one in line if one.run is not None and one.right > one.left]
    for _, group in groupby(drawn, key=lambda one: (id(one.run), one.left, one.right, one.bottom)):
        characters = list(group)
        code_units = "".join(one.text for one in characters)
        # PDFium turns what a ligature says about, and the halves of a surrogate pair.
        turned = any(_is_right_to_left(_decoded(text)) for text in (code_units, code_units[::-1]))
        way = -1 if turned else _way(_decoded(code_units))
        left, right = characters[0].start, characters[0].end
        if right <= left:
            left, right = characters[0].left, characters[0].right
        units.append(_Unit(characters[::-1] if turned else characters, left, right, way))
    return units


def _decoded(code_units: str) -> str:
    return code_units.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def _way(text: str) -> int:
    ways = {unicodedata.bidirectional(character) for character in text}
    return 1 if "L" in ways else 2 if ways & _NUMBERS else 0


def _ordered(units: list[_Unit], *, to_left: bool) -> list[Character]:
    """Return the characters of a line, given from left to right, in the order of reading.

    The Unicode bidirectional algorithm (UAX #9, rule L2) turns every stretch that runs against the line; turned once more it is back.
    Signs and spaces between two stretches of one way belong to that way, and so do numbers, but these never turn themselves.
    """
    line = -1 if to_left else 1
    ways = _with_figures([unit.way for unit in units])
    settled = _settled(ways, line)
    read: list[_Unit] = []
    stretches = [(way, [units[place] for place, _ in group]) for way, group in groupby(enumerate(settled), key=lambda one: one[1])]
    for way, stretch in stretches if line == 1 else stretches[::-1]:
        if way == 1:
            read += stretch
        else:
            # Leftward text is read from its right, the numbers in it from their left.
            runs = [list(group) for _, group in groupby(stretch, key=lambda unit: unit.way == 2)]
            for run in reversed(runs):
                read += run if run[0].way == 2 else run[::-1]
    return [character for unit in read for character in unit.characters]


def _with_figures(ways: list[int]) -> list[int]:
    """Return the ways with those of figures that touch a rightward letter as this letter's: they are part of its word (rules W7 and L2)."""
    joined = list(ways)
    for places, step in ((range(1, len(ways)), -1), (range(len(ways) - 2, -1, -1), 1)):
        for place in places:
            if joined[place] == 2 and joined[place + step] == 1:
                joined[place] = 1
    return joined


def _spaced(units: list[_Unit], size: float) -> list[_Unit]:
    """Return the units, from left to right, with a space wherever a gap is as wide as one."""
    found = units[:1]
    for unit in units[1:]:
        if unit.left - found[-1].right > _SPACE * size and not (unit.text.isspace() or found[-1].text.isspace()):
            found.append(_Unit([Character(" ", 0, 0, 0, 0, None, False)], found[-1].right, unit.left, 0))
        found.append(unit)
    return found


def _settled(ways: Sequence[int], line: int) -> list[int]:
    """Return the way of each unit, signs and numbers included: that of what surrounds them, else the line's."""
    settled: list[int] = []
    for place, way in enumerate(ways):
        if way in (1, -1):
            settled.append(way)
            continue
        before = next((one for one in reversed(ways[:place]) if one in (1, -1)), line)
        after = next((one for one in ways[place + 1 :] if one in (1, -1)), line)
        settled.append(before if before == after else line)
    return settled
