"""A check: everything is read as a build would read it, and nothing is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from handbill.builder.article_state import Standing
from handbill.builder.cache import BuildCache
from handbill.builder.plan import Plan, make_plan, open_despite_errors, shard_of
from handbill.builder.report import Report
from handbill.builder.request import Request
from handbill.builder.survey import open_survey
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ConfigurationError, MachineError, SourceError
from handbill.proof.manifest import Manifest
from handbill.reader.disclaimers import Disclaimers
from handbill.system.run_limits import RunMeter, RunStopped

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["CheckLinks", "check"]

CheckLinks = Callable[[Sequence["Article"], Disclaimers], list[Diagnostic]]
"""Returns what is wrong with the links to the web of some articles and of their disclaimers."""


def check(request: Request, check_links: CheckLinks | None = None) -> Report:
    """Read everything, build nothing, and return what a build would say before it begins. Raises HandbillError as `build` does.

    `check_links` is given the articles that have no error. Where the settings are wrong, what is wrong with the articles is raised with
    it, as far as these do not depend on it.
    """
    try:
        plan = make_plan(request)
    except ConfigurationError as error:
        opened = open_despite_errors(request)
        found = [] if opened is None else _report_on_articles(request, Plan(opened, (), shard_of(opened, request.shard)), None).diagnostics
        raise ConfigurationError(dict.fromkeys([*error.diagnostics, *found])) from None
    return _report_on_articles(request, plan, check_links)


def _report_on_articles(request: Request, plan: Plan, check_links: CheckLinks | None) -> Report:
    """Return the report on the articles of a plan. A run that reaches one of its limits ends, and the report says so."""
    meter = RunMeter(request.run, plan.opened.publication.bounds)
    meter.require_handouts(len(plan.articles) * len(plan.editions))
    report = Report(plan.opened.root, request.strict, plan.opened.publication.checks)
    try:
        with meter.limited_time():
            _check(request, plan, check_links, report)
    except RunStopped as stop:
        report.add([stop.found], MachineError.exit_code)
    return report


def _check(request: Request, plan: Plan, check_links: CheckLinks | None, report: Report) -> None:
    """Read the articles of a plan, and report what is wrong."""
    survey = open_survey(request, plan, Manifest(), BuildCache(), report)
    articles, expired = [], {}
    for path in plan.articles:
        state, reading = survey.read(path)
        if state.standing is Standing.EXPIRED:
            expired[path.path] = state.last_day
        if reading is not None and reading.article is not None and not state.standing.has_failed:
            articles.append(reading.article)
    if check_links is not None:
        report.add(check_links(articles, survey.reader.disclaimers), SourceError.exit_code)
    for article, last_day in expired.items():
        survey.report_expired(article, last_day)
