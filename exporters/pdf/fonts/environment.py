"""What of the machine shapes the pages: the versions of the shared libraries, and the fonts."""

from __future__ import annotations

import ctypes
import functools
import types
from collections.abc import Callable, Mapping

from .files import font_digest

__all__ = ["environment"]


def _pango(library: ctypes.CDLL) -> str:
    library.pango_version_string.restype = ctypes.c_char_p
    return bytes(library.pango_version_string()).decode()


def _harfbuzz(library: ctypes.CDLL) -> str:
    library.hb_version_string.restype = ctypes.c_char_p
    return bytes(library.hb_version_string()).decode()


def _fontconfig(library: ctypes.CDLL) -> str:
    version = int(library.FcGetVersion())
    return f"{version // 10000}.{version // 100 % 100}.{version % 100}"


def _freetype(library: ctypes.CDLL) -> str:
    handle = ctypes.c_void_p()
    if library.FT_Init_FreeType(ctypes.byref(handle)):
        return "unknown"
    numbers = [ctypes.c_int() for _ in range(3)]
    library.FT_Library_Version(handle, *(ctypes.byref(number) for number in numbers))
    library.FT_Done_FreeType(handle)
    return ".".join(str(number.value) for number in numbers)


# By soname, which the loader finds by itself: ctypes.util.find_library would start a compiler and ldconfig.
_LIBRARIES: tuple[tuple[str, str, Callable[[ctypes.CDLL], str]], ...] = (
    ("pango", "libpango-1.0.so.0", _pango),
    ("harfbuzz", "libharfbuzz.so.0", _harfbuzz),
    ("harfbuzz-subset", "libharfbuzz-subset.so.0", _harfbuzz),
    ("fontconfig", "libfontconfig.so.1", _fontconfig),
    ("freetype", "libfreetype.so.6", _freetype),
)


def _version(soname: str, ask: Callable[[ctypes.CDLL], str]) -> str:
    try:
        return ask(ctypes.CDLL(soname))
    except (OSError, AttributeError):
        # The library, or its version, cannot be had: rendering will say so where it matters.
        return "missing"


@functools.cache
def environment() -> Mapping[str, str]:
    """Return library names with their versions, and `fonts` with a digest of the font files. Computed once a process.

    Raises ExporterError where the fonts' packages are not installed.
    """
    versions = {name: _version(soname, ask) for name, soname, ask in _LIBRARIES}
    return types.MappingProxyType({**versions, "fonts": font_digest()})
