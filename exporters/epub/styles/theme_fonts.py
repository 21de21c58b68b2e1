"""The fonts that a publication brings: packed whole, under the names that its style sheet calls them by."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from handbill.contract import ExporterError, diagnostic
from handbill.document import Asset

from ..package.names import ascii_slug
from .typefaces import RESERVED_PREFIX, FontFile, Typefaces

__all__ = ["theme_typefaces"]

# Core media types of fonts (EPUB 3.3, 3.2), by the first bytes of the file.
_KINDS = {b"OTTO": "otf", b"\0\1\0\0": "ttf", b"true": "ttf", b"wOFF": "woff", b"wOF2": "woff2"}
_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16
_ITALIC, _OBLIQUE = 1, 1 << 9


def theme_typefaces(fonts: Sequence[Asset]) -> Typefaces:
    """Return the files and the rules that name them. Raises ExporterError (`bad-font`) for a file that is no font."""
    files, rules = [], []
    for number, asset in enumerate(fonts, start=1):
        kind = _KINDS.get(asset.content[:4])
        if kind is None:
            raise _bad(asset, "it is not TrueType, OpenType or WOFF")
        stem = ascii_slug(PurePosixPath(asset.name).stem) or "font"
        file = FontFile(f"fonts/theme-{number}-{stem}.{kind}", f"font/{kind}", asset.content)
        files.append(file)
        rules.append(_font_face(asset, file.path))
    return Typefaces("\n".join(rules), tuple(files))


def _font_face(asset: Asset, path: str) -> str:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(io.BytesIO(asset.content), lazy=True) as font:
            family, weight, italic = _family(font), _weight(font), bool(font["OS/2"].fsSelection & (_ITALIC | _OBLIQUE))
    except (TTLibError, KeyError, ValueError, AssertionError, EOFError) as error:
        raise _bad(asset, str(error) or type(error).__name__) from error
    if not family or family.lower().startswith(RESERVED_PREFIX):
        raise _bad(asset, f"a family cannot be called {family!r}")
    quoted = family.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'@font-face {{\n  font-family: "{quoted}";\n  font-style: {"italic" if italic else "normal"};\n  font-weight: {weight};\n'
        f'  src: url("{path}");\n}}'
    )


def _family(font: Any) -> str:
    name = font["name"].getDebugName(_TYPOGRAPHIC_FAMILY) or font["name"].getDebugName(_FAMILY) or ""
    return " ".join("".join(character for character in name if character.isprintable()).split())


def _weight(font: Any) -> str:
    """Return the weight, or the range of weights of a variable font."""
    for axis in font["fvar"].axes if "fvar" in font else ():
        if axis.axisTag == "wght":
            return f"{axis.minValue:g} {axis.maxValue:g}"
    return str(int(font["OS/2"].usWeightClass))


def _bad(asset: Asset, why: str) -> ExporterError:
    message, hint = f"{asset.name} cannot be embedded: {why}", "name another TrueType or OpenType file in publication.toml"
    return ExporterError(diagnostic("bad-font", message, hint=hint, excerpt=asset.name))
