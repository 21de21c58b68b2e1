"""Paths at a target: which ones a site may have, and which of them cannot stand beside each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from handbill.proof.manifest import is_handout_name

__all__ = ["Claim", "Ground", "folders_of", "is_path"]


def is_path(path: str) -> bool:
    """Tell whether a file of a site may have this path: a POSIX path below the target, and none of handbill's own files there."""
    return is_handout_name(path)


def folders_of(path: str) -> tuple[str, ...]:
    """Return the folders that a file at this path needs, the nearest first."""
    return tuple(str(folder) for folder in PurePosixPath(path).parents[:-1])


@dataclass(frozen=True, slots=True)
class Claim:
    """A path that is wanted: `what` says what for, to people; `content` tells the contents of two claims apart."""

    path: str
    what: str = ""
    content: str = ""


@dataclass(slots=True)
class Ground:
    """Paths that are taken, and the folders that they need."""

    taken: dict[str, Claim] = field(default_factory=dict)
    folders: dict[str, Claim] = field(default_factory=dict)

    def obstacle(self, path: str) -> Claim | None:
        """Return what keeps a file from standing at this path: a file there, one that needs a folder there, or one in place of a folder."""
        found = self.taken.get(path) or self.folders.get(path)
        return found or next((self.taken[folder] for folder in folders_of(path) if folder in self.taken), None)

    def take(self, claim: Claim) -> Claim | None:
        """Take a path; return what keeps the claim from it, None where nothing does. The same content may be claimed twice."""
        other = self.obstacle(claim.path)
        if other is not None and (other.path, other.content) != (claim.path, claim.content):
            return other
        self.taken[claim.path] = claim
        for folder in folders_of(claim.path):
            self.folders.setdefault(folder, claim)
        return None
