"""Watching: build, show, wait for a change, build again; with workers that stay warm."""

from __future__ import annotations

import os
import queue
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from handbill import pipeline
from handbill.contract import Diagnostic, Severity
from handbill.errors import HandbillError, UsageError
from handbill.files import RESERVED
from handbill.manifest import FILE, Handout, read_manifest
from handbill.plan import find_place
from handbill.preview.board import Board, Shown
from handbill.report import Report, of_error
from handbill.workers import Pool

__all__ = ["watch"]

_DEBOUNCE = 60
_STEP = 20
_LOOK = 500
"""Milliseconds: how long changes are gathered once there is one, how often is looked for more, and how often whether to stop."""


def watch(
    request: Callable[[], pipeline.Request], board: Board, pool: Pool, told: Callable[[Report, Shown], None], stop: threading.Event
) -> None:
    """Build, and build again whenever a file of the publication changes, until `stop` is set or an interrupt comes.

    `request` gives what is asked for, today. The outcomes go up on the board, and `told` is called with each. Raises UsageError where
    watchfiles is not installed, and what `find_place` raises where there is nothing to watch.
    """
    asked = request()
    # Where there is nothing to watch, that is said at once.
    root = asked.source if asked.source.is_dir() else find_place(asked.source, asked.disclaimer).root
    changes = _changes(root, asked, stop)
    pool.modules = pipeline.modules_for(asked)
    pool.start()
    _build(asked, board, pool, told)
    while not stop.is_set():
        changes.get()
        while not changes.empty():
            changes.get()
        _build(request(), board, pool, told)


def _changes(root: Path, request: pipeline.Request, stop: threading.Event) -> queue.SimpleQueue[object]:
    """Return a queue that is told of every change from now on."""
    try:
        import watchfiles
    except ImportError:
        message, hint = "watchfiles is not installed", "pip install 'handbill[watch]'"
        raise UsageError(Diagnostic(Severity.ERROR, "watch", message, hint=hint)) from None
    top, below = os.path.realpath(root), os.path.realpath(request.build)
    places = [top, *([os.path.dirname(os.path.realpath(request.disclaimer))] if request.disclaimer else [])]  # noqa: PTH120 - a text

    def is_ours(_change: watchfiles.Change, path: str) -> bool:
        name = path.rpartition("/")[2]
        if below.startswith(f"{top}/") and f"{path}/".startswith(f"{below}/"):
            return False
        return not (name.startswith(("~", f"{RESERVED}", ".#")) or name.endswith(("~", ".swp", ".swx", ".part")) or name == FILE)

    changes: queue.SimpleQueue[object] = queue.SimpleQueue()

    def gather() -> None:
        watching = watchfiles.watch(
            *places,
            watch_filter=is_ours,
            debounce=_DEBOUNCE,
            step=_STEP,
            stop_event=stop,
            rust_timeout=_LOOK,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        for change in watching:
            changes.put(change)

    threading.Thread(target=gather, daemon=True).start()
    return changes


def _build(request: pipeline.Request, board: Board, pool: Pool, told: Callable[[Report, Shown], None]) -> None:
    begun = time.perf_counter()
    try:
        report = pipeline.build(request, pool=pool)
    except HandbillError as error:
        report = of_error(error)
    except Exception as error:
        # Whatever it is, the next change may mend it; it is shown whole.
        report = Report(Path(), tracebacks=["".join(traceback.format_exception(error))])
    seconds = time.perf_counter() - begun
    board.show(_there(request.build, board.shown), report.diagnostics, report.tracebacks, seconds)
    told(report, board.shown)


def _there(build: Path, before: Shown) -> tuple[Handout, ...]:
    """Return the handouts of a build folder; those that were shown where its manifest cannot be read."""
    try:
        return tuple(read_manifest(build).handouts.values())
    except HandbillError:
        return before.handouts
