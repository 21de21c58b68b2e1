"""The build: read, compare with the manifest, render what has changed, prove it, replace it, and say what was done."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handbill import files
from handbill.about import about_article, disclaimer_now
from handbill.claims import can_claim
from handbill.config import Setting, suggestion
from handbill.contract import Diagnostic, Severity
from handbill.disclaimers import Disclaimers
from handbill.errors import HandbillError, MachineError, ProofError, SourceError
from handbill.fingerprint import of_code, of_inputs
from handbill.freshness import deadline_findings, expiry
from handbill.making import Progress, Task, bring_up_to_date, keep_stale
from handbill.manifest import Expired, Handout, Manifest, read_manifest, write_manifest
from handbill.plan import Edition, Place, editions_of, find_place, name_of, refuse_collisions, timestamp_of
from handbill.proof import expected
from handbill.publication import ArticlePath
from handbill.reader import Article, read_article
from handbill.registry import registrations
from handbill.removal import remove_handouts
from handbill.rendering import Job
from handbill.report import Report, paths_below

__all__ = ["Request", "build", "check"]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `today` decides what has expired; `environment` is what the process was started with."""

    source: Path
    build: Path
    today: datetime.date
    environment: Mapping[str, str] = field(default_factory=dict)
    editions: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    disclaimer: Path | None = None
    strict: bool = False
    force: bool = False
    workers: int = 1


def check(request: Request) -> Report:
    """Read everything, build nothing, and return what a build would say before it begins. Raises HandbillError as `build` does."""
    place, _ = _plan(request)
    report = Report(place.root, request.strict)
    disclaimers = Disclaimers(place.root, place.publication.language, request.disclaimer)
    _report_expired(_expired(_read(place, request, disclaimers, report), request.today), report)
    return report


def build(request: Request, progress: Progress = lambda file, done, of: None) -> Report:
    """Build what was asked for and return what was done.

    Raises HandbillError where nothing can be built at all.
    """
    place, editions = _plan(request)
    report = Report(place.root, request.strict)
    with files.locked(request.build):
        files.sweep(request.build)
        old = _old_manifest(request)
        disclaimers = Disclaimers(place.root, place.publication.language, request.disclaimer)
        articles = _read(place, request, disclaimers, report)
        expired = _expired(articles, request.today)
        live = {path: article for path, article in articles.items() if path.path not in expired}
        tasks = _tasks(live, editions, request.environment)
        handouts = dict(old.handouts)
        try:
            now = functools.partial(disclaimer_now, old=old, disclaimers=disclaimers, publication=place.publication)
            _keep_of_failed(place, editions, articles, now, handouts, report)
            bring_up_to_date(tasks, request.build, request.workers, handouts, report, progress, force=request.force)
            _report_expired(expired, report)
            _remove(place, request, editions, articles, expired, handouts, report)
        finally:
            # An interrupted run too vouches for what it has seen, and for that alone.
            texts = dict(old.disclaimers) | {task.job.expected.digest(): task.job.expected for task in tasks}
            read = map(about_article, articles, articles.values())
            about = {record.key: record for record in (*old.articles, *read)}
            _vouch(request.build, Manifest(handouts, texts, _expired_rows(place, articles, expired, old), tuple(about.values())), report)
    report.rows.sort(key=lambda row: row.file)
    return report


def _vouch(build: Path, manifest: Manifest, report: Report) -> None:
    try:
        write_manifest(build, manifest)
    except HandbillError as error:
        report.add(error.diagnostics, error.exit_code)


def _plan(request: Request) -> tuple[Place, list[Edition]]:
    """Return what is to be read, and the editions to build of it, no two handouts of which have one name."""
    place = find_place(request.source, request.disclaimer)
    with paths_below(place.root):
        editions = editions_of(place.publication, request.editions, request.settings)
        refuse_collisions(place, editions, request.build)
    return place, editions


def _old_manifest(request: Request) -> Manifest:
    try:
        with paths_below(request.build):
            return read_manifest(request.build)
    except ProofError:
        if request.force:
            return Manifest()
        raise


def _read(place: Place, request: Request, disclaimers: Disclaimers, report: Report) -> dict[ArticlePath, Article]:
    """Return the articles that can be read; what is wrong with the others goes into the report."""
    articles: dict[ArticlePath, Article] = {}
    for path in place.articles:
        try:
            article = read_article(place.root, path.path, place.publication, path.language, disclaimers.find)
            found = disclaimers.find_read(article.disclaimer.id, article.metadata.language)
        except HandbillError as error:
            report.add(error.diagnostics, error.exit_code)
            continue
        except OSError as error:
            message = f"{error.filename or path.path} cannot be read: {error.strerror}"
            report.add([Diagnostic(Severity.ERROR, "unreadable", message, path.path)], MachineError.exit_code)
            continue
        deadlines = article.deadlines + found.deadlines
        day = expiry(deadlines)
        due = [] if day is not None and day < request.today else deadline_findings(deadlines, request.today, place.publication.remind_days)
        if not report.add((*article.diagnostics, *found.diagnostics, *due), SourceError.exit_code):
            articles[path] = dataclasses.replace(article, deadlines=deadlines)
    _note_formats(articles.values(), report)
    return articles


def _note_formats(articles: Iterable[Article], report: Report) -> None:
    """Say where something is set apart for a format that is not installed."""
    known = registrations()
    for article in articles:
        for name in sorted(article.formats() - set(known)):
            message = f"something in the article is only for `{name}`, and no exporter of that name is installed"
            written = (f"only {name}", f"only-{name}", name)
            excerpt = next((text for text in written if article.source.locate(text)[1] is not None), name)
            found = article.source.diagnostic(Severity.WARNING, "unknown-format", message, excerpt, suggestion(name, known))
            report.add([found], SourceError.exit_code)


def _expired(articles: Mapping[ArticlePath, Article], today: datetime.date) -> dict[str, str]:
    """Return the paths of articles that have expired, each with its last day (ISO 8601)."""
    days = {path.path: expiry(article.deadlines) for path, article in articles.items()}
    return {path: day.isoformat() for path, day in days.items() if day is not None and day < today}


def _report_expired(expired: Mapping[str, str], report: Report) -> None:
    for path, day in expired.items():
        message, hint = (
            f"the article or its disclaimer was good until {day}: it has no handouts any more",
            "review it, and set expires: anew",
        )
        report.add([Diagnostic(Severity.NOTE, "expired", message, path, 1, hint=hint)], SourceError.exit_code)


def _expired_rows(place: Place, articles: Iterable[ArticlePath], expired: Mapping[str, str], old: Manifest) -> tuple[Expired, ...]:
    """Return what the manifest says of expired articles: what is known now, and of articles that were not read what it said."""
    title, read, there = place.publication.title, {path.path for path in articles}, {path.path for path in place.articles}
    kept = [
        row for row in old.expired if row.publication != title or (row.article not in read and (row.article in there or not place.whole))
    ]
    return (*kept, *(Expired(title, path, since) for path, since in expired.items()))


def _tasks(articles: Mapping[ArticlePath, Article], editions: Sequence[Edition], environment: Mapping[str, str]) -> list[Task]:
    tasks = []
    registered = registrations()
    codes = {edition.name: of_code(registered[edition.exporter.name], edition.exporter) for edition in editions}
    for path, article in articles.items():
        timestamp = timestamp_of(article, environment)
        # Editions of one exporter are given one document.
        documents = {name: article.document(name, registered) for name in {edition.exporter.name for edition in editions}}
        barriers = {name: dict(sorted(article.barriers(name, registered).items())) for name in documents}
        for edition in editions:
            document = documents[edition.exporter.name]
            wanted = expected(document.disclaimer, document.words, document.disclaimer_position)
            job = Job(name_of(path, edition), edition.exporter.name, edition.options, document, wanted, timestamp)
            own = dict(edition.exporter.environment_of(document)) if hasattr(edition.exporter, "environment_of") else {}
            inputs = of_inputs((document, edition.name, edition.options, codes[edition.name], own, timestamp, wanted.digest()))
            tasks.append(Task(job, article, edition, inputs, barriers[edition.exporter.name] if can_claim(edition.exporter) else {}))
    return tasks


def _keep_of_failed(
    place: Place,
    editions: Iterable[Edition],
    articles: Mapping[ArticlePath, Article],
    wanted: Callable[[Handout], str],
    handouts: dict[str, Handout],
    report: Report,
) -> None:
    """Mark the last handouts of articles that cannot be read, in whatever edition they are.

    `wanted` gives the digest of the disclaimer that such a handout would carry now.
    """
    failed = {path.path for path in place.articles if path not in articles}
    asked = {name_of(path, edition) for path in place.articles if path.path in failed for edition in editions}
    for name in asked:
        keep_stale(name, handouts, report, wanted(handouts[name]) if name in handouts else "")
    for name, row in handouts.items():
        if row.publication == place.publication.title and row.source in failed:
            handouts[name] = dataclasses.replace(row, stale=True, outdated=row.disclaimer != wanted(row))


def _remove(
    place: Place,
    request: Request,
    editions: Iterable[Edition],
    articles: Mapping[ArticlePath, Article],
    expired: Mapping[str, str],
    handouts: dict[str, Handout],
    report: Report,
) -> None:
    """Remove handouts that have expired, and in a full build those that no source asks for; never those of an article that failed."""
    full = place.whole and not request.editions
    failed = {path.path for path in place.articles if path not in articles}
    asked = {name_of(path, edition) for path in place.articles for edition in editions}

    def goes(row: Handout) -> bool:
        unasked = full and row.file not in asked and row.source not in failed
        return row.publication == place.publication.title and (unasked or row.source in expired)

    remove_handouts(goes, request.build, handouts, report)
