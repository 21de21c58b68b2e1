"""Build cache: lets unchanged articles be skipped, and unchanged handouts be trusted without reading them.

The cache lies beside the manifest in a file that may be deleted at any time; without it, everything is read. `--force` does not use it.
The file begins with a digest of itself, and counts for nothing where that is wrong. It also has the digest of the manifest that was
written with it: where the manifest is another one now, something else has changed it, and everything is made anew.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handbill.builder.file_stamps import FileStamp, stat_fields
from handbill.checks.readability_statistics import Readability
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.proof.manifest import MANIFEST_NAME as MANIFEST
from handbill.proof.manifest import diagnostic_data
from handbill.reader.deadlines import Deadline
from handbill.system import files
from handbill.system.digests import sha256_of

__all__ = ["FILE", "BuildCache", "CachedArticle", "CachedDocument", "is_cache", "load_cache", "save_cache"]

FILE = f"{files.RESERVED}known.json"
_VERSION = 2


@dataclass(frozen=True, slots=True)
class CachedDocument:
    """One exporter's document of an article, as digests.

    `document` is the digest of the document, `expected` that of the texts which its handouts are proven against. `barriers` are the codes
    of what keeps it from a claim of accessibility, with how many there are of each.
    """

    document: str
    expected: str
    barriers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CachedArticle:
    """An article that was read without an error.

    `setting` is the digest of all that the reading depends on beside files. `files` are those that were read, by path in the publication;
    `lookups` are paths that were looked up, with what was found there ("" for nothing). `documents` are by exporter. `readability` are the
    statistics of the text.
    """

    setting: str
    files: Mapping[str, FileStamp]
    lookups: Mapping[str, str]
    deadlines: tuple[Deadline, ...]
    diagnostics: tuple[Diagnostic, ...]
    documents: Mapping[str, CachedDocument]
    readability: Readability


@dataclass(slots=True)
class BuildCache:
    """What the build cache of a folder holds: the articles that earlier builds read, and the stamps of the files that they proved.

    `articles` are by the publication's title and the path, `handouts` are stamps of files that were proven, sealed pages too, by name.
    `manifest` is the digest of the manifest that is there, "" for none; `is_doubted` tells that it is not the one that was written.
    `written` are the stamps of all handouts that the file on the disk names, as they were when the run began: also where the manifest is
    doubted. `saved` is what the file on the disk says, so that it is written only when that changes.
    """

    articles: dict[tuple[str, str], CachedArticle] = field(default_factory=dict)
    handouts: dict[str, FileStamp] = field(default_factory=dict)
    manifest: str = ""
    is_doubted: bool = False
    written: Mapping[str, FileStamp] = field(default_factory=dict)
    saved: tuple[dict[tuple[str, str], CachedArticle], dict[str, FileStamp], str] = field(default_factory=lambda: ({}, {}, ""))

    def vouches(self, build: Path, name: str, sha256: str) -> bool:
        """Return whether a file has the bytes of this SHA-256, which were proven; it is read only where the file system cannot tell."""
        if self.is_doubted:
            return False
        try:
            status = (build / name).lstat()
        except OSError:
            return False
        stamp = self.handouts.get(name)
        if stamp is not None and stamp.sha256 == sha256 and stamp.matches(status):
            return True
        self.handouts.pop(name, None)
        if sha256_of(files.read(build, name) or b"") != sha256:
            return False
        self.note(build, name, sha256)
        return True

    def note(self, build: Path, name: str, sha256: str) -> None:
        """Take in a file whose bytes, of this SHA-256, are proven."""
        try:
            status = (build / name).lstat()
        except OSError:
            return
        self.handouts[name] = FileStamp(*stat_fields(status), sha256)


def load_cache(build: Path) -> BuildCache:
    """Return the cache of a build folder; an empty one where it cannot be read. Raises MachineError."""
    manifest = files.read(build, MANIFEST)
    now = "" if manifest is None else sha256_of(manifest)
    head, _, body = (files.read(build, FILE) or b"").partition(b"\n")
    if not body or head != _head(body):
        # Without a cache everything is read.
        return BuildCache(manifest=now)
    try:
        data = json.loads(head + body)
        if data["known"] != _VERSION:
            return BuildCache(manifest=now)
        handouts = {name: FileStamp(*row) for name, row in data["handouts"].items()}
        if now and data["manifest"] != now:
            return BuildCache(manifest=now, is_doubted=True, written=handouts)
        articles = {(item["publication"], item["path"]): _cached_article(item) for item in data["articles"]}
        return BuildCache(articles, handouts, now, written=dict(handouts), saved=(dict(articles), dict(handouts), now))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Of another version of handbill.
        return BuildCache(manifest=now)


def save_cache(build: Path, cache: BuildCache, named: Collection[str]) -> None:
    """Write the cache of a build folder, with the files that the manifest names. Raises MachineError."""
    kept = {name: stamp for name, stamp in cache.handouts.items() if name in named}
    if (cache.articles, kept, cache.manifest) == cache.saved:
        return
    data = {
        "known": _VERSION,
        "manifest": cache.manifest,
        "articles": [{"publication": title, "path": path, **_row(known)} for (title, path), known in sorted(cache.articles.items())],
        "handouts": {name: list(dataclasses.astuple(stamp)) for name, stamp in sorted(kept.items())},
    }
    body = (json.dumps(data, ensure_ascii=False, separators=(",", ":"))[1:] + "\n").encode()
    files.replace(build, FILE, _head(body) + b"\n" + body)
    cache.saved = (dict(cache.articles), kept, cache.manifest)


def is_cache(content: bytes) -> bool:
    """Return whether these bytes begin as every build cache does, so that handbill wrote them, though they may be damaged since."""
    return re.match(rb'\{\s*"(sha256|known)":', content) is not None


def _head(body: bytes) -> bytes:
    """Return the first line of the file, which has the digest of all that follows."""
    return f'{{"sha256":"{sha256_of(body)}",'.encode()


def _row(known: CachedArticle) -> dict[str, Any]:
    return {
        "setting": known.setting,
        "files": {path: list(dataclasses.astuple(stamp)) for path, stamp in known.files.items()},
        "lookups": dict(known.lookups),
        "deadlines": [[one.kind, one.whose, one.day.isoformat(), one.path, one.line, one.column] for one in known.deadlines],
        "diagnostics": [diagnostic_data(found) for found in known.diagnostics],
        "documents": {name: [of.document, of.expected, dict(of.barriers)] for name, of in known.documents.items()},
        "figures": dataclasses.asdict(known.readability),
    }


def _cached_article(item: Mapping[str, Any]) -> CachedArticle:
    return CachedArticle(
        setting=item["setting"],
        files={path: FileStamp(*row) for path, row in item["files"].items()},
        lookups=item["lookups"],
        deadlines=tuple(
            Deadline(kind, whose, datetime.date.fromisoformat(day), path, line, column)
            for kind, whose, day, path, line, column in item["deadlines"]
        ),
        diagnostics=tuple(Diagnostic(**one | {"severity": Severity(one["severity"])}) for one in item["diagnostics"]),
        documents={name: CachedDocument(*row) for name, row in item["documents"].items()},
        readability=Readability(**item["figures"]),
    )
