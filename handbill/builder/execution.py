"""Execution of the tasks of a build: jobs go to the workers; proven handouts are written to the build folder, failures reported.

`make` takes tasks and a function that runs jobs, and enters a Result for each file as soon as it is known.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.builder.build_folder import BuildFolder
from handbill.builder.excerpt_places import locate_excerpts
from handbill.builder.handout_results import Built, NotBuilt, Result
from handbill.builder.plan import Edition
from handbill.builder.report import Report
from handbill.builder.worker_backend import RunJobs
from handbill.contract import ExporterError
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.rules import diagnostic, location
from handbill.proof.manifest import Handout
from handbill.registry import registrations
from handbill.rendering.image_files import write_image_differences
from handbill.rendering.job import Crash, Failed, Job, Made, Outcome
from handbill.system import interrupts
from handbill.system.digests import sha256_of

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["Task", "make"]


@dataclass(frozen=True, slots=True)
class Task:
    """A handout to be made; `inputs` is the digest of all that determines its bytes.

    `barriers` counts, by code, the findings that keep it from a claim of accessibility; it is empty where its format has no such claim.
    `images` is the folder for pictures of what differs from the sealed page, None for none.
    """

    job: Job
    article: Article
    edition: Edition
    inputs: str
    barriers: Mapping[str, int]
    images: Path | None = None


def make(
    tasks: Iterable[Task],
    run: RunJobs,
    folder: BuildFolder,
    report: Report,
    enter: Callable[[str, Result], None],
    count_bytes: Callable[[int], None],
) -> Iterator[str]:
    """Make the handout of each task, and yield the name of each file when it is made or has failed.

    `enter` is called with each file and its result, `count_bytes` with the size of each handout before it is written: what it raises ends
    the run. Messages and exit codes go to the report.
    """
    pending: dict[str, Task] = {}

    def jobs() -> Iterator[Job]:
        for task in tasks:
            pending[task.job.file] = task
            yield task.job

    with contextlib.closing(run(jobs())) as outcomes:
        for job, outcome in outcomes:
            task = pending.pop(job.file)
            # No interrupt between the write and the entry: the manifest must know every file that was written.
            with interrupts.hold_interrupts():
                if isinstance(outcome, Made):
                    count_bytes(len(outcome.content))
                row = _write_outcome(task, outcome, folder, report)
                enter(job.file, NotBuilt(job.expected) if row is None else Built(row, job.expected))
                if row is not None:
                    folder.cache.note(folder.path, row.file, row.sha256)
            yield job.file


def _write_outcome(task: Task, outcome: Outcome, folder: BuildFolder, report: Report) -> Handout | None:
    """Write a handout that was made and proven, and return its row of the manifest; report a failure and return None otherwise."""
    match outcome:
        case Crash():
            _report_crash(task, outcome, report)
        case Failed():
            diagnostics = _with_images(task, outcome, report)
            report.add(locate_excerpts(diagnostics, task.job.file, task.article, report.root), outcome.exit_code)
            report.codes.add(outcome.exit_code or ExporterError.exit_code)
        case Made():
            diagnostics = locate_excerpts(outcome.diagnostics, task.job.file, task.article, report.root)
            if report.add(diagnostics, ExporterError.exit_code):
                return None
            row = _handout(task, outcome, diagnostics)
            try:
                if isinstance(task.job.seal, bytes):
                    folder.write_seal(row, task.job.seal)
                folder.write(task.job.file, outcome.content)
            except HandbillError as error:
                report.add(error.diagnostics, error.exit_code)
                return None
            return row
    return None


def _handout(task: Task, made: Made, diagnostics: tuple[Diagnostic, ...]) -> Handout:
    """Return the row of the manifest of a handout that was written."""
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
        seal=sha256_of(task.job.seal) if isinstance(task.job.seal, bytes) else "",
    )


def _with_images(task: Task, outcome: Failed, report: Report) -> tuple[Diagnostic, ...]:
    """Write the pictures of a failure, and return its messages with their names. A failure of that is reported."""
    if task.images is None:
        return outcome.diagnostics
    try:
        return write_image_differences(task.images, task.job.file, outcome.images, outcome.diagnostics)
    except HandbillError as error:
        report.add(error.diagnostics, error.exit_code)
        return outcome.diagnostics


def _report_crash(task: Task, crash: Crash, report: Report) -> None:
    """Report an exporter that raised an unexpected exception: a defect of handbill (exit code 1) for its own exporters."""
    is_own = registrations()[task.job.exporter].distribution == "handbill"
    if is_own:
        hint = "this is a defect of handbill: please report it, with the traceback"
    else:
        hint = "please report it to whoever keeps the exporter, with the traceback"
    message = f"{task.job.file}: the exporter `{task.job.exporter}` broke down: {crash.message}"
    report.tracebacks.append(crash.traceback)
    report.add([diagnostic("crash", message, location(task.article.path), hint)], 1 if is_own else ExporterError.exit_code)
