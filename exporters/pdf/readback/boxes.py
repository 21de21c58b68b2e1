"""The boxes of a page: rectangles with a visible edge on all four sides and text inside, and the weight and size of that text."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .characters import Character
    from .visibility import Rendering

__all__ = ["Box", "boxes"]

# Points: smaller ones are rules, check boxes and the like.
_LEAST_WIDTH, _LEAST_HEIGHT = 40.0, 10.0
_BOLD = 700


@dataclass(frozen=True, slots=True)
class Box:
    """A box: the indices of its characters among the page's, and `bold` and `o_height` (in points) as in `handbill.contract.Boxed`."""

    places: tuple[int, ...]
    bold: bool
    o_height: float


def boxes(page: Any, rendering: Rendering, found: Sequence[Character], origin: tuple[float, float]) -> Iterator[Box]:
    """Yield the boxes of a page that holds these characters. `origin` is the lower left of the visible page in user space."""
    for left, bottom, right, top in _drawn(page, origin):
        inside = [
            place
            for place, one in enumerate(found)
            if one.run is not None and left < (one.left + one.right) / 2 < right and bottom < (one.bottom + one.top) / 2 < top
        ]
        if not inside or not rendering.has_edges(left, bottom, right, top):
            continue
        # With the spaces and line ends between them.
        among = {place for place in range(inside[0], inside[-1]) if found[place].run is None}
        heights = [found[place].top - found[place].bottom for place in inside if found[place].text == "o"]
        weights = list(_weights(page, (left, bottom, right, top), origin))
        bold = bool(weights) and min(weights) >= _BOLD
        yield Box(tuple(sorted({*inside, *among})), bold, min(heights, default=0.0))


def _drawn(page: Any, origin: tuple[float, float]) -> Iterator[tuple[float, float, float, float]]:
    """Yield the left, lower, right and upper edge of each path that could be a box, in points from the visible page's lower left."""
    import pypdfium2.raw as raw

    for area, _ in _objects(page, raw.FPDF_PAGEOBJ_PATH, origin):
        left, bottom, right, top = area
        if right - left >= _LEAST_WIDTH and top - bottom >= _LEAST_HEIGHT:
            yield area


def _objects(page: Any, kind: int, origin: tuple[float, float]) -> Iterator[tuple[tuple[float, float, float, float], Any]]:
    import pypdfium2.raw as raw

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    across, up = origin
    for number in range(raw.FPDFPage_CountObjects(page)):
        each = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(each) == kind and raw.FPDFPageObj_GetBounds(each, left, bottom, right, top):
            yield (left.value - across, bottom.value - up, right.value - across, top.value - up), each


def _weights(page: Any, area: tuple[float, float, float, float], origin: tuple[float, float]) -> Iterator[int]:
    """Yield the weight of the font of each text object in an area, as the embedded font states it (OpenType, OS/2, usWeightClass)."""
    import pypdfium2.raw as raw

    for (left, bottom, right, top), text in _objects(page, raw.FPDF_PAGEOBJ_TEXT, origin):
        if area[0] < (left + right) / 2 < area[2] and area[1] < (bottom + top) / 2 < area[3]:
            font, length = raw.FPDFTextObj_GetFont(text), ctypes.c_size_t()
            raw.FPDFFont_GetFontData(font, None, 0, ctypes.byref(length))
            content = (ctypes.c_uint8 * length.value)()
            raw.FPDFFont_GetFontData(font, content, length.value, ctypes.byref(length))
            yield _weight(bytes(content))


@functools.lru_cache(maxsize=16)
def _weight(font: bytes) -> int:
    """Return a font's weight, 0 where it states none."""
    import io

    from fontTools.ttLib import TTFont, TTLibError

    try:
        return int(TTFont(io.BytesIO(font), lazy=True)["OS/2"].usWeightClass)
    except (TTLibError, KeyError, AssertionError, ValueError, EOFError):
        return 0
