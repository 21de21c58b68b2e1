"""Jobs handed to worker processes: results as they come; a worker that dies or hangs fails its job alone.

Workers are forked from one server process, which imports once what all of them need (multiprocessing's forkserver). They take one job
after the other and stay warm between.
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
from typing import Any

from handbill.contract import ExporterError
from handbill.diagnostics.errors import UsageError
from handbill.diagnostics.rules import diagnostic
from handbill.rendering.job import Failed, Job, Outcome
from handbill.rendering.worker import serve
from handbill.system import interrupts

__all__ = ["Limits", "Pool", "address_of"]

_PREFIX = "dask:"
_WARM = "handbill.rendering.preload"
_LONGEST_FOLDER = 70
"""Bytes: a socket's path has at most 107, and multiprocessing adds a folder's name and a file's."""


def address_of(executor: str) -> str:
    """Return the scheduler's address in what `--executor` says, "" where that is `local`. Raises UsageError."""
    if executor == "local":
        return ""
    if executor.startswith(_PREFIX) and executor != _PREFIX:
        return executor.removeprefix(_PREFIX)
    message = f"there is no executor `{executor}`"
    raise UsageError(diagnostic("executor", message, hint="local, or dask:ADDRESS with a scheduler's address"))


@dataclass(frozen=True)
class Limits:
    """What one handout may take: seconds on the wall, and bytes of memory of its process, address space counted."""

    seconds: float = 900.0
    memory: int = 8_192_000_000


@dataclass(slots=True, eq=False)
class _Worker:
    """A process that makes handouts, and the end of the pipe to it; `job` is what it is at, `until` when that must be done.

    `made` is how many jobs it has done.
    """

    process: Any
    connection: Any
    job: Job | None = None
    until: float = 0.0
    made: int = 0


@dataclass(slots=True)
class Pool:
    """At most so many workers, which start when there are jobs for them. To be closed: `with contextlib.closing(pool)`.

    `modules` are what the workers' server imports before there is a job. After `most` jobs a worker makes room for a fresh one: libraries
    leak (WeasyPrint 70 and Pango a quarter of a megabyte for each PDF of seven pages), which no collection of garbage gets back.
    """

    size: int
    limits: Limits = Limits()
    modules: Sequence[str] = ()
    most: int = 1_000
    _workers: list[_Worker] = field(default_factory=list)

    def start(self) -> None:
        """Start the server that workers come from, where there is none; it imports while this process goes on."""
        with _starting(self.modules):
            # It lets interrupts in again when it has started, so it comes first.
            resource_tracker.ensure_running()
        with interrupts.held(), _starting(self.modules), _sockets_near_the_root():
            multiprocessing.get_context("forkserver").set_forkserver_preload([_WARM])
            forkserver.ensure_running()

    def close(self) -> None:
        """End the workers, whatever they are at."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()
        self._workers.clear()

    def results(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Outcome]]:
        """Yield each job with what came of it, as they are done; jobs are taken when there is a worker for them soon.

        Where the caller stops early, the workers that are at a job are killed.
        """
        waiting, ready = iter(jobs), deque[Job]()
        try:
            while True:
                self._hand_out(ready)
                busy = [worker for worker in self._workers if worker.job is not None]
                done = self._done(busy, patient=len(ready) >= self.size or not self._refill(ready, waiting))
                if not done and not busy and not ready:
                    return
                for worker in done:
                    yield self._settle(worker)
        finally:
            for worker in [worker for worker in self._workers if worker.job is not None]:
                self._remove(worker)

    def _refill(self, ready: deque[Job], waiting: Iterator[Job]) -> bool:
        """Take the next job, which may mean that an article is read; tell whether there was one."""
        job = next(waiting, None)
        if job is not None:
            ready.append(job)
        return job is not None

    def _hand_out(self, ready: deque[Job]) -> None:
        while ready:
            for idle in [worker for worker in self._workers if worker.job is None and worker.connection.poll()]:
                # It says nothing unasked: it is gone.
                self._remove(idle)
            worker = next((worker for worker in self._workers if worker.job is None), None)
            if worker is None and len(self._workers) >= self.size:
                return
            worker = worker or self._hire()
            job = ready.popleft()
            worker.job, worker.until = job, time.monotonic() + self.limits.seconds
            with contextlib.suppress(BrokenPipeError):
                # A worker that is gone is met where its answer would be.
                worker.connection.send(job)

    def _hire(self) -> _Worker:
        self.start()
        context = multiprocessing.get_context("forkserver")
        ours, theirs = context.Pipe()
        with interrupts.held(), _without_main():
            process = context.Process(target=serve, args=(theirs, self.limits.memory), daemon=True)
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _done(self, busy: Sequence[_Worker], *, patient: bool) -> list[_Worker]:
        """Return the workers that have answered, have died or are past their time; wait for one where `patient`."""
        if not busy:
            return []
        pause = max(0.0, min(worker.until for worker in busy) - time.monotonic()) if patient else 0.0
        found = multiprocessing.connection.wait([worker.connection for worker in busy], pause)
        now = time.monotonic()
        return [worker for worker in busy if worker.connection in found or worker.until <= now]

    def _settle(self, worker: _Worker) -> tuple[Job, Outcome]:
        job = worker.job
        assert job is not None
        if worker.connection.poll():
            try:
                outcome: Outcome = worker.connection.recv()
            except (EOFError, OSError):
                self._remove(worker)
                return job, _died(job, worker.process.exitcode)
            worker.job = None
            worker.made += 1
            if worker.made >= self.most:
                self._remove(worker)
            return job, outcome
        self._remove(worker)
        return job, _hung(job, self.limits)

    def _remove(self, worker: _Worker) -> None:
        """End a worker that will not be asked again."""
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.connection.close()


def _died(job: Job, code: int | None) -> Failed:
    how = f"by signal {signal.Signals(-code).name}" if code is not None and -code in set(signal.Signals) else f"with code {code}"
    message = f"the process of the exporter `{job.exporter}` ended {how}"
    hint = "it may have run out of memory; handbill doctor looks for missing libraries and fonts"
    return Failed(ExporterError.exit_code, (diagnostic("worker-died", message, hint=hint),))


def _hung(job: Job, limits: Limits) -> Failed:
    message = f"the exporter `{job.exporter}` was not done after {limits.seconds:g} seconds"
    return Failed(ExporterError.exit_code, (diagnostic("too-slow", message),))


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Keep multiprocessing from importing the program's main module in a worker, which needs nothing of it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _sockets_near_the_root() -> Iterator[None]:
    """Let multiprocessing keep the server's socket in /tmp where the path of the folder for temporary files is too long (unix(7))."""
    before = tempfile.tempdir
    if len(os.fsencode(tempfile.gettempdir())) > _LONGEST_FOLDER:
        tempfile.tempdir = "/tmp"  # noqa: S108 - multiprocessing makes a folder of its own there, for its user alone
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextlib.contextmanager
def _starting(modules: Sequence[str]) -> Iterator[None]:
    """Tell a process of multiprocessing that starts now what to import: it is given nothing but the environment.

    Neither does it look for modules in the current folder, which may be anybody's (Python's documentation, PYTHONSAFEPATH).
    """
    wanted = {"HANDBILL_WARM": " ".join(modules), "PYTHONSAFEPATH": "1"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
