"""Variable fonts made static: at each location of their axes once, for the glyphs that are drawn.

WeasyPrint makes a static font of every subset of a variable one, anew for each document. Here the static font comes first, is kept, in
this process and for the next run, and grows by the glyphs that a later document draws; what a document gets is a subset of it. A glyph's
outline and widths depend on the location alone, so that the subset has the same bytes whatever was drawn before.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cache import keep, recall

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["kept_instances"]

_KEPT = 64
"""Static fonts of some ten to fifty kilobytes: a handout has about seven."""


@dataclass(frozen=True, slots=True)
class _Instance:
    """A static font that has these glyphs, as HarfBuzz holds it. `content` is what `face` reads from."""

    glyphs: frozenset[int]
    content: bytes
    face: Any


_Key = tuple[bytes, int, bool, tuple[tuple[str, float], ...]]
"""A font file, the number of the font in it, whether it is hinted, and a location of its axes."""


@contextlib.contextmanager
def kept_instances() -> Iterator[None]:
    """While this runs, WeasyPrint takes its subsets of variable fonts from static ones that are kept. It has no hook here."""
    from weasyprint.pdf.fonts import Font

    plain = Font.clean

    def clean(font: Any, to_unicode: Mapping[int, str], hinting: bool) -> None:
        if to_unicode and {"fvar", "glyf", "gvar"} <= set(font.tables):
            try:
                _make_static(font, frozenset(to_unicode), hinting)
            except Exception:
                # WeasyPrint meets the same in its own way, and logs it.
                _instances.clear()
        plain(font, to_unicode, hinting)

    Font.clean = clean
    try:
        yield
    finally:
        Font.clean = plain


_instances: dict[_Key, _Instance] = {}


def _make_static(font: Any, glyphs: frozenset[int], hinting: bool) -> None:
    """Put a static font that has these glyphs in the place of WeasyPrint's variable one."""
    key = (font.file_content, font.index, hinting, tuple(sorted(_location(font).items())))
    found = _instances.pop(key, None) or _recalled(key)
    if found is None or not glyphs <= found.glyphs:
        found = _instance(font, glyphs | (found.glyphs if found else frozenset()), hinting)
        keep(_KIND, _all_of(key), " ".join(map(str, sorted(found.glyphs))).encode() + b"\n" + found.content)
    # The one that was asked for longest ago stands first.
    _instances[key] = found
    if len(_instances) > _KEPT:
        del _instances[next(iter(_instances))]
    font.hb_face, font.file_content, font.index = found.face, found.content, 0
    font.tables = [table for table in font.tables if table not in ("fvar", "gvar")]


_KIND = "instances"


def _recalled(key: _Key) -> _Instance | None:
    """Return the static font that another run has made, if it made one."""
    glyphs, _, content = (recall(_KIND, _all_of(key)) or b"").partition(b"\n")
    return _Instance(frozenset(map(int, glyphs.split())), content, _face(content)) if content else None


def _all_of(key: _Key) -> bytes:
    """Return what the bytes of a static font depend on: the font, the place, and what made it."""
    content, *place = key
    return b"\n".join((hashlib.sha256(content).digest(), repr(place).encode(), _makers()))


@functools.cache
def _makers() -> bytes:
    """Return what tells the versions of the code that makes static fonts: HarfBuzz's, WeasyPrint's, fontTools' and this."""
    import fontTools
    import weasyprint

    library = ctypes.CDLL("libharfbuzz.so.0")
    library.hb_version_string.restype = ctypes.c_char_p
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return repr((library.hb_version_string(), weasyprint.__version__, fontTools.version, own)).encode()


def _location(font: Any) -> dict[str, float]:
    """Return where on its axes WeasyPrint draws with a font: what Pango was asked for, else what the font's description says."""
    axes = _axes(font.file_content, font.index)
    described: dict[str, float] = {"wght": font.weight, "opsz": font.font_size, "ital": int(font.style == _ITALIC)}
    if "slnt" in axes:
        lowest, highest = axes["slnt"]
        described["slnt"] = (highest or lowest) if font.style == _OBLIQUE else 0
    return {tag: value for tag, value in {**described, **font.variations}.items() if tag in axes}


_OBLIQUE, _ITALIC = 1, 2
"""PangoStyle."""


@functools.lru_cache(maxsize=_KEPT)
def _axes(content: bytes, index: int) -> dict[str, tuple[float, float]]:
    from fontTools.ttLib import TTFont

    axes = TTFont(io.BytesIO(content), fontNumber=index, lazy=True)["fvar"].axes
    return {axis.axisTag: (axis.minValue, axis.maxValue) for axis in axes}


def _instance(font: Any, glyphs: frozenset[int], hinting: bool) -> _Instance:
    from fontTools.ttLib import TTFont

    content, location = font.file_content, _location(font)
    font.subset(dict.fromkeys(glyphs, ""), hinting)
    part, font.file_content = font.file_content, content
    # What is said of all glyphs together stays as the variable font has it: it must not depend on which glyphs are here.
    static = TTFont(io.BytesIO(part), recalcBBoxes=False)
    average = static["OS/2"].xAvgCharWidth if "OS/2" in static else None
    _instantiate(static, location)
    if average is not None:
        static["OS/2"].xAvgCharWidth = average
    written = io.BytesIO()
    static.save(written)
    return _Instance(glyphs, written.getvalue(), _face(written.getvalue()))


def _instantiate(font: Any, location: Mapping[str, float]) -> None:
    """Make a font static at one location of its axes, in place: the glyphs that are left in a subset, not the empty places between them.

    Glyphs keep their numbers in a subset, so that a font of 30,000 has as many places for the forty that are drawn, and fontTools would
    go through them all.
    """
    from fontTools.varLib.instancer import instantiateVariableFont

    glyphs, variations = font["glyf"], font["gvar"].variations
    everything = glyphs.glyphOrder
    # Widths, also of glyphs without an outline, vary with the phantom points in gvar (OpenType 1.9, gvar): HVAR says the same again.
    for table in ("HVAR", "VVAR"):
        if table in font:
            del font[table]
    drawn = [name for name in everything if hasattr(glyphs.glyphs[name], "data") or variations.get(name)]
    for name in drawn:
        # Composite glyphs are unpacked by the numbers of their parts.
        glyphs[name].expand(glyphs)
    glyphs.glyphOrder = drawn
    try:
        instantiateVariableFont(font, dict(location), inplace=True, static=True)
    finally:
        glyphs.glyphOrder = everything


def _face(content: bytes) -> Any:
    """Return HarfBuzz's face of a font file, whose bytes must live as long; WeasyPrint's own bindings have no way to make one."""
    from weasyprint.text.ffi import ffi, harfbuzz

    library = ctypes.CDLL("libharfbuzz.so.0")
    library.hb_blob_create.restype = library.hb_face_create.restype = ctypes.c_void_p
    library.hb_blob_create.argtypes = (ctypes.c_char_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    library.hb_face_create.argtypes = (ctypes.c_void_p, ctypes.c_uint)
    library.hb_blob_destroy.argtypes = (ctypes.c_void_p,)
    blob = library.hb_blob_create(content, len(content), _READ_ONLY, None, None)
    face = ffi.cast("hb_face_t *", library.hb_face_create(blob, 0))
    library.hb_blob_destroy(blob)
    return ffi.gc(face, harfbuzz.hb_face_destroy)


_READ_ONLY = 1
"""HB_MEMORY_MODE_READONLY."""
