"""Decides which declarations leave text visible. A property that is not in its table counts as hiding text.

A value has to match the grammar as closely as browsers ask: one that they would drop must not win over one that hides.
Colours, font size, font family and visibility are inherited and computed, and are not in this table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .colour import parse_colour
from .lengths import ROOT_SIZE, length

__all__ = ["CSS_WIDE", "OVERLAYING", "horizontal_extent", "is_harmless"]

Check = Callable[[Sequence[Any], int], bool]

CSS_WIDE = frozenset({"inherit", "initial", "revert", "unset"})

# Properties by which one element can cover or displace the text of others.
OVERLAYING = frozenset(
    "position float transform translate rotate scale margin margin-top margin-right margin-bottom margin-left margin-block "
    "margin-block-start margin-block-end margin-inline margin-inline-start margin-inline-end inset top right bottom left z-index "
    "height max-height block-size max-block-size line-height writing-mode "
    "mix-blend-mode box-shadow outline filter backdrop-filter border-image border-image-source zoom content".split()
)


def is_harmless(name: str, tokens: Sequence[Any], characters: int) -> bool:
    """Return whether a declaration cannot hide the text of its element, nor of any other.

    `tokens` are the value without white space; `characters` is how much text the element holds.
    """
    if name.startswith("--"):
        return True
    if any(token.type == "function" and token.lower_name in ("var", "env", "attr") for token in tokens):
        return False
    check = _CHECKS.get(name)
    if check is None:
        return False
    wide = len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value in CSS_WIDE
    return wide or (bool(tokens) and check(tokens, characters))


def horizontal_extent(name: str, tokens: Sequence[Any]) -> float:
    """Return by how many em a margin or padding moves the text sideways at most; a percentage counts on a width of 40 em."""
    box, _, side = name.partition("-")
    if box not in ("margin", "padding") or side.startswith(("top", "bottom", "block")):
        return 0.0
    sideways = tokens[1::2] or tokens[:1] if side == "" else tokens
    return max((_extent(token) for token in sideways), default=0.0)


def _extent(token: Any) -> float:
    if token.type == "percentage":
        return float(token.value * 0.4)
    return (length(token, ROOT_SIZE) or 0.0) / ROOT_SIZE


def _number(tokens: Sequence[Any], characters: int) -> bool:
    return len(tokens) == 1 and tokens[0].type == "number"


def _any_word(tokens: Sequence[Any], characters: int) -> bool:
    return len(tokens) == 1 and tokens[0].type == "ident"


def _words(text: str, most: int = 1) -> Check:
    """Allow up to `most` of these words, none twice."""
    allowed = frozenset(text.split())

    def check(tokens: Sequence[Any], characters: int) -> bool:
        if len(tokens) > most or any(token.type != "ident" for token in tokens):
            return False
        words = {token.lower_value for token in tokens}
        return len(words) == len(tokens) and words <= allowed

    return check


def _range(least: float, greatest: float, *, percent: float = 0, words: str = "", most: int = 1) -> Check:
    """Allow up to `most` lengths between these bounds in em, percentages up to `percent`, and the words."""
    allowed = frozenset(words.split())

    def one(token: Any) -> bool:
        if token.type == "ident":
            return token.lower_value in allowed
        if token.type == "percentage":
            return bool(0 <= token.value <= percent)
        points = length(token, ROOT_SIZE)
        return points is not None and least <= points / ROOT_SIZE <= greatest

    def check(tokens: Sequence[Any], characters: int) -> bool:
        return len(tokens) <= most and all(one(token) for token in tokens)

    return check


def _line_height(tokens: Sequence[Any], characters: int) -> bool:
    """Allow what leaves the lines apart at every font size: numbers alone are inherited as such (CSS Inline Layout 3, 5.1)."""
    return _words("normal")(tokens, characters) or (_number(tokens, characters) and 0.9 <= tokens[0].value <= 5)


def _unless_text(check: Check, where_empty: Check) -> Check:
    """Hold elements with text to one check, and those without, such as images, to another."""
    return lambda tokens, characters: check(tokens, characters) if characters else where_empty(tokens, characters)


def _white_space(tokens: Sequence[Any], characters: int) -> bool:
    """Allow unbroken lines only for what is short: a long one runs off the page."""
    return _words("normal pre-wrap pre-line break-spaces")(tokens, characters) or (
        characters <= 40 and _words("pre nowrap")(tokens, characters)
    )


def _font_weight(tokens: Sequence[Any], characters: int) -> bool:
    """Allow all but the hairlines."""
    return _words("normal bold bolder lighter")(tokens, characters) or (_number(tokens, characters) and 300 <= tokens[0].value <= 1000)


def _border(tokens: Sequence[Any], characters: int) -> bool:
    """Allow borders of up to an em: a wider one could leave no room for the text. Each part stands once."""
    kinds = [_border_part(token) for token in tokens]
    return "" not in kinds and len(set(kinds)) == len(kinds)


def _border_part(token: Any) -> str:
    if token.type == "ident" and token.lower_value in ("none", "hidden", "solid", "dotted", "dashed", "double"):
        return "style"
    points = length(token, ROOT_SIZE)
    if points is not None:
        return "width" if 0 <= points <= ROOT_SIZE else ""
    return "colour" if parse_colour([token]) is not None else ""


def _border_colour(tokens: Sequence[Any], characters: int) -> bool:
    return len(tokens) == 1 and (_words("currentcolor")(tokens, characters) or _border_part(tokens[0]) == "colour")


def _any_size(tokens: Sequence[Any], characters: int) -> bool:
    return len(tokens) == 1


_wide = _range(6, 80, percent=100, words="auto max-content min-content fit-content")
_at_most_wide = _range(6, 80, percent=100, words="none max-content min-content fit-content")
_DISPLAYS = (
    "block inline inline-block list-item flow-root ruby ruby-base ruby-text table inline-table table-row table-cell "
    "table-caption table-row-group table-header-group table-footer-group"
)
_BREAKS = "auto avoid avoid-page avoid-column always page left right recto verso column all"

_CHECKS: dict[str, Check] = {
    "display": _words(_DISPLAYS),
    "position": _words("static"),
    "float": _words("none"),
    "clear": _words("none left right both inline-start inline-end"),
    "opacity": lambda tokens, characters: _number(tokens, characters) and tokens[0].value >= 1,
    "overflow": _words("visible"),
    # What is too wide can be scrolled to. Heights are held to what the text needs, so nothing is cut off below.
    "overflow-x": _words("visible auto"),
    "overflow-y": _words("visible clip"),
    "box-sizing": _words("border-box content-box"),
    "width": _unless_text(_wide, _any_size),
    "max-width": _unless_text(_at_most_wide, _any_size),
    "inline-size": _unless_text(_wide, _any_size),
    "max-inline-size": _unless_text(_at_most_wide, _any_size),
    "min-width": _range(0, 14, percent=100, words="auto"),
    "height": _unless_text(_words("auto"), _any_size),
    "max-height": _unless_text(_words("none"), _any_size),
    "min-height": _range(0, 60, percent=100, words="auto"),
    "object-fit": _any_word,
    "text-indent": _range(-3, 6, percent=10),
    "letter-spacing": _range(0, 0.5, words="normal"),
    "word-spacing": _range(0, 1, words="normal"),
    "line-height": _line_height,
    "white-space": _white_space,
    "vertical-align": _words("baseline sub super top middle bottom text-top text-bottom"),
    "text-align": _words("left right center start end justify match-parent"),
    "text-align-last": _words("auto left right center start end justify"),
    "text-transform": _words("none capitalize uppercase lowercase"),
    "text-decoration": _words("none underline"),
    "text-decoration-line": _words("none underline"),
    "direction": _words("ltr rtl"),
    "unicode-bidi": _words("normal embed isolate plaintext"),
    "writing-mode": _words("horizontal-tb"),
    "hyphens": _words("none manual auto"),
    "-webkit-hyphens": _words("none manual auto"),
    "-epub-hyphens": _words("none manual auto"),
    "overflow-wrap": _words("normal anywhere break-word"),
    "word-wrap": _words("normal break-word"),
    "word-break": _words("normal break-word keep-all"),
    "line-break": _words("auto loose normal strict anywhere"),
    "font-style": _words("normal italic oblique"),
    "font-weight": _font_weight,
    "font-variant": _words("normal small-caps lining-nums oldstyle-nums tabular-nums proportional-nums", 2),
    "font-variant-caps": _words("normal small-caps all-small-caps"),
    "font-variant-numeric": _words("normal lining-nums oldstyle-nums tabular-nums proportional-nums ordinal slashed-zero", 2),
    "orphans": _number,
    "widows": _number,
    "border-collapse": _any_word,
    "border-spacing": _range(0, 2, most=2),
    "border-radius": _range(0, 1),
    "caption-side": _words("top bottom"),
    "empty-cells": _words("show"),
    "table-layout": _words("auto"),
    "list-style-type": _any_word,
    "list-style-position": _words("inside outside"),
    "quotes": _words("auto none"),
    "content": _words("normal none"),
}
_CHECKS |= {f"{kind}break-{where}": _words(_BREAKS) for kind in ("", "page-", "-webkit-column-") for where in ("before", "after", "inside")}

_SIDES = {"": 4, "-block": 2, "-inline": 2} | dict.fromkeys(
    "-top -right -bottom -left -block-start -block-end -inline-start -inline-end".split(), 1
)
for _side, _most in _SIDES.items():
    _CHECKS[f"margin{_side}"] = _range(0, 14, percent=40, words="auto", most=_most)
    _CHECKS[f"padding{_side}"] = _range(0, 14, percent=40, most=_most)
    _CHECKS[f"border{_side}"] = _border
    _CHECKS[f"border{_side}-width"] = _range(0, 1, most=_most)
    _CHECKS[f"border{_side}-style"] = _words("none hidden solid dotted dashed double")
    _CHECKS[f"border{_side}-color"] = _border_colour
