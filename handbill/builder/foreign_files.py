"""Foreign files in a build folder: those that handbill did not write. They are found before anything is written, and are kept.

A file is handbill's where its bytes have the digest that the manifest, the build cache or the journal has for its name; a manifest, a
cache and a journal are known by how they begin. Everything else at a name that a run needs is foreign.
"""

from __future__ import annotations

import re
import shlex
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath

from handbill.builder import cache, journal
from handbill.builder.file_stamps import FileStamp, stat_fields
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import MachineError
from handbill.diagnostics.rules import diagnostic, location
from handbill.diagnostics.user_paths import rebase_diagnostic
from handbill.proof.manifest import MANIFEST_NAME, Manifest
from handbill.system import files
from handbill.system.digests import sha256_of
from handbill.system.paths import comparable_name

__all__ = ["WrittenFiles", "foreign_own_files", "has_own_lock", "refuse", "written_files"]

_OWN_FILES = (MANIFEST_NAME, cache.FILE, journal.FILE, files.LOCK)
"""The files beside the handouts that a build writes, locks or removes."""

_REPLACEABLE = (MANIFEST_NAME, cache.FILE)
"""Those of them that `--overwrite` may name: the others hold what a build in progress relies on."""


class _Found(Enum):
    """What stands at a name: nothing, a file that handbill wrote, a handout that was changed since, or something else."""

    NOTHING = "nothing"
    OWN = "own"
    CHANGED = "changed"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """What handbill is known to have written into a build folder.

    `digests` are the SHA-256 of files, by their comparable name; `stamps` are those of files that need not be read to be known, by name:
    a file that was read and is handbill's joins them. `handouts` are the names in the manifest. `overwrite` are the names whose files may
    be replaced though handbill did not write them.
    """

    build: Path
    digests: Mapping[str, Collection[str]] = field(default_factory=dict)
    stamps: dict[str, FileStamp] = field(default_factory=dict)
    handouts: Collection[str] = ()
    overwrite: Collection[str] = ()

    def wrote(self, name: str, content: bytes) -> bool:
        """Return whether these are bytes that handbill wrote under a name."""
        return sha256_of(content) in self.digests.get(comparable_name(name), ())

    def refusals(self, wanted: Mapping[str, str]) -> Iterator[Diagnostic]:
        """Yield a message for each name that a run must not write, relative to the build folder. Raises MachineError.

        `wanted` are the names, each with the SHA-256 of the bytes to be written, "" where that is not known yet: a file that has these
        bytes already is not in the way.
        """
        folders: dict[str, str] = {}
        for name, digest in wanted.items():
            blocking = self._blocking_parent(name, folders)
            if blocking:
                yield _obstacle(blocking, "this is no folder of handbill's, and a handout is to be in it", "move it away")
                continue
            found = self._found(name, digest)
            may_overwrite = name in self.overwrite and not (self.build / name).is_dir()
            if found in (_Found.FOREIGN, _Found.CHANGED) and not may_overwrite:
                yield _changed_file(name) if found is _Found.CHANGED else _foreign_file(self.build, name)

    def _found(self, name: str, digest: str) -> _Found:
        """Return what stands at a name; a file that has the SHA-256 `digest` counts as handbill's ("" for none)."""
        status = files.status(self.build / name)
        if status is None:
            return _Found.NOTHING
        if not stat.S_ISREG(status.st_mode):
            return _Found.FOREIGN
        stamp = self.stamps.get(name)
        if stamp is not None and stamp.matches(status):
            return _Found.OWN
        content = files.read(self.build, name)
        if content is None:
            return _Found.NOTHING
        if self.wrote(name, content) or (digest and sha256_of(content) == digest):
            self.stamps[name] = FileStamp(*stat_fields(status), sha256_of(content))
            return _Found.OWN
        return _Found.CHANGED if name in self.handouts else _Found.FOREIGN

    def _blocking_parent(self, name: str, folders: dict[str, str]) -> str:
        """Return what stands where a folder of `name` has to be, "" for nothing; `folders` caches the answers."""
        for parent in list(PurePosixPath(name).parents)[-2::-1]:
            folder = str(parent)
            if folder not in folders:
                folders[folder] = "" if self._may_be_folder(folder) else folder
            if folders[folder]:
                return folders[folder]
        return ""

    def _may_be_folder(self, folder: str) -> bool:
        """Return whether a folder of this name is there, or may be made; a link counts where it leads to a folder of the build folder."""
        status = files.status(self.build / folder)
        if status is None or stat.S_ISDIR(status.st_mode):
            return True
        if stat.S_ISLNK(status.st_mode):
            return (self.build / folder).is_dir() and files.is_inside(self.build, self.build / folder / files.LOCK)
        # A handout of an earlier build gives way when that is over.
        return self._found(folder, "") is _Found.OWN


def written_files(
    build: Path, manifest: Manifest, known: cache.BuildCache, noted: journal.Journal, overwrite: Iterable[str]
) -> WrittenFiles:
    """Return what a build folder's manifest, cache and journal say that handbill wrote there."""
    pairs = list(manifest.files().items())
    pairs += [(name, stamp.sha256) for name, stamp in known.written.items()]
    pairs += [(name, digest) for name, digests in noted.written.items() for digest in digests]
    digests: dict[str, set[str]] = {}
    for name, digest in pairs:
        digests.setdefault(comparable_name(name), set()).add(digest)
    return WrittenFiles(build, digests, dict(known.written), frozenset(manifest.handouts), frozenset(overwrite))


def foreign_own_files(build: Path, overwrite: Collection[str]) -> list[Diagnostic]:
    """Return a message for each of handbill's own names, beside those of handouts, at which a foreign file stands. Raises MachineError."""
    return [
        _foreign_file(build, name)
        for name in _OWN_FILES
        if _is_foreign(build, name) and not (name in overwrite and name in _REPLACEABLE and not (build / name).is_dir())
    ]


def has_own_lock(build: Path) -> bool:
    """Return whether the lock is there, and is handbill's. Raises MachineError."""
    return files.status(build / files.LOCK) is not None and not _is_foreign(build, files.LOCK)


def _is_foreign(build: Path, name: str) -> bool:
    status = files.status(build / name)
    if status is None:
        return False
    if not stat.S_ISREG(status.st_mode):
        return True
    if name == files.LOCK:
        return status.st_size > 0
    content = files.read(build, name)
    return content is not None and not _IS_OWN[name](content)


def _is_manifest(content: bytes) -> bool:
    """Return whether these bytes begin as a manifest of a build folder does, though they may be damaged since; not one of a site."""
    # Inside a text of the JSON the quotation marks would be escaped.
    return re.match(rb'\{\s*"manifest":', content) is not None and re.search(rb'"published"\s*:', content) is None


_IS_OWN = {MANIFEST_NAME: _is_manifest, cache.FILE: cache.is_cache, journal.FILE: journal.is_journal}


def _foreign_file(build: Path, name: str) -> Diagnostic:
    if (build / name).is_dir() and not (build / name).is_symlink():
        return _obstacle(name, "a file of this name is to be written, and this is a folder", "move it away, or build elsewhere: -o")
    hint = f"move it away, or build elsewhere: -o; --overwrite {shlex.quote(name)} replaces it"
    if name in _OWN_FILES and name not in _REPLACEABLE:
        hint = "move it away, or build elsewhere: -o"
    return _obstacle(name, "handbill did not write this file, and would overwrite it", hint)


def _changed_file(name: str) -> Diagnostic:
    message = "the file was changed since it was built, and would be overwritten"
    return diagnostic("changed-handout", message, location(name), f"move it away; --overwrite {shlex.quote(name)} replaces it")


def _obstacle(name: str, message: str, hint: str) -> Diagnostic:
    return diagnostic("in-the-way", message, location(name), hint)


def refuse(build: Path, found: Iterable[Diagnostic]) -> None:
    """Raise MachineError with messages whose paths are relative to the build folder, each once, sorted by path, where there is one."""
    messages = {rebase_diagnostic(one, build) for one in found}
    if messages:
        raise MachineError(sorted(messages, key=lambda one: one.path))
