"""Interrupts held back while something must be done whole."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

__all__ = ["held"]


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Hold interrupts back until the block ends, also from the processes that start in it.

    A terminal's interrupt goes to every process of its group; a new process inherits what is held back (POSIX, `exec`). Where there
    are other threads, one of them takes the signal and Python answers it in the main one all the same: so it is noted, and answered at
    the end. In a thread that is not the main one, which meets no interrupt, this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted = False

    def note(number: int, frame: object) -> None:
        nonlocal noted
        noted = True

    handler = signal.signal(signal.SIGINT, note)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        signal.signal(signal.SIGINT, handler)
        if noted:
            signal.raise_signal(signal.SIGINT)
