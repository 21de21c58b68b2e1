"""Jobs handed to worker processes: results as they come, a dead worker's job named and the others done again."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice

from handbill.contract import Diagnostic, ExporterError, Severity
from handbill.rendering import Failed, Job, Outcome, make, start_worker

__all__ = ["results"]

_WAITING_PER_WORKER = 2


def results(jobs: Iterable[Job], workers: int) -> Generator[tuple[Job, Outcome]]:
    """Yield each job with what came of it, as they are done. Where the caller stops early, the workers are killed."""
    waiting = iter(jobs)
    while orphans := (yield from _run(waiting, workers)):
        # A worker that dies takes the pool's other jobs with it: each of them gets a process of its own.
        for job in orphans:
            if (yield from _run(iter([job]), 1)):
                message = f"the process of the exporter `{job.exporter}` died"
                hint = "it may have run out of memory; handbill doctor looks for missing libraries and fonts"
                yield job, Failed(ExporterError.exit_code, (Diagnostic(Severity.ERROR, "worker-died", message, hint=hint),))


def _run(jobs: Iterator[Job], workers: int) -> Generator[tuple[Job, Outcome], None, list[Job]]:
    """Yield results until the jobs or the pool are at an end; return the jobs that had begun when the pool broke."""
    first = list(islice(jobs, workers * _WAITING_PER_WORKER))
    orphans: list[Job] = []
    if not first:
        return orphans
    not_ours = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(first)), mp_context=context, initializer=start_worker) as pool:
        try:
            with _interrupts_held():
                running: dict[Future[Outcome], Job] = {pool.submit(make, job): job for job in first}
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    job = running.pop(future)
                    if isinstance(future.exception(), BrokenProcessPool):
                        orphans.append(job)
                        continue
                    yield job, future.result()
                    for following in islice(jobs, 0 if orphans else 1):
                        try:
                            with _interrupts_held():
                                running[pool.submit(make, following)] = following
                        except BrokenProcessPool:
                            orphans.append(following)
        except BaseException:
            for process in set(multiprocessing.active_children()) - not_ours:
                process.kill()
            raise
    return orphans


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back until the block ends, also from the processes that start in it.

    A terminal's interrupt goes to every process of its group. A new process inherits what is held back (POSIX, `exec`), and so meets
    none before `start_worker` makes it ignore them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
