"""Fault injection for builds and publishing: a callback before each file operation, which may raise, kill the process or remove a file.

`intercept_files` covers the operations below a folder, `intercept_target` those at a publishing target. As a script the module runs a
command with faults in a process of its own: `python fault_injection.py killed|killed_publishing|full|without_rights ARGUMENT…`.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import itertools
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from handbill.builder.build import build as make_handouts
from handbill.builder.report import Report
from handbill.builder.request import Request
from handbill.cli import app
from handbill.diagnostics.errors import HandbillError
from handbill.publishing import target
from inprocess import InProcessPool

__all__ = ["FAULT_SCRIPT", "MANY", "TODAY", "build_here", "intercept_files", "intercept_target"]

FAULT_SCRIPT = Path(__file__)
"""This module as a script."""

MANY = os.environ.get("HANDBILL_FAULTS") == "many"
"""True under `make faults`, which injects every fault; else tests inject a sample of each kind."""

TODAY = datetime.date(2026, 11, 27)


class _InterceptedFile(io.BufferedWriter):
    """A file whose writes are intercepted, each on its own."""

    intercept: Callable[[str, Any], None]

    def write(self, content: Any) -> int:
        """Write, unless the callback raises."""
        self.intercept("write", self.fileno())
        return super().write(content)


@contextlib.contextmanager
def intercept_files(below: Path, act: Callable[[int, str, Path], None]) -> Iterator[None]:
    """Call `act` before each file operation below a folder, with its number from 1, its name and the path; an exception of it is raised.

    The operations are open (for reading too), write, fsync, replace, unlink and mkdir.
    """
    count = 0
    folder = os.path.realpath(below)

    def intercept(name: str, where: Any) -> None:
        nonlocal count
        path = os.path.realpath(f"/proc/self/fd/{where}") if isinstance(where, int) else os.path.abspath(os.fspath(where))  # noqa: PTH100
        if path == folder or path.startswith(f"{folder}/"):
            count += 1
            act(count, name, Path(path))

    def patch_os(name: str) -> Any:
        plain = getattr(os, name)

        def call(where: Any, *others: Any, **named: Any) -> Any:
            intercept(name, where)
            return plain(where, *others, **named)

        return mock.patch.object(os, name, call)

    plain_open = io.open

    def intercepted_open(file: Any, mode: str = "r", *others: Any, **named: Any) -> Any:
        intercept("open", file)
        if mode != "xb":
            return plain_open(file, mode, *others, **named)
        stream = _InterceptedFile(io.FileIO(file, "xb"))
        stream.intercept = intercept
        return stream

    with contextlib.ExitStack() as patches:
        for name in ("open", "fsync", "replace", "unlink", "mkdir"):
            patches.enter_context(patch_os(name))
        patches.enter_context(mock.patch.object(io, "open", intercepted_open))
        yield


@contextlib.contextmanager
def intercept_target(act: Callable[[str, str], None]) -> Iterator[None]:
    """Call `act` before each operation at a target, with its name and its path, "" where it has none.

    Where the target does not write files as a whole, half of a file is written before the call.
    """
    plain = target.open_target

    def open_target(address: str) -> target.Target:
        opened = plain(address)
        opened.filesystem = _InterceptedFileSystem(opened.filesystem, act, whole=opened.atomic)
        return opened

    with mock.patch.object(target, "open_target", open_target):
        yield


class _InterceptedFileSystem:
    """A file system of fsspec with a callback before each of its operations."""

    def __init__(self, filesystem: Any, act: Callable[[str, str], None], *, whole: bool) -> None:
        self._filesystem, self._act, self._whole = filesystem, act, whole

    def __getattr__(self, name: str) -> Any:
        plain = getattr(self._filesystem, name)
        if not callable(plain) or name == "invalidate_cache":
            return plain

        def call(*arguments: Any, **named: Any) -> Any:
            if name == "pipe_file" and not self._whole and "mode" not in named:
                place, content = arguments
                plain(place, content[: len(content) // 2])
            self._act(name, str(arguments[0]) if arguments else "")
            return plain(*arguments, **named)

        return call


def build_here(source: Path, build: Path, **how: Any) -> Report:
    """Build in this process, as of TODAY. Raises what `handbill.builder.build.build` raises."""
    return make_handouts(Request(source, build, TODAY, **how), pool=InProcessPool())  # type: ignore[arg-type] # it has what is used


def _build_exit_code(source: Path, build: Path) -> int:
    """Build, and return the exit code that the command line would have."""
    try:
        report = build_here(source, build)
    except HandbillError as error:
        return error.exit_code
    except OSError:
        return 8
    return 1 if report.tracebacks else report.exit_code


def kill_build(number: str, *arguments: str) -> None:
    """Run the command line, and kill this process at a file operation below ./build, by its number from 1."""

    def act(count: int, name: str, path: Path) -> None:
        if count == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    with intercept_files(Path("build"), act):
        app.main(arguments)


def kill_publishing(number: str, later: str, *arguments: str) -> None:
    """Run the command line with a clock that is `later` seconds ahead, and kill this process at an operation at the target.

    `number` is that of the operation, from 1, or `manifest` for the write of the manifest.
    """
    now, count = time.time, itertools.count(1)
    # Before the imports of the command: they bind time.time.
    time.time = lambda: now() + float(later)

    def act(name: str, path: str) -> None:
        if str(next(count)) == number or (number == "manifest" and name == "pipe_file" and "manifest.json" in path):
            os.kill(os.getpid(), signal.SIGKILL)

    with intercept_target(act):
        app.main(arguments)


def build_on_full_disk(source: str, old: str, build: str, results: str, *rooms: str) -> None:
    """For each of `rooms`: build on a disk with so many free pages of 4096 bytes, then with enough space; copy the build folder after each.

    The copies are `results`/ROOM/after and `results`/ROOM/again. Prints a line for each room: the room, the exit code of the first build,
    the free blocks after it. Where `build` is no mount of its own, the room is instead the greatest size of a file in bytes.
    """
    disk, ballast = Path(build), Path(build, ".ballast")
    is_mount = os.stat(disk).st_dev != os.stat(disk.parent).st_dev  # noqa: PTH116 - os.path.ismount says the same of bind mounts
    for room in rooms:
        for entry in list(disk.iterdir()):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        shutil.copytree(old, disk, dirs_exist_ok=True)
        if is_mount:
            left = os.statvfs(disk).f_bavail
            ballast.write_bytes(bytes(4096 * max(0, left - int(room))))
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), resource.RLIM_INFINITY))
        print(room, _build_exit_code(Path(source), disk), os.statvfs(disk).f_bavail)  # noqa: T201 - what the test reads
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        ballast.unlink(missing_ok=True)
        shutil.copytree(disk, Path(results, room, "after"))
        _build_exit_code(Path(source), disk)
        shutil.copytree(disk, Path(results, room, "again"))


def build_without_rights(source: str, old: str, build: str, results: str, *names: str) -> None:
    """For each of `names`, a path in `source` or `build`: build without permissions for it, then with them; copy the folder after each.

    A name that ends in `=` stays readable and cannot be written. The copies are as those of `build_on_full_disk`.
    """
    for number, name in enumerate(names):
        shutil.rmtree(build, ignore_errors=True)
        shutil.copytree(old, build)
        place = Path(build if name.startswith("build") else source, *Path(name.rstrip("=")).parts[1:])
        mode = place.stat().st_mode
        place.chmod(0o500 if name.endswith("=") else 0)
        code = _build_exit_code(Path(source), Path(build))
        place.chmod(mode)
        print(name, code)  # noqa: T201 - what the test reads
        shutil.copytree(build, Path(results, str(number), "after"))
        _build_exit_code(Path(source), Path(build))
        shutil.copytree(build, Path(results, str(number), "again"))


if __name__ == "__main__":
    {
        "killed": kill_build,
        "killed_publishing": kill_publishing,
        "full": build_on_full_disk,
        "without_rights": build_without_rights,
    }[sys.argv[1]](*sys.argv[2:])
