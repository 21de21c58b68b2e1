"""The build folder: locked while a build is at work in it, read once at the start, and brought to what the ledger says at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handbill.builder.cache import BuildCache, load_cache, save_cache
from handbill.builder.reconciliation import Ledger
from handbill.builder.report import Report
from handbill.diagnostics.diagnostic import Severity
from handbill.diagnostics.errors import HandbillError, ProofError
from handbill.diagnostics.rules import diagnostic, location
from handbill.diagnostics.user_paths import rebase_errors
from handbill.proof.manifest import MANIFEST_NAME, Handout, Manifest
from handbill.proof.manifest_file import read_manifest, write_manifest
from handbill.system import files

__all__ = ["BuildFolder", "open_build_folder"]


@dataclass(slots=True)
class BuildFolder:
    """A build folder as it was found: its manifest, and what the build cache knows of it."""

    path: Path
    manifest: Manifest
    cache: BuildCache

    def holds(self, row: Handout) -> bool:
        """Return whether a handout's file has the bytes that were proven; they are read only where the file system cannot tell."""
        return self.cache.vouches(self.path, row)

    def write(self, file: str, content: bytes) -> None:
        """Replace a handout's file, whole or not at all. Raises MachineError."""
        files.replace(self.path, file, content)

    def commit(self, ledger: Ledger, report: Report, *, full: bool) -> None:
        """Remove what is to go, and write the manifest and the build cache; errors are reported.

        A file that cannot be removed keeps its row. `full` tells that the run came to every handout of the folder's publication.
        """
        left = {row.file: row for row in ledger.removals}
        try:
            for row in ledger.removals:
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

    def _remove(self, row: Handout, report: Report) -> bool:
        """Remove a handout's file and return whether its row goes; a file that other hands have changed stays, without a row."""
        try:
            content = files.read(self.path, row.file)
            if content is not None and row.vouches_for(content):
                files.remove(self.path / row.file)
                report.removed.append(row.file)
            elif content is not None:
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
            if self.cache.is_doubted and not full:
                # What was not asked for may still be what other hands made of it.
                self.cache.manifest = ""
            save_cache(self.path, self.cache, manifest.handouts)
        except HandbillError as error:
            report.add(error.diagnostics, error.exit_code)


@contextlib.contextmanager
def open_build_folder(path: Path, *, force: bool) -> Iterator[BuildFolder]:
    """Hold the folder's lock, remove what killed builds left half-written, and give the folder with its manifest and cache.

    With `force` a damaged manifest counts for nothing. Raises MachineError where another build holds the lock, ProofError where the
    manifest is damaged.
    """
    with files.lock(path):
        files.remove_partial_files(path)
        yield BuildFolder(path, _old_manifest(path, force=force), load_cache(path))


def _old_manifest(path: Path, *, force: bool) -> Manifest:
    try:
        with rebase_errors(path):
            return read_manifest(path)
    except ProofError:
        if force:
            return Manifest()
        raise
