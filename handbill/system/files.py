"""The files of a build folder: read, replaced atomically, and removed, never outside the folder; and the folder's lock.

Every function raises MachineError where the system refuses.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from handbill.diagnostics.errors import MachineError
from handbill.diagnostics.rules import diagnostic

__all__ = ["LOCK", "RESERVED", "append", "is_inside", "lock", "read", "remove", "remove_partial_files", "replace", "status"]

RESERVED = ".handbill-"
"""The beginning of the names of handbill's own files in a build folder: the lock, the cache, the journal, and partial files."""

LOCK = f"{RESERVED}lock"
"""The name of the lock. handbill writes nothing into this file."""

_MISSING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO)
_NO_NAME = (errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL)


def status(file: Path) -> os.stat_result | None:
    """Return what the system says of a file or a link itself; None where nothing has that name, or can have it. Raises MachineError."""
    try:
        return file.lstat()
    except OSError as error:
        if error.errno in (*_MISSING, *_NO_NAME):
            return None
        raise _machine_error("not-read", file, error) from None


def read(build: Path, name: str) -> bytes | None:
    """Return the bytes of a regular file below the build folder, None where there is none.

    A symbolic link counts as none, and so does a file behind a link that leads outside. Raises MachineError.
    """
    file = build / name
    if not is_inside(build, file):
        return None
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            return stream.read() if stat.S_ISREG(os.fstat(handle).st_mode) else None
    except OSError as error:
        if error.errno in (*_MISSING, errno.EISDIR):
            return None
        raise _machine_error("not-read", file, error) from None


def replace(build: Path, name: str, content: bytes) -> None:
    """Write a file below the build folder atomically and durably: at any moment the whole old or the whole new one is there.

    Raises MachineError: no space, no permission, a symbolic link that leads outside.
    """
    file = build / name
    part = file.parent / f"{RESERVED}{os.getpid()}-{_partial_ending(file.name)}"
    if not is_inside(build, file):
        message = f"{file} is not written: its folder is a link that leads out of {build}"
        raise MachineError(diagnostic("not-written", message, hint="put a folder in its place"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as stream:
            try:
                with stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                part.replace(file)
            finally:
                part.unlink(missing_ok=True)
        _sync_folder(file.parent)
    except OSError as error:
        raise _machine_error("not-written", file, error) from None


def append(build: Path, name: str, content: bytes) -> None:
    """Write bytes durably at the end of a file that is there. Raises MachineError, also where it is gone or a symbolic link."""
    file = build / name
    try:
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            with os.fdopen(handle, "wb", closefd=False) as stream:
                stream.write(content)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise _machine_error("not-written", file, error) from None


def _partial_ending(name: str) -> str:
    """Return how the name of a partial file ends, after the number of the process: it tells the name of the file that is written."""
    return f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.part"


def is_inside(build: Path, file: Path) -> bool:
    """Return whether the folder of a file is below the build folder, symbolic links resolved."""
    try:
        return file.parent.resolve().is_relative_to(build.resolve())
    except (OSError, RuntimeError):
        return False


def _sync_folder(folder: Path) -> None:
    """Write the folder's entries to the disk, so that a rename survives a power failure (fsync)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _machine_error(code: str, file: Path, error: OSError) -> MachineError:
    """Return the error for a file that the system refuses. The code begins with `not-` and names the action that failed."""
    hint = "free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "look at the folder's owner and rights"
    return MachineError(diagnostic(code, f"{file} cannot be {code.removeprefix('not-')}: {error.strerror}", hint=hint))


def remove(file: Path) -> None:
    """Remove a file that may be gone already. Raises MachineError."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise _machine_error("not-removed", file, error) from None


def remove_partial_files(build: Path, names: Iterable[str]) -> None:
    """Remove the partial files that killed builds have left of the files with these names below the build folder. Raises MachineError."""
    endings: dict[Path, set[str]] = {}
    for file in (build / name for name in names):
        endings.setdefault(file.parent, set()).add(_partial_ending(file.name))
    for folder, wanted in endings.items():
        if not is_inside(build, folder / LOCK):
            continue
        for part in folder.glob(f"{RESERVED}*.part"):
            number, _, ending = part.name.removeprefix(RESERVED).partition("-")
            if number.isdecimal() and ending in wanted and not part.is_dir():
                remove(part)


@contextlib.contextmanager
def lock(build: Path) -> Iterator[None]:
    """Hold the build folder's lock inside the block; it ends with the process. Raises MachineError where another build holds it."""
    try:
        build.mkdir(parents=True, exist_ok=True)
        handle = os.open(build / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise _machine_error("not-written", build, error) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message, hint = f"another build is at work in {build}", "wait for it, or build into another folder: -o"
            raise MachineError(diagnostic("locked", message, hint=hint)) from None
        except OSError as error:
            raise _machine_error("not-locked", build, error) from None
        yield
    finally:
        os.close(handle)
