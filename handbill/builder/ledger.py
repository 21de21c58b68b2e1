"""Handouts that go: what no source asks for any more, and what has expired; never a file that handbill did not make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from handbill.builder.report import Report
from handbill.diagnostics.diagnostic import Severity
from handbill.diagnostics.errors import HandbillError, ProofError
from handbill.diagnostics.rules import at, diagnostic
from handbill.proof.manifest import Handout
from handbill.system import files

__all__ = ["remove_handouts"]


def remove_handouts(goes: Callable[[Handout], bool], build: Path, handouts: dict[str, Handout], report: Report) -> None:
    """Remove the handouts of which `goes` is true, files and entries; a file that other hands have changed stays, unvouched for."""
    for row in [row for row in handouts.values() if goes(row)]:
        try:
            content = files.read(build, row.file)
            if content is not None and row.vouches_for(content):
                files.remove(build / row.file)
                report.removed.append(row.file)
            elif content is not None:
                message = "this handout is no longer asked for, but was changed by other hands: it stays, unknown to the manifest"
                found = diagnostic(
                    "changed-handout", message, at(row.file), "delete it, or move it out of the folder", severity=Severity.WARNING
                )
                report.add([found], ProofError.exit_code, build)
        except HandbillError as error:
            report.add(error.diagnostics, error.exit_code)
            continue
        del handouts[row.file]
