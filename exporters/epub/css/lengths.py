"""Converts lengths and font sizes of style sheets to points, at a default font size of 12 points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["ROOT_SIZE", "font_size", "length"]

ROOT_SIZE = 12.0

# CSS Values and Units Level 4, 6.2; a CSS pixel is 0.75 points.
_ABSOLUTE = {"px": 0.75, "pt": 1.0, "pc": 12.0, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "q": 1.8 / 2.54}
# CSS Fonts Level 4, 2.5: absolute sizes as a share of medium.
_KEYWORDS = {
    "xx-small": 0.5625,
    "x-small": 0.625,
    "small": 0.8125,
    "medium": 1.0,
    "large": 1.125,
    "x-large": 1.5,
    "xx-large": 2.0,
    "xxx-large": 3.0,
}
_SMALLER = 0.8333


def length(token: Any, em: float) -> float | None:
    """Return a length in points, or None where the value is no length or depends on the page (percentages, calc, viewport units)."""
    if token.type == "number":
        return 0.0 if token.value == 0 else None
    if token.type != "dimension":
        return None
    unit = token.lower_unit
    if unit in _ABSOLUTE:
        return float(token.value * _ABSOLUTE[unit])
    return {"em": token.value * em, "rem": token.value * ROOT_SIZE, "ex": token.value * em / 2, "ch": token.value * em / 2}.get(unit)


def font_size(tokens: Sequence[Any], inherited: float) -> float | None:
    """Return the size in points, or None where it is not known. `inherited` is the parent's, in points."""
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if token.type == "ident":
        word = token.lower_value
        if word in _KEYWORDS:
            return ROOT_SIZE * _KEYWORDS[word]
        relative = {"smaller": _SMALLER, "larger": 1.2, "inherit": 1.0, "unset": 1.0}
        if word in relative:
            return inherited * relative[word]
        return ROOT_SIZE if word == "initial" else None
    if token.type == "percentage":
        return float(inherited * token.value / 100)
    return length(token, inherited)
