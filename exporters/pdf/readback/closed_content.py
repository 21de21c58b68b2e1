"""Whether all that a page shows of its own closes what it opens: its content, and the content of the forms, patterns and glyphs it uses.

The fonts that it uses must have names of their own: programs that print may keep a font by its name (ISO 32000-1, 9.6.4).
"""

from __future__ import annotations

import re
from typing import Any

from .content import is_closed
from .objects import decoded
from .plain_file import foreign_content

__all__ = ["ClosedContent"]

_DEEPEST = 40
# A glyph of a bitmap font, as WeasyPrint writes it. Its image has a bit for each pixel, and rows of whole bytes.
_NUMBER = rb"-?[\d.]+"
_BITMAP_GLYPH = re.compile(
    rb"0 0 d0\n%s 0 0 %s %s %s cm\nBI\n/IM true\n/W\n(\d{1,4})\n/H\n(\d{1,4})\n/BPC 1\n/D \[1 0\]\nID\n(.*)\nEI" % ((_NUMBER,) * 4),
    re.DOTALL,
)


class ClosedContent:
    """Looks at the streams of one opened file (pikepdf), each of them once."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, int]] = set()
        self._fonts: dict[str, tuple[int, int]] = {}

    def require(self, content: bytes, resources: Any) -> None:
        """Raise ExporterError where a content stream, or one that its resources let it show, leaves open or closes what it should not."""
        if not is_closed(content):
            raise foreign_content("the content of a page does not leave things as it found them")
        self._require_resources(resources, 0)

    def _require_resources(self, resources: Any, depth: int) -> None:
        if depth > _DEEPEST:
            raise ValueError("resources are nested too deeply")
        if self._is_known(resources):
            return
        for kind in ("/XObject", "/Pattern"):
            for one in _values(resources.get(kind)):
                if one.get("/Subtype") == "/Form" or one.get("/PatternType") == 1:
                    self._require_stream(one, depth)
        for state in _values(resources.get("/ExtGState")):
            mask = state.get("/SMask")
            if mask is not None and mask != "/None":
                self._require_stream(mask.G, depth)
        for font in _values(resources.get("/Font")):
            self._require_own_name(font)
            if font.get("/Subtype") == "/Type3":
                self._require_resources(font.get("/Resources", {}), depth + 1)
                for glyph in _values(font.CharProcs):
                    if not _is_bitmap_glyph(decoded(glyph)):
                        self._require_stream(glyph, depth)

    def _require_own_name(self, font: Any) -> None:
        """Raise ExporterError where another font has the same name, or where a font has two."""
        if "/BaseFont" not in font:
            return
        name = str(font.BaseFont)
        parts = [part.get("/FontDescriptor", {}) for part in (font, *font.get("/DescendantFonts", ()))]
        if self._fonts.setdefault(name, font.objgen) != font.objgen or not {str(part.get("/FontName")) for part in parts if part} <= {name}:
            raise foreign_content(f"it has two fonts of the name {name}, or a font with two names")

    def _require_stream(self, stream: Any, depth: int) -> None:
        if self._is_known(stream):
            return
        if not is_closed(decoded(stream)):
            raise foreign_content("a drawing does not leave things as it found them")
        self._require_resources(stream.get("/Resources", {}), depth + 1)

    def _is_known(self, value: Any) -> bool:
        """Return whether an object that others refer to was looked at before."""
        key: tuple[int, int] = getattr(value, "objgen", (0, 0))
        if key == (0, 0):
            return False
        known = key in self._seen
        self._seen.add(key)
        return known


def _values(dictionary: Any) -> list[Any]:
    return [] if dictionary is None else [dictionary[name] for name in dictionary]


def _is_bitmap_glyph(content: bytes) -> bool:
    found = _BITMAP_GLYPH.fullmatch(content)
    return found is not None and len(found[3]) == -(-int(found[1]) // 8) * int(found[2])
