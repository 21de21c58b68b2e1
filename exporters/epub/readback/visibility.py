"""Finds the elements of a page whose text a person sees, by evaluating the page's style.

A declaration that is not understood counts as hiding: a wrong failure of the proof is better than a wrong success. Text is visible where
it is visible in a light and in a dark theme, and under every combination of the style sheets' conditions (media and feature queries).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ..css.blank_glyphs import FontFace, families, hides
from ..css.cascade import Styles, winning, word
from ..css.colour import BLACK, WHITE, YELLOW, Colour, contrast, over, parse_colour
from ..css.lengths import ROOT_SIZE, font_size
from ..css.properties import CSS_WIDE, OVERLAYING, horizontal_extent, is_harmless
from ..css.stylesheets import NotUnderstood
from ..css.variables import asks_for_variables, custom_properties, substituted
from .vocabulary import has_only_known_attributes, is_scripted, is_shown

__all__ = ["LEAST_CONTRAST", "LEAST_SIZE", "LoadFont", "size_of", "visible_elements"]

LEAST_CONTRAST = 4.5
LEAST_SIZE = 6.0
_GREATEST_SIZE = 60.0
_FARTHEST_INDENT = 40.0

_XHTML = "{http://www.w3.org/1999/xhtml}"

# HTML, 15.3: the font sizes that browsers give, as a share of the parent's.
_DEFAULT_SIZES = {
    "h1": 2.0,
    "h2": 1.5,
    "h3": 1.17,
    "h5": 0.83,
    "h6": 0.67,
    "small": 0.8333,
    "sub": 0.8333,
    "sup": 0.8333,
    "rt": 0.5,
}
_DEFAULT_SIZES |= dict.fromkeys(("code", "kbd", "pre", "samp"), 0.8125)

_COMPUTED = frozenset({"background", "background-color", "color", "font-family", "font-size", "visibility"})

Blanks = Mapping[str, frozenset[str] | None]
LoadFont = Callable[[str, str], frozenset[str] | None]
"""Returns the characters with empty glyphs in the font of a reference from a folder; None where they are not known."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """The facts of an element that do not depend on style: its number in document order, the count and the set of its characters."""

    number: int
    tag: str
    shown: bool
    characters: int
    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Style:
    """The computed style that children inherit.

    `shown`: no element around hides it. `size`: in points. `colour`, `ground`: composed as they are seen. `indent`: how far margins and
    padding have moved it, in em. `custom`: the custom properties.
    """

    shown: bool
    visible: bool
    size: float
    colour: Colour
    ground: Colour
    indent: float = 0.0
    custom: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


def visible_elements(root: etree._Element, styles: Styles, load_font: LoadFont) -> list[etree._Element]:
    """Return the elements of a page whose own text (not that of their children) a person sees.

    `load_font` returns the characters with empty glyphs of an embedded font.
    """
    if is_scripted(root):
        return []
    kinds = {element: _kind(number, element) for number, element in enumerate(styles.elements)}
    seen = set(range(len(kinds)))
    try:
        blanks = _blanks(styles.fonts, load_font)
        for holding in styles.cases():
            winners = [winning(own, holding) for own in styles.matched]
            for text, ground in ((BLACK, WHITE), (WHITE, BLACK)):
                start = _Style(True, True, ROOT_SIZE, text, ground)
                seen &= _evaluate(root, kinds, winners, start, blanks)
    except NotUnderstood:
        return []
    return [styles.elements[number] for number in sorted(seen)]


def _blanks(fonts: Sequence[FontFace], load_font: LoadFont) -> Blanks:
    """Return for each family the characters with an empty glyph in any of its files."""
    found: dict[str, frozenset[str] | None] = {}
    for face in fonts:
        blank, before = load_font(face.href, face.folder), found.get(face.family, frozenset())
        found[face.family] = None if blank is None or before is None else before | blank
    return found


def _evaluate(
    root: etree._Element,
    kinds: Mapping[etree._Element, _Kind],
    winners: Sequence[Mapping[str, tuple[Any, ...]]],
    start: _Style,
    blanks: Blanks,
) -> set[int]:
    """Return the numbers of the elements whose text is seen. Raises NotUnderstood for what could cover other elements' text."""
    seen: set[int] = set()
    pending = [(root, start)]
    while pending:
        element, around = pending.pop()
        kind = kinds[element]
        style = _computed(kind, winners[kind.number], around, blanks)
        readable = contrast(over(style.colour, style.ground), style.ground) >= LEAST_CONTRAST
        if style.shown and style.visible and readable and LEAST_SIZE <= style.size <= _GREATEST_SIZE:
            seen.add(kind.number)
        pending.extend((child, style) for child in element if isinstance(child.tag, str))
    return seen


def _kind(number: int, element: etree._Element) -> _Kind:
    text = "".join("".join(str(piece).split()) for piece in element.itertext())
    tag = str(element.tag).removeprefix(_XHTML)
    return _Kind(number, tag, is_shown(element) and has_only_known_attributes(element), len(text), frozenset(text))


def _computed(kind: _Kind, winners: Mapping[str, tuple[Any, ...]], around: _Style, blanks: Blanks) -> _Style:
    tag = kind.tag
    custom = custom_properties({name: tokens for name, tokens in winners.items() if name.startswith("--")}, around.custom)
    winners = {name: _known(tokens, custom) for name, tokens in winners.items() if not name.startswith("--")}
    if tag in ("col", "colgroup") and not winners.keys() <= {"width"}:
        raise NotUnderstood("the style of a column is that of its cells")
    indent = around.indent + sum(horizontal_extent(name, tokens) for name, tokens in winners.items())
    shown = around.shown and kind.shown and indent <= _FARTHEST_INDENT and _has_shapes(winners.get("font-family"), kind.letters, blanks)
    for name, tokens in winners.items():
        if name not in _COMPUTED and not is_harmless(name, tokens, kind.characters):
            if name in OVERLAYING:
                raise NotUnderstood(name)
            shown = False
    try:
        size = size_of(winners.get("font-size"), around.size, tag)
        colour = _colour(winners.get("color"), around.colour, BLACK if tag == "mark" else around.colour)
        ground = _ground(winners.get("background-color"), around.ground, tag)
        visible = _visible(winners.get("visibility"), around.visible)
    except NotUnderstood:
        return _Style(False, False, around.size, around.colour, around.ground)
    return _Style(shown, visible, size, colour, ground, indent, custom)


def _known(tokens: tuple[Any, ...], custom: Mapping[str, tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return the value with custom properties substituted; unchanged, and so not understood, where one is not known."""
    return (substituted(tokens, custom) or tokens) if asks_for_variables(tokens) else tokens


def _has_shapes(tokens: tuple[Any, ...] | None, letters: frozenset[str], blanks: Blanks) -> bool:
    """Return whether the family that an element names, for itself and for what inherits it, draws all of its text."""
    if tokens is None or word(tokens) in CSS_WIDE:
        return True
    names = families(tokens)
    return names is not None and not hides(names, letters, blanks)


def size_of(tokens: tuple[Any, ...] | None, inherited: float, tag: str) -> float:
    """Return the size of an element's type in points, `tokens` being its `font-size`. Raises NotUnderstood."""
    if tokens is None:
        return inherited * _DEFAULT_SIZES.get(tag, 1.0)
    size = font_size(tokens, inherited)
    if size is None:
        raise NotUnderstood("font-size")
    return size


def _colour(tokens: tuple[Any, ...] | None, inherited: Colour, default: Colour) -> Colour:
    if tokens is None:
        return default
    if word(tokens) in ("inherit", "unset", "currentcolor"):
        return inherited
    colour = parse_colour(tokens)
    if colour is None:
        raise NotUnderstood("color")
    return colour


def _ground(tokens: tuple[Any, ...] | None, inherited: Colour, tag: str) -> Colour:
    if tokens is None:
        return YELLOW if tag == "mark" else inherited
    if word(tokens) in ("none", "initial", "unset"):
        return inherited
    colour = parse_colour(tokens)
    if colour is None:
        raise NotUnderstood("background")
    return over(colour, inherited)


def _visible(tokens: tuple[Any, ...] | None, inherited: bool) -> bool:
    if tokens is not None and word(tokens) == "collapse":
        raise NotUnderstood("what collapses may be other elements")
    if tokens is None or word(tokens) in ("inherit", "unset"):
        return inherited
    return word(tokens) in ("visible", "initial")
