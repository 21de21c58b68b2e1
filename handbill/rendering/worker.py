"""The worker process: it takes jobs from a pipe, lets the exporter make each handout or read it back, and answers with an outcome.

No exporter runs anywhere else: `run_job` is what a worker process (`handbill.rendering.pool`) and a worker of dask
(`handbill.rendering.dask_cluster`) call. A handout leaves it only if `handbill.proof.acceptance` accepts its bytes.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import multiprocessing
import os
import resource
import signal
import threading
import traceback
from multiprocessing.connection import Connection
from typing import Any

from handbill.contract import Exporter, ExporterError, Run, Sealed
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.rules import diagnostic
from handbill.proof.acceptance import Wanted, accept, accept_seal
from handbill.proof.boxed_notice import marked_claims
from handbill.proof.image_difference import ImageDifference, image_differences
from handbill.proof.verify import VerificationJob, verify_handout
from handbill.registry import load, sealing
from handbill.rendering.job import EARLIEST_ZIP_TIME, Crash, Failed, Job, Made, MadeSeal, Outcome, SealJob
from handbill.system import interrupts

__all__ = ["GC_THRESHOLDS", "run_job", "serve"]

GC_THRESHOLDS = (50_000, 20, 20)
"""Layout makes many objects that refer to each other and live until the handout is done: collections in between find little."""


def serve(connection: Connection, memory: int) -> None:
    """Receive jobs and send their outcomes until the other end of the connection is closed: the main function of a worker process.

    `memory` is the limit of the process's address space, in bytes. The process ignores SIGINT, which its parent handles; it ends when the
    parent ends. Its stdout goes to stderr, because stdout is the command's data. SOURCE_DATE_EPOCH is set to a constant.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, interrupts.HELD)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))
    os.dup2(2, 1)
    gc.set_threshold(*GC_THRESHOLDS)
    os.environ["SOURCE_DATE_EPOCH"] = EARLIEST_ZIP_TIME
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            connection.send(run_job(connection.recv()))


def _exit_with_parent() -> None:
    """Wait for the parent process to end, however it does, and end this one at once."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@functools.cache
def _load(name: str) -> Exporter[Any]:
    return load(name)


def run_job(job: Job | SealJob | VerificationJob) -> Outcome:
    """Return the outcome of a job: the accepted handout, the proven sealed page, or the result of a verification; or why there is none.

    It raises nothing and returns plain data.
    """
    try:
        match job:
            case VerificationJob():
                return verify_handout(job, _load)
            case SealJob():
                return _proven_seal(job)
        return job.seal if isinstance(job.seal, (Failed, Crash)) else _accepted_handout(job, job.seal)
    except HandbillError as error:
        if all(isinstance(one, Diagnostic) for one in error.diagnostics):
            return Failed(error.exit_code, error.diagnostics, _asked_images(job, error))
        return _crash(error)
    except MemoryError:
        message = f"the exporter `{job.exporter}` ran out of memory"
        return Failed(ExporterError.exit_code, (diagnostic("too-large", message),))
    except BaseException as error:
        # Not Exception alone: an exporter may call sys.exit, and the worker must go on.
        return _crash(error)


def _asked_images(job: Job | SealJob | VerificationJob, error: HandbillError) -> tuple[ImageDifference, ...]:
    return image_differences(error) if isinstance(job, Job) and job.images else ()


def _proven_seal(job: SealJob) -> MadeSeal:
    """Return the sealed page of a job. Raises ExporterError or ProofError if there is none, and whatever the exporter raises."""
    exporter = _load(job.exporter)
    able = sealing(exporter)
    sealed = None if able is None else able.seal(job.disclaimer, job.options)
    if not isinstance(sealed, Sealed) or not isinstance(sealed.handout, bytes) or not sealed.handout:
        message = f"the exporter `{job.exporter}` gave no sealed page"
        raise ExporterError(diagnostic("exporter", message, hint="tell whoever keeps it"))
    accept_seal(exporter, sealed.handout, job.expected)
    return MadeSeal(sealed.handout)


def _accepted_handout(job: Job, seal: bytes | None) -> Made:
    """Return the handout of a job. Raises ExporterError or ProofError if there is none, and whatever the exporter raises."""
    exporter = _load(job.exporter)
    diagnostics: list[Diagnostic] = []

    def report(found: Diagnostic) -> None:
        if not isinstance(found, Diagnostic):
            raise TypeError(f"run.report takes a Diagnostic, not {found!r}")
        diagnostics.append(found)

    content = exporter.export(job.document, job.options, Run(job.timestamp, report))
    if not isinstance(content, bytes) or not content:
        message = f"the exporter `{job.exporter}` gave no bytes"
        raise ExporterError(diagnostic("exporter", message, hint="tell whoever keeps it"))
    marked = marked_claims(job.document)
    accepted = accept(exporter, content, Wanted(job.expected, seal, marked, job.bounds))
    return Made(content, accepted.proof, tuple(diagnostics), accepted.conformance, marked)


def _crash(error: BaseException) -> Crash:
    return Crash(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))
