"""A lease on a target: a lock that expires, so that one job publishes at a time and a job that died does not block others for long.

Leases are numbered files at the target. A job takes the next number by creating its file, which only one job can do. The job with the
highest number has the target where no other lease is still valid. An expired lease is ignored.
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

__all__ = ["LEASE_SECONDS", "Lease", "delete_expired_leases", "foreign_leases", "has_lease", "hold_lease"]

LEASE_SECONDS = 120.0
_NAME = f"{RESERVED}lease-"
_WRITTEN_WITHIN = 2.0


@dataclass(slots=True)
class Lease:
    """The lease of this job, valid `until` a Unix time of `clock`; `left_behind` is true where an earlier job died and left its lease."""

    target: Target
    number: int
    token: str
    until: float
    seconds: float
    clock: Callable[[], float]
    left_behind: bool

    @property
    def name(self) -> str:
        """The path of the lease's file at the target."""
        return f"{_NAME}{self.number}"

    def content(self) -> bytes:
        """Return the bytes of its file, in JSON."""
        return json.dumps({"token": self.token, "until": self.until, "host": socket.gethostname()}).encode()

    def keep(self) -> None:
        """Extend the lease where half of its time is over. Raises PublishError where the lease was lost."""
        if self.until - self.clock() < self.seconds / 2:
            self.check()
            self.until = self.clock() + self.seconds
            self.target.write(self.name, self.content())

    def check(self) -> None:
        """Raise PublishError where another job may have taken the target over."""
        found = _read_lease(self.target, self.name)
        if found is None or found[0] != self.token or self.clock() >= self.until or _other_leases(self.target, self.number, self.clock()):
            message = "the lease on the target was lost: this run took longer than it was given, and another may be at work"
            raise PublishError(diagnostic("lease", message, hint="publish again; --lease SECONDS gives a run more time"))


def _read_lease(target: Target, name: str) -> tuple[str, float, str] | None:
    """Return token, end (Unix time) and host of a lease; None for a file that is missing or not a lease."""
    content = target.read(name)
    try:
        lease = json.loads(content or b"")
        return str(lease["token"]), float(lease["until"]), str(lease["host"])
    except (ValueError, KeyError, TypeError):
        return None


def _read_complete_lease(target: Target, name: str) -> tuple[str, float, str] | None:
    """Return token, end and host of a lease, also of one that is just being written: some targets show a file before its content."""
    lease = _read_lease(target, name)
    if lease is None and target.read(name) is not None:
        target.sleep(_WRITTEN_WITHIN)
        lease = _read_lease(target, name)
    return lease


def _lease_numbers(target: Target) -> list[int]:
    return sorted(int(name.removeprefix(_NAME)) for name in target.names(_NAME) if name.removeprefix(_NAME).isdigit())


def has_lease(target: Target) -> bool:
    """Return whether a job is at work at the target, or died there."""
    return bool(_lease_numbers(target))


def foreign_leases(target: Target) -> list[str]:
    """Return the paths of leases at which other files stand. A lease is one that begins as JSON, or is empty: it may be half written."""
    contents = ((f"{_NAME}{number}", target.read(f"{_NAME}{number}")) for number in _lease_numbers(target))
    return [path for path, content in contents if content and not content.startswith(b"{")]


def _other_leases(target: Target, own: int, now: float) -> list[tuple[float, str]]:
    """Return end and host of each other lease that is still valid."""
    found = (_read_complete_lease(target, f"{_NAME}{number}") for number in _lease_numbers(target) if number != own)
    return [(until, host) for lease in found if lease is not None for _, until, host in [lease] if until > now]


@contextmanager
def hold_lease(target: Target, seconds: float, clock: Callable[[], float]) -> Iterator[Lease]:
    """Hold a lease on the target inside the block. Raises PublishError where another job has one."""
    lease = _take_lease(target, seconds, clock)
    try:
        yield lease
    finally:
        target.delete(lease.name)


def delete_expired_leases(target: Target, clock: Callable[[], float]) -> None:
    """Delete the expired leases, which jobs that died have left."""
    for number in _lease_numbers(target):
        lease = _read_lease(target, f"{_NAME}{number}")
        if lease is not None and lease[1] <= clock():
            target.delete(f"{_NAME}{number}")


def _take_lease(target: Target, seconds: float, clock: Callable[[], float]) -> Lease:
    """Return a new lease of so many seconds. Raises PublishError while another job has one that has not expired."""
    before = _lease_numbers(target)
    lease = Lease(target, max(before, default=0) + 1, secrets.token_hex(16), clock() + seconds, seconds, clock, left_behind=bool(before))
    busy = _other_leases(target, 0, clock())
    if busy or not target.create(lease.name, lease.content()):
        raise _busy_error(busy, clock())
    # Of two jobs that come at the same moment, at least one sees the other's lease.
    busy = _other_leases(target, lease.number, clock())
    if busy:
        target.delete(lease.name)
        raise _busy_error(busy, clock())
    for number in before:
        target.delete(f"{_NAME}{number}")
    return lease


def _busy_error(others: list[tuple[float, str]], now: float) -> PublishError:
    until, host = max(others, default=(now, "another machine"))
    message = f"another run is publishing there, from {host}"
    hint = f"wait: its lease ends in {max(1, round(until - now))} s, if it does not go on"
    return PublishError(diagnostic("lease", message, hint=hint))
