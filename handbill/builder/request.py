"""What a build or a check was asked for, and the plan that follows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.builder.plan import Edition, editions_of, refuse_collisions
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.user_paths import paths_below
from handbill.publication.discovery import OpenedPublication, open_publication
from handbill.publication.parser import read_settings
from handbill.publication.settings import Setting

__all__ = ["Request", "planned", "planned_in_spite"]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `today` decides what has expired; `environment` is what the process was started with.

    `shard` is K of N parts, of which each has its share of the articles; `executor` is where handouts are made, `local` or
    `dask:ADDRESS`. `seconds` and `memory` (bytes) are what a handout may take, where not the publication's bounds say it.
    """

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
    seconds: float | None = None
    memory: int | None = None
    executor: str = "local"
    shard: tuple[int, int] = (1, 1)


def planned(request: Request) -> tuple[OpenedPublication, list[Edition]]:
    """Return what is to be read, and the editions to build of it, no two handouts of which have one name. Raises HandbillError."""
    place = open_publication(request.source, request.disclaimer)
    with paths_below(place.root):
        editions = editions_of(place.publication, request.editions, request.settings)
        refuse_collisions(place, editions, request.build)
    return place, editions


def planned_in_spite(request: Request) -> OpenedPublication | None:
    """Return what is to be read though some settings are wrong, these left out; None where nothing can be read without them."""
    try:
        place = open_publication(request.source, request.disclaimer, lambda root: read_settings(root)[0])
    except HandbillError:
        return None
    return place if place.publication.disclaimer or request.disclaimer else None
