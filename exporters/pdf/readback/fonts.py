"""What an embedded font says of its glyphs: their texts and their widths, by code (ISO 32000-1, 9.7.4.3 and 9.10.3)."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["glyph_texts", "glyph_widths"]

_BFCHAR = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")


def glyph_texts(font: Any) -> dict[int, str]:
    """Return the texts of a font's glyphs (a Type 0 font of pikepdf) by code, from its ToUnicode map."""
    pairs = _BFCHAR.findall(bytes(font.ToUnicode.read_bytes()))
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for code, text in pairs}


def glyph_widths(font: Any) -> dict[int, float]:
    """Return the widths of a font's glyphs in thousandths of an em, by number, of the form `first [width …]`."""
    listed = list(font.DescendantFonts[0].get("/W", []))
    found: dict[int, float] = {}
    for first, widths in zip(listed[::2], listed[1::2], strict=True):
        found |= {int(first) + number: float(width) for number, width in enumerate(widths)}
    return found
