"""A pool of worker processes on this machine. A worker that dies or exceeds its time fails the job that it has, and no other.

It takes jobs and yields outcomes (`handbill.rendering.job`). Workers are forked from one server process that has imported once what all of
them need (multiprocessing, start method forkserver). A worker runs one job at a time, and stays for the next.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import tempfile
import time
import types
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import forkserver, resource_tracker
from typing import Any, Protocol, TypeVar

from handbill.contract import ExporterError
from handbill.diagnostics.errors import UsageError
from handbill.diagnostics.rules import diagnostic
from handbill.rendering.environment_variables import environment_variables
from handbill.rendering.job import Failed, Outcome
from handbill.rendering.worker import serve
from handbill.system import interrupts

__all__ = ["JobLimits", "Pool", "scheduler_address"]

_DASK = "dask:"
_PRELOAD = "handbill.rendering.preload"
_MAX_FOLDER_LENGTH = 70
"""Bytes. The path of a socket has at most 107 (unix(7)), and multiprocessing appends the name of a folder and of a file."""


def scheduler_address(executor: str) -> str:
    """Return the address of the dask scheduler that `--executor` names; "" for `local`. Raises UsageError for anything else."""
    if executor == "local":
        return ""
    if executor.startswith(_DASK) and executor != _DASK:
        return executor.removeprefix(_DASK)
    message = f"there is no executor `{executor}`"
    raise UsageError(diagnostic("executor", message, hint="local, or dask:ADDRESS with a scheduler's address"))


class PoolJob(Protocol):
    """A job as the pool sees it, such as `Job` and `VerificationJob`: it names the exporter that the worker calls."""

    @property
    def exporter(self) -> str:
        """The name of the exporter."""
        ...


AnyJob = TypeVar("AnyJob", bound=PoolJob)


@dataclass(frozen=True)
class JobLimits:
    """The limits of one job: `seconds` of wall-clock time, and bytes of `memory`, counted as the address space of its process."""

    seconds: float = 900.0
    memory: int = 8_192_000_000


@dataclass(slots=True, eq=False)
class _Worker:
    """A worker process and this end of the pipe to it.

    `job` is the job that it runs, None while it is idle; `deadline` is when that job must be done (`time.monotonic`). `completed` counts
    the jobs that it has done.
    """

    process: Any
    connection: Any
    job: Any = None
    deadline: float = 0.0
    completed: int = 0


@dataclass(slots=True)
class Pool:
    """A pool of at most `size` workers, which are started when there are jobs for them. Close it: `with contextlib.closing(pool)`.

    `modules` are imported by the server process before the first job. A worker is replaced after `jobs_per_worker` jobs, because libraries
    leak memory (WeasyPrint 70 and Pango a quarter of a megabyte for each PDF of seven pages).
    """

    size: int
    limits: JobLimits = JobLimits()
    modules: Sequence[str] = ()
    jobs_per_worker: int = 1_000
    _workers: list[_Worker] = field(default_factory=list)

    def start(self) -> None:
        """Start the server process that workers are forked from, unless it runs. This process does not wait until its imports are done."""
        with _child_environment(self.modules):
            # When it starts it unblocks SIGINT, so it starts before SIGINT is blocked for the server.
            resource_tracker.ensure_running()
        with interrupts.hold_interrupts(), _child_environment(self.modules), _short_socket_path():
            multiprocessing.get_context("forkserver").set_forkserver_preload([_PRELOAD])
            forkserver.ensure_running()

    def close(self) -> None:
        """Kill all workers, also those that run a job."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()
        self._workers.clear()

    def results(self, jobs: Iterable[AnyJob]) -> Generator[tuple[AnyJob, Outcome]]:
        """Yield each job with its outcome, in the order in which jobs end.

        `jobs` is consumed as workers become free: at most `size` jobs wait. If the caller stops early, the workers that run a job are
        killed.
        """
        waiting, queue = iter(jobs), deque[AnyJob]()
        try:
            while True:
                self._assign(queue)
                busy = [worker for worker in self._workers if worker.job is not None]
                ended = self._ended_workers(busy, wait=len(queue) >= self.size or not self._enqueue_next(queue, waiting))
                if not ended and not busy and not queue:
                    return
                for worker in ended:
                    yield self._collect(worker)
        finally:
            for worker in [worker for worker in self._workers if worker.job is not None]:
                self._remove(worker)

    def _enqueue_next(self, queue: deque[AnyJob], waiting: Iterator[AnyJob]) -> bool:
        """Append the next job to the queue and return True; return False if there is none. Taking it can mean that an article is read."""
        job = next(waiting, None)
        if job is not None:
            queue.append(job)
        return job is not None

    def _assign(self, queue: deque[Any]) -> None:
        """Send queued jobs to idle workers, and to new ones as long as there are fewer than `size`."""
        while queue:
            for idle in [worker for worker in self._workers if worker.job is None and worker.connection.poll()]:
                # An idle worker sends nothing: its connection is readable because its process has ended.
                self._remove(idle)
            worker = next((worker for worker in self._workers if worker.job is None), None)
            if worker is None and len(self._workers) >= self.size:
                return
            worker = worker or self._start_worker()
            job = queue.popleft()
            worker.job, worker.deadline = job, time.monotonic() + self.limits.seconds
            with contextlib.suppress(BrokenPipeError):
                # A worker that has just ended is noticed when its outcome is read.
                worker.connection.send(job)

    def _start_worker(self) -> _Worker:
        self.start()
        context = multiprocessing.get_context("forkserver")
        ours, theirs = context.Pipe()
        with interrupts.hold_interrupts(), _without_main_module():
            process = context.Process(target=serve, args=(theirs, self.limits.memory), daemon=True)
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _ended_workers(self, busy: Sequence[_Worker], *, wait: bool) -> list[_Worker]:
        """Return the workers that have answered, have died or are past their deadline; with `wait`, wait until there is one."""
        if not busy:
            return []
        timeout = max(0.0, min(worker.deadline for worker in busy) - time.monotonic()) if wait else 0.0
        readable = multiprocessing.connection.wait([worker.connection for worker in busy], timeout)
        now = time.monotonic()
        return [worker for worker in busy if worker.connection in readable or worker.deadline <= now]

    def _collect(self, worker: _Worker) -> tuple[Any, Outcome]:
        """Return the job of a worker that has ended it, with the outcome. A worker that died or is too slow is removed."""
        job = worker.job
        assert job is not None
        if worker.connection.poll():
            try:
                outcome: Outcome = worker.connection.recv()
            except (EOFError, OSError):
                self._remove(worker)
                return job, _dead_worker_failure(job, worker.process.exitcode)
            worker.job = None
            worker.completed += 1
            if worker.completed >= self.jobs_per_worker:
                self._remove(worker)
            return job, outcome
        self._remove(worker)
        return job, _timeout_failure(job, self.limits)

    def _remove(self, worker: _Worker) -> None:
        """Kill a worker and forget it."""
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.connection.close()


def _dead_worker_failure(job: PoolJob, code: int | None) -> Failed:
    """Return the failure of a job whose process ended; its exit code is negative if a signal ended it (multiprocessing)."""
    how = f"by signal {signal.Signals(-code).name}" if code is not None and -code in set(signal.Signals) else f"with code {code}"
    message = f"the process of the exporter `{job.exporter}` ended {how}"
    hint = "it may have run out of memory; handbill doctor looks for missing libraries and fonts"
    return Failed(ExporterError.exit_code, (diagnostic("worker-died", message, hint=hint),))


def _timeout_failure(job: PoolJob, limits: JobLimits) -> Failed:
    message = f"the exporter `{job.exporter}` was not done after {limits.seconds:g} seconds"
    return Failed(ExporterError.exit_code, (diagnostic("too-slow", message),))


@contextlib.contextmanager
def _without_main_module() -> Iterator[None]:
    """Keep multiprocessing from importing the program's main module in a worker, which needs nothing of it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _short_socket_path() -> Iterator[None]:
    """Let multiprocessing put the server's socket below /tmp if the path of the folder for temporary files is too long."""
    before = tempfile.tempdir
    if len(os.fsencode(tempfile.gettempdir())) > _MAX_FOLDER_LENGTH:
        tempfile.tempdir = "/tmp"  # noqa: S108 - multiprocessing makes a folder of its own there, for its user alone
    try:
        yield
    finally:
        tempfile.tempdir = before


def _child_environment(modules: Sequence[str]) -> contextlib.AbstractContextManager[None]:
    """Set the environment of a process of multiprocessing that starts now: the modules to import, and PYTHONSAFEPATH.

    With PYTHONSAFEPATH it looks for no module in the current folder, where a stranger's files may lie (Python documentation).
    """
    return environment_variables({"HANDBILL_PRELOAD": " ".join(modules), "PYTHONSAFEPATH": "1"})
