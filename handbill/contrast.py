"""Contrast of colours by WCAG 2.1: the relative luminance of an sRGB colour, and the contrast ratio of two luminances.

Exporters and the core use the same formulas, so that a handout is judged as its style sheet was. The module imports nothing of handbill.
"""

from __future__ import annotations

__all__ = ["LUMINANCE_WEIGHTS", "contrast_ratio", "linear_channel", "relative_luminance"]

LUMINANCE_WEIGHTS = (0.2126, 0.7152, 0.0722)
"""The shares of linear red, green and blue in the relative luminance (WCAG 2.1, relative luminance)."""


def linear_channel(channel: float) -> float:
    """Return the linear value of a channel of sRGB; both are from 0 to 1.

    The threshold is that of IEC 61966-2-1, 0.04045. WCAG 2.1 prints 0.03928; no channel of 8 bits lies between the two.
    """
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def relative_luminance(red: float, green: float, blue: float) -> float:
    """Return the relative luminance of an sRGB colour whose channels are from 0 to 1: 0 for black, 1 for white."""
    red_share, green_share, blue_share = LUMINANCE_WEIGHTS
    return red_share * linear_channel(red) + green_share * linear_channel(green) + blue_share * linear_channel(blue)


def contrast_ratio(one: float, other: float) -> float:
    """Return the contrast ratio of two relative luminances, from 1 to 21 (WCAG 2.1, contrast ratio)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
