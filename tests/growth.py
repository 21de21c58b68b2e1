"""How the cost of a computation grows with its input: the test of what must not take the square of a length.

Most of the cost is that of regular expressions and of lxml, whose steps Python does not count, so processor time of this thread stands
for it. It is only ever compared with itself: the least of several runs on a long input with the least on a short one, taken by turns, so
that what else the machine does weighs on both. A limit lies half-way between what is linear and what is a square.
"""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["TIMES", "assert_linear"]

TIMES = 4
"""So many times as long is the long input. What is linear takes about as many times as long, a square sixteen times."""

_STEEPEST = 9.0
_TOO_SHORT = 0.05
"""Seconds that are not worth comparing: four times nothing is nothing, and a square of it would not be."""
_ROUNDS = 8


def assert_linear(work: Callable[[int], object], length: int) -> None:
    """Fail where `work` takes much more than four times as long for four times the length. Its first call is not counted."""
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
