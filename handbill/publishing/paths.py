"""Paths of a site: which are valid, and which cannot exist side by side, as a file and a folder of one name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from handbill.proof.manifest import is_build_file

__all__ = ["Reservation", "ReservedPaths", "is_site_path", "parent_folders"]


def is_site_path(path: str) -> bool:
    """Return whether a file of a site may have this path: a POSIX path below the target, and not that of a file of handbill itself."""
    return is_build_file(path)


def parent_folders(path: str) -> tuple[str, ...]:
    """Return the folders above a path, the nearest first."""
    return tuple(str(folder) for folder in PurePosixPath(path).parents[:-1])


@dataclass(frozen=True, slots=True)
class Reservation:
    """A path that a file needs: `what` says to people what the file is; `content` identifies its content."""

    path: str
    what: str = ""
    content: str = ""


@dataclass(slots=True)
class ReservedPaths:
    """The reserved paths of a site: those of files, and of the folders above them."""

    files: dict[str, Reservation] = field(default_factory=dict)
    folders: dict[str, Reservation] = field(default_factory=dict)

    def conflict(self, path: str) -> Reservation | None:
        """Return what prevents a file at this path: a file there, one below it, or one in the place of a folder above it."""
        found = self.files.get(path) or self.folders.get(path)
        return found or next((self.files[folder] for folder in parent_folders(path) if folder in self.files), None)

    def reserve(self, wanted: Reservation) -> Reservation | None:
        """Reserve a path. Return the reservation that prevents it, None where none does. The same content may be reserved twice."""
        other = self.conflict(wanted.path)
        if other is not None and (other.path, other.content) != (wanted.path, wanted.content):
            return other
        self.files[wanted.path] = wanted
        for folder in parent_folders(wanted.path):
            self.folders.setdefault(folder, wanted)
        return None
