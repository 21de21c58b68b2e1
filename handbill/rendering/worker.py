"""Where handouts are made: one job in, proven bytes or what went wrong out; this runs in worker processes."""

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

from handbill.contract import Exporter, ExporterError, Run
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.rules import diagnostic
from handbill.proof.acceptance import accept
from handbill.proof.boxed_notice import marked_claims
from handbill.registry import load
from handbill.rendering.job import EPOCH, Crash, Failed, Job, Made, Outcome

__all__ = ["make", "serve"]


_COLLECTING = (50_000, 20, 20)


def serve(connection: Connection, memory: int) -> None:
    """Answer jobs with their outcomes until the other end of the connection is closed: what a worker process does.

    `memory` is how many bytes of address space the process may take. The parent alone answers an interrupt; what a library prints does
    not mix with the command's data; libraries that stamp times stamp a constant.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))
    os.dup2(2, 1)
    # Layout makes many objects that refer to each other and live until the handout is done.
    gc.set_threshold(*_COLLECTING)
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            connection.send(make(connection.recv()))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@functools.cache
def _exporter(name: str) -> Exporter[Any]:
    return load(name)


def make(job: Job) -> Outcome:
    """Return the handout of a job, proven, or why there is none. What comes back is plain data, whatever a plug-in raises."""
    try:
        return _made(job)
    except HandbillError as error:
        if all(isinstance(one, Diagnostic) for one in error.diagnostics):
            return Failed(error.exit_code, error.diagnostics)
        return _crash(error)
    except MemoryError:
        message = f"the exporter `{job.exporter}` ran out of memory"
        return Failed(ExporterError.exit_code, (diagnostic("too-large", message),))
    except BaseException as error:
        # A library may raise what derives from BaseException alone; sys.exit does.
        return _crash(error)


def _made(job: Job) -> Made:
    exporter = _exporter(job.exporter)
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
    accepted = accept(exporter, content, job.expected, marked, job.bounds)
    return Made(content, accepted.proof, tuple(diagnostics), accepted.conformance, marked)


def _crash(error: BaseException) -> Crash:
    return Crash(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))
