"""A pool that makes and verifies handouts in the test's own process.

It starts no process, and fonts and style sheets are loaded once for all tests of a pytest worker. Jobs and outcomes are pickled as they
are for a real worker, so that a value that cannot cross a process boundary fails here too.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Generator, Iterable
from unittest import mock

from handbill.rendering.job import EARLIEST_ZIP_TIME, Job, Outcome
from handbill.rendering.worker import run_job

__all__ = ["InProcessPool"]


class InProcessPool:
    """Replaces `handbill.rendering.pool.Pool`, with the same constructor and methods."""

    def __init__(self, *_: object, **__: object) -> None:
        """Ignore the arguments of a pool."""

    def start(self) -> None:
        """Do nothing: there is no process to start."""

    def close(self) -> None:
        """Do nothing: there is no process to end."""

    def results(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Outcome]]:
        """Yield each job with its outcome."""
        for job in jobs:
            with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": EARLIEST_ZIP_TIME}):
                outcome: Outcome = pickle.loads(pickle.dumps(run_job(pickle.loads(pickle.dumps(job)))))  # noqa: S301 - made here
            yield job, outcome
