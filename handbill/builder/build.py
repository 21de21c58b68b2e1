"""The build: survey the articles, make what has changed, prove it, replace it, and say what was done."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handbill.builder.article_record import disclaimer_now
from handbill.builder.cache import BuildCache, FileStamps, load_cache, save_cache
from handbill.builder.execution import Progress, Results, Task, enter, keep_stale, make
from handbill.builder.ledger import remove_handouts
from handbill.builder.plan import Edition, name_of, timestamp_of
from handbill.builder.report import Report
from handbill.builder.request import Request, planned, planned_in_spite
from handbill.builder.survey import Survey, Surveyed, setting_of
from handbill.contract import ExporterError
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ConfigurationError, HandbillError, ProofError, SourceError
from handbill.diagnostics.rules import at, diagnostic
from handbill.diagnostics.user_paths import paths_below
from handbill.language.translations import words_for
from handbill.proof.disclaimer import Expected, expected
from handbill.proof.manifest import FILE, ArticleRecord, Expired, Handout, Manifest, MissingHandout
from handbill.proof.manifest_file import read_manifest, write_manifest
from handbill.publication.discovery import ArticlePath, OpenedPublication
from handbill.reader.deadlines import deadline_findings, expiry
from handbill.reader.disclaimers import Disclaimers
from handbill.registry import modules_to_preload, registrations, states_conformance, theme_environment
from handbill.rendering.code_digest import code_digest
from handbill.rendering.job import Job
from handbill.rendering.pool import Limits, Pool, address_of
from handbill.system import files
from handbill.system.digests import digest_of

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["CheckLinks", "build", "check", "modules_for"]

CheckLinks = Callable[[Sequence["Article"], Disclaimers], list[Diagnostic]]
"""Returns what is wrong with the links to the web of some articles and of their disclaimers."""


@dataclass(slots=True)
class _Run:
    """One run over a publication, and what has come of it so far.

    `articles` are those of the shard, the largest first.
    `handouts`, `texts` and `missing` are what the manifest is to say; `surveyed` has the articles that can have handouts, or have expired,
    `refused` those that were read and fail all the same.
    """

    request: Request
    place: OpenedPublication
    articles: Sequence[ArticlePath]
    editions: Sequence[Edition]
    old: Manifest
    memory: BuildCache
    disclaimers: Disclaimers
    report: Report
    survey: Survey
    codes: Mapping[str, str]
    handouts: dict[str, Handout]
    missing: tuple[MissingHandout, ...]
    surveyed: dict[ArticlePath, Surveyed] = field(default_factory=dict)
    refused: dict[ArticlePath, Surveyed] = field(default_factory=dict)
    expired: dict[str, str] = field(default_factory=dict)
    texts: dict[str, Expected] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        request: Request,
        place: OpenedPublication,
        editions: Sequence[Edition],
        old: Manifest,
        memory: BuildCache,
        start: Callable[[], None] = lambda: None,
    ) -> _Run:
        """Return a run that has not begun. `start` is called as soon as it is seen that something has changed."""
        report = Report(place.root, request.strict, place.publication.checks)
        disclaimers = Disclaimers(place.root, place.publication.language, request.disclaimer, place.publication.profiles)
        registered = registrations()
        stamps = FileStamps(place.root, time.time_ns())
        known = (memory.articles.get((place.publication.title, path.path)) for path in place.articles)
        if request.force or not all(one is not None and stamps.confirm(one) for one in known):
            # The workers' server imports while this process takes digests and reads.
            start()
        codes = _codes(editions)
        number, of = request.shard
        articles = sorted(place.articles, key=lambda one: (-stamps.size(one.path), one.path))[number - 1 :: of]
        survey = Survey(
            place,
            disclaimers,
            registered,
            request.environment,
            setting_of(place, registered, disclaimers, request.environment),
            stamps,
            memory,
            {about.key: about for about in old.articles},
            report,
        )
        return cls(request, place, articles, editions, old, memory, disclaimers, report, survey, codes, dict(old.handouts), old.failed)

    @property
    def full(self) -> bool:
        """Whether all editions of all articles are asked for, or of all of a shard's share."""
        return self.place.whole and not self.request.editions

    @property
    def failed(self) -> set[str]:
        """The paths of articles that cannot have new handouts."""
        return {path.path for path in self.articles if path not in self.surveyed}

    def look_at(self, path: ArticlePath, prepare: Callable[[], None]) -> Surveyed | None:
        """Survey an article and report what is to be said of it; None where it fails. `prepare` is called before one is read."""
        found = None if self.request.force else self.survey.recall(path, self.editions)
        if found is None:
            prepare()
            found = self.survey.read(path, self.editions)
        if found is None:
            return None
        self.report.read(path.path, found.known.figures)
        day, today = expiry(found.known.deadlines), self.request.today
        over = day is not None and day < today
        due = [] if over else deadline_findings(found.known.deadlines, today, self.place.publication.remind_days)
        failed = self.report.add((*found.known.diagnostics, *due), SourceError.exit_code)
        (self.refused if failed else self.surveyed)[path] = dataclasses.replace(found, article=None, given={})
        if failed:
            return None
        if day is not None and over:
            self.expired[path.path] = day.isoformat()
        return found

    def tasks(self, start: Callable[[], None]) -> Iterator[Task]:
        """Keep what is unchanged, and yield what is to be made. `start` is called where there may be something."""
        for path in self.articles:
            found = self.look_at(path, start)
            if found is None or path.path in self.expired:
                continue
            inputs = {edition.name: self._inputs(found, edition) for edition in self.editions}
            changed = [edition for edition in self.editions if not self._kept(path, found, edition, inputs[edition.name])]
            if changed and found.article is None:
                start()
                found = self.survey.read(path, self.editions)
                if found is None:
                    del self.surveyed[path]
                    continue
                # It may have changed meanwhile.
                self.surveyed[path] = dataclasses.replace(found, article=None, given={})
                inputs = {edition.name: self._inputs(found, edition) for edition in self.editions}
            yield from (self._task(path, found, edition, inputs[edition.name]) for edition in changed)

    def _inputs(self, found: Surveyed, edition: Edition) -> str:
        """Return the digest of all that goes into a handout."""
        theme = self.place.publication.theme
        own = theme_environment(edition.exporter, theme)
        of = found.known.documents[edition.exporter.name]
        return digest_of((of.document, of.expected, edition.name, edition.options, self.codes[edition.exporter.name], own))

    def _kept(self, path: ArticlePath, found: Surveyed, edition: Edition, inputs: str) -> bool:
        """Keep a handout that is unchanged, and tell whether it is."""
        row = self.handouts.get(name_of(path, edition))
        if self.request.force or row is None or row.inputs != inputs or not self.memory.vouches(self.request.build, row):
            return False
        if row.proof.pages > self.place.publication.bounds.pages:
            # It is made again, and refused with its place.
            return False
        failed = self.report.add(row.diagnostics, ExporterError.exit_code)
        # The publication's title is in no handout of its own: it may have changed all the same.
        title, barriers = self.place.publication.title, self._barriers(found, edition)
        row = dataclasses.replace(row, stale=failed, outdated=False, publication=title, barriers=barriers)
        enter("failed" if failed else "unchanged", row, self.handouts, self.report)
        return True

    def _barriers(self, found: Surveyed, edition: Edition) -> Mapping[str, int]:
        return found.known.documents[edition.exporter.name].barriers if states_conformance(edition.exporter) else {}

    def _task(self, path: ArticlePath, found: Surveyed, edition: Edition, inputs: str) -> Task:
        article, given = found.article, found.given[edition.exporter.name]
        assert article is not None
        self.texts[given.expected.digest()] = given.expected
        timestamp = timestamp_of(article, self.request.environment)
        job = Job(
            name_of(path, edition),
            edition.exporter.name,
            edition.options,
            given.document,
            given.expected,
            timestamp,
            self.place.publication.bounds,
        )
        return Task(job, article, edition, inputs, self._barriers(found, edition))

    def report_expired(self) -> None:
        """Say of which articles there are no handouts any more."""
        for path, day in self.expired.items():
            message = f"the article or its disclaimer was good until {day}: it has no handouts any more"
            hint = "review it, and set expires: anew"
            self.report.add([diagnostic("expired", message, at(path, 1), hint)], SourceError.exit_code)

    def expired_rows(self) -> tuple[Expired, ...]:
        """Return what the manifest says of expired articles: what is known now, and of articles that were not read what it said."""
        title, read = self.place.publication.title, {path.path for path in self.surveyed}
        there = {path.path for path in (self.place.articles if self.request.shard == (1, 1) else self.articles)}
        kept = [
            row
            for row in self.old.expired
            if row.publication != title or (row.article not in read and (row.article in there or not self.place.whole))
        ]
        return (*kept, *(Expired(title, path, since) for path, since in self.expired.items()))

    def failures(self) -> tuple[MissingHandout, ...]:
        """Return what the manifest says of handouts that were asked for and are not there; of those not asked for, what it said."""
        title = self.place.publication.title
        asked = {name_of(path, edition): (path, edition) for path in self.articles for edition in self.editions}
        there = {path.path for path in (self.place.articles if self.request.shard == (1, 1) else self.articles)}
        kept = [
            one
            for one in self.old.failed
            if one.publication != title or (one.file not in asked and not self.full and (one.article in there or not self.place.whole))
        ]
        missing = [
            (name, path, edition) for name, (path, edition) in asked.items() if name not in self.handouts and path.path not in self.expired
        ]
        return (*kept, *(MissingHandout(title, path.path, name, self._disclaimers(path, edition)) for name, path, edition in missing))

    def _disclaimers(self, path: ArticlePath, edition: Edition) -> tuple[str, ...]:
        """Return the digests of the disclaimers that a handout might carry now: its own, or any where its article cannot be read."""
        found = self.surveyed.get(path) or self.refused.get(path)
        if found is not None:
            return (found.known.documents[edition.exporter.name].expected,)
        language = path.language or self.place.publication.language
        words, position = words_for(language), self.place.publication.disclaimer_position
        wanted = {one.digest(): one for one in (expected(text, words, position) for text in self.disclaimers.all_in(language))}
        self.texts |= wanted
        return tuple(sorted(wanted))

    def keep_of_failed(self) -> None:
        """Mark the last handouts of articles that failed, in whatever edition they are."""
        failed = self.failed
        now = functools.partial(disclaimer_now, old=self.old, disclaimers=self.disclaimers, publication=self.place.publication)
        asked = {name_of(path, edition) for path in self.articles if path.path in failed for edition in self.editions}
        for name in sorted(asked):
            keep_stale(name, self.handouts, self.report, now(self.handouts[name]) if name in self.handouts else "")
        for name, row in self.handouts.items():
            if row.publication == self.place.publication.title and row.source in failed:
                self.handouts[name] = dataclasses.replace(row, stale=True, outdated=row.disclaimer != now(row))

    def remove(self) -> None:
        """Remove handouts that have expired, and in a full build those that no source asks for; never those of an article that failed."""
        full = self.full
        failed = self.failed
        # A shard has its share alone, though another had some of it before: they are put together.
        asked = {name_of(path, edition) for path in self.articles for edition in self.editions}
        share = {path.path for path in self.articles}

        def goes(row: Handout) -> bool:
            unasked = full and row.file not in asked and row.source not in failed
            elsewhere = self.request.shard != (1, 1) and row.source not in share
            return row.publication == self.place.publication.title and (unasked or elsewhere or row.source in self.expired)

        remove_handouts(goes, self.request.build, self.handouts, self.report)

    def vouch(self) -> None:
        """Write the manifest, and what is known of the articles; what goes wrong is reported."""
        abouts: dict[tuple[str, str], ArticleRecord] = {about.key: about for about in self.old.articles}
        abouts |= {found.about.key: found.about for found in self.surveyed.values()}
        failures = tuple(one for one in self.missing if one.file not in self.handouts)
        manifest = Manifest(self.handouts, {**self.old.disclaimers, **self.texts}, self.expired_rows(), tuple(abouts.values()), failures)
        try:
            if manifest != self.old or self.memory.doubted or not (self.request.build / FILE).is_file():
                self.memory.manifest = write_manifest(self.request.build, manifest)
            if self.memory.doubted and not self.full:
                # What was not asked for may still be what other hands made of it.
                self.memory.manifest = ""
            save_cache(self.request.build, self.memory, self.handouts)
        except HandbillError as error:
            self.report.add(error.diagnostics, error.exit_code)


def check(request: Request, check_links: CheckLinks | None = None) -> Report:
    """Read everything, build nothing, and return what a build would say before it begins. Raises HandbillError as `build` does.

    `check_links` returns what is wrong with the links of articles and their disclaimers to the web; it is given the articles that have
    no error. Where the settings are wrong, what is wrong with the articles is told with it, as far as these do not depend on it.
    """
    try:
        return _checked(request, *planned(request), check_links)
    except ConfigurationError as error:
        place = planned_in_spite(request)
        found = [] if place is None else _checked(request, place, []).diagnostics
        raise ConfigurationError(dict.fromkeys([*error.diagnostics, *found])) from None


def _checked(request: Request, place: OpenedPublication, editions: Sequence[Edition], check_links: CheckLinks | None = None) -> Report:
    run = _Run.of(request, place, editions, Manifest(), BuildCache())
    articles = [found.article for path in run.articles if (found := run.look_at(path, lambda: None)) is not None]
    if check_links is not None:
        run.report.add(check_links([one for one in articles if one is not None], run.disclaimers), SourceError.exit_code)
    run.report_expired()
    return run.report


def build(request: Request, progress: Progress = lambda file, done, of: None, pool: Pool | None = None) -> Report:
    """Build what was asked for and return what was done. `pool` is of workers that stay when this is done.

    Raises HandbillError where nothing can be built at all.
    """
    place, editions = planned(request)
    with files.locked(request.build):
        files.sweep(request.build)
        old = _old_manifest(request)
        with _workers(request, place, editions, pool) as (start, results):
            run = _Run.of(request, place, editions, old, load_cache(request.build), start)
            try:
                for file in make(run.tasks(start), results, request.build, run.handouts, run.report):
                    if file in run.handouts:
                        run.memory.note(request.build, run.handouts[file])
                    progress(file, len(run.report.rows), len(run.articles) * len(run.editions))
                run.keep_of_failed()
                run.report_expired()
                run.remove()
                run.missing = run.failures()
            finally:
                # An interrupted run too vouches for what it has seen, and for that alone.
                run.vouch()
    run.report.rows.sort(key=lambda row: row.file)
    return run.report


def modules_for(request: Request) -> tuple[str, ...]:
    """Return the modules that workers need for a request; none where it cannot be planned."""
    try:
        return _modules(planned(request)[1])
    except HandbillError:
        return ()


@contextlib.contextmanager
def _workers(
    request: Request, place: OpenedPublication, editions: Sequence[Edition], pool: Pool | None
) -> Iterator[tuple[Callable[[], None], Results]]:
    """Give what is called where there may be something to make, and what makes it."""
    address = address_of(request.executor)
    if pool is not None:
        pool.limits = _limits(request, place)
        yield pool.start, pool.results
    elif address:
        from handbill.rendering.cluster import Cluster

        yield lambda: None, Cluster(address).results
    else:
        with contextlib.closing(Pool(request.workers, _limits(request, place), _modules(editions))) as own:
            yield own.start, own.results


def _limits(request: Request, place: OpenedPublication) -> Limits:
    """Return what one handout may take: what was typed, else what the publication's bounds say."""
    bounds = place.publication.bounds
    return Limits(request.seconds or bounds.seconds, request.memory or bounds.memory * 1_000_000)


def _codes(editions: Iterable[Edition]) -> dict[str, str]:
    """Return the digests of the exporters' code, by exporter."""
    registered, exporters = registrations(), {edition.exporter.name: edition.exporter for edition in editions}
    return {name: code_digest(registered[name], exporter) for name, exporter in exporters.items()}


def _modules(editions: Iterable[Edition]) -> tuple[str, ...]:
    """Return what the workers need, as their exporters say."""
    return tuple(dict.fromkeys(name for edition in editions for name in modules_to_preload(edition.exporter)))


def _old_manifest(request: Request) -> Manifest:
    try:
        with paths_below(request.build):
            return read_manifest(request.build)
    except ProofError:
        if request.force:
            return Manifest()
        raise
