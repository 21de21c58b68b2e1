"""Execution of a build's tasks: jobs go to the workers; what comes back proven is written, what failed is reported."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.builder.build_folder import BuildFolder
from handbill.builder.plan import Edition
from handbill.builder.report import Report
from handbill.builder.results import Built, NotBuilt, Result
from handbill.builder.workers import RunJobs
from handbill.contract import ExporterError
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.rules import at, diagnostic
from handbill.proof.manifest import Handout
from handbill.registry import registrations
from handbill.rendering.job import Crash, Failed, Job, Made, Outcome
from handbill.system import interrupts
from handbill.system.digests import sha256_of

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["Task", "make"]


@dataclass(frozen=True, slots=True)
class Task:
    """A handout to be made; `inputs` is the digest of all that goes into it.

    `barriers` are the codes of what keeps it from a claim of accessibility, with how many there are of each; none where its format
    has no such claim.
    """

    job: Job
    article: Article
    edition: Edition
    inputs: str
    barriers: Mapping[str, int]


def make(tasks: Iterable[Task], run: RunJobs, folder: BuildFolder, report: Report, enter: Callable[[str, Result], None]) -> Iterator[str]:
    """Make the handout of each task, and yield its file's name when that is done.

    `enter` is called with each file and its result. What is wrong is reported.
    """
    waiting: dict[str, Task] = {}

    def jobs() -> Iterator[Job]:
        for task in tasks:
            waiting[task.job.file] = task
            yield task.job

    with contextlib.closing(run(jobs())) as outcomes:
        for job, outcome in outcomes:
            task = waiting.pop(job.file)
            # A handout that is written is entered: the manifest knows it whatever comes.
            with interrupts.held():
                row = _written(task, outcome, folder, report)
                enter(job.file, NotBuilt(job.expected) if row is None else Built(row, job.expected))
                if row is not None:
                    folder.cache.note(folder.path, row)
            yield job.file


def _written(task: Task, outcome: Outcome, folder: BuildFolder, report: Report) -> Handout | None:
    """Write a handout that was made and proven, and return its row of the manifest; None where there is none."""
    match outcome:
        case Crash():
            _report_crash(task, outcome, report)
        case Failed():
            report.add(_located(task, outcome.diagnostics, report.root), outcome.exit_code)
            report.codes.add(outcome.exit_code or ExporterError.exit_code)
        case Made():
            diagnostics = _located(task, outcome.diagnostics, report.root)
            if report.add(diagnostics, ExporterError.exit_code):
                return None
            try:
                folder.write(task.job.file, outcome.content)
            except HandbillError as error:
                report.add(error.diagnostics, error.exit_code)
                return None
            return _handout(task, outcome, diagnostics)
    return None


def _handout(task: Task, made: Made, diagnostics: tuple[Diagnostic, ...]) -> Handout:
    metadata = task.article.metadata
    return Handout(
        file=task.job.file,
        publication=task.article.publication.title,
        article=task.article.name,
        source=task.article.path,
        edition=task.edition.name,
        exporter=task.job.exporter,
        media_type=task.edition.exporter.media_type,
        language=metadata.language,
        title=metadata.title,
        version=metadata.version,
        size=len(made.content),
        sha256=sha256_of(made.content),
        inputs=task.inputs,
        disclaimer=task.job.expected.digest(),
        proof=made.proof,
        diagnostics=diagnostics,
        claims=made.claims,
        marked=made.marked,
        barriers=task.barriers,
    )


def _report_crash(task: Task, crash: Crash, report: Report) -> None:
    """Report what broke down, and whose defect it is: with handbill's own exporters, handbill's."""
    own = registrations()[task.job.exporter].distribution == "handbill"
    if own:
        hint = "this is a defect of handbill: please report it, with the traceback"
    else:
        hint = "please report it to whoever keeps the exporter, with the traceback"
    message = f"{task.job.file}: the exporter `{task.job.exporter}` broke down: {crash.message}"
    report.tracebacks.append(crash.traceback)
    report.add([diagnostic("crash", message, at(task.article.path), hint)], 1 if own else ExporterError.exit_code)


def _located(task: Task, diagnostics: Sequence[Diagnostic], root: Path) -> tuple[Diagnostic, ...]:
    """Give an exporter's messages the places of their excerpts in the article, or in a file below `root` that they name.

    Each also gets the handout's name. Of several that have one code, each is at a place of its own. What the article allows is a note.
    """
    from handbill.manuscript.suppressions import apply_suppressions

    taken: set[tuple[str, str, int, int]] = set()
    located = []
    for found in diagnostics:
        message = f"{task.job.file}: {found.message}"
        if found.path:
            line, column = (found.line, found.column) if found.line or not found.excerpt else _place_in(root / found.path, found.excerpt)
            located.append(dataclasses.replace(found, message=message, line=line, column=column, excerpt=""))
            continue
        path, line, column = _next_place(task, found, taken) if found.excerpt else (task.article.path, None, None)
        located.append(dataclasses.replace(found, message=message, path=path, line=line, column=column, excerpt=""))
    return tuple(apply_suppressions(located, task.article.source, task.article.allowances)[0])


def _next_place(task: Task, found: Diagnostic, taken: set[tuple[str, str, int, int]]) -> tuple[str, int | None, int | None]:
    """Return the first place of an excerpt at which no message of its code is yet, and take it; the last one where all are taken."""
    before = None
    for occurrence in itertools.count():
        path, line, column = place = task.article.source.locate(found.excerpt, occurrence)
        if line is None or column is None or place == before:
            return place
        span = {(found.code, path, line, column + offset) for offset in range(len(found.excerpt))}
        if span.isdisjoint(taken):
            taken |= span
            return place
        before = place
    raise AssertionError("counting ends with the places")


def _place_in(file: Path, excerpt: str) -> tuple[int | None, int | None]:
    """Return line and column of the first place of a text in a file; neither where it is not there any more."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None, None
    return next(((number, line.index(excerpt) + 1) for number, line in enumerate(lines, 1) if excerpt in line), (None, None))
