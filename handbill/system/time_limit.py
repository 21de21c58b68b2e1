"""Limits of time for a block of this process, by a timer that raises an exception inside it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator

__all__ = ["TooLongError", "limit_cpu_time", "limit_time"]

_REPEAT_SECONDS = 1.0
"""The exception is raised again after this time, since code in the block may catch it, and it is lost where a destructor is at work."""

_SIGNALS = {signal.ITIMER_PROF: signal.SIGPROF, signal.ITIMER_REAL: signal.SIGALRM}
"""The signal of each timer (setitimer(2))."""


class TooLongError(Exception):
    """The block took longer than its limit."""


def limit_cpu_time(seconds: float) -> contextlib.AbstractContextManager[None]:
    """Raise TooLongError inside the block after so many seconds of this process's processor time."""
    return _limit(signal.ITIMER_PROF, seconds, TooLongError)


def limit_time(seconds: float, error: Callable[[], BaseException]) -> contextlib.AbstractContextManager[None]:
    """Raise the exception that `error` returns inside the block after so many seconds of wall-clock time."""
    return _limit(signal.ITIMER_REAL, seconds, error)


@contextlib.contextmanager
def _limit(timer: int, seconds: float, error: Callable[[], BaseException]) -> Iterator[None]:
    """Raise the exception inside the block after so many seconds of the timer, and every second until it ends.

    Signal handlers run in the main thread alone (Python's documentation, signal): in another thread there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise error()

    before = signal.signal(_SIGNALS[timer], stop)
    signal.setitimer(timer, seconds, _REPEAT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(_SIGNALS[timer], before)
