"""Jobs run by the workers of a dask.distributed scheduler: job by job, bytes go out and an accepted handout or an error comes back.

A worker has its own installation of handbill. It makes a handout only if its code and fonts have the same digest as those here, so that a
cluster makes the same bytes as one machine. A job whose worker ends is run again by another.
"""

from __future__ import annotations

import contextlib
import pickle
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from typing import Any

from handbill.diagnostics.errors import MachineError, UsageError
from handbill.diagnostics.rules import diagnostic
from handbill.registry import load, registrations, theme_environment
from handbill.rendering.code_digest import code_digest
from handbill.rendering.environment_variables import environment_variables
from handbill.rendering.job import EARLIEST_ZIP_TIME, Failed, Job, Made, Outcome
from handbill.rendering.worker import run_job
from handbill.system.digests import digest_of, sha256_of

__all__ = ["Cluster", "run_pickled_job"]

_CONNECT_TIMEOUT = 10
"""Seconds until a scheduler that does not answer counts as not there."""
_JOBS_PER_THREAD = 2
"""How many jobs are with the scheduler at a time, for each thread of a worker: one that runs and one that waits."""
_MAX_ATTEMPTS = 3
_JOB_LOCK = threading.Lock()
"""Held while a job runs: exporters are not safe for threads, and a worker of dask may have several."""


def run_pickled_job(payload: bytes, code: str) -> bytes:
    """Run a pickled job in this process, a worker of dask; return, pickled, the SHA-256 of the handout ("" without one) and the outcome.

    `code` is the digest that `_job_code_digest` gave where the job comes from. If it is another one here, no handout is made.
    """
    job: Job = pickle.loads(payload)  # noqa: S301 - the scheduler, which the user named, can run any code here
    with _JOB_LOCK, environment_variables({"SOURCE_DATE_EPOCH": EARLIEST_ZIP_TIME}):
        outcome = run_job(job) if _job_code_digest(job) == code else _other_version(job)
    return pickle.dumps((_content_digest(outcome), outcome))


def _job_code_digest(job: Job) -> str:
    """Return the digest of the exporter's code here, and of what the job's theme takes from this machine; "" without the exporter."""
    registered = registrations()
    if job.exporter not in registered:
        return ""
    exporter = load(job.exporter, registered)
    return digest_of((code_digest(registered[job.exporter], exporter), theme_environment(exporter, job.document.theme)))


def _other_version(job: Job) -> Failed:
    message = f"the worker has another version of the exporter `{job.exporter}`, or of what it needs"
    return Failed(MachineError.exit_code, (diagnostic("other-version", message),))


def _content_digest(outcome: Outcome) -> str:
    return sha256_of(outcome.content) if isinstance(outcome, Made) else ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A dask scheduler, by its address (`tcp://host:port`), with its workers."""

    address: str

    def results(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Outcome]]:
        """Yield each job with its outcome, in the order in which jobs end. If the caller stops early, the remaining jobs are cancelled.

        Raises MachineError if the scheduler cannot be reached, UsageError if dask is not installed.
        """
        with _connect(self.address) as client:
            executor, waiting = client.get_executor(pure=False, retries=_MAX_ATTEMPTS), iter(jobs)
            running: dict[Future[bytes], tuple[Job, int]] = {}

            def submit(job: Job, attempt: int) -> None:
                running[executor.submit(run_pickled_job, pickle.dumps(job), _job_code_digest(job))] = job, attempt

            try:
                while True:
                    while len(running) < max(1, sum(client.nthreads().values())) * _JOBS_PER_THREAD:
                        job = next(waiting, None)
                        if job is None:
                            break
                        submit(job, 1)
                    if not running:
                        return
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        job, attempt = running.pop(future)
                        if attempt < _MAX_ATTEMPTS and _is_lost(future):
                            submit(job, attempt + 1)
                        else:
                            yield job, _outcome(future)
            finally:
                for future in running:
                    future.cancel()


def _is_lost(future: Future[bytes]) -> bool:
    """Return whether no outcome came back.

    dask itself runs again the jobs that a worker was running when it ended, but not those that it had done and not sent yet.
    """
    return future.cancelled() or future.exception() is not None


def _outcome(future: Future[bytes]) -> Outcome:
    """Return the outcome that came back; a failure if none did, or if the handout's bytes are not those that the worker sent."""
    try:
        digest, outcome = pickle.loads(future.result())  # noqa: S301 - from a worker of the scheduler that the user named
    except (Exception, CancelledError) as error:
        # dask raises many types here: the workers that ran the job ended, or the scheduler did.
        message = f"no worker could make it: {type(error).__name__}: {error}"
        hint = "the workers' own logs say more; one may lack handbill, or memory"
        return Failed(MachineError.exit_code, (diagnostic("worker-died", message, hint=hint),))
    result: Outcome = outcome
    if isinstance(result, Made) and _content_digest(result) != digest:
        message = "the handout came back with other bytes than the worker had proven"
        return Failed(MachineError.exit_code, (diagnostic("damaged", message),))
    return result


@contextlib.contextmanager
def _connect(address: str) -> Iterator[Any]:
    """Give a client of the scheduler at an address. Raises MachineError if it does not answer, UsageError if dask is not installed."""
    try:
        from distributed import Client
    except ImportError:
        message, hint = "dask is not installed", "pip install 'handbill[dask]'"
        raise UsageError(diagnostic("executor", message, hint=hint)) from None
    try:
        client: Any = Client(address, timeout=_CONNECT_TIMEOUT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        message = f"the scheduler at {address} does not answer: {error}"
        raise MachineError(diagnostic("executor", message, hint="is it running? dask scheduler")) from None
    try:
        yield client
    finally:
        client.close()
