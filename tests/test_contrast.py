"""Contrast is worked out as WCAG 2.1 defines it, for style sheets and for finished handouts alike."""

from __future__ import annotations

import pytest

from handbill.contrast import contrast_ratio, linear_channel, relative_luminance


@pytest.mark.parametrize(
    ("grey", "ratio"),
    # The darkest grey is black; #767676 is the lightest that has 4.5 : 1 on white, #949494 the lightest that has 3 : 1.
    [(0, 21.0), (0x76, 4.542), (0x77, 4.478), (0x94, 3.033), (0x95, 2.995), (255, 1.0)],
)
def test_the_contrast_of_grey_on_white(grey: int, ratio: float) -> None:
    luminance = relative_luminance(*(grey / 255,) * 3)
    white = relative_luminance(1.0, 1.0, 1.0)
    assert contrast_ratio(luminance, white) == contrast_ratio(white, luminance) == pytest.approx(ratio, abs=0.001)


def test_green_is_lighter_than_red_and_red_than_blue() -> None:
    assert relative_luminance(0, 1, 0) == 0.7152
    assert relative_luminance(1, 0, 0) == 0.2126
    assert relative_luminance(0, 0, 1) == 0.0722


def test_dark_channels_are_linear() -> None:
    assert linear_channel(10 / 255) == 10 / 255 / 12.92
    assert linear_channel(11 / 255) > 11 / 255 / 12.92
