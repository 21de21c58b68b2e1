"""The parts of the machine that shape the pages: the versions of the shared libraries, and a digest of the font files."""

from __future__ import annotations

import ctypes
import functools
import types
from collections.abc import Callable, Mapping

from .files import font_digest

__all__ = ["environment", "harfbuzz_version"]


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


# Each library's soname, which the dynamic loader resolves: ctypes.util.find_library would start a compiler and ldconfig.
_LIBRARIES: tuple[tuple[str, str, Callable[[ctypes.CDLL], str]], ...] = (
    ("pango", "libpango-1.0.so.0", _pango),
    ("harfbuzz", "libharfbuzz.so.0", _harfbuzz),
    ("harfbuzz-subset", "libharfbuzz-subset.so.0", _harfbuzz),
    ("fontconfig", "libfontconfig.so.1", _fontconfig),
    ("freetype", "libfreetype.so.6", _freetype),
)


def _library_version(soname: str, read_version: Callable[[ctypes.CDLL], str]) -> str:
    try:
        return read_version(ctypes.CDLL(soname))
    except (OSError, AttributeError):
        # Rendering reports a missing library itself.
        return "missing"


def harfbuzz_version() -> str:
    """Return the version of HarfBuzz, "missing" where the library cannot be loaded."""
    return _library_version("libharfbuzz.so.0", _harfbuzz)


@functools.cache
def environment() -> Mapping[str, str]:
    """Return the libraries' names with their versions, and `fonts` with a digest of the font files. Computed once in a process.

    Raises ExporterError where a required font package is not installed.
    """
    versions = {name: _library_version(soname, read_version) for name, soname, read_version in _LIBRARIES}
    return types.MappingProxyType({**versions, "fonts": font_digest()})
