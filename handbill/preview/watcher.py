"""File changes in a publication while it is watched (watchfiles), without those that a build or an editor makes itself.

`changes` yields many times a second whether a source has changed since the last time. A watched folder that is removed, or replaced by
another one of its name, counts as a change, and is watched again when it exists.
"""

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
from handbill.proof.manifest import MANIFEST_NAME, SEALS_FOLDER, seal_digest
from handbill.proof.manifest_file import read_manifest
from handbill.publication.discovery import open_publication
from handbill.system.files import RESERVED

__all__ = ["WatchedPaths", "changes", "find_watched_paths"]

_DEBOUNCE = 60
_STEP = 20
_LOOK = 50
"""Milliseconds: how long changes are collected after the first one, how often they are polled for, and when none counts as no change."""

_IGNORED_NAME = re.compile(
    rf"~|#.*#$|\.#|{re.escape(RESERVED)}|(?:\.git|\.hg|\.svn|__pycache__|node_modules)$|.*(?:~|\.sw[a-z]|\.part)$", re.DOTALL
)
"""Names of files that are no source: backups and locks of editors, partial files, and folders of other programs."""


@dataclass(frozen=True, slots=True)
class WatchedPaths:
    """The folder of a publication, the build folder, and the disclaimer of `--disclaimer`, which may lie elsewhere."""

    root: Path
    build: Path
    disclaimer: Path | None = None

    def touches_source(self, paths: Iterable[str]) -> bool:
        """Return whether one of the changed paths may be a source: neither a file of an editor nor a file that a build writes."""
        # Path.resolve raises for a cycle of symbolic links.
        root, build = os.path.realpath(self.root), os.path.realpath(self.build)
        is_separate = not f"{root}/".startswith(f"{build}/")
        outputs = frozenset[str]() if is_separate else _build_outputs(Path(build))
        for path in paths:
            if any(_IGNORED_NAME.match(part) for part in path.removeprefix(root).split("/")):
                continue
            name = os.path.relpath(os.path.realpath(path), build)
            if name == ".." or name.startswith("../") or not (is_separate or name in outputs or seal_digest(name)):
                return True
        return False


def _build_outputs(build: Path) -> frozenset[str]:
    """Return the names of the files that a build writes; needed where the build folder holds sources too."""
    try:
        return frozenset((MANIFEST_NAME, SEALS_FOLDER, *read_manifest(build).handouts))
    except HandbillError:
        return frozenset((MANIFEST_NAME, SEALS_FOLDER))


def find_watched_paths(source: Path, build: Path, disclaimer: Path | None) -> WatchedPaths:
    """Return the paths to be watched for a source. Raises what `open_publication` raises where there is no source."""
    return WatchedPaths(source if source.is_dir() else open_publication(source, disclaimer).root, build, disclaimer)


def changes(watched: WatchedPaths) -> Generator[bool]:
    """Return a generator that yields many times a second whether a source has changed since the last time; it watches from now on.

    Raises UsageError where watchfiles is not installed, and MachineError where the system allows no further watcher.
    """
    try:
        import watchfiles
    except ImportError:
        message, hint = "watchfiles is not installed", "pip install 'handbill[watch]'"
        raise UsageError(diagnostic("watch", message, hint=hint)) from None
    found = _changes(watched, watchfiles)
    # The first step starts the watcher, so that an edit during the first build is not missed.
    next(found)
    return found


def _changes(watched: WatchedPaths, watchfiles: Any) -> Generator[bool]:
    """Yield at each change whether it touches the publication. Goes on when the watched folder is removed and made again."""
    disclaimer, is_new = _file_state(watched.disclaimer), False
    while True:
        identity = _folder_identity(watched.root)
        for found in _file_changes(os.path.realpath(watched.root), watchfiles):
            if _folder_identity(watched.root) != identity:
                break
            before, disclaimer = disclaimer, _file_state(watched.disclaimer)
            # Under polling a folder counts as modified whenever a file in it is, and that file is reported too.
            paths = [path for kind, path in found if kind != watchfiles.Change.modified or not os.path.isdir(path)]  # noqa: PTH112 - a text
            yield is_new or disclaimer != before or watched.touches_source(paths)
            is_new = False
        # The watched folder is gone; another one may have its name already.
        yield True
        yield from _wait_until(watched.root.is_dir)
        is_new = True


def _file_changes(root: str, watchfiles: Any) -> Generator[set[tuple[Any, str]]]:
    """Yield the changes below a folder, many times a second, as sets that may be empty. Raises MachineError where it cannot watch."""
    options: dict[str, Any] = {"debounce": _DEBOUNCE, "step": _STEP, "rust_timeout": _LOOK, "yield_on_timeout": True}
    options["ignore_permission_denied"] = True  # of folders that are not the publication's
    try:
        yield from watchfiles.watch(root, watch_filter=None, **options)
    except FileNotFoundError:
        return
    except (OSError, RuntimeError) as error:  # the core of watchfiles raises RuntimeError
        hint = "set WATCHFILES_FORCE_POLLING=1, or raise fs.inotify.max_user_watches and max_user_instances (sysctl)"
        raise MachineError(diagnostic("watch", f"{root} cannot be watched: {error}", hint=hint)) from None


def _wait_until(condition: Callable[[], bool]) -> Generator[bool]:
    """Yield False, many times a second, until a condition is true."""
    while not condition():
        time.sleep(_LOOK / 1000)
        yield False


def _folder_identity(folder: Path) -> tuple[int, int] | None:
    """Return the identity of a folder, its device and inode; None where it does not exist."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _file_state(file: Path | None) -> tuple[int, int, int] | None:
    """Return inode, size and time of change of a file, which change with its content; None where there is no such file."""
    try:
        found = os.stat(file) if file is not None else None  # noqa: PTH116 - None has no method
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found is not None else None
