"""The limits of a whole run: how many handouts it is about, how long it takes, and how many bytes of handouts it writes.

A run that reaches one ends as an interrupt ends it: RunStopped passes every handler of errors, so that what is done is recorded on the way
and nothing else is begun.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import MachineError
from handbill.diagnostics.rules import diagnostic
from handbill.system.bounds import DEFAULT_BOUNDS, Bounds
from handbill.system.time_limit import limit_time

__all__ = ["RunLimits", "RunMeter", "RunStopped", "end_with_error"]

_RECORDED = "what was done is recorded"


class RunStopped(BaseException):
    """The run has reached a limit: `found` says which."""

    def __init__(self, found: Diagnostic) -> None:
        super().__init__(found.message)
        self.found = found


@dataclass(frozen=True, slots=True)
class RunLimits:
    """The limits of a run as they were typed, None for what was not: handouts, seconds of wall-clock time, megabytes (10^6 bytes)."""

    handouts: int | None = None
    seconds: float | None = None
    megabytes: int | None = None


@dataclass(slots=True)
class RunMeter:
    """Holds a run to its limits: those that were typed, else those of the publication. `written` counts bytes of handouts."""

    typed: RunLimits = RunLimits()
    bounds: Bounds = DEFAULT_BOUNDS
    written: int = field(default=0, init=False)

    def require_handouts(self, count: int) -> None:
        """Raise MachineError where a run is about more handouts than it may; nothing has been done yet."""
        most = self.typed.handouts or self.bounds.run_handouts
        if count > most:
            raise MachineError(_excess_diagnostic("run-handouts", f"the run is about {count:,} handouts, and its bound is {most:,}"))

    def require_room(self, size: int) -> None:
        """Raise MachineError where a run would write more bytes of handouts than it may; nothing has been written yet."""
        if size > self._most_bytes:
            raise MachineError(self._over_bytes(f"the run would write {size:,} bytes"))

    def count_bytes(self, size: int) -> None:
        """Count the bytes of a handout that is to be written. Raises RunStopped where they are too many for the run."""
        if self.written + size > self._most_bytes:
            raise RunStopped(self._over_bytes(f"after {self.written:,} bytes the run was to write {size:,} more", _RECORDED))
        self.written += size

    @property
    def _most_bytes(self) -> int:
        return (self.typed.megabytes or self.bounds.run_megabytes) * 1_000_000

    def _over_bytes(self, message: str, done: str = "nothing was done") -> Diagnostic:
        return _excess_diagnostic("run-megabytes", f"{message}, and its bound is {self._most_bytes:,}", done)

    def limited_time(self) -> contextlib.AbstractContextManager[None]:
        """Raise RunStopped inside the block when the run's time is over; there is no limit outside of the main thread."""
        seconds = self.typed.seconds or self.bounds.run_seconds
        message = f"the run was not done after its {seconds:,g} seconds"
        return limit_time(seconds, lambda: RunStopped(_excess_diagnostic("run-seconds", message, _RECORDED)))


@contextlib.contextmanager
def end_with_error(meter: RunMeter) -> Iterator[None]:
    """Hold the block to the run's time, and raise MachineError outside of it where it has reached a limit."""
    try:
        with meter.limited_time():
            yield
    except RunStopped as stop:
        raise MachineError(stop.found) from None


def _excess_diagnostic(setting: str, message: str, done: str = "nothing was done") -> Diagnostic:
    return diagnostic("run-bound", message, hint=f"{done}; allow more with --{setting}, and run it again")
