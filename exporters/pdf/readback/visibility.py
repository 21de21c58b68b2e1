"""Visibility of characters: a person sees those that are large enough, on the page, of enough contrast, and really painted."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handbill.contrast import LUMINANCE_WEIGHTS, contrast_ratio, linear_channel, relative_luminance

from .characters import Character, Run, hide_text, is_mark
from .content_order import SHAPED
from .overlap import overprinted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SMALLEST_CONTRAST", "SMALLEST_SIZE", "Rendering", "visible"]

SMALLEST_SIZE = 6.0
"""Points."""

SMALLEST_CONTRAST = 4.5
"""WCAG 2.1, success criterion 1.4.3."""

# Pixels per point: 144 dpi.
_SCALE = 2.0
# The mean ink of a glyph's columns of pixels, over the height of its run, at least: the share of what its colour would give if
# it filled them. A full stop fills some eight hundredths.
_LEAST_INK = 0.02
# Of the upper and of the lower third of a glyph some pixel has at least this share of what the run's colour would give.
_LEAST_OF_A_THIRD = 0.15
# PDFium sets a glyph's pixels up to two columns beside its place: a thin glyph is looked for in so many columns at least.
_LEAST_COLUMNS = 6
# Rows of pixels: hyphens and full stops are as flat, and a glyph's edge may lie between two rows.
_LEAST_ROWS = 3
# Rows of pixels: a flatter glyph has no upper and no lower part.
_FLATTEST = 2.0
# A run is struck through where its own colour could not be read on this share of what lies behind it.
_STRUCK = 0.25
# Where the strongest pixel of a run has this share of what its colour promises, a stroke filled that pixel: the rest is
# smoothing. With less, something pales the run (a group's opacity, a veil drawn over it), and that is the colour it has.
_FILLED = 0.8
# Pixels: so near to a box's edge its line is looked for.
_NEAR_EDGE = 3
# The lightest grey that is told from white paper (3 : 1; WCAG 2.1, 1.4.11).
_LIGHTEST_EDGE = 148
_WHITE = 255
_INKED = 1


_LINEAR = bytes(round(255 * linear_channel(value / 255)) for value in range(256))
_LUMINANCE = (*LUMINANCE_WEIGHTS, 0)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is seen of a run: its pixels, from `left` and `top` on in rows of `width`, _INKED where a glyph is; none where nothing is.

    `columns` tells the same of each column, by the mean of its ink.
    """

    left: int = 0
    top: int = 0
    width: int = 0
    columns: bytes = b""
    pixels: bytes = b""

    def shows(self, glyph: Character, height: int) -> bool:
        """Return whether the glyph is painted in its upper part and in its lower. `height` is that of the page in pixels."""
        start, end = int(glyph.left * _SCALE), int(glyph.right * _SCALE) + 1
        lacking = max(0, _LEAST_COLUMNS - (end - start))
        start, end = max(0, start - (lacking + 1) // 2 - self.left), end + lacking // 2 - self.left
        if self.columns.find(_INKED, start, end) < 0:
            return False
        upper = max(self.top, int(height - glyph.top * _SCALE)) - self.top
        lower = min(self.top + len(self.pixels) // self.width, int(height - glyph.bottom * _SCALE) + 1) - self.top
        third = max(_LEAST_ROWS, round((lower - upper) / 3))
        return self._inked(start, end, range(upper, upper + third)) and self._inked(start, end, range(lower - 1, lower - 1 - third, -1))

    def _inked(self, start: int, end: int, rows: range) -> bool:
        width, find = self.width, self.pixels.find
        end = min(end, width)
        # A loop, not any(): this runs twice for every glyph, and mostly ends with its first row.
        for row in rows:  # noqa: SIM110
            if find(_INKED, row * width + start, row * width + end) >= 0:
                return True
        return False


@functools.lru_cache(maxsize=_WHITE + 1)
def _threshold(least: int) -> bytes:
    """Return the table that makes a pixel of at least this ink _INKED, and others nothing."""
    return bytes(_INKED if value >= least else 0 for value in range(_WHITE + 1))


class Rendering:
    """A page rendered with its text and without: what lies behind the glyphs, and what is really painted of them.

    It changes the page in PDFium's memory.
    """

    def __init__(self, page: Any) -> None:
        from PIL import ImageChops

        self._page = page
        painted = self._grey()
        hide_text(page)
        self._behind = self._grey()
        self._ink = ImageChops.difference(painted, self._behind)
        self._coloured: Any = None
        self.height: int = self._ink.height

    def _grey(self) -> Any:
        return self._page.render(scale=_SCALE, draw_annots=True, grayscale=True, maybe_alpha=False).to_pil()

    def _ground(self, box: tuple[int, int, int, int], own: float) -> tuple[float, float, float]:
        """Return the mean grey, 0 to 255, and the mean luminance, 0 to 1, of what lies behind the box.

        The third is the share of it on which text of the luminance `own` has too little contrast.
        """
        from PIL import Image

        low, high = self._behind.crop(box).getextrema()
        if low == high == _WHITE:
            return _WHITE, 1.0, 0.0
        if self._coloured is None:
            self._coloured = self._page.render(scale=_SCALE, draw_annots=True, rev_byteorder=True, maybe_alpha=False).to_pil()
        crop = self._coloured.crop(box).convert("RGB")
        coloured = Image.frombytes("RGB", crop.size, crop.tobytes().translate(_LINEAR)).convert("L", _LUMINANCE)
        histogram = coloured.histogram()
        lost = sum(count for value, count in enumerate(histogram) if count and contrast_ratio(own, value / 255) < SMALLEST_CONTRAST)
        return _mean(self._behind.crop(box)), _mean(coloured) / 255, lost / max(1, sum(histogram))

    def has_edges(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Return whether a line is seen along each side of a rectangle, in points from the page's lower left."""
        start, end = round(left * _SCALE), round(right * _SCALE)
        upper, lower = round(self.height - top * _SCALE), round(self.height - bottom * _SCALE)
        near = range(-_NEAR_EDGE, _NEAR_EDGE)
        across = [[(start + _NEAR_EDGE, edge + row, end - _NEAR_EDGE, edge + row + 1) for row in near] for edge in (upper, lower)]
        along = [[(edge + place, upper + _NEAR_EDGE, edge + place + 1, lower - _NEAR_EDGE) for place in near] for edge in (start, end)]
        return all(any(map(self._is_line, side)) for side in (*across, *along))

    def _is_line(self, box: tuple[int, int, int, int]) -> bool:
        """Return whether all pixels of a box, which is on the page, are dark."""
        if box[0] < 0 or box[1] < 0 or box[2] > self._behind.width or box[3] > self.height or box[0] >= box[2] or box[1] >= box[3]:
            return False
        return bool(self._behind.crop(box).getextrema()[1] <= _LIGHTEST_EDGE)

    def sight(self, run: Run, glyphs: Sequence[Character]) -> _Sight:
        """Return what is seen of the run, whose glyphs with a box these are."""
        high, wide = self._ink.height, self._ink.width
        box = (
            max(0, int(min(glyph.left for glyph in glyphs) * _SCALE)),
            max(0, int(high - max(glyph.top for glyph in glyphs) * _SCALE)),
            min(wide, int(max(glyph.right for glyph in glyphs) * _SCALE) + 1),
            min(high, int(high - min(glyph.bottom for glyph in glyphs) * _SCALE) + 1),
        )
        if box[0] >= box[2] or box[1] >= box[3]:
            return _Sight()
        share = run.alpha / 255
        own_grey = 0.299 * run.red + 0.587 * run.green + 0.114 * run.blue
        own = relative_luminance(run.red / 255, run.green / 255, run.blue / 255)
        grey, luminance, lost = self._ground(box, own)
        if lost > _STRUCK or contrast_ratio(share * own + (1 - share) * luminance, luminance) < SMALLEST_CONTRAST:
            return _Sight()
        full = abs(own_grey - grey) * share
        ink = self._ink.crop(box)
        strongest: float = ink.getextrema()[1]  # type: ignore[assignment] # of one band it is a number
        # A mark's strokes, and a raised minus, are so fine that no pixel is filled.
        if strongest < _FILLED * full and not all(is_mark(glyph.text) or _is_flat(glyph) for glyph in glyphs):
            paled = grey - strongest if own_grey < grey else grey + strongest
            if contrast_ratio(linear_channel(min(255.0, max(0.0, paled)) / 255), luminance) < SMALLEST_CONTRAST:
                return _Sight()
        columns = ink.reduce((1, ink.height)).tobytes().translate(_threshold(max(1, math.ceil(_LEAST_INK * full))))
        pixels = ink.tobytes().translate(_threshold(max(1, math.ceil(_LEAST_OF_A_THIRD * full))))
        return _Sight(box[0], box[1], ink.width, columns, pixels)


def _is_flat(glyph: Character) -> bool:
    return (glyph.top - glyph.bottom) * _SCALE < _FLATTEST


def _mean(image: Any) -> float:
    histogram = image.histogram()
    return float(sum(value * count for value, count in enumerate(histogram)) / max(1, sum(histogram)))


def _has_box_inside(character: Character, width: float, height: float) -> bool:
    across = 0 <= character.left < character.right <= width
    return across and 0 <= character.bottom < character.top <= height and not character.text.isspace()


def visible(rendering: Rendering, found: Sequence[Character], size: tuple[float, float], *, to_left: bool) -> list[bool]:
    """Return for each character whether a person sees it; True for spaces and line ends that PDFium adds between glyphs.

    Text that is off the page, too small, of too little contrast against what really lies behind it, invisible by its mode,
    clipped away, in a hidden layer, turned or mirrored, set over other text, or covered by what is drawn later, if only its upper or
    its lower part, is not seen. `size` is the width and height of the page in points; `to_left` tells that the document is read from the
    right: text over other text is then not looked for.
    """
    width, height = size
    glyphs: dict[int, list[tuple[int, Character]]] = {}
    for place, character in enumerate(found):
        if character.run is not None and _has_box_inside(character, width, height):
            glyphs.setdefault(id(character.run), []).append((place, character))
    sights: dict[int, _Sight] = {}
    # In a document that is read from the right PDFium turns words about: what stands beside what in its order says nothing there.
    covered = set() if to_left else overprinted(glyphs.values())
    shown = {place for run in glyphs.values() for place, _ in run} - covered
    seen: list[bool] = []
    for place, character in enumerate(found):
        run = character.run
        if run is None:
            seen.append(True)
        elif not run.paints or not run.upright or run.size < SMALLEST_SIZE - 0.01:
            seen.append(False)
        elif place not in shown and not SHAPED.match(character.text):
            # A space has no ink to look for; what else has no box on the page is not seen.
            seen.append(character.text.isspace())
        else:
            sight = sights.get(id(run))
            if sight is None:
                sight = sights[id(run)] = rendering.sight(run, [glyph for _, glyph in glyphs[id(run)]])
            # Of letters that are joined and stacked, PDFium's boxes are not where it paints them: their run is looked at as a whole. So is
            # that of a sign as flat as the raised minus, whose line may lie between two rows of pixels.
            whole = _is_flat(character) or SHAPED.match(character.text) is not None
            seen.append(bool(sight.columns) and (whole or sight.shows(character, rendering.height)))
    return seen
