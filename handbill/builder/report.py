"""The report of a build or a check: a row for each handout, the messages, and the exit code.

Messages are added while the run goes on. Each gets the severity that the publication and `--strict` give to its code, and a path relative
to the current folder. The command line prints the report when the run has ended.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.checks.readability_statistics import Readability
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import HandbillError, worst_exit_code
from handbill.diagnostics.rules import apply_weight
from handbill.diagnostics.user_paths import rebase_diagnostic, user_path
from handbill.proof.manifest import Handout

__all__ = ["Report", "Row", "report_of_error"]


@dataclass(frozen=True, slots=True)
class Row:
    """A handout of this run: `state` is built, unchanged or failed; `handout` is its row of the manifest, None where it has no file."""

    file: str
    state: str
    handout: Handout | None


@dataclass(slots=True)
class Report:
    """The result of a run, which grows while the run goes on.

    `root` is the publication's folder, to which the paths of messages are relative. Under `strict` a warning is an error. `weights` are the
    severities that the publication gives to findings, by code. `rows` are the requested handouts, `removed` the removed files. `fixed` are
    the findings that `--fix` removed from the source. `articles` are the readability statistics of articles, by path. `tracebacks` are
    those of unexpected exceptions, `codes` the exit codes of errors, `found` the messages, each once, in the order in which they came.
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
        """Add messages, whose paths are relative to `folder` (by default the publication's); return whether one of them is an error.

        `code` is the exit code of such errors.
        """
        weighted = (one for one in (apply_weight(one, self.weights) for one in found) if one is not None)
        added = [self._apply_strict(rebase_diagnostic(one, self.root if folder is None else folder)) for one in weighted]
        self.found |= dict.fromkeys(added)
        failed = any(one.severity is Severity.ERROR for one in added)
        if failed:
            self.codes.add(code)
        return failed

    def add_readability(self, path: str, readability: Readability) -> None:
        """Add the readability statistics of an article, by its path in the publication."""
        self.articles[user_path(path, self.root)] = readability

    def _apply_strict(self, found: Diagnostic) -> Diagnostic:
        warning = self.strict and found.severity is Severity.WARNING
        return dataclasses.replace(found, severity=Severity.ERROR) if warning else found

    @property
    def exit_code(self) -> int:
        """The exit code of the process: the worst of `codes`, 0 where there is none."""
        return worst_exit_code(self.codes)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The messages, each once, sorted by path, line and column."""
        return sorted(self.found, key=lambda one: (one.path, one.line or 0, one.column or 0, one.severity, one.code, one.message))


def report_of_error(error: HandbillError) -> Report:
    """Return the report of a run that an error ended before it began; the paths of its messages are taken as they are."""
    report = Report(Path(), codes={error.exit_code})
    report.found |= dict.fromkeys(error.diagnostics)
    return report
