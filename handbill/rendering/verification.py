"""The verification of a build folder in worker processes with limits: a handout that hangs, dies or grows fails alone.

`handbill.proof.verify` says what is verified; this module runs it in a pool, as a build runs its jobs.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from handbill.diagnostics.errors import MachineError
from handbill.proof.verify import Verification, VerificationJob, failed_verification, verify
from handbill.rendering.job import Crash, Failed, Outcome
from handbill.rendering.pool import JobLimits, Pool
from handbill.system.run_limits import RunLimits, RunMeter

__all__ = ["VerificationSettings", "verify_build"]

_HINTS = {
    "too-slow": "build it anew, or give it longer: --time-limit",
    "too-large": "build it anew, or give it more memory: --memory-limit",
    "worker-died": "build it anew; it may have run out of memory: --memory-limit",
}


@dataclass(frozen=True, slots=True)
class VerificationSettings:
    """How handouts are verified: in how many worker processes, and the limits for each handout and for the whole run.

    With `images`, results have pictures of what differs from the sealed page.
    """

    workers: int = 1
    limits: JobLimits = field(default_factory=JobLimits)
    run: RunLimits = field(default_factory=RunLimits)
    images: bool = False


def verify_build(build: Path, settings: VerificationSettings) -> list[Verification]:
    """Return the result for each handout of a build folder and each file that its manifest does not know, sorted by file.

    Raises what `handbill.proof.verify.verify` raises, and MachineError where there are more handouts than the run may have.
    """
    with contextlib.closing(Pool(settings.workers, settings.limits)) as pool:
        # The workers' server starts while this process reads the manifest.
        pool.start()
        return verify(build, lambda jobs: _results(jobs, pool, settings))


def _results(jobs: Iterable[VerificationJob], pool: Pool, settings: VerificationSettings) -> Iterator[Verification]:
    """Yield the result of each job."""
    waiting = [dataclasses.replace(job, images=settings.images) for job in jobs]
    RunMeter(settings.run).require_handouts(len(waiting))
    for job, outcome in pool.results(waiting):
        yield _result(job, outcome)


def _result(job: VerificationJob, outcome: Outcome) -> Verification:
    """Return the result of a job, also where its worker was ended or broke down. Raises MachineError where a file cannot be read."""
    match outcome:
        case Verification():
            return outcome
        case Failed(MachineError.exit_code, diagnostics):
            raise MachineError(diagnostics)
        case Failed(_, diagnostics):
            results = [failed_verification(job, one.code, one.message, _HINTS.get(one.code, one.hint)) for one in diagnostics]
            return dataclasses.replace(results[0], problems=tuple(problem for each in results for problem in each.problems))
        case Crash(message):
            return failed_verification(job, "unreadable-handout", f"it cannot be read back: {message}")
    raise TypeError(f"no job of verification has the outcome {outcome!r}")
