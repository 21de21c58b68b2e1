"""A limit of processor time for a block of this process: an article must not keep a parser busy without end."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

__all__ = ["TooLongError", "limit_cpu_time"]

_REPEAT_SECONDS = 1.0
"""The error is raised again after this time, since code in the block may catch it."""


class TooLongError(Exception):
    """The block took longer than its limit."""


@contextlib.contextmanager
def limit_cpu_time(seconds: float) -> Iterator[None]:
    """Raise TooLongError inside the block after so many seconds of this process's processor time, and every second until it ends.

    Signal handlers run in the main thread alone (Python's documentation, signal): in another thread there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, _REPEAT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
