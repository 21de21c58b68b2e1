"""The report of a run: what became of each handout, the messages, and the exit code that follows.

Messages are taken in as they come, with the severities that the publication and `--strict` give them, and with paths as they are seen
from the user's own folder. The command line prints them when the run is over.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.checks.statistics import Readability
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import HandbillError, worst_exit_code
from handbill.diagnostics.rules import apply_weight
from handbill.diagnostics.user_paths import rebase_diagnostic, user_path
from handbill.proof.manifest import Handout

__all__ = ["Report", "Row", "report_of_error"]


@dataclass(frozen=True, slots=True)
class Row:
    """One handout of this run: `state` is built, unchanged or failed; `handout` is None where there is no file of it."""

    file: str
    state: str
    handout: Handout | None


@dataclass(slots=True)
class Report:
    """What a run did, and what it has to say.

    `root` is the publication's folder, below which the paths of messages lie. Under `strict` a warning is an error. `weights` are the
    severities that the publication gives to findings, by code. `rows` are the handouts that were asked for, `removed` the files that went.
    `fixed` are findings that `--fix` mended in the source. `articles` are the readability statistics of articles, by path. `tracebacks` are
    those of unexpected errors, `codes` the exit codes of errors, `found` the messages, each once.
    """

    root: Path
    strict: bool = False
    weights: Mapping[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    fixed: list[Diagnostic] = field(default_factory=list)
    articles: dict[str, Readability] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    codes: set[int] = field(default_factory=set)
    found: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, found: Iterable[Diagnostic], code: int, folder: Path | None = None) -> bool:
        """Take messages in, their paths below `folder` (else the publication's); return whether one of them is an error.

        `code` is the exit code of such errors.
        """
        heavy = (one for one in (apply_weight(one, self.weights) for one in found) if one is not None)
        taken = [self._promoted(rebase_diagnostic(one, self.root if folder is None else folder)) for one in heavy]
        self.found |= dict.fromkeys(taken)
        failed = any(one.severity is Severity.ERROR for one in taken)
        if failed:
            self.codes.add(code)
        return failed

    def add_readability(self, path: str, readability: Readability) -> None:
        """Take in the readability statistics of an article at a path of the publication."""
        self.articles[user_path(path, self.root)] = readability

    def _promoted(self, found: Diagnostic) -> Diagnostic:
        warning = self.strict and found.severity is Severity.WARNING
        return dataclasses.replace(found, severity=Severity.ERROR) if warning else found

    @property
    def exit_code(self) -> int:
        """What the process ends with."""
        return worst_exit_code(self.codes)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The messages by place, each once."""
        return sorted(self.found, key=lambda one: (one.path, one.line or 0, one.column or 0, one.severity, one.code, one.message))


def report_of_error(error: HandbillError) -> Report:
    """Return the report of a run that an error ended before it began; the messages' paths are the user's already."""
    report = Report(Path(), codes={error.exit_code})
    report.found |= dict.fromkeys(error.diagnostics)
    return report
