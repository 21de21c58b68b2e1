"""What the preview shows: the outcome of the newest build, and somebody to wait for the next."""

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
    """One outcome: its number, the handouts that are there, what was found, tracebacks, and how long the build took (seconds).

    `run` tells the outcomes of one watching from those of another, which begins to count anew.
    """

    run: str = ""
    number: int = 0
    handouts: tuple[Handout, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    tracebacks: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def mark(self) -> str:
        """What no other outcome has."""
        return f"{self.run}-{self.number}"

    def handout(self, digest: str) -> Handout | None:
        """Return the handout whose bytes have this SHA-256; None where none of these has."""
        return next((handout for handout in self.handouts if handout.sha256 == digest), None)


@dataclass(slots=True)
class LatestBuild:
    """The newest outcome. Any thread may ask for it, or wait for a newer one."""

    _shown: Snapshot = field(default_factory=lambda: Snapshot(secrets.token_hex(4)))
    _news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def shown(self) -> Snapshot:
        """The newest outcome."""
        return self._shown

    def show(
        self, handouts: Sequence[Handout], diagnostics: Sequence[Diagnostic], tracebacks: Sequence[str] = (), seconds: float = 0.0
    ) -> None:
        """Put up the outcome of a build."""
        with self._news:
            before = self._shown
            self._shown = Snapshot(before.run, before.number + 1, tuple(handouts), tuple(diagnostics), tuple(tracebacks), seconds)
            self._news.notify_all()

    def newer(self, mark: str, seconds: float) -> str:
        """Return the mark of the newest outcome, as soon as it is not this one, or after so many seconds."""
        with self._news:
            self._news.wait_for(lambda: self._shown.mark != mark, seconds)
            return self._shown.mark
