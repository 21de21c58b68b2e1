"""What changes in a publication while it is watched: told from what the build itself writes."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handbill.diagnostics.errors import HandbillError, MachineError, UsageError
from handbill.diagnostics.rules import diagnostic
from handbill.proof.manifest import MANIFEST_NAME
from handbill.proof.manifest_file import read_manifest
from handbill.publication.discovery import open_publication
from handbill.system.files import RESERVED

__all__ = ["Watched", "changes", "watched_of"]

_DEBOUNCE = 60
_STEP = 20
_LOOK = 50
"""Milliseconds: how long changes are gathered once there is one, how often is looked for more, and how long without any."""

_NO_SOURCE = re.compile(
    rf"~|#.*#$|\.#|{re.escape(RESERVED)}|(?:\.git|\.hg|\.svn|__pycache__|node_modules)$|.*(?:~|\.sw[a-z]|\.part)$", re.DOTALL
)
"""Names of editors' own files, of half-written ones, and of folders that other programs keep."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A publication's folder, the build folder, and a file that lies elsewhere and is read all the same: its disclaimer."""

    root: Path
    build: Path
    disclaimer: Path | None = None

    def is_touched(self, paths: Iterable[str]) -> bool:
        """Tell whether one of the paths that changed may be a source: no editor's own file, and nothing that a build writes."""
        # Path.resolve raises where links lead in a circle.
        root, build = os.path.realpath(self.root), os.path.realpath(self.build)
        apart = not f"{root}/".startswith(f"{build}/")
        made = frozenset[str]() if apart else _made(Path(build))
        for path in paths:
            if any(_NO_SOURCE.match(part) for part in path.removeprefix(root).split("/")):
                continue
            name = os.path.relpath(os.path.realpath(path), build)
            if name == ".." or name.startswith("../") or not (apart or name in made):
                return True
        return False


def _made(build: Path) -> frozenset[str]:
    """Return the names of what a build writes into a folder that holds sources too."""
    try:
        return frozenset((MANIFEST_NAME, *read_manifest(build).handouts))
    except HandbillError:
        return frozenset((MANIFEST_NAME,))


def watched_of(source: Path, build: Path, disclaimer: Path | None) -> Watched:
    """Return what is to be watched of a source. Raises what `find_place` raises where there is no source."""
    return Watched(source if source.is_dir() else open_publication(source, disclaimer).root, build, disclaimer)


def changes(watched: Watched) -> Generator[bool]:
    """Return what yields many times a second whether something has changed since the last time, from now on.

    Raises UsageError where watchfiles is not installed, and MachineError where the system has no room for another watcher.
    """
    try:
        import watchfiles
    except ImportError:
        message, hint = "watchfiles is not installed", "pip install 'handbill[watch]'"
        raise UsageError(diagnostic("watch", message, hint=hint)) from None
    found = _changes(watched, watchfiles)
    # Its first step begins the watching: an edit during the first build is then not missed.
    next(found)
    return found


def _changes(watched: Watched, watchfiles: Any) -> Generator[bool]:
    beside, is_new = _stamp(watched.disclaimer), False
    while True:
        root = _mark(watched.root)
        for found in _looks(os.path.realpath(watched.root), watchfiles):
            if _mark(watched.root) != root:
                break
            before, beside = beside, _stamp(watched.disclaimer)
            # Where a system is polled, a folder is modified whenever something in it is, which is told besides.
            paths = [path for kind, path in found if kind != watchfiles.Change.modified or not os.path.isdir(path)]  # noqa: PTH112 - a text
            yield is_new or beside != before or watched.is_touched(paths)
            is_new = False
        # What was watched is gone, though another folder may have its name already.
        yield True
        yield from _until(watched.root.is_dir)
        is_new = True


def _looks(root: str, watchfiles: Any) -> Generator[set[tuple[Any, str]]]:
    """Yield what changed below a folder, many times a second, also where nothing did."""
    options: dict[str, Any] = {"debounce": _DEBOUNCE, "step": _STEP, "rust_timeout": _LOOK, "yield_on_timeout": True}
    options["ignore_permission_denied"] = True  # of a folder that is nobody's business here
    try:
        yield from watchfiles.watch(root, watch_filter=None, **options)
    except FileNotFoundError:
        return
    except (OSError, RuntimeError) as error:  # of the second kind is what its core raises
        hint = "set WATCHFILES_FORCE_POLLING=1, or raise fs.inotify.max_user_watches and max_user_instances (sysctl)"
        raise MachineError(diagnostic("watch", f"{root} cannot be watched: {error}", hint=hint)) from None


def _until(condition: Callable[[], bool]) -> Generator[bool]:
    while not condition():
        time.sleep(_LOOK / 1000)
        yield False


def _mark(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another that has taken its name; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _stamp(file: Path | None) -> tuple[int, int, int] | None:
    """Return what changes with a file's content; None where there is no such file."""
    try:
        found = os.stat(file) if file is not None else None  # noqa: PTH116 - None has no method
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found is not None else None
