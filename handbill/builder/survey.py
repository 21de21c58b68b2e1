"""The survey of a publication: finds the state of each article, and reports its messages.

An article that is unchanged by the build cache is not read again: its state comes from the cache. The others are read and checked. The
state (`handbill.builder.article_state`) says whether there can be handouts of the article.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from dataclasses import dataclass

from handbill.builder.article_reader import ArticleReader, settings_digest
from handbill.builder.article_state import ArticleState, Reading, Standing
from handbill.builder.cache import BuildCache
from handbill.builder.file_stamps import FileStamps
from handbill.builder.plan import Plan
from handbill.builder.report import Report
from handbill.builder.request import Request
from handbill.diagnostics.errors import HandbillError, SourceError, UsageError
from handbill.diagnostics.rules import diagnostic, location
from handbill.proof.manifest import Manifest
from handbill.publication.discovery import ArticlePath
from handbill.reader.deadlines import deadline_findings, expiry
from handbill.reader.disclaimers import Disclaimers
from handbill.registry import registrations

__all__ = ["Survey", "open_survey"]


@dataclass(frozen=True, slots=True)
class Survey:
    """How the articles of one plan are looked at. `today` is the day that decides what is due and what has expired."""

    plan: Plan
    reader: ArticleReader
    report: Report
    today: datetime.date

    def recall(self, article: ArticlePath) -> tuple[ArticleState, Reading] | None:
        """Return the state of an article that has not changed since an earlier build; None where it has to be read."""
        reading = self.reader.recall(article, self.plan.editions)
        return None if reading is None else (self._state_of(article, reading), reading)

    def read(self, article: ArticlePath) -> tuple[ArticleState, Reading | None]:
        """Read an article, and return its state, with the reading where there is one. Raises UsageError as the reader does."""
        try:
            reading = self.reader.read(article, self.plan.editions)
        except UsageError:
            raise
        except HandbillError as error:
            self.report.add(error.diagnostics, error.exit_code)
            return ArticleState(Standing.UNREADABLE), None
        return self._state_of(article, reading), reading

    def report_expired(self, path: str, last_day: str) -> None:
        """Report that an article has no handouts any more."""
        message = f"the article or its disclaimer was good until {last_day}: it has no handouts any more"
        self.report.add([diagnostic("expired", message, location(path, 1), "review it, and set expires: anew")], SourceError.exit_code)

    def _state_of(self, article: ArticlePath, reading: Reading) -> ArticleState:
        """Report what is to be said of an article, and return the state that follows."""
        cached = reading.cached
        self.report.add_readability(article.path, cached.readability)
        last_day = expiry(cached.deadlines)
        is_expired = last_day is not None and last_day < self.today
        due = [] if is_expired else deadline_findings(cached.deadlines, self.today, self.plan.opened.publication.remind_days)
        if self.report.add((*cached.diagnostics, *due), SourceError.exit_code):
            standing = Standing.REFUSED
        else:
            standing = Standing.EXPIRED if is_expired else Standing.CURRENT
        expired_on = last_day.isoformat() if last_day is not None and standing is Standing.EXPIRED else ""
        return ArticleState(standing, reading.record, cached.documents, expired_on)


def open_survey(
    request: Request, plan: Plan, manifest: Manifest, cache: BuildCache, report: Report, begin_reading: Callable[[], None] = lambda: None
) -> Survey:
    """Return the survey of a plan; `begin_reading` is called before an article is read."""
    opened, registered = plan.opened, registrations()
    disclaimers = Disclaimers(opened.root, opened.publication.language, request.disclaimer, opened.publication.profiles)
    reader = ArticleReader(
        opened=opened,
        disclaimers=disclaimers,
        registered=registered,
        environment=request.environment,
        settings=settings_digest(opened, registered, disclaimers, request.environment),
        stamps=FileStamps(opened.root, time.time_ns()),
        cache=cache,
        records={record.key: record for record in manifest.articles},
        begin_reading=begin_reading,
    )
    return Survey(plan, reader, report, request.today)
