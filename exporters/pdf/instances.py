"""Variable fonts made static for a page: only the glyphs that are drawn."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["quick_instances"]


@contextlib.contextmanager
def quick_instances() -> Iterator[None]:
    """While this runs, WeasyPrint makes static fonts of the glyphs that are left in a subset, not of the empty places between them.

    Glyphs keep their numbers in a subset, so that a font of 30,000 has as many places for the forty that are drawn, and fontTools goes
    through them all. WeasyPrint has no hook here either.
    """
    from weasyprint.pdf import fonts

    plain = fonts.instantiateVariableFont
    fonts.instantiateVariableFont = lambda font, location, **options: _instantiated(plain, font, location, **options)
    try:
        yield
    finally:
        fonts.instantiateVariableFont = plain


def _instantiated(plain: Any, font: Any, location: dict[str, float], **options: Any) -> Any:
    """Return the font at one location of its axes. It is changed in place."""
    if "glyf" not in font or "gvar" not in font:
        return plain(font, location, **options)
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
        return plain(font, location, inplace=True, **options)
    finally:
        glyphs.glyphOrder = everything
