"""The build folder: locked while a build is at work in it, read once at the start, and brought to what the ledger says at the end.

No file is written over, or removed, that handbill did not write there (`handbill.builder.foreign_files`).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from handbill.builder import cache as build_cache
from handbill.builder import journal as build_journal
from handbill.builder.cache import BuildCache, load_cache, save_cache
from handbill.builder.foreign_files import WrittenFiles, foreign_own_files, has_own_lock, refuse, written_files
from handbill.builder.journal import Journal, load_journal
from handbill.builder.reconciliation import Ledger
from handbill.builder.report import Report
from handbill.diagnostics.diagnostic import Severity
from handbill.diagnostics.errors import HandbillError, ProofError
from handbill.diagnostics.rules import diagnostic, location
from handbill.diagnostics.user_paths import rebase_errors
from handbill.proof.manifest import MANIFEST_NAME, SEALS_FOLDER, Handout, Manifest, seal_digest
from handbill.proof.manifest_file import read_manifest, write_manifest
from handbill.system import files
from handbill.system.digests import sha256_of
from handbill.system.paths import comparable_name

__all__ = ["BuildFolder", "WritePermission", "open_build_folder"]


@dataclass(frozen=True, slots=True)
class WritePermission:
    """What a run may write into a build folder.

    `files` are the names of handouts, each with the SHA-256 of its bytes, "" where that is not known yet. `overwrite` are names whose
    files may be replaced though handbill did not write them. With `force` a damaged manifest counts for nothing.
    """

    files: Mapping[str, str]
    overwrite: Collection[str] = ()
    force: bool = False


@dataclass(slots=True)
class BuildFolder:
    """A build folder as it was found: its manifest, what the build cache knows of it, and what killed builds left in the journal.

    `written` are the files that handbill is known to have written there.
    """

    path: Path
    manifest: Manifest
    cache: BuildCache
    journal: Journal
    written: WrittenFiles

    def holds(self, row: Handout) -> bool:
        """Return whether a handout's file has the bytes that were proven, and its sealed page is there.

        The handout is read only where the file system cannot tell.
        """
        return self.cache.vouches(self.path, row.file, row.sha256) and self._holds_seal(row)

    def _holds_seal(self, row: Handout) -> bool:
        return not row.seal or self.cache.vouches(self.path, row.seal_file, row.seal)

    def write_seal(self, row: Handout, content: bytes) -> None:
        """Write the sealed page of a handout, unless it is there. Raises MachineError as `write` does."""
        if not self._holds_seal(row):
            self.write(row.seal_file, content)
            self.cache.note(self.path, row.seal_file, row.seal)

    def write(self, file: str, content: bytes) -> None:
        """Replace a handout's file, whole or not at all. Raises MachineError, also where a foreign file has come to stand there."""
        digest = sha256_of(content)
        refuse(self.path, self.written.refusals({file: digest}))
        self.journal.note(file, digest)
        files.replace(self.path, file, content)

    def commit(self, ledger: Ledger, report: Report, *, full: bool) -> None:
        """Remove what is to go, and write the manifest and the build cache; errors are reported.

        A file that cannot be removed keeps its row. `full` tells that the run came to every handout of the folder's publication.
        """
        left = {row.file: row for row in ledger.removals if not self.is_kept_under_another_name(row, ledger.manifest)}
        try:
            for row in list(left.values()):
                if self._remove(row, report):
                    del left[row.file]
        finally:
            manifest = ledger.manifest
            if left:
                manifest = Manifest(
                    {**manifest.handouts, **left},
                    manifest.disclaimers,
                    manifest.expired,
                    manifest.articles,
                    tuple(one for one in manifest.failed if one.file not in left),
                )
            self._save(manifest, report, full=full)

    def remove(self, row: Handout) -> bool:
        """Remove a handout's file where it is what handbill wrote, and return whether one was removed. Raises MachineError."""
        content = files.read(self.path, row.file)
        if content is None or not (row.vouches_for(content) or self.written.wrote(row.file, content)):
            return False
        files.remove(self.path / row.file)
        return True

    def settle(self, manifest: Manifest) -> None:
        """Remove the sealed pages that the manifest on the disk does not name, and take what it names out of the journal.

        Raises MachineError.
        """
        named = manifest.files()
        for name in sorted({*self.manifest.files(), *self.journal.written} - set(named)):
            if name.startswith(f"{SEALS_FOLDER}/") and self.written.wrote(name, files.read(self.path, name) or b""):
                files.remove(self.path / name)
        self.journal.settle(named)

    def is_kept_under_another_name(self, row: Handout, manifest: Manifest) -> bool:
        """Return whether the file of a row is that of a handout that stays, whose name is the same to the file system."""
        names = [name for name in manifest.handouts if comparable_name(name) == comparable_name(row.file)]
        found = [files.status(self.path / name) for name in (row.file, *names)]
        return any(found[0] is not None and other is not None and os.path.samestat(found[0], other) for other in found[1:])

    def _remove(self, row: Handout, report: Report) -> bool:
        """Remove a handout's file and return whether its row goes; a file that other hands have changed stays, without a row."""
        try:
            if self.remove(row):
                report.removed.append(row.file)
            elif files.read(self.path, row.file) is not None:
                message = "this handout is no longer asked for, but was changed by other hands: it stays, unknown to the manifest"
                hint = "delete it, or move it out of the folder"
                found = diagnostic("changed-handout", message, location(row.file), hint, severity=Severity.WARNING)
                report.add([found], ProofError.exit_code, self.path)
        except HandbillError as error:
            report.add(error.diagnostics, error.exit_code)
            return False
        return True

    def _save(self, manifest: Manifest, report: Report, *, full: bool) -> None:
        try:
            if manifest != self.manifest or self.cache.is_doubted or not (self.path / MANIFEST_NAME).is_file():
                self.cache.manifest = write_manifest(self.path, manifest)
            self.settle(manifest)
            if self.cache.is_doubted and not full:
                # What was not asked for may still be what other hands made of it.
                self.cache.manifest = ""
            save_cache(self.path, self.cache, manifest.files())
        except HandbillError as error:
            report.add(error.diagnostics, error.exit_code)


@contextlib.contextmanager
def open_build_folder(path: Path, permission: WritePermission) -> Iterator[BuildFolder]:
    """Hold the folder's lock, remove what killed builds left half-written, and give the folder with its manifest and cache.

    Raises, before anything is written, MachineError where another build holds the lock or a foreign file is in the way, ProofError where
    the manifest is damaged.
    """
    if not has_own_lock(path):
        # No build is at work here, and the lock would be the first file that is written.
        _read_folder(path, permission)
    with files.lock(path):
        folder = _read_folder(path, permission)
        own = (MANIFEST_NAME, build_cache.FILE, build_journal.FILE)
        files.remove_partial_files(path, (*own, *folder.journal.written))
        yield folder


def _read_folder(path: Path, permission: WritePermission) -> BuildFolder:
    """Return a build folder as it is. Raises MachineError where a foreign file is in the way, ProofError where the manifest is damaged."""
    foreign = foreign_own_files(path, permission.overwrite)
    # What a foreign file at the manifest's name says counts for nothing.
    is_readable = not any(one.path == MANIFEST_NAME for one in foreign)
    manifest = _old_manifest(path, permission) if is_readable else Manifest()
    cache, journal = load_cache(path), load_journal(path)
    written = written_files(path, manifest, cache, journal, permission.overwrite)
    refuse(path, [*foreign, *written.refusals({**permission.files, **_seals_there(path)})])
    if not cache.is_doubted:
        # What was just read is not read again.
        cache.handouts.update({name: written.stamps[name] for name in permission.files if name in written.stamps})
    return BuildFolder(path, manifest, cache, journal, written)


def _seals_there(path: Path) -> dict[str, str]:
    """Return the files in the folder of sealed pages that have the name of one, each with the SHA-256 that its name says.

    Which ones a build needs it does not know yet. One that has other bytes than its name says is foreign.
    """
    folder = path / SEALS_FOLDER
    names = [f"{SEALS_FOLDER}/{file.name}" for file in folder.iterdir()] if folder.is_dir() else []
    # Where there is no such folder, its place must be free.
    return {name: seal_digest(name) for name in names if seal_digest(name)} or {f"{SEALS_FOLDER}/{'0' * 64}": ""}


def _old_manifest(path: Path, permission: WritePermission) -> Manifest:
    try:
        with rebase_errors(path):
            return read_manifest(path)
    except ProofError:
        if permission.force or MANIFEST_NAME in permission.overwrite:
            return Manifest()
        raise
