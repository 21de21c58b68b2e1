"""A target of publishing, at any address that fsspec supports: files are read, written and deleted, with retries after failures."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from handbill.diagnostics.errors import MachineError, PublishError, UsageError
from handbill.diagnostics.rules import diagnostic

__all__ = ["RESERVED", "Target", "open_target"]

RESERVED = ".handbill-"
"""What the names of handbill's own files at a target begin with, but for the manifest."""

_TRIES = 5
_FIRST_PAUSE = 0.5
# Protocols whose writes replace an object atomically; elsewhere a file is written beside its place and then moved there.
_ATOMIC_PROTOCOLS = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci", "memory"})
# Errors that another try does not remove.
_PERMANENT_ERRORS = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)

Result = TypeVar("Result")


def open_target(address: str) -> Target:
    """Return the target at an fsspec address; a plain path is a folder.

    Raises UsageError for an address that cannot be understood, PublishError where it cannot be reached, or a file is there.
    """
    if not address.strip():
        raise _unusable_address("an empty address", "it names no place", "a folder, or an address such as s3://bucket/folder")
    try:
        import fsspec
    except ImportError:
        raise _unusable_address(address, "the package fsspec is not installed", "pip install 'handbill[publish]'") from None
    try:
        filesystem, root = fsspec.core.url_to_fs(address, skip_instance_cache=True)
    except ImportError as error:
        raise _unusable_address(
            address, str(error), "pip install 'handbill[s3]', 'handbill[sftp]' or 'handbill[gcs]' brings what is needed"
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise _unusable_address(address, str(error), "a folder, or an address such as s3://bucket/folder or sftp://host/folder") from None
    except Exception as error:
        # Some implementations connect here, and raise errors of their libraries' own classes.
        message, hint = f"{address} cannot be reached: {_error_text(error)}", "look at the address, the network and the credentials"
        raise PublishError(diagnostic("target", message, hint=hint)) from error
    protocols = (filesystem.protocol,) if isinstance(filesystem.protocol, str) else tuple(filesystem.protocol)
    target = Target(address, filesystem, root.rstrip("/"), atomic=not _ATOMIC_PROTOCOLS.isdisjoint(protocols), local="file" in protocols)
    if not target.atomic and target.kind("") == "file":
        message = f"{address} is a file, and handouts are published to a folder"
        raise PublishError(diagnostic("target", message, hint="name another place, or move the file away"))
    return target


def _unusable_address(address: str, why: str, hint: str) -> UsageError:
    return UsageError(diagnostic("target", f"{address} is no target: {why}", hint=hint))


def _error_text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _partial_path(place: str) -> str:
    """Return the path at which a file is written before it is moved to its place."""
    path = PurePosixPath(place)
    return f"{path.parent}/{RESERVED}{path.name}.part"


def _is_partial_path(place: str) -> bool:
    """Return whether this is the path of a file that is not yet moved to its place."""
    name = PurePosixPath(place).name
    return name.startswith(RESERVED) and name.endswith(".part")


@dataclass(slots=True)
class Target:
    """The files below an address, by POSIX path. `atomic` is whether a write replaces a file at once; `local` whether it is a folder here.

    Every method raises PublishError where the target cannot be reached, after trying five times within some seconds.
    """

    address: str
    filesystem: Any
    root: str
    atomic: bool
    sleep: Callable[[float], None] = time.sleep
    local: bool = False

    @property
    def folder(self) -> Path | None:
        """The folder of a local target, None for others."""
        return Path(self.root or "/") if self.local else None

    def _full_path(self, path: str) -> str:
        return f"{self.root}/{path}" if path else self.root or "/"

    def _retry(self, what: str, call: Callable[[], Result]) -> Result:
        """Return what a call returns; where it fails, it is tried again after a pause. Raises PublishError, or a permanent error."""
        pause = _FIRST_PAUSE
        for number in range(1, _TRIES + 1):
            try:
                return call()
            except _PERMANENT_ERRORS:
                raise
            except Exception as error:
                # fsspec's implementations raise what their libraries raise: most is a connection that was lost.
                if number == _TRIES:
                    message = f"{what} failed {_TRIES} times at {self.address}: {_error_text(error)}"
                    raise PublishError(diagnostic("target", message, hint="publish again: what was sent stays sent")) from error
                self.sleep(pause)
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _refusal(self, what: str, error: OSError) -> PublishError:
        message, hint = (
            f"{what} was refused at {self.address}: {_error_text(error)}",
            "look at what the account may do there, then publish again",
        )
        return PublishError(diagnostic("target", message, hint=hint))

    def partial_path(self, path: str) -> str:
        """Return the path of the partial file of a path."""
        return _partial_path(self._full_path(path)).removeprefix(f"{self.root}/")

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, None where there is none."""
        try:
            return self._retry(f"reading {path}", lambda: bytes(self.filesystem.cat_file(self._full_path(path))))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except _PERMANENT_ERRORS as error:
            raise self._refusal(f"reading {path}", error) from error

    def kind(self, path: str) -> str:
        """Return the kind of what is at a path: "file", "directory", another kind of the file system, or "" where nothing is.

        A symbolic link in a local folder is a "link", wherever it leads. The address itself is what it leads to.
        """
        if path and self.folder is not None and (self.folder / path).is_symlink():
            return "link"
        try:
            return str(self._retry(f"looking at {path}", lambda: self.filesystem.info(self._full_path(path)))["type"])
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except _PERMANENT_ERRORS as error:
            raise self._refusal(f"looking at {path}", error) from error

    def files_below(self, path: str) -> list[str]:
        """Return the paths of the files below a folder, without the partial files that handbill left there."""
        try:
            found = self._retry(f"listing {path}", lambda: [str(file) for file in self.filesystem.find(self._full_path(path))])
        except _PERMANENT_ERRORS as error:
            raise self._refusal(f"listing {path}", error) from error
        return sorted(file.removeprefix(f"{self.root}/") for file in found if not _is_partial_path(file))

    def write(self, path: str, content: bytes) -> None:
        """Write a file: at any moment either the whole old or the whole new one is there.

        A folder of that name is deleted where it holds only partial files. Raises MachineError for any other folder.
        """
        place = self._full_path(path)
        if not self.atomic and self.kind(path) == "directory":
            self._delete_folder(path)

        def put() -> None:
            if self.atomic:
                self.filesystem.pipe_file(place, content)
                return
            part = _partial_path(place)
            self.filesystem.makedirs(str(PurePosixPath(place).parent), exist_ok=True)
            self.filesystem.pipe_file(part, content)
            self.filesystem.mv(part, place)

        try:
            self._retry(f"sending {path}", put)
        except _PERMANENT_ERRORS as error:
            raise self._refusal(f"sending {path}", error) from error

    def _delete_folder(self, path: str) -> None:
        """Delete a folder that holds only partial files. Raises MachineError for any other."""
        others = self.files_below(path)
        if others:
            message = f"a file is to be at {path}, and there is a folder, with {others[0]}, which handbill did not put there"
            raise MachineError(diagnostic("in-the-way", message, hint="move the folder away"))

        def remove() -> None:
            inside = self.filesystem.find(self._full_path(path), withdirs=True, detail=True)
            for name in sorted(inside, key=len, reverse=True):
                if inside[name]["type"] != "directory":
                    self.filesystem.rm_file(name)
                elif str(name).rstrip("/") != self._full_path(path):
                    self.filesystem.rmdir(name)
            self.filesystem.rmdir(self._full_path(path))

        try:
            self._retry(f"deleting {path}", remove)
        except _PERMANENT_ERRORS as error:
            raise self._refusal(f"deleting {path}", error) from error

    def delete_partial_file(self, path: str) -> None:
        """Delete the partial file of a path, which a run that died may have left."""
        if not self.atomic:
            with contextlib.suppress(OSError):
                self.filesystem.rm_file(_partial_path(self._full_path(path)))

    def create(self, path: str, content: bytes) -> bool:
        """Create a file where none is. Return whether this call created it; of several jobs, only one can."""
        try:
            self._retry("making the lease", lambda: self._create(path, content))
        except FileExistsError:
            # The first try of this call may have created it, and its answer was lost.
            return self.read(path) == content
        except _PERMANENT_ERRORS as error:
            raise self._refusal("making the lease", error) from error
        return True

    def _create(self, path: str, content: bytes) -> None:
        place = self._full_path(path)
        if not self.atomic:
            self.filesystem.makedirs(str(PurePosixPath(place).parent), exist_ok=True)
            # Some servers do not say why a creation failed.
            if self.filesystem.exists(place):
                raise FileExistsError(path)
        self.filesystem.pipe_file(place, content, mode="create")

    def delete(self, path: str) -> None:
        """Delete a file, which may be gone already, and the folders that become empty by it."""
        place = self._full_path(path)

        def remove() -> None:
            try:
                self.filesystem.rm_file(place)
            except Exception:
                if self.atomic or not self.filesystem.isdir(place):
                    raise
                # A folder has taken the file's place: the file is gone.

        try:
            self._retry(f"deleting {path}", remove)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except _PERMANENT_ERRORS as error:
            raise self._refusal(f"deleting {path}", error) from error
        if not self.atomic:
            self._delete_empty_folders(PurePosixPath(path).parent)

    def _delete_empty_folders(self, folder: PurePosixPath) -> None:
        while folder.parts:
            try:
                if self.filesystem.ls(self._full_path(str(folder)), detail=False):
                    return
                self.filesystem.rmdir(self._full_path(str(folder)))
            except OSError:
                return  # It is not empty, or gone: either way nothing is to be done.
            folder = folder.parent

    def _list(self) -> list[str]:
        self.filesystem.invalidate_cache()
        return list(self.filesystem.ls(self.root, detail=False))

    def names(self, beginning: str) -> list[str]:
        """Return the names of the files at the address, not below its folders, that begin so."""
        try:
            found = self._retry("listing", self._list)
        except _PERMANENT_ERRORS:
            return []
        names = (str(path).rstrip("/").rpartition("/")[2] for path in found)
        return sorted(name for name in names if name.startswith(beginning))
