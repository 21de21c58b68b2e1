"""The characters of a page, as PDFium reads them from its content: text, position, size, colour and text object."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from dataclasses import dataclass
from typing import Any

from ..added_characters import NO_TEXT

__all__ = ["Character", "Run", "characters", "hide_text", "is_mark"]

# FPDF_TEXTRENDERMODE: what paints nothing (ISO 32000-2, table 104).
_INVISIBLE_MODES = frozenset({3, 7})
_STROKE_MODES = frozenset({1, 5})

# Tangents: of how far a line may rise or fall, and of how far its glyphs may lean, which a slanted face does by a fifth.
_LARGEST_TURN = 0.05
_LARGEST_SLANT = 0.5

_MAYBE_GENERATED = frozenset({0x20, 0x0D, 0x0A})
_NO_TEXT = ord(NO_TEXT)
_LINE_END_HYPHENS = frozenset({0x02, 0xFFFE})


@dataclass(frozen=True, slots=True)
class Run:
    """A text object: how its glyphs are painted, and where.

    The colour is sRGB with alpha, 0 to 255 each; `size` is what the glyphs come out at and `baseline` the first one's height
    above the page's lower edge, both in points. `structured` is True for content in the structure tree, and
    False for headers, footers and other artifacts (ISO 32000-2, 14.8.2.2). `upright` is True where lines run across the page and the
    glyphs are neither mirrored nor rotated.
    """

    red: int
    green: int
    blue: int
    alpha: int
    paints: bool
    size: float
    baseline: float
    structured: bool
    upright: bool


@dataclass(slots=True)
class Character:
    """A character: its text, and its glyph's box in points from the lower left of the visible page.

    `run` is None for spaces and line ends that PDFium adds between glyphs. `hyphen` is True for a hyphen that divides a word at a
    line's end.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    run: Run | None
    hyphen: bool


def is_mark(text: str) -> bool:
    """Return whether the text is marks alone, which stand over or under letters (general categories Mn and Me)."""
    return all(unicodedata.category(character) in ("Mn", "Me") for character in text)


def _run(text_page: Any, index: int, text_object: Any, lower: float, structured: frozenset[int]) -> Run:
    import pypdfium2.raw as raw

    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    mode = raw.FPDFTextObj_GetTextRenderMode(text_object)
    colour = raw.FPDFPageObj_GetStrokeColor if mode in _STROKE_MODES else raw.FPDFPageObj_GetFillColor
    known = bool(colour(text_object, ctypes.byref(red), ctypes.byref(green), ctypes.byref(blue), ctypes.byref(alpha)))
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text_page, index, ctypes.byref(matrix))
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text_page, index, ctypes.byref(x), ctypes.byref(y))
    return Run(
        red.value,
        green.value,
        blue.value,
        alpha.value,
        known and mode not in _INVISIBLE_MODES,
        # The smaller of the two scales: text squeezed flat is as unreadable as text made small.
        raw.FPDFText_GetFontSize(text_page, index) * min(math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)),
        y.value - lower,
        raw.FPDFPageObj_GetMarkedContentID(text_object) in structured,
        matrix.a > 0 < matrix.d and abs(matrix.b) <= _LARGEST_TURN * matrix.a and abs(matrix.c) <= _LARGEST_SLANT * matrix.d,
    )


def _addresses(function: Any) -> Any:
    """Return a PDFium function of a text page and an index with its result as an integer address, not a ctypes pointer."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(address)


def characters(page: Any, text_page: Any, origin: tuple[float, float], structured: frozenset[int]) -> list[Character]:
    """Return the page's characters in PDFium's order.

    `origin` is the lower left of the visible page in user space, `structured` the marked content that is part of the structure.
    """
    import pypdfium2.raw as raw

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = (ctypes.byref(left), ctypes.byref(right), ctypes.byref(bottom), ctypes.byref(top))
    unicode_of, generated, is_hyphen = raw.FPDFText_GetUnicode, raw.FPDFText_IsGenerated, raw.FPDFText_IsHyphen
    box_of, object_of = raw.FPDFText_GetCharBox, _addresses(raw.FPDFText_GetTextObject)
    across, up = origin
    # The raw handle: pypdfium2 would convert its object at each of four calls a character.
    text_page = text_page.raw
    runs: dict[int, Run] = {}
    found: list[Character] = []
    for index in range(raw.FPDFText_CountChars(text_page)):
        code = unicode_of(text_page, index)
        # Some added spaces belong to no text object, and PDFium does not report them as generated.
        if code in _MAYBE_GENERATED and (generated(text_page, index) or not object_of(text_page, index)):
            found.append(Character(chr(code), 0, 0, 0, 0, None, False))
            continue
        if code == _NO_TEXT:
            continue
        key = object_of(text_page, index) or 0
        run = runs.get(key)
        if run is None:
            run = runs[key] = _run(text_page, index, raw.FPDFText_GetTextObject(text_page, index), up, structured)
        box_of(text_page, index, *box)
        # The hyphens that WeasyPrint adds are U+2010 of another font, which PDFium leaves as they are; of a hyphen-minus at a
        # line's end it makes a sign of its own.
        hyphen = code in _LINE_END_HYPHENS and is_hyphen(text_page, index) == 1
        found.append(
            Character(
                "-" if hyphen else chr(code),
                left.value - across,
                bottom.value - up,
                right.value - across,
                top.value - up,
                run,
                hyphen,
            )
        )
    return found


def hide_text(page: Any) -> None:
    """Make every text object of the page, also inside forms, paint nothing, in PDFium's memory alone."""
    import pypdfium2.raw as raw

    def hide(text_object: Any) -> None:
        kind = raw.FPDFPageObj_GetType(text_object)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            raw.FPDFTextObj_SetTextRenderMode(text_object, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            for number in range(raw.FPDFFormObj_CountObjects(text_object)):
                hide(raw.FPDFFormObj_GetObject(text_object, number))

    for number in range(raw.FPDFPage_CountObjects(page)):
        hide(raw.FPDFPage_GetObject(page, number))
