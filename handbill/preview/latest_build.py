"""The outcome of the latest build, shared by the thread that builds and the threads of the server.

`LatestBuild` holds one immutable Snapshot, replaces it after each build, and wakes the threads that wait for a newer one.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.proof.manifest import Handout

__all__ = ["LatestBuild", "Snapshot"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The outcome of one build: its number, the handouts in the build folder, the messages, tracebacks, and its duration in seconds.

    Number 0 is the state before the first build. `run` identifies the run of `handbill watch`: each run counts from 0.
    """

    run: str = ""
    number: int = 0
    handouts: tuple[Handout, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    tracebacks: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def mark(self) -> str:
        """The identifier of this outcome, which no other one has."""
        return f"{self.run}-{self.number}"

    def handout(self, digest: str) -> Handout | None:
        """Return the handout whose bytes have this SHA-256, in hexadecimal; None where there is none."""
        return next((handout for handout in self.handouts if handout.sha256 == digest), None)


@dataclass(slots=True)
class LatestBuild:
    """The latest outcome. Any thread may read it, or wait for a newer one."""

    _snapshot: Snapshot = field(default_factory=lambda: Snapshot(secrets.token_hex(4)))
    _published: threading.Condition = field(default_factory=threading.Condition)

    @property
    def snapshot(self) -> Snapshot:
        """The latest outcome."""
        return self._snapshot

    def publish(
        self, handouts: Sequence[Handout], diagnostics: Sequence[Diagnostic], tracebacks: Sequence[str] = (), seconds: float = 0.0
    ) -> None:
        """Make the outcome of a build the latest one."""
        with self._published:
            before = self._snapshot
            self._snapshot = Snapshot(before.run, before.number + 1, tuple(handouts), tuple(diagnostics), tuple(tracebacks), seconds)
            self._published.notify_all()

    def wait_for_newer(self, mark: str, seconds: float) -> str:
        """Wait until the latest outcome has another mark, for so many seconds at the most, and return its mark."""
        with self._published:
            self._published.wait_for(lambda: self._snapshot.mark != mark, seconds)
            return self._snapshot.mark
