"""Handouts made in the test's own process: no process starts, and fonts and style sheets are read once for all tests of a worker."""

from __future__ import annotations

import os
import pickle
from collections.abc import Generator, Iterable
from unittest import mock

from handbill.rendering.job import EARLIEST_ZIP_TIME, Job, Outcome
from handbill.rendering.worker import run_job

__all__ = ["InProcessPool"]


class InProcessPool:
    """Takes the place of `handbill.rendering.pool.Pool`, and is constructed like it. Jobs and outcomes are pickled, as a worker's are."""

    def __init__(self, *_: object, **__: object) -> None:
        """Take what a pool is given; nothing of it is needed."""

    def start(self) -> None:
        """Start nothing."""

    def close(self) -> None:
        """End nothing."""

    def results(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Outcome]]:
        """Yield each job with its outcome."""
        for job in jobs:
            with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": EARLIEST_ZIP_TIME}):
                outcome: Outcome = pickle.loads(pickle.dumps(run_job(pickle.loads(pickle.dumps(job)))))  # noqa: S301 - made here
            yield job, outcome
