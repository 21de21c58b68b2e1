"""Parses colours of style sheets, composes them, and computes their contrast (WCAG 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handbill.contrast import contrast_ratio, relative_luminance

__all__ = ["BLACK", "WHITE", "YELLOW", "Colour", "contrast", "over", "parse_colour"]


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of sRGB; all four channels from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0


BLACK = Colour(0.0, 0.0, 0.0)
WHITE = Colour(1.0, 1.0, 1.0)
YELLOW = Colour(1.0, 1.0, 0.0)


def parse_colour(tokens: Sequence[Any]) -> Colour | None:
    """Return the colour that these component values name, or None where it has no known value in sRGB."""
    from tinycss2 import color4

    if len(tokens) != 1 or tokens[0].type not in ("ident", "hash", "function"):
        return None
    if tokens[0].type == "function" and tokens[0].lower_name not in ("rgb", "rgba", "hsl", "hsla"):
        # Readers that do not know the newer notations keep an earlier colour, which might be another.
        return None
    parsed = color4.parse_color(tokens[0])
    if parsed is None or parsed == "currentcolor":
        return None
    try:
        red, green, blue, alpha = parsed.to("srgb")
    except (NotImplementedError, TypeError, ValueError):
        return None
    return Colour(*(min(max(float(channel), 0.0), 1.0) for channel in (red, green, blue, alpha)))


def over(top: Colour, bottom: Colour) -> Colour:
    """Return what is seen of a colour that lies over an opaque one (Compositing and Blending Level 1, 5.1)."""

    def mixed(above: float, below: float) -> float:
        return above * top.alpha + below * (1 - top.alpha)

    return Colour(mixed(top.red, bottom.red), mixed(top.green, bottom.green), mixed(top.blue, bottom.blue))


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two opaque colours, from 1 to 21 (WCAG 2.1, contrast ratio)."""
    return contrast_ratio(*(relative_luminance(colour.red, colour.green, colour.blue) for colour in (one, other)))
