"""A lease on a target: one job publishes at a time, and one that died blocks nobody for long.

Leases are numbered, and a number is taken by creating its file, which only one job can. Who holds the highest number, and finds no other
lease that is still good, has the target; a lease that is past its time counts for nothing.
"""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from handbill.diagnostics.errors import PublishError
from handbill.diagnostics.rules import diagnostic
from handbill.publishing.target import RESERVED, Target

__all__ = ["SECONDS", "Lease", "clear", "leased"]

SECONDS = 120.0
_NAME = f"{RESERVED}lease-"
_WRITTEN_WITHIN = 2.0


@dataclass(slots=True)
class Lease:
    """The lease that this job holds, until a Unix time that `clock` tells; `left_behind` is true where an earlier job died with its own."""

    target: Target
    number: int
    token: str
    until: float
    seconds: float
    clock: Callable[[], float]
    left_behind: bool

    @property
    def name(self) -> str:
        """The lease's file."""
        return f"{_NAME}{self.number}"

    def content(self) -> bytes:
        """Return what its file says."""
        return json.dumps({"token": self.token, "until": self.until, "host": socket.gethostname()}).encode()

    def keep(self) -> None:
        """Extend the lease where half of its time is over. Raises PublishError where it is lost."""
        if self.until - self.clock() < self.seconds / 2:
            self.check()
            self.until = self.clock() + self.seconds
            self.target.write(self.name, self.content())

    def check(self) -> None:
        """Raise PublishError where another job may have taken the target over."""
        said = _read(self.target, self.name)
        if said is None or said[0] != self.token or self.clock() >= self.until or _others(self.target, self.number, self.clock()):
            message = "the lease on the target was lost: this run took longer than it was given, and another may be at work"
            raise PublishError(diagnostic("lease", message, hint="publish again; --lease SECONDS gives a run more time"))


def _read(target: Target, name: str) -> tuple[str, float, str] | None:
    """Return token, end and host of a lease; None for a file that is gone or is none."""
    content = target.read(name)
    try:
        said = json.loads(content or b"")
        return str(said["token"]), float(said["until"]), str(said["host"])
    except (ValueError, KeyError, TypeError):
        return None


def _read_whole(target: Target, name: str) -> tuple[str, float, str] | None:
    """Return what a lease says, also where it is just being written: a file is there before its content is."""
    said = _read(target, name)
    if said is None and target.read(name) is not None:
        target.sleep(_WRITTEN_WITHIN)
        said = _read(target, name)
    return said


def _numbers(target: Target) -> list[int]:
    return sorted(int(name.removeprefix(_NAME)) for name in target.names(_NAME) if name.removeprefix(_NAME).isdigit())


def _others(target: Target, own: int, now: float) -> list[tuple[float, str]]:
    """Return end and host of each other lease that is still good."""
    found = (_read_whole(target, f"{_NAME}{number}") for number in _numbers(target) if number != own)
    return [(until, host) for lease in found if lease is not None for _, until, host in [lease] if until > now]


@contextmanager
def leased(target: Target, seconds: float, clock: Callable[[], float]) -> Iterator[Lease]:
    """Hold the target for this job. Raises PublishError where another job has it."""
    lease = _taken(target, seconds, clock)
    try:
        yield lease
    finally:
        target.delete(lease.name)


def clear(target: Target, clock: Callable[[], float]) -> None:
    """Delete the leases whose time is over: those of jobs that died."""
    for number in _numbers(target):
        said = _read(target, f"{_NAME}{number}")
        if said is not None and said[1] <= clock():
            target.delete(f"{_NAME}{number}")


def _taken(target: Target, seconds: float, clock: Callable[[], float]) -> Lease:
    before = _numbers(target)
    lease = Lease(target, max(before, default=0) + 1, secrets.token_hex(16), clock() + seconds, seconds, clock, left_behind=bool(before))
    busy = _others(target, 0, clock())
    if busy or not target.create(lease.name, lease.content()):
        raise _busy(busy, clock())
    # Whoever came at the same moment sees this lease, or is seen here.
    busy = _others(target, lease.number, clock())
    if busy:
        target.delete(lease.name)
        raise _busy(busy, clock())
    for number in before:
        target.delete(f"{_NAME}{number}")
    return lease


def _busy(others: list[tuple[float, str]], now: float) -> PublishError:
    until, host = max(others, default=(now, "another machine"))
    message = f"another run is publishing there, from {host}"
    hint = f"wait: its lease ends in {max(1, round(until - now))} s, if it does not go on"
    return PublishError(diagnostic("lease", message, hint=hint))
