"""Parses `@font-face` rules, and finds the characters that an embedded font would hide: those whose glyphs are empty."""

from __future__ import annotations

import functools
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from struct import error
from typing import Any

from .tokens import significant_tokens, url_value

__all__ = ["GENERIC_FAMILIES", "FontFace", "blank_characters", "families", "font_face", "hides"]

GENERIC_FAMILIES = frozenset("serif sans-serif monospace system-ui ui-serif ui-sans-serif ui-monospace".split())
_WORDS_OF_CSS = GENERIC_FAMILIES | frozenset("cursive fantasy math emoji fangsong ui-rounded inherit initial unset revert default".split())
_DESCRIPTORS = frozenset({"font-family", "font-style", "font-weight", "src", "font-display"})
_FORMATS = frozenset({"opentype", "truetype", "woff", "woff2"})
_MOST_PARTS = 400_000
"""Glyphs that are drawn, as parts of others too: a font has at most 65,535 glyphs, and a composite one has two or three parts."""


@dataclass(frozen=True, slots=True)
class FontFace:
    """A family's name in lower case, the folder of the style sheet that names the file, and the reference to it."""

    family: str
    folder: str
    href: str


def font_face(declarations: Iterable[Any], folder: str) -> FontFace | None:
    """Return the font of an `@font-face` rule (CSS Fonts Level 4, 4), or None for a rule whose effect is not known.

    A rule is known that gives one file to a family whose name is no keyword of CSS, and changes neither metrics nor the characters.
    """
    descriptors = {each.lower_name: significant_tokens(each.value) for each in declarations}
    names = families(descriptors.get("font-family", []))
    if not descriptors.keys() <= _DESCRIPTORS or names is None or len(names) != 1 or names[0] in _WORDS_OF_CSS:
        return None
    href = _source(descriptors.get("src", []))
    return FontFace(names[0], folder, href) if href else None


def _source(tokens: Sequence[Any]) -> str:
    """Return the reference of a `src` that is one URL, with or without its format; "" for any other."""
    if not tokens or len(tokens) > 2:
        return ""
    if len(tokens) == 2:
        hint = tokens[1]
        if hint.type != "function" or hint.lower_name != "format" or not {_text(part) for part in hint.arguments} <= _FORMATS:
            return ""
    return url_value(tokens[0])


def _text(token: Any) -> str:
    return str(token.value).lower() if token.type in ("ident", "string") else ""


def families(tokens: Sequence[Any]) -> list[str] | None:
    """Return the names of a `font-family`, in lower case, or None for what is not a list of names."""
    names: list[list[str]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            names.append([])
        elif token.type == "ident" or (token.type == "string" and token.value.lower() not in _WORDS_OF_CSS):
            names[-1].append(str(token.value).lower())
        else:
            return None
    joined = [" ".join(name) for name in names]
    return joined if all(joined) else None


def blank_characters(content: bytes) -> frozenset[str] | None:
    """Return the characters that a font maps to an empty glyph, but white space and invisible ones; None where it cannot be evaluated.

    A font whose glyphs have more than _MOST_PARTS parts is not evaluated: glyphs that are made of others, each twice, take two to the
    power of their depth.

    A character that a font does not map at all is drawn by another font (CSS Fonts Level 4, 5.3).
    """
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(io.BytesIO(content)) as font:
            glyphs, mapped = font.getGlyphSet(), font.getBestCmap() or {}
            if "COLR" in font or "SVG " in font or "CBDT" in font or "sbix" in font:
                return None
            inked: dict[str, bool] = {}
            names = {*mapped.values()}
            if "glyf" in font and _parts(font, names) > _MOST_PARTS:
                return None
            for name in names:
                pen = BoundsPen(glyphs)
                glyphs[name].draw(pen)
                inked[name] = pen.bounds is not None and pen.bounds[2] > pen.bounds[0] and pen.bounds[3] > pen.bounds[1]
    except (
        TTLibError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        EOFError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        error,
    ):
        # fontTools meets a broken table while it reads it, and raises any of these.
        return None
    return frozenset(chr(code) for code, name in mapped.items() if not inked[name] and not _unseen(chr(code)))


def _parts(font: Any, names: Iterable[str]) -> int:
    """Return how many glyphs are drawn for these glyphs of a TrueType font: each, and all that it is composed of, as often as they occur.

    Raises RecursionError where one holds itself.
    """
    table = font["glyf"]

    @functools.cache
    def parts(name: str) -> int:
        glyph = table[name]
        return 1 + sum(parts(component.glyphName) for component in glyph.components) if glyph.isComposite() else 1

    return sum(map(parts, names))


def _unseen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def hides(names: Sequence[str], letters: frozenset[str], blanks: Mapping[str, frozenset[str] | None]) -> bool:
    """Return whether a list of families may leave one of the characters without a visible glyph.

    `blanks` gives the characters with empty glyphs for each embedded family, None where these are not known. A family that is neither
    embedded nor generic may be a font of symbols.
    """
    for name in names:
        if name in blanks:
            blank = blanks[name]
            if blank is None or not blank.isdisjoint(letters):
                return True
        elif name not in GENERIC_FAMILIES:
            return True
    return False
