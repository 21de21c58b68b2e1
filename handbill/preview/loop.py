"""The loop of `handbill watch`: build, publish the outcome to the preview, wait for a change, build again.

The workers of the pool stay alive between builds, so that only the first build pays for their start.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from handbill.builder.build import build
from handbill.builder.report import Report, report_of_error
from handbill.builder.request import Request
from handbill.builder.worker_backend import modules_for
from handbill.diagnostics.errors import HandbillError
from handbill.preview.latest_build import LatestBuild, Snapshot
from handbill.proof.manifest import Handout
from handbill.proof.manifest_file import read_manifest
from handbill.rendering.pool import Pool
from handbill.system import files

__all__ = ["watch"]


def watch(
    request: Callable[[], Request], changed: Iterable[bool], latest: LatestBuild, pool: Pool, on_build: Callable[[Report, Snapshot], None]
) -> None:
    """Build, and build again after each change, until an interrupt.

    `request` returns the request of a build, with the day of the clock. `changed` yields, many times a second, whether something has
    changed. Each outcome becomes the latest one, and `on_build` is called with it. A build that finds the build folder locked by another
    process is repeated when the folder is free.
    """
    first = request()
    pool.modules = modules_for(first)
    pool.start()
    was_locked = _build(first, latest, pool, on_build)
    for has_changed in changed:
        if has_changed or (was_locked and _is_free(first.build)):
            was_locked = _build(request(), latest, pool, on_build)


def _build(request: Request, latest: LatestBuild, pool: Pool, on_build: Callable[[Report, Snapshot], None]) -> bool:
    """Build and publish the outcome; return whether the build folder was locked by another process."""
    begun = time.perf_counter()
    try:
        report = build(request, pool=pool)
    except HandbillError as error:
        report = report_of_error(error)
    except Exception as error:
        # A defect does not end the preview: the next change may avoid it. Its traceback is shown.
        report = Report(Path(), tracebacks=["".join(traceback.format_exception(error))])
    seconds = time.perf_counter() - begun
    latest.publish(_existing_handouts(request.build, report, latest.snapshot), report.diagnostics, report.tracebacks, seconds)
    on_build(report, latest.snapshot)
    return any(one.code == "locked" for one in report.diagnostics)


def _is_free(build: Path) -> bool:
    """Return whether no other process builds into a folder."""
    try:
        with files.lock(build):
            return True
    except HandbillError:
        return False


def _existing_handouts(build: Path, report: Report, previous: Snapshot) -> tuple[Handout, ...]:
    """Return the handouts of a build that exist.

    Where the build ended before any handout was decided, return those of the outcome before, or of the manifest where there is none.
    """
    if report.rows:
        return tuple(row.handout for row in report.rows if row.handout is not None)
    if previous.number:
        return previous.handouts
    try:
        return tuple(read_manifest(build).handouts.values())
    except HandbillError:
        return ()
