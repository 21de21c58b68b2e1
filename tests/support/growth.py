"""Assertion that the cost of a computation grows linearly with the length of its input, not with its square.

The cost is measured as processor time of the thread, since the steps of regular expressions and of lxml cannot be counted from Python.
No absolute time is asserted: the minimum of several runs on a long input is compared with the minimum on a short one. The runs
alternate, so that the load of the machine affects both alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["TIMES", "assert_linear"]

TIMES = 4
"""The long input is so many times as long. A linear cost grows by this factor, a quadratic one by its square, 16."""

_STEEPEST = 9.0
"""The limit of the ratio, about half-way between 4 (linear) and 16 (quadratic)."""
_TOO_SHORT = 0.05
"""Seconds below which the long input counts as fast, whatever the ratio: there the clock and constant costs dominate."""
_ROUNDS = 8
"""How many times both inputs are tried before the assertion fails; it passes at the first ratio below the limit."""


def assert_linear(work: Callable[[int], object], length: int) -> None:
    """Assert that `work` of four times the length costs less than _STEEPEST times as much. A first call warms caches and is not measured.

    Raises AssertionError with both times.
    """
    work(1)
    short = long = float("inf")
    for _ in range(_ROUNDS):
        long = min(long, _seconds(work, length * TIMES))
        if long < _TOO_SHORT:
            return
        short = min(short, _seconds(work, length))
        if long < short * _STEEPEST:
            return
    raise AssertionError(f"{TIMES} times the length takes {long / short:.1f} times as long: {short:.3f} s and {long:.3f} s")


def _seconds(work: Callable[[int], object], length: int) -> float:
    begun = time.thread_time()
    work(length)
    return time.thread_time() - begun
