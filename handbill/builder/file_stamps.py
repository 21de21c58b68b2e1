"""File stamps: whether a file is what it was when an earlier build read it.

A file is unchanged where its size, its times of change (of content and of inode) and its inode are the same; else its bytes are compared
by their digest. Two changes go unseen: on a disk that keeps no times of its own, and with the machine's clock set back on purpose.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.system.digests import sha256_of
from handbill.system.paths import find_path

__all__ = ["FileStamp", "FileStamps"]


_TOO_NEW = 10**8
"""Nanoseconds, ten ticks of the coarsest clock of a Linux kernel (CONFIG_HZ_100)."""


_SECOND = 10**9


_TOO_NEW_IN_SECONDS = 2 * _SECOND
"""Where times are told in whole seconds: the coarsest clock of a file system in use (FAT) ticks every two."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """The state of a file by which a later run knows it unchanged without reading it.

    `size` is in bytes; `modified` and `changed` are nanoseconds since 1970 of the last change of its content and of its inode. `inode` is
    the inode's number, `sha256` the digest of the content.
    """

    size: int
    modified: int
    changed: int
    inode: int
    sha256: str

    def matches(self, status: os.stat_result) -> bool:
        """Return whether the file system says that the file is the same."""
        return (self.size, self.modified, self.changed, self.inode) == stat_fields(status)


def stat_fields(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


@dataclass(slots=True)
class FileStamps:
    """The files of a publication as they are in this run, each looked at once.

    `root` is the publication's folder, `begun` when the run began, in nanoseconds since 1970. A file that was changed just before that, or
    later, has no stamp: a second change in the same tick of the file system's clock would not be seen.
    """

    root: Path
    begun: int
    _seen: dict[str, os.stat_result | None] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _lookups: dict[str, str] = field(default_factory=dict)

    def _status(self, path: str) -> os.stat_result | None:
        if path not in self._seen:
            try:
                self._seen[path] = (self.root / path).stat()
            except (OSError, ValueError):
                self._seen[path] = None
        return self._seen[path]

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            try:
                self._digests[path] = sha256_of((self.root / path).read_bytes())
            except OSError:
                self._digests[path] = ""
        return self._digests[path]

    def stamp_of(self, path: str) -> FileStamp | None:
        """Return the stamp of a file; None where there is none, or where it is so new that it may change unseen."""
        before, digest = self._status(path), self._digest(path)
        # Looked at again: what was read lies between the two.
        self._seen.pop(path)
        status = self._status(path)
        if before is None or status is None or stat_fields(before) != stat_fields(status):
            self._digests.pop(path)
            return None
        times = (status.st_mtime_ns, status.st_ctime_ns)
        if max(times) > self.begun - (_TOO_NEW if any(time % _SECOND for time in times) else _TOO_NEW_IN_SECONDS):
            return None
        return FileStamp(*stat_fields(status), digest)

    def is_unchanged(self, path: str, stamp: FileStamp) -> bool:
        """Return whether a file is what it was; its bytes are read only where size and times do not tell."""
        status = self._status(path)
        return status is not None and (stamp.matches(status) or (stamp.size == status.st_size and stamp.sha256 == self._digest(path)))

    def confirm(self, stamps: Mapping[str, FileStamp], lookups: Mapping[str, str]) -> bool:
        """Return whether files are what they were, and paths that were looked up lead where they led ("" for nowhere)."""
        return all(self.is_unchanged(path, stamp) for path, stamp in stamps.items()) and all(
            self._lookup(path) == found for path, found in lookups.items()
        )

    def _lookup(self, path: str) -> str:
        if path not in self._lookups:
            self._lookups[path] = find_path(self.root, path)
        return self._lookups[path]

    def stamps_of(self, paths: Iterable[str]) -> Mapping[str, FileStamp] | None:
        """Return the stamps of files, None where one of them has none."""
        stamps = {path: self.stamp_of(path) for path in paths}
        found = {path: stamp for path, stamp in stamps.items() if stamp is not None}
        return found if len(found) == len(stamps) else None
