"""Jobs and their outcomes: the plain data that travels to worker processes and back. Every type here can be pickled."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Disclaimer, Document
from handbill.proof.boxed_notice import MarkedClaims
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof
from handbill.proof.image_difference import ImageDifference
from handbill.proof.verify import Verification
from handbill.system.bounds import DEFAULT_BOUNDS, Bounds

__all__ = ["EARLIEST_ZIP_TIME", "Crash", "Failed", "Job", "Made", "MadeSeal", "Outcome", "SealJob"]


EARLIEST_ZIP_TIME = "315532800"
"""1980-01-01 in seconds since 1970: the earliest time that a ZIP archive can hold (APPNOTE.TXT, 4.4.6).

It is the SOURCE_DATE_EPOCH of libraries that write a time of their own into a file and cannot be given that of the run.
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One handout to make: the name of its file below the build folder, and everything that goes into it.

    `options` are of the exporter's `options_type`. `expected` is the disclaimer that the handout must show. `timestamp` is the time that
    the exporter is given, in UTC. `bounds` are those of the publication. `seal` is the sealed page that the handout must equal, None where
    the exporter makes none; or why there is none, which is then the outcome of the job. With `images`, a handout that is refused comes back
    with pictures of what differs.
    """

    file: str
    exporter: str
    options: Any = field(repr=False)
    document: Document = field(repr=False)
    expected: ExpectedDisclaimer = field(repr=False)
    timestamp: datetime.datetime
    bounds: Bounds = DEFAULT_BOUNDS
    seal: bytes | Failed | Crash | None = field(default=None, repr=False)
    images: bool = False


@dataclass(frozen=True, slots=True)
class SealJob:
    """A sealed page to make: of a disclaimer, in an edition with these options. `expected` is what it must show."""

    exporter: str
    options: Any = field(repr=False)
    disclaimer: Disclaimer = field(repr=False)
    expected: ExpectedDisclaimer = field(repr=False)


@dataclass(frozen=True, slots=True)
class MadeSeal:
    """The outcome of a job whose sealed page was made and proven: its bytes."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """The outcome of a job whose handout was made and accepted.

    `diagnostics` are what the exporter reported. `claims` are the standards that the handout says it conforms to. `marked` are the
    claims of the article that its author marked, None where there is none.
    """

    content: bytes = field(repr=False)
    proof: Proof
    diagnostics: tuple[Diagnostic, ...]
    claims: tuple[str, ...] = ()
    marked: MarkedClaims | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The outcome of a job that ended with an expected error (`HandbillError`): its exit code and its messages.

    `images` show what differs from the sealed page, where the job asked for them.
    """

    exit_code: int
    diagnostics: tuple[Diagnostic, ...]
    images: tuple[ImageDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class Crash:
    """The outcome of a job that ended with any other exception: its type and text in a line, and its traceback."""

    message: str
    traceback: str


Outcome = Made | MadeSeal | Verification | Failed | Crash
