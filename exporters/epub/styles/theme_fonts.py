"""Packs the fonts that a publication brings, whole, under the family names by which its style sheet calls them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from handbill.contract import ExporterError, diagnostic
from handbill.document import Asset

from ..css.containment import may_be_called
from ..package.names import ascii_slug
from ..package.resources import Resource
from .embedded_fonts import Typefaces
from .font_face import font_face_rule

__all__ = ["theme_typefaces"]

# Core media types of fonts (EPUB 3.3, 3.2), by the first bytes of the file.
_SUBTYPES = {b"OTTO": "otf", b"\0\1\0\0": "ttf", b"true": "ttf", b"wOFF": "woff", b"wOF2": "woff2"}
# Identifiers of the `name` table, and bits of `OS/2.fsSelection` (OpenType 1.9).
_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16
_ITALIC, _OBLIQUE = 1, 1 << 9


def theme_typefaces(fonts: Sequence[Asset]) -> Typefaces:
    """Return the font files and the rules that name them. Raises ExporterError (`bad-font`) for a file that is not a font."""
    files, rules = [], []
    for number, asset in enumerate(fonts, start=1):
        subtype = _SUBTYPES.get(asset.content[:4])
        if subtype is None:
            raise _bad_font(asset, "it is not TrueType, OpenType or WOFF")
        stem = ascii_slug(PurePosixPath(asset.name).stem) or "font"
        file = Resource(f"fonts/theme-{number}-{stem}.{subtype}", f"font/{subtype}", asset.content)
        files.append(file)
        rules.append(_rule(asset, file.path))
    return Typefaces("\n".join(rules), tuple(files))


def _rule(asset: Asset, path: str) -> str:
    """Return the `@font-face` rule for a font, from its own tables."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(io.BytesIO(asset.content), lazy=True) as font:
            family, weight, italic = _family(font), _weight(font), bool(font["OS/2"].fsSelection & (_ITALIC | _OBLIQUE))
    except (TTLibError, KeyError, ValueError, AssertionError, EOFError) as error:
        raise _bad_font(asset, str(error) or type(error).__name__) from error
    if not may_be_called(family):
        raise _bad_font(asset, f"a family cannot be called {family!r}")
    return font_face_rule(family, path, italic=italic, weight=weight)


def _family(font: Any) -> str:
    name = font["name"].getDebugName(_TYPOGRAPHIC_FAMILY) or font["name"].getDebugName(_FAMILY) or ""
    return " ".join("".join(character for character in name if character.isprintable()).split())


def _weight(font: Any) -> str:
    """Return the weight, or the range of weights of a variable font."""
    for axis in font["fvar"].axes if "fvar" in font else ():
        if axis.axisTag == "wght":
            return f"{axis.minValue:g} {axis.maxValue:g}"
    return str(int(font["OS/2"].usWeightClass))


def _bad_font(asset: Asset, reason: str) -> ExporterError:
    message, hint = f"{asset.name} cannot be embedded: {reason}", "name another TrueType or OpenType file in publication.toml"
    return ExporterError(diagnostic("bad-font", message, hint=hint, excerpt=asset.name))
