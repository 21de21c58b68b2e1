"""Jobs handed to a dask.distributed scheduler: bytes go out, proven bytes come back; a worker that dies has its jobs done again."""

from __future__ import annotations

import contextlib
import hashlib
import os
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
from handbill.rendering.job import EPOCH, Failed, Job, Made, Outcome
from handbill.rendering.worker import make
from handbill.system.digests import digest_of

__all__ = ["Cluster", "work"]

_PATIENCE = 10
"""Seconds until a scheduler that does not answer counts as not there."""
_WAITING_PER_THREAD = 2
_TRIES = 3
_ONE_AT_A_TIME = threading.Lock()
"""What renders and what reads back is not safe for threads, of which a worker of dask may have several."""


def work(payload: bytes, code: str) -> bytes:
    """Do a pickled job where this is called, and return the pickled outcome with the digest of the handout's bytes.

    `code` is the digest of what the job was made for: another handbill, another exporter, other fonts would give other bytes.
    """
    job: Job = pickle.loads(payload)  # noqa: S301 - from the scheduler that was asked for, which could run anything
    with _ONE_AT_A_TIME, _constant_time():
        outcome = make(job) if _own_code(job) == code else _other_code(job)
    digest = hashlib.sha256(outcome.content).hexdigest() if isinstance(outcome, Made) else ""
    return pickle.dumps((digest, outcome))


def _own_code(job: Job) -> str:
    """Return the digest of the exporter's code here, and of what of this machine the job's theme asks for; "" without the exporter."""
    registered = registrations()
    if job.exporter not in registered:
        return ""
    exporter = load(job.exporter, registered)
    return digest_of((code_digest(registered[job.exporter], exporter), theme_environment(exporter, job.document.theme)))


def _other_code(job: Job) -> Failed:
    message = f"the worker has another version of the exporter `{job.exporter}`, or of what it needs"
    return Failed(MachineError.exit_code, (diagnostic("other-version", message),))


@contextlib.contextmanager
def _constant_time() -> Iterator[None]:
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


@dataclass(frozen=True, slots=True)
class Cluster:
    """A scheduler at an address, with its workers."""

    address: str

    def results(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Outcome]]:
        """Yield each job with what came of it, as they are done. Where the caller stops early, the others are cancelled.

        Raises MachineError where the scheduler cannot be reached, UsageError where dask is not installed.
        """
        with _client(self.address) as client:
            executor, waiting = client.get_executor(pure=False, retries=_TRIES), iter(jobs)
            running: dict[Future[bytes], tuple[Job, int]] = {}

            def submit(job: Job, tries: int) -> None:
                running[executor.submit(work, pickle.dumps(job), _own_code(job))] = job, tries

            try:
                while True:
                    while len(running) < max(1, sum(client.nthreads().values())) * _WAITING_PER_THREAD:
                        job = next(waiting, None)
                        if job is None:
                            break
                        submit(job, 1)
                    if not running:
                        return
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        job, tries = running.pop(future)
                        if tries < _TRIES and _is_lost(future):
                            submit(job, tries + 1)
                        else:
                            yield _settled(job, future)
            finally:
                for future in running:
                    future.cancel()


def _is_lost(future: Future[bytes]) -> bool:
    """Tell whether nothing came back: dask does again what a worker was at when it died, but not what it had done and not yet sent."""
    return future.cancelled() or future.exception() is not None


def _settled(job: Job, future: Future[bytes]) -> tuple[Job, Outcome]:
    try:
        digest, outcome = pickle.loads(future.result())  # noqa: S301 - as above
    except (Exception, CancelledError) as error:
        # Whatever dask raises: the workers that were at it died, or the scheduler has gone.
        message = f"no worker could make it: {type(error).__name__}: {error}"
        hint = "the workers' own logs say more; one may lack handbill, or memory"
        return job, Failed(MachineError.exit_code, (diagnostic("worker-died", message, hint=hint),))
    if isinstance(outcome, Made) and hashlib.sha256(outcome.content).hexdigest() != digest:
        message = "the handout came back with other bytes than the worker had proven"
        return job, Failed(MachineError.exit_code, (diagnostic("damaged", message),))
    return job, outcome


@contextlib.contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        message, hint = "dask is not installed", "pip install 'handbill[dask]'"
        raise UsageError(diagnostic("executor", message, hint=hint)) from None
    try:
        client: Any = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        message = f"the scheduler at {address} does not answer: {error}"
        raise MachineError(diagnostic("executor", message, hint="is it running? dask scheduler")) from None
    try:
        yield client
    finally:
        client.close()
