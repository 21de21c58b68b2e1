"""A job for a worker, and its outcome: plain data that travels between processes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Document
from handbill.proof.boxed_notice import Marked
from handbill.proof.disclaimer import Expected, Proof
from handbill.system.limits import DEFAULTS, Bounds

__all__ = ["EPOCH", "Crash", "Failed", "Job", "Made", "Outcome"]


EPOCH = "315532800"
"""1980-01-01, the earliest time that a zip archive can tell: what libraries stamp that cannot be told the run's time."""


@dataclass(frozen=True, slots=True)
class Job:
    """A handout to make: its file name, and all that goes into it."""

    file: str
    exporter: str
    options: Any = field(repr=False)
    document: Document = field(repr=False)
    expected: Expected = field(repr=False)
    timestamp: datetime.datetime
    bounds: Bounds = DEFAULTS


@dataclass(frozen=True, slots=True)
class Made:
    """A handout that was proven, what its exporter reported, what the handout claims to conform to, and its marked claims."""

    content: bytes = field(repr=False)
    proof: Proof
    diagnostics: tuple[Diagnostic, ...]
    claims: tuple[str, ...] = ()
    marked: Marked | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """An error that was foreseen: its exit code and its messages."""

    exit_code: int
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Crash:
    """An exception that nobody foresaw, with its traceback."""

    message: str
    traceback: str


Outcome = Made | Failed | Crash
