"""What a run has to say: its rows, its messages with paths as the user's folder sees them, and the exit code that follows."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.checks.figures import Figures
from handbill.contract import Diagnostic, Severity
from handbill.diagnostics.errors import HandbillError, worst_exit_code
from handbill.diagnostics.severities import weighed
from handbill.proof.manifest import Handout

__all__ = ["Report", "Row", "of_error", "paths_below", "placed"]


@dataclass(frozen=True, slots=True)
class Row:
    """One handout of this run: `state` is built, unchanged or failed; `handout` is None where there is no file of it."""

    file: str
    state: str
    handout: Handout | None


@dataclass(slots=True)
class Report:
    """What a run did: its rows, its messages, what it mended, the files that it removed, tracebacks of what nobody foresaw.

    `articles` has the figures of those that can be read, by path. `root` is the publication's folder, below which the paths of messages
    lie; under `strict` a warning is an error. `weights` are what the publication says of findings, by code.
    """

    root: Path
    strict: bool = False
    weights: Mapping[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    mended: list[Diagnostic] = field(default_factory=list)
    articles: dict[str, Figures] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    codes: set[int] = field(default_factory=set)
    found: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, found: Iterable[Diagnostic], code: int, folder: Path | None = None) -> bool:
        """Take messages in, their paths below `folder` (else the publication's); return whether one of them is an error.

        `code` is the exit code of such errors.
        """
        heavy = (one for one in (weighed(one, self.weights) for one in found) if one is not None)
        taken = [self._promoted(placed(one, self.root if folder is None else folder)) for one in heavy]
        self.found |= dict.fromkeys(taken)
        failed = any(one.severity is Severity.ERROR for one in taken)
        if failed:
            self.codes.add(code)
        return failed

    def read(self, path: str, figures: Figures) -> None:
        """Take in the figures of an article at a path of the publication."""
        self.articles[_seen(path, self.root)] = figures

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


def of_error(error: HandbillError) -> Report:
    """Return the report of a run that an error ended before it began; the messages' paths are the user's already."""
    report = Report(Path(), codes={error.exit_code})
    report.found |= dict.fromkeys(error.diagnostics)
    return report


def placed(found: Diagnostic, folder: Path) -> Diagnostic:
    """Return a message whose path, which was below `folder`, is as the user's own folder sees it."""
    if not found.path or found.path.startswith("--"):
        return found
    return dataclasses.replace(found, path=_seen(found.path, folder))


def _seen(path: str, folder: Path) -> str:
    """Return a path below a folder as the user's own folder sees it."""
    return os.path.normpath(folder / path) if folder.is_absolute() else os.path.relpath(folder / path)


@contextlib.contextmanager
def paths_below(folder: Path) -> Iterator[None]:
    """Let errors pass with their messages placed: their paths were below `folder`."""
    try:
        yield
    except HandbillError as error:
        raise type(error)([placed(one, folder) for one in error.diagnostics]) from error.__cause__
