"""Where a build's handouts are made: in a worker pool on this machine, or by the workers of a cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass

from handbill.builder.plan import Edition, Plan, make_plan
from handbill.builder.request import Request
from handbill.diagnostics.errors import HandbillError
from handbill.registry import modules_to_preload
from handbill.rendering.job import Job, Outcome
from handbill.rendering.pool import JobLimits, Pool, scheduler_address
from handbill.system.bounds import Bounds

__all__ = ["RunJobs", "Workers", "limits_of", "modules_for", "modules_of", "workers_for"]

RunJobs = Callable[[Iterable[Job]], Generator[tuple[Job, Outcome]]]
"""Runs jobs somewhere: yields each with its outcome, as they are done."""


@dataclass(frozen=True, slots=True)
class Workers:
    """What makes handouts. `start` is called as soon as there may be something to make, so that workers are warm when it comes."""

    start: Callable[[], None]
    run: RunJobs


@contextlib.contextmanager
def workers_for(request: Request, plan: Plan, pool: Pool | None) -> Iterator[Workers]:
    """Give the workers that a request asks for; `pool` is one that stays when the build is done."""
    limits = limits_of(request, plan.opened.publication.bounds)
    address = scheduler_address(request.executor)
    if pool is not None:
        pool.limits = limits
        yield Workers(pool.start, pool.results)
    elif address:
        from handbill.rendering.dask_cluster import Cluster

        yield Workers(lambda: None, Cluster(address).results)
    else:
        with contextlib.closing(Pool(request.workers, limits, modules_of(plan.editions))) as own:
            yield Workers(own.start, own.results)


def limits_of(request: Request, bounds: Bounds) -> JobLimits:
    """Return how long and how much memory one handout may take: what was typed, else what the publication's limits say."""
    return JobLimits(request.seconds or bounds.seconds, request.memory or bounds.memory * 1_000_000)


def modules_for(request: Request) -> tuple[str, ...]:
    """Return the modules that workers import for a request; none where it cannot be planned."""
    try:
        return modules_of(make_plan(request).editions)
    except HandbillError:
        return ()


def modules_of(editions: Iterable[Edition]) -> tuple[str, ...]:
    """Return the modules that workers import for the exporters of these editions."""
    return tuple(dict.fromkeys(name for edition in editions for name in modules_to_preload(edition.exporter)))
