"""Static instances of variable fonts, cached in the process and on disk (OpenType 1.9, Font variations).

WeasyPrint subsets a variable font for each document and then instantiates the subset. This module instantiates first, caches the static
font, and adds the glyphs that later documents draw; each document gets a subset of it. A glyph's outline and widths depend on the
location on the axes alone, so that the subset has the same bytes whatever was drawn before.
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

from ..patching import temporary_attribute
from .disk_cache import load, store
from .machine_fingerprint import harfbuzz_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["static_instances"]

_MOST_INSTANCES = 64
"""Static fonts of ten to fifty kilobytes that a process keeps. A handout has about seven."""


@dataclass(frozen=True, slots=True)
class _Instance:
    """A static font with these glyphs, and HarfBuzz's face of it, which reads from `content`."""

    glyphs: frozenset[int]
    content: bytes
    face: Any


_Key = tuple[bytes, int, bool, tuple[tuple[str, float], ...]]
"""A font file's bytes, the number of the font in it, whether it is hinted, and a location on its axes."""


@contextlib.contextmanager
def static_instances() -> Iterator[None]:
    """Let WeasyPrint subset the cached static fonts in place of variable ones, by replacing its `Font.clean` meanwhile: it has no hook."""
    from weasyprint.pdf.fonts import Font

    original_clean = Font.clean

    def clean(font: Any, to_unicode: Mapping[int, str], hinting: bool) -> None:
        if to_unicode and {"fvar", "glyf", "gvar"} <= set(font.tables):
            try:
                _replace_with_instance(font, frozenset(to_unicode), hinting)
            except Exception:
                # WeasyPrint meets the same error when it instantiates the font itself, and logs it.
                _instances.clear()
        original_clean(font, to_unicode, hinting)

    with temporary_attribute(Font, "clean", clean):
        yield


_instances: dict[_Key, _Instance] = {}


def _replace_with_instance(font: Any, glyphs: frozenset[int], hinting: bool) -> None:
    """Change WeasyPrint's variable font, in place, to a static instance that has these glyphs."""
    key = (font.file_content, font.index, hinting, tuple(sorted(_location(font).items())))
    instance = _instances.pop(key, None) or _load_instance(key)
    if instance is None or not glyphs <= instance.glyphs:
        instance = _make_instance(font, glyphs | (instance.glyphs if instance else frozenset()), hinting)
        store(_CACHE_KIND, _cache_key(key), " ".join(map(str, sorted(instance.glyphs))).encode() + b"\n" + instance.content)
    # The least recently used one is first.
    _instances[key] = instance
    if len(_instances) > _MOST_INSTANCES:
        del _instances[next(iter(_instances))]
    font.hb_face, font.file_content, font.index = instance.face, instance.content, 0
    font.tables = [table for table in font.tables if table not in ("fvar", "gvar")]


_CACHE_KIND = "instances"


def _load_instance(key: _Key) -> _Instance | None:
    """Return the static font that an earlier run has cached, None where there is none."""
    glyphs, _, content = (load(_CACHE_KIND, _cache_key(key)) or b"").partition(b"\n")
    return _Instance(frozenset(map(int, glyphs.split())), content, _harfbuzz_face(content)) if content else None


def _cache_key(key: _Key) -> bytes:
    """Return what the bytes of a static font depend on: the font, the location, and the versions of the tools."""
    content, *location = key
    return b"\n".join((hashlib.sha256(content).digest(), repr(location).encode(), _tool_versions()))


@functools.cache
def _tool_versions() -> bytes:
    """Return the versions of the code that makes static fonts: HarfBuzz, WeasyPrint, fontTools and this module."""
    import fontTools
    import weasyprint

    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return repr((harfbuzz_version(), weasyprint.__version__, fontTools.version, own)).encode()


def _location(font: Any) -> dict[str, float]:
    """Return the location on the axes at which WeasyPrint uses a font: the variations asked of Pango, else the font's description."""
    axes = _axis_ranges(font.file_content, font.index)
    described: dict[str, float] = {"wght": font.weight, "opsz": font.font_size, "ital": int(font.style == _ITALIC)}
    if "slnt" in axes:
        lowest, highest = axes["slnt"]
        described["slnt"] = (highest or lowest) if font.style == _OBLIQUE else 0
    return {tag: value for tag, value in {**described, **font.variations}.items() if tag in axes}


_OBLIQUE, _ITALIC = 1, 2
"""PangoStyle."""


@functools.lru_cache(maxsize=_MOST_INSTANCES)
def _axis_ranges(content: bytes, index: int) -> dict[str, tuple[float, float]]:
    from fontTools.ttLib import TTFont

    axes = TTFont(io.BytesIO(content), fontNumber=index, lazy=True)["fvar"].axes
    return {axis.axisTag: (axis.minValue, axis.maxValue) for axis in axes}


def _make_instance(font: Any, glyphs: frozenset[int], hinting: bool) -> _Instance:
    from fontTools.ttLib import TTFont

    content, location = font.file_content, _location(font)
    font.subset(dict.fromkeys(glyphs, ""), hinting)
    part, font.file_content = font.file_content, content
    # Values about all glyphs together stay as in the variable font: they must not depend on the subset.
    static = TTFont(io.BytesIO(part), recalcBBoxes=False)
    average = static["OS/2"].xAvgCharWidth if "OS/2" in static else None
    _instantiate(static, location)
    if average is not None:
        static["OS/2"].xAvgCharWidth = average
    written = io.BytesIO()
    static.save(written)
    return _Instance(glyphs, written.getvalue(), _harfbuzz_face(written.getvalue()))


def _instantiate(font: Any, location: Mapping[str, float]) -> None:
    """Instantiate a font at one location on its axes, in place, for the glyphs that its subset has.

    Glyphs keep their numbers in a subset: a font of 30,000 glyphs has as many entries for the forty that are drawn, and fontTools would
    process all of them.
    """
    from fontTools.varLib.instancer import instantiateVariableFont

    glyphs, variations = font["glyf"], font["gvar"].variations
    glyph_order = glyphs.glyphOrder
    # HVAR and VVAR repeat how widths vary: gvar has it in the phantom points, also of glyphs without an outline (OpenType 1.9, gvar).
    for table in ("HVAR", "VVAR"):
        if table in font:
            del font[table]
    drawn = [name for name in glyph_order if hasattr(glyphs.glyphs[name], "data") or variations.get(name)]
    for name in drawn:
        # Composite glyphs find their components by number, and so must be read before the order of glyphs is shortened.
        glyphs[name].expand(glyphs)
    glyphs.glyphOrder = drawn
    try:
        instantiateVariableFont(font, dict(location), inplace=True, static=True)
    finally:
        glyphs.glyphOrder = glyph_order


def _harfbuzz_face(content: bytes) -> Any:
    """Return HarfBuzz's face of a font file. The bytes must outlive it. WeasyPrint's own bindings cannot make one."""
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
