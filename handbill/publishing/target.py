"""A place to publish to, at any address that fsspec knows: files are read, written whole and deleted, again where that fails."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from handbill.diagnostics.errors import PublishError, UsageError
from handbill.diagnostics.rules import diagnostic

__all__ = ["RESERVED", "Target", "open_target"]

RESERVED = ".handbill-"
"""What the names of handbill's own files at a target begin with, but for the manifest."""

_TRIES = 5
_FIRST_PAUSE = 0.5
# These replace an object whole, or not at all; elsewhere a file is written beside its place and then moved there.
_WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci", "memory"})
# What trying again does not mend.
_FINAL = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)

Result = TypeVar("Result")


def open_target(address: str) -> Target:
    """Return the target at an fsspec address; a plain path is a folder.

    Raises UsageError for an address that cannot be understood, PublishError where it cannot be reached, or a file is there.
    """
    if not address.strip():
        raise _unusable("an empty address", "it names no place", "a folder, or an address such as s3://bucket/folder")
    try:
        import fsspec
    except ImportError:
        raise _unusable(address, "the package fsspec is not installed", "pip install 'handbill[publish]'") from None
    try:
        filesystem, root = fsspec.core.url_to_fs(address, skip_instance_cache=True)
    except ImportError as error:
        raise _unusable(
            address, str(error), "pip install 'handbill[s3]', 'handbill[sftp]' or 'handbill[gcs]' brings what is needed"
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise _unusable(address, str(error), "a folder, or an address such as s3://bucket/folder or sftp://host/folder") from None
    except Exception as error:
        # Some connect as soon as they are made, and their errors are of their libraries' own classes.
        message, hint = f"{address} cannot be reached: {_said(error)}", "look at the address, the network and the credentials"
        raise PublishError(diagnostic("target", message, hint=hint)) from error
    protocols = (filesystem.protocol,) if isinstance(filesystem.protocol, str) else tuple(filesystem.protocol)
    target = Target(address, filesystem, root.rstrip("/"), whole=not _WHOLE.isdisjoint(protocols), local="file" in protocols)
    if not target.whole and target.kind("") == "file":
        message = f"{address} is a file, and handouts are published to a folder"
        raise PublishError(diagnostic("target", message, hint="name another place, or move the file away"))
    return target


def _unusable(address: str, why: str, hint: str) -> UsageError:
    return UsageError(diagnostic("target", f"{address} is no target: {why}", hint=hint))


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _part(place: str) -> str:
    """Return where a file is written before it is moved to its place."""
    path = PurePosixPath(place)
    return f"{path.parent}/{RESERVED}{path.name}.part"


def _is_part(place: str) -> bool:
    """Tell whether this is where a file is written before it is moved to its place."""
    name = PurePosixPath(place).name
    return name.startswith(RESERVED) and name.endswith(".part")


@dataclass(slots=True)
class Target:
    """Files by POSIX path below an address. `whole` tells that what is written replaces what was there at once, `local` a folder here.

    Every method raises PublishError where the target cannot be reached, after trying five times within some seconds.
    """

    address: str
    filesystem: Any
    root: str
    whole: bool
    sleep: Callable[[float], None] = time.sleep
    local: bool = False

    @property
    def folder(self) -> Path | None:
        """The folder that this is, None where it is no folder of this machine."""
        return Path(self.root or "/") if self.local else None

    def _path(self, path: str) -> str:
        return f"{self.root}/{path}" if path else self.root or "/"

    def _again(self, what: str, call: Callable[[], Result]) -> Result:
        pause = _FIRST_PAUSE
        for number in range(1, _TRIES + 1):
            try:
                return call()
            except _FINAL:
                raise
            except Exception as error:
                # fsspec's implementations raise what their libraries raise: most is a connection that was lost.
                if number == _TRIES:
                    message = f"{what} failed {_TRIES} times at {self.address}: {_said(error)}"
                    raise PublishError(diagnostic("target", message, hint="publish again: what was sent stays sent")) from error
                self.sleep(pause)
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _refused(self, what: str, error: OSError) -> PublishError:
        message, hint = f"{what} was refused at {self.address}: {_said(error)}", "look at what the account may do there, then publish again"
        return PublishError(diagnostic("target", message, hint=hint))

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, None where there is none."""
        try:
            return self._again(f"reading {path}", lambda: bytes(self.filesystem.cat_file(self._path(path))))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except _FINAL as error:
            raise self._refused(f"reading {path}", error) from error

    def kind(self, path: str) -> str:
        """Return what is there: "file", "directory", something else that the file system knows, or "" for nothing."""
        try:
            return str(self._again(f"looking at {path}", lambda: self.filesystem.info(self._path(path)))["type"])
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except _FINAL as error:
            raise self._refused(f"looking at {path}", error) from error

    def below(self, path: str) -> list[str]:
        """Return the paths of the files in a folder and in its folders, without what handbill left half-written there."""
        try:
            found = self._again(f"listing {path}", lambda: [str(file) for file in self.filesystem.find(self._path(path))])
        except _FINAL as error:
            raise self._refused(f"listing {path}", error) from error
        return sorted(file.removeprefix(f"{self.root}/") for file in found if not _is_part(file))

    def write(self, path: str, content: bytes) -> None:
        """Put a file there: at any moment either the old one or the new one is there, whole.

        A folder of that name gives way where nothing is in it but what runs that died have left. Raises PublishError for any other.
        """
        place = self._path(path)
        if not self.whole and self.kind(path) == "directory":
            self._clear(path)

        def put() -> None:
            if self.whole:
                self.filesystem.pipe_file(place, content)
                return
            part = _part(place)
            self.filesystem.makedirs(str(PurePosixPath(place).parent), exist_ok=True)
            self.filesystem.pipe_file(part, content)
            self.filesystem.mv(part, place)

        try:
            self._again(f"sending {path}", put)
        except _FINAL as error:
            raise self._refused(f"sending {path}", error) from error

    def _clear(self, path: str) -> None:
        """Delete a folder in which there is nothing but what was left half-written. Raises PublishError where there is more."""
        others = self.below(path)
        if others:
            message = f"a file is to be at {path}, and there is a folder, with {others[0]}, which handbill did not put there"
            raise PublishError(diagnostic("in-the-way", message, hint="move the folder away"))

        def remove() -> None:
            inside = self.filesystem.find(self._path(path), withdirs=True, detail=True)
            for name in sorted(inside, key=len, reverse=True):
                if inside[name]["type"] != "directory":
                    self.filesystem.rm_file(name)
                elif str(name).rstrip("/") != self._path(path):
                    self.filesystem.rmdir(name)
            self.filesystem.rmdir(self._path(path))

        try:
            self._again(f"deleting {path}", remove)
        except _FINAL as error:
            raise self._refused(f"deleting {path}", error) from error

    def sweep(self, path: str) -> None:
        """Delete what a run that died may have left beside a file's place."""
        if not self.whole:
            with contextlib.suppress(OSError):
                self.filesystem.rm_file(_part(self._path(path)))

    def create(self, path: str, content: bytes) -> bool:
        """Put a file where none is; return whether it was this call that did. Nobody else can have done so as well."""
        try:
            self._again("making the lease", lambda: self._create(path, content))
        except FileExistsError:
            # It may have been this very call's first try, whose answer was lost.
            return self.read(path) == content
        except _FINAL as error:
            raise self._refused("making the lease", error) from error
        return True

    def _create(self, path: str, content: bytes) -> None:
        place = self._path(path)
        if not self.whole:
            self.filesystem.makedirs(str(PurePosixPath(place).parent), exist_ok=True)
            # Some servers say no more than that it failed.
            if self.filesystem.exists(place):
                raise FileExistsError(path)
        self.filesystem.pipe_file(place, content, mode="create")

    def delete(self, path: str) -> None:
        """Delete a file that may be gone already, and the folders that it leaves empty."""
        place = self._path(path)

        def remove() -> None:
            try:
                self.filesystem.rm_file(place)
            except Exception:
                if self.whole or not self.filesystem.isdir(place):
                    raise
                # A folder has taken the file's place: the file is gone.

        try:
            self._again(f"deleting {path}", remove)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except _FINAL as error:
            raise self._refused(f"deleting {path}", error) from error
        if not self.whole:
            self._delete_empty_folders(PurePosixPath(path).parent)

    def _delete_empty_folders(self, folder: PurePosixPath) -> None:
        while folder.parts:
            try:
                if self.filesystem.ls(self._path(str(folder)), detail=False):
                    return
                self.filesystem.rmdir(self._path(str(folder)))
            except OSError:
                return  # It is not empty, or gone: either way nothing is to be done.
            folder = folder.parent

    def _listed(self) -> list[str]:
        self.filesystem.invalidate_cache()
        return list(self.filesystem.ls(self.root, detail=False))

    def names(self, beginning: str) -> list[str]:
        """Return the names of files directly at the address that begin so."""
        try:
            found = self._again("listing", self._listed)
        except _FINAL:
            return []
        names = (str(path).rstrip("/").rpartition("/")[2] for path in found)
        return sorted(name for name in names if name.startswith(beginning))
