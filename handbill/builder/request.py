"""A request: everything that the command line asks of a build or a check, as one value."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.publication.settings import OptionOverride
from handbill.system.run_limits import RunLimits

__all__ = ["Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a build or a check.

    `source` is a publication's folder or one Markdown file, `build` the folder for handouts. `today` decides what has expired.
    `environment` are the variables that the process was started with. `editions` are the names of those to build, none for all.
    `settings` are options of editions for this run. `disclaimer` is a file that replaces the articles' own disclaimers. With `strict`,
    warnings are errors; with `force`, unchanged handouts are built too. `overwrite` are names of files below the build folder that may be
    replaced though handbill did not write them, or not as they are. `workers` is how many processes make handouts; `executor` is
    where they run: `local` or `dask:ADDRESS`. `seconds` and `memory` (bytes) are what one handout may take, None for the publication's
    own limits. `run` are the limits of the whole run. `shard` is K of N: one share of the articles. `diff_images` is a folder for pictures
    of what differs from the sealed page in handouts that are refused, None for none.
    """

    source: Path
    build: Path
    today: datetime.date
    environment: Mapping[str, str] = field(default_factory=dict)
    editions: tuple[str, ...] = ()
    settings: tuple[OptionOverride, ...] = ()
    disclaimer: Path | None = None
    strict: bool = False
    force: bool = False
    overwrite: tuple[str, ...] = ()
    workers: int = 1
    seconds: float | None = None
    memory: int | None = None
    executor: str = "local"
    shard: tuple[int, int] = (1, 1)
    run: RunLimits = field(default_factory=RunLimits)
    diff_images: Path | None = None
