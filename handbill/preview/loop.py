"""Watching: build, show, wait for a change, build again; with workers that stay warm."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from handbill.builder.build import build
from handbill.builder.report import Report, report_of_error
from handbill.builder.request import Request
from handbill.builder.workers import modules_for
from handbill.diagnostics.errors import HandbillError
from handbill.preview.latest import LatestBuild, Snapshot
from handbill.proof.manifest import Handout
from handbill.proof.manifest_file import read_manifest
from handbill.rendering.pool import Pool
from handbill.system import files

__all__ = ["watch"]


def watch(
    request: Callable[[], Request], changed: Iterable[bool], board: LatestBuild, pool: Pool, told: Callable[[Report, Snapshot], None]
) -> None:
    """Build, and build again whenever something has changed, until an interrupt comes.

    `request` gives what is asked for, today; `changed` yields again and again whether there was a change. The outcomes go up on the
    board, and `told` is called with each. Where another build is at work in the folder, this one is made after it.
    """
    asked = request()
    pool.modules = modules_for(asked)
    pool.start()
    locked = _build(asked, board, pool, told)
    for has_changed in changed:
        if has_changed or (locked and _is_free(asked.build)):
            locked = _build(request(), board, pool, told)


def _build(request: Request, board: LatestBuild, pool: Pool, told: Callable[[Report, Snapshot], None]) -> bool:
    """Build and show the outcome; return whether another build kept this one out."""
    begun = time.perf_counter()
    try:
        report = build(request, pool=pool)
    except HandbillError as error:
        report = report_of_error(error)
    except Exception as error:
        # Whatever it is, the next change may mend it; it is shown whole.
        report = Report(Path(), tracebacks=["".join(traceback.format_exception(error))])
    seconds = time.perf_counter() - begun
    board.show(_there(request.build, report, board.shown), report.diagnostics, report.tracebacks, seconds)
    told(report, board.shown)
    return any(one.code == "locked" for one in report.diagnostics)


def _is_free(build: Path) -> bool:
    try:
        with files.lock(build):
            return True
    except HandbillError:
        return False


def _there(build: Path, report: Report, before: Snapshot) -> tuple[Handout, ...]:
    """Return the handouts that were asked for and are there; where a run did not come to them, those that were shown before.

    At the beginning these are what the build folder holds.
    """
    if report.rows:
        return tuple(row.handout for row in report.rows if row.handout is not None)
    if before.number:
        return before.handouts
    try:
        return tuple(read_manifest(build).handouts.values())
    except HandbillError:
        return ()
