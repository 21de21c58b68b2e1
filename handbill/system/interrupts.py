"""Interrupts (SIGINT) delayed while something must not be cut short."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

__all__ = ["hold_interrupts"]


@contextlib.contextmanager
def hold_interrupts() -> Iterator[None]:
    """Delay interrupts until the block ends, also those of the processes that are started in it.

    A terminal sends an interrupt to every process of its group, and a new process inherits the blocked signals (POSIX, `exec`). Blocking
    alone is not enough: where there are other threads, one of them may receive the signal, and Python runs the handler in the main
    thread. So a handler notes the interrupt, which is raised again at the end. In a thread other than the main one, where no handler
    runs, this does nothing.
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
