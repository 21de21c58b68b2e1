"""Faults for builds: file operations that fail, that end the process, or before which a file vanishes, each wherever there is one."""

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

__all__ = ["MANY", "TODAY", "acting", "at_target", "build_here", "contents"]

MANY = os.environ.get("HANDBILL_FAULTS") == "many"
"""Whether `make faults` asks for all faults; else a sample of each kind."""

TODAY = datetime.date(2026, 11, 27)


class _Writing(io.BufferedWriter):
    """A file, each write to which is an operation of its own."""

    met: Callable[[str, Any], None]

    def write(self, content: Any) -> int:
        """Write, unless something is done in its place."""
        self.met("write", self.fileno())
        return super().write(content)


@contextlib.contextmanager
def acting(below: Path, act: Callable[[int, str, Path], None]) -> Iterator[None]:
    """Call `act` before each file operation below a folder with its number, from 1, its name, and the path; what it raises is raised.

    The operations are open, write, fsync, replace, unlink and mkdir: what a build does to files, and reads of the same folder.
    """
    count = 0
    folder = os.path.realpath(below)

    def met(name: str, where: Any) -> None:
        nonlocal count
        path = os.path.realpath(f"/proc/self/fd/{where}") if isinstance(where, int) else os.path.abspath(os.fspath(where))  # noqa: PTH100
        if path == folder or path.startswith(f"{folder}/"):
            count += 1
            act(count, name, Path(path))

    def of_os(name: str) -> Any:
        plain = getattr(os, name)

        def call(where: Any, *others: Any, **named: Any) -> Any:
            met(name, where)
            return plain(where, *others, **named)

        return mock.patch.object(os, name, call)

    plain_open = io.open

    def opened(file: Any, mode: str = "r", *others: Any, **named: Any) -> Any:
        met("open", file)
        if mode != "xb":
            return plain_open(file, mode, *others, **named)
        writing = _Writing(io.FileIO(file, "xb"))
        writing.met = met
        return writing

    with contextlib.ExitStack() as patches:
        for name in ("open", "fsync", "replace", "unlink", "mkdir"):
            patches.enter_context(of_os(name))
        patches.enter_context(mock.patch.object(io, "open", opened))
        yield


@contextlib.contextmanager
def at_target(act: Callable[[str, str], None]) -> Iterator[None]:
    """Call `act` before each operation at a target with its name, and its path where it has one; amid the writing of a file."""
    plain = target.open_target

    def open_target(address: str) -> target.Target:
        opened = plain(address)
        opened.filesystem = _Met(opened.filesystem, act, whole=opened.whole)
        return opened

    with mock.patch.object(target, "open_target", open_target):
        yield


class _Met:
    """A file system of fsspec, with something done before each of its operations."""

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
    """Build in this process. Raises what a build raises."""
    return make_handouts(Request(source, build, TODAY, **how), pool=InProcessPool())  # type: ignore[arg-type] # it has what is used


def contents(build: Path) -> dict[str, bytes]:
    """Return what stands in a build folder, dot files aside."""
    files = (file for file in build.rglob("*") if file.is_file() and not file.name.startswith("."))
    return {file.relative_to(build).as_posix(): file.read_bytes() for file in files}


def _tried(source: Path, build: Path) -> int:
    """Build, and return the exit code that the command line would have."""
    try:
        report = build_here(source, build)
    except HandbillError as error:
        return error.exit_code
    except OSError:
        return 8
    return 1 if report.tracebacks else report.exit_code


def killed(number: str, *arguments: str) -> None:
    """Run the command line, and kill this process at that operation on a file of ./build."""

    def act(count: int, name: str, path: Path) -> None:
        if count == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    with acting(Path("build"), act):
        app.main(arguments)


def killed_publishing(number: str, later: str, *arguments: str) -> None:
    """Run the command line, so many seconds later than it is, and kill this process at the target.

    That is at an operation by its number, from 1, or amid the writing of the manifest: `manifest`.
    """
    now, count = time.time, itertools.count(1)
    # What is imported from here on knows no other clock.
    time.time = lambda: now() + float(later)

    def act(name: str, path: str) -> None:
        if str(next(count)) == number or (number == "manifest" and name == "pipe_file" and "manifest.json" in path):
            os.kill(os.getpid(), signal.SIGKILL)

    with at_target(act):
        app.main(arguments)


def full(source: str, old: str, build: str, results: str, *rooms: str) -> None:
    """Build on a disk that has so many pages of 4096 bytes left, then with room again; keep both results, and print the exit codes.

    Where `build` is no disk of its own, a file may have so many bytes in place of the pages.
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
        print(room, _tried(Path(source), disk), os.statvfs(disk).f_bavail)  # noqa: T201 - what the test reads
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        ballast.unlink(missing_ok=True)
        shutil.copytree(disk, Path(results, room, "after"))
        _tried(Path(source), disk)
        shutil.copytree(disk, Path(results, room, "again"))


def without_rights(source: str, old: str, build: str, results: str, *names: str) -> None:
    """Build while nobody may read or write one file or folder, of `source` or `build`, then as before; as `full` does.

    A name that ends in `=` may be read, and not written.
    """
    for number, name in enumerate(names):
        shutil.rmtree(build, ignore_errors=True)
        shutil.copytree(old, build)
        place = Path(build if name.startswith("build") else source, *Path(name.rstrip("=")).parts[1:])
        mode = place.stat().st_mode
        place.chmod(0o500 if name.endswith("=") else 0)
        code = _tried(Path(source), Path(build))
        place.chmod(mode)
        print(name, code)  # noqa: T201 - what the test reads
        shutil.copytree(build, Path(results, str(number), "after"))
        _tried(Path(source), Path(build))
        shutil.copytree(build, Path(results, str(number), "again"))


if __name__ == "__main__":
    {"killed": killed, "killed_publishing": killed_publishing, "full": full, "without_rights": without_rights}[sys.argv[1]](*sys.argv[2:])
