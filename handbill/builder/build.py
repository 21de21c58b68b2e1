"""A build: what has changed is made, proven and written, and the manifest says what is there.

`build` is the one place with effects in order: it plans, opens the build folder, surveys the articles, hands jobs to the workers, and
carries out the ledger. What is decided on the way is decided by pure functions: `incremental.decide` and
`reconciliation.reconcile`.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handbill.builder.article_state import ArticleState, Reading, Standing
from handbill.builder.build_folder import BuildFolder, WritePermission, open_build_folder
from handbill.builder.execution import Task, make
from handbill.builder.handout_results import Result, Unchanged
from handbill.builder.incremental import HandoutInputs, Keep, Skip, decide, inputs_digest
from handbill.builder.plan import Plan, Target, make_plan, timestamp_of
from handbill.builder.reconciliation import CurrentDisclaimers, reconcile
from handbill.builder.report import Report
from handbill.builder.request import Request
from handbill.builder.seals import Seals, user_cache
from handbill.builder.survey import Survey, open_survey
from handbill.builder.worker_backend import Workers, limits_of, modules_of, workers_for
from handbill.contract import ExporterError
from handbill.diagnostics.errors import HandbillError, MachineError
from handbill.proof.disclaimer import expected_disclaimer
from handbill.proof.manifest import Manifest
from handbill.registry import registrations, sealing, states_conformance, theme_environment
from handbill.rendering.code_digest import code_digest
from handbill.rendering.job import Job, SealJob
from handbill.rendering.pool import Pool
from handbill.system import interrupts
from handbill.system.run_limits import RunMeter, RunStopped

__all__ = ["Progress", "build"]

Progress = Callable[[str, int, int], None]
"""Is called with a handout's file that is done, how many are done, and of how many."""


def build(request: Request, progress: Progress = lambda file, done, total: None, pool: Pool | None = None) -> Report:
    """Build what was asked for, and return what was done. `pool` is of workers that stay when this is done.

    A run that reaches one of its limits ends, and its report says so. Raises HandbillError where nothing can be built at all, and nothing
    was written.
    """
    plan = make_plan(request)
    report = Report(plan.opened.root, request.strict, plan.opened.publication.checks)
    meter = RunMeter(request.run, plan.opened.publication.bounds)
    meter.require_handouts(len(plan.articles) * len(plan.editions))
    try:
        with meter.limited_time():
            _build(request, plan, report, progress, pool, meter)
    except RunStopped as stop:
        report.add([stop.found], MachineError.exit_code)
    return report


def _build(request: Request, plan: Plan, report: Report, progress: Progress, pool: Pool | None, meter: RunMeter) -> None:
    """Carry a plan out. However the block ends, the manifest records what was done, and the report has its rows."""
    permission = WritePermission({target.file: "" for target in plan.targets()}, request.overwrite, request.force)
    with open_build_folder(request.build, permission) as folder, workers_for(request, plan, pool) as workers:
        loop = _start(request, plan, folder, workers, report)
        complete = False
        try:
            total = len(plan.articles) * len(plan.editions)
            for file in make(loop.tasks(), workers.run, folder, report, loop.results.__setitem__, meter.count_bytes):
                progress(file, len(loop.results), total)
            for path, state in loop.states.items():
                if state.standing is Standing.EXPIRED:
                    loop.survey.report_expired(path, state.last_day)
            complete = True
        finally:
            with interrupts.hold_interrupts():
                current = _current_disclaimers(loop, folder.manifest) if complete else CurrentDisclaimers()
                ledger = reconcile(folder.manifest, plan, loop.states, loop.results, current, complete=complete)
                folder.commit(ledger, report, full=plan.full)
                report.rows = list(ledger.rows)


@dataclass(slots=True)
class _BuildLoop:
    """One pass over a plan, and what it has seen so far: the states of articles by path, and the results of handouts by file.

    `codes` are the digests of the exporters' code, by exporter; `seals` the sealed pages.
    """

    request: Request
    plan: Plan
    folder: BuildFolder
    survey: Survey
    codes: Mapping[str, str]
    seals: Seals
    states: dict[str, ArticleState] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)

    def tasks(self) -> Iterator[Task]:
        """Yield what is to be made, and enter what is kept; an article is read while the handouts of others are made."""
        for article in self.plan.articles:
            recalled = None if self.request.force else self.survey.recall(article)
            state, reading = self.survey.read(article) if recalled is None else recalled
            to_make = self._handouts_to_make(state, self.plan.targets_of(article))
            if to_make and reading is not None and reading.article is None:
                # It may have changed meanwhile.
                state, reading = self.survey.read(article)
                to_make = self._handouts_to_make(state, [target for target, _ in to_make])
            self.states[article.path] = state
            if reading is not None:
                seal_jobs = {target.file: self._seal_job(target, reading) for target, _ in to_make}
                self.seals.prepare(job for job in seal_jobs.values() if job is not None)
                yield from (self._task(target, reading, inputs, seal_jobs[target.file]) for target, inputs in to_make)

    def _handouts_to_make(self, state: ArticleState, targets: Sequence[Target]) -> list[tuple[Target, HandoutInputs]]:
        """Enter the handouts of an article that are kept, and return those that are to be made."""
        to_make = []
        for target in targets:
            inputs = self._inputs(state, target)
            row = None if self.request.force else self.folder.manifest.handouts.get(target.file)
            decision = decide(state, row, inputs)
            if inputs is None or isinstance(decision, Skip):
                continue
            if isinstance(decision, Keep) and self.folder.holds(decision.row):
                refused = self.survey.report.add(decision.row.diagnostics, ExporterError.exit_code)
                self.results[target.file] = Unchanged(decision.row, refused)
            else:
                to_make.append((target, inputs))
        return to_make

    def _inputs(self, state: ArticleState, target: Target) -> HandoutInputs | None:
        """Return what goes into a handout; None where its article has no document."""
        publication, exporter = self.plan.opened.publication, target.edition.exporter
        document = state.documents.get(exporter.name)
        if document is None:
            return None
        environment = theme_environment(exporter, publication.theme)
        return HandoutInputs(
            inputs_digest(document, target.edition, self.codes[exporter.name], environment),
            publication.title,
            document.barriers if states_conformance(exporter) else {},
            publication.bounds.pages,
        )

    def _seal_job(self, target: Target, reading: Reading) -> SealJob | None:
        """Return the sealed page that a handout must equal, as a job; None where its exporter makes none."""
        exporter, source = target.edition.exporter, reading.inputs[target.edition.exporter.name]
        if sealing(exporter) is None:
            return None
        expected = dataclasses.replace(source.expected, position="end")
        return SealJob(exporter.name, target.edition.options, source.document.disclaimer, expected)

    def _task(self, target: Target, reading: Reading, inputs: HandoutInputs, seal_job: SealJob | None) -> Task:
        """Return the task of making a handout, of an article that was read in this run."""
        article, source = reading.article, reading.inputs[target.edition.exporter.name]
        assert article is not None
        job = Job(
            file=target.file,
            exporter=target.edition.exporter.name,
            options=target.edition.options,
            document=source.document,
            expected=source.expected,
            timestamp=timestamp_of(article, self.request.environment),
            bounds=self.plan.opened.publication.bounds,
            seal=None if seal_job is None else self.seals.of(seal_job),
            images=self.request.diff_images is not None,
        )
        return Task(job, article, target.edition, inputs.digest, inputs.barriers, self.request.diff_images)


def _start(request: Request, plan: Plan, folder: BuildFolder, workers: Workers, report: Report) -> _BuildLoop:
    """Return a pass that has seen nothing yet. The workers are started as soon as it is clear that an article has changed."""
    survey = open_survey(request, plan, folder.manifest, folder.cache, report, workers.start)
    cached = (folder.cache.articles.get((plan.title, article.path)) for article in plan.opened.articles)
    if request.force or not all(one is not None and survey.reader.stamps.confirm(one.files, one.lookups) for one in cached):
        # The workers' server imports while this process takes digests and reads.
        workers.start()
    registered, exporters = registrations(), {edition.exporter.name: edition.exporter for edition in plan.editions}
    codes = {name: code_digest(registered[name], exporter) for name, exporter in exporters.items()}
    limits = limits_of(request, plan.opened.publication.bounds)
    seals = Seals(request.workers, limits, modules_of(plan.editions), codes, user_cache())
    return _BuildLoop(request, plan, folder, survey, codes, seals)


def _current_disclaimers(loop: _BuildLoop, old: Manifest) -> CurrentDisclaimers:
    """Return what the disclaimers of articles that failed say by now."""
    failed = {path for path, state in loop.states.items() if state.standing.has_failed}
    if not failed:
        return CurrentDisclaimers()
    publication, disclaimers = loop.plan.opened.publication, loop.survey.reader.disclaimers
    of_records = {}
    for record in old.articles:
        if record.source in failed:
            with contextlib.suppress(HandbillError):
                found = disclaimers.find(record.disclaimer, record.language)
                of_records[record.key] = expected_disclaimer(found, publication.disclaimer_position).digest()
    possible = {}
    for article in loop.plan.articles:
        if loop.states[article.path].standing is Standing.UNREADABLE:
            language = article.language or publication.language
            texts = disclaimers.all_in(language)
            possible[article.path] = tuple(expected_disclaimer(text, publication.disclaimer_position) for text in texts)
    return CurrentDisclaimers(of_records, possible)
