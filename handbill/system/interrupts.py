"""Interrupts (SIGINT), and the end of a run's time (SIGALRM), delayed while something must not be cut short."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

__all__ = ["HELD", "hold_interrupts"]

HELD = (signal.SIGINT, signal.SIGALRM)
"""The signals that are delayed. `handbill.system.run_limits` ends a run by the second."""


@contextlib.contextmanager
def hold_interrupts() -> Iterator[None]:
    """Delay interrupts until the block ends, also those of the processes that are started in it.

    A terminal sends an interrupt to every process of its group, and a new process inherits the blocked signals (POSIX, `exec`). Blocking
    alone is not enough: where there are other threads, one of them may receive the signal, and Python runs the handler in the main
    thread. So a handler notes the signal, which is raised again at the end. In a thread other than the main one, where no handler
    runs, this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted: list[int] = []

    def note(number: int, frame: object) -> None:
        noted.append(number)

    handlers = {number: signal.signal(number, note) for number in HELD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in HELD:
            if number in noted:
                signal.raise_signal(number)
