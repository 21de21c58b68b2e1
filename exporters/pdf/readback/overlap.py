"""Glyphs that are painted over other glyphs, so that neither can be read."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from .characters import Character, Run, is_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["overprinted"]

# Lines whose baselines lie closer than this share of the smaller type run into one another.
_CLOSEST_LINES = 0.6
# Glyphs that share this part of the narrower one's width stand at one place.
_SAME_PLACE = 0.4
# Neighbours in the text may overlap: the letters of a ligature have one glyph, an accent stands over its letter.
_NEIGHBOURS = 3


def _over(one: Character, other: Character, one_run: Run, other_run: Run) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    if shared < _SAME_PLACE * min(one.right - one.left, other.right - other.left):
        return False
    if abs(one_run.baseline - other_run.baseline) < _CLOSEST_LINES * min(one_run.size, other_run.size):
        return True
    # Small type across large.
    small, large = (one, other) if one_run.size < other_run.size else (other, one)
    return large.bottom < (small.bottom + small.top) / 2 < large.top


def overprinted(runs: Iterable[Sequence[tuple[int, Character]]]) -> set[int]:
    """Return the places of the glyphs that stand over, or under, another glyph. Each glyph comes with its place in the text."""
    measured = []
    for every in runs:
        # Marks stand over and under letters.
        glyphs = [one for one in every if not is_mark(one[1].text)]
        if not glyphs:
            continue
        run = glyphs[0][1].run
        if run is not None:
            left, right = min(glyph.left for _, glyph in glyphs), max(glyph.right for _, glyph in glyphs)
            measured.append((run.baseline, left, right, run, glyphs))
    measured.sort(key=lambda one: one[0])
    found: set[int] = set()
    reach = max((run.size for _, _, _, run, _ in measured), default=0.0)
    for number, (baseline, left, right, run, glyphs) in enumerate(measured):
        found |= _within(run, glyphs)
        for its_baseline, its_left, its_right, its_run, its_glyphs in measured[number + 1 :]:
            if its_baseline - baseline > reach:
                break
            start, end = max(left, its_left), min(right, its_right)
            if start < end and its_baseline - baseline < max(run.size, its_run.size):
                mine = [(place, glyph) for place, glyph in glyphs if glyph.left < end and glyph.right > start]
                for its_place, its_glyph in its_glyphs:
                    if its_glyph.left < end and its_glyph.right > start:
                        for place, glyph in mine:
                            if abs(place - its_place) > _NEIGHBOURS and _over(glyph, its_glyph, run, its_run):
                                found |= {place, its_place}
    return found


def _within(run: Run, glyphs: Sequence[tuple[int, Character]]) -> set[int]:
    """Return the places of a run's glyphs that it comes back to."""
    across = sorted(glyphs, key=lambda glyph: glyph[1].left)
    found: set[int] = set()
    for (place, glyph), (its_place, its_glyph) in pairwise(across):
        if abs(place - its_place) > _NEIGHBOURS and _over(glyph, its_glyph, run, run):
            found |= {place, its_place}
    return found
