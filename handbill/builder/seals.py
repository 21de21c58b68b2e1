"""The sealed pages of a run: each is made once, in a process that has made nothing else, or taken from the user's cache.

A sealed page depends on its disclaimer, on the options of its edition and on the exporter's code and environment alone, so that all
handouts of an edition with one disclaimer share it. The build folder keeps those that its handouts need (`Handout.seal_file`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from handbill.diagnostics.errors import MachineError
from handbill.rendering.job import Crash, Failed, MadeSeal, SealJob
from handbill.rendering.pool import JobLimits, Pool
from handbill.system import files
from handbill.system.digests import digest_of, sha256_of

__all__ = ["Seal", "Seals", "user_cache"]

_MOST_CACHED = 500
"""Files in the user's cache. A sealed page has ten to a hundred kilobytes."""

Seal = bytes | Failed | Crash
"""A sealed page, or why there is none."""


@dataclass(slots=True)
class Seals:
    """The sealed pages of a run.

    `size` is how many are made at a time, `limits` are those of making one, `modules` what its process imports before. `codes` are the
    digests of the exporters' code, by exporter. With `cache` None nothing is taken from the user's cache, and nothing is put there.
    """

    size: int
    limits: JobLimits
    modules: Sequence[str]
    codes: Mapping[str, str]
    cache: Path | None
    known: dict[str, Seal] = field(default_factory=dict)

    def of(self, wanted: SealJob) -> Seal:
        """Return a sealed page, or why there is none."""
        self.prepare([wanted])
        return self.known[self._key(wanted)]

    def prepare(self, wanted: Iterable[SealJob]) -> None:
        """Make those of the sealed pages that are not known yet, several at a time."""
        missing = {key: job for job in wanted if (key := self._key(job)) not in self.known}
        for key in list(missing):
            if (content := self._cached_page(key)) is not None:
                self.known[key] = content
                del missing[key]
        if not missing:
            return
        # One job for each process: nothing of an article, and no other disclaimer, was in it before.
        with contextlib.closing(Pool(min(self.size, len(missing)), self.limits, self.modules, jobs_per_worker=1)) as pool:
            for job, outcome in pool.results(missing.values()):
                self._enter(self._key(job), outcome.content if isinstance(outcome, MadeSeal) else outcome)

    def _enter(self, key: str, outcome: object) -> None:
        if not isinstance(outcome, (bytes, Failed, Crash)):
            raise TypeError(f"no sealed page is {outcome!r}")
        self.known[key] = outcome
        if isinstance(outcome, bytes):
            self._store(key, outcome)

    def _key(self, job: SealJob) -> str:
        return digest_of((job.exporter, job.options, job.disclaimer, job.expected, self.codes[job.exporter]))

    def _cached_page(self, key: str) -> bytes | None:
        """Return a sealed page that was stored under a key, None where there is none or it is damaged."""
        if self.cache is None:
            return None
        try:
            digest, _, content = (files.read(self.cache, key) or b"").partition(b"\n")
        except MachineError:
            return None
        return content if digest == sha256_of(content).encode() else None

    def _store(self, key: str, content: bytes) -> None:
        """Store a proven sealed page, and delete those that were stored longest ago, down to _MOST_CACHED."""
        if self.cache is None:
            return
        # Without a cache the next run makes it again.
        with contextlib.suppress(MachineError, OSError):
            files.replace(self.cache, key, sha256_of(content).encode() + b"\n" + content)
            stored = sorted(self.cache.iterdir(), key=lambda file: file.stat().st_mtime)
            for file in stored[:-_MOST_CACHED]:
                file.unlink()


def user_cache() -> Path:
    """Return the folder of sealed pages in the user's cache. It may not exist."""
    return platformdirs.user_cache_path("handbill") / "seals"
