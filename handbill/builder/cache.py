"""What earlier builds knew of articles: one that is unchanged is not read again.

It is kept beside the manifest in a file that may be deleted at any time. A file is taken for unchanged where its size, its times of
change (of content and of inode), and its inode are what they were; else its bytes are compared by their digest. What was changed
just before it was read, or later, is not remembered, so that a second change in the same tick of the file system's clock is not missed.
What this cannot see: bytes changed on a disk that keeps no times of its own, or with the machine's clock set back on purpose.
`--force` looks at nothing.

The file carries a digest of its own, without which it counts for nothing, and that of the manifest that was written with it: where the
manifest is another one now, other hands have changed it, and what it says is not taken over; everything is made anew.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handbill.checks.statistics import Readability
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.proof.manifest import FILE as MANIFEST
from handbill.proof.manifest import Handout, plain
from handbill.reader.deadlines import Deadline
from handbill.system import files
from handbill.system.digests import sha256_of
from handbill.system.paths import lookup

__all__ = ["FILE", "BuildCache", "CachedArticle", "CachedDocument", "FileStamp", "FileStamps", "load_cache", "save_cache"]

FILE = f"{files.RESERVED}known.json"
_VERSION = 2
_TOO_NEW = 10**8
"""Nanoseconds, ten ticks of the coarsest clock of a Linux kernel (CONFIG_HZ_100)."""
_SECOND = 10**9
_TOO_NEW_IN_SECONDS = 2 * _SECOND
"""Where times are told in whole seconds: the coarsest clock of a file system in use (FAT) ticks every two."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What a file was: bytes, nanoseconds since 1970 of its last changes (content, inode), its inode's number, its SHA-256."""

    size: int
    modified: int
    changed: int
    inode: int
    sha256: str

    def is_of(self, status: os.stat_result) -> bool:
        """Tell whether the file system says that the file is the same."""
        return (self.size, self.modified, self.changed, self.inode) == _told(status)


def _told(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


@dataclass(frozen=True, slots=True)
class CachedDocument:
    """What one exporter is given of an article: the digest of the document and of what it is proven against, and its barriers."""

    document: str
    expected: str
    barriers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CachedArticle:
    """An article that was read without an error.

    `setting` is the digest of all that the reading depends on beside files; `files` are those that were read, by path in the
    publication, and `lookups` the paths at which something was looked for, with what was found there ("" for nothing). `documents` has
    what exporters are given, by their names, and `figures` tell how it reads.
    """

    setting: str
    files: Mapping[str, FileStamp]
    lookups: Mapping[str, str]
    deadlines: tuple[Deadline, ...]
    diagnostics: tuple[Diagnostic, ...]
    documents: Mapping[str, CachedDocument]
    figures: Readability


@dataclass(slots=True)
class FileStamps:
    """The files of a publication as they are in this run, each looked at once. `begun` is when it began, nanoseconds since 1970."""

    root: Path
    begun: int
    _seen: dict[str, os.stat_result | None] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _lookups: dict[str, str] = field(default_factory=dict)

    def _status(self, path: str) -> os.stat_result | None:
        if path not in self._seen:
            try:
                self._seen[path] = (self.root / path).stat()
            except (OSError, ValueError):
                self._seen[path] = None
        return self._seen[path]

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            try:
                self._digests[path] = sha256_of((self.root / path).read_bytes())
            except OSError:
                self._digests[path] = ""
        return self._digests[path]

    def size(self, path: str) -> int:
        """Return how many bytes a file has, 0 where there is none."""
        status = self._status(path)
        return 0 if status is None else status.st_size

    def of(self, path: str) -> FileStamp | None:
        """Return the stamp of a file; None where there is none, or where it is so new that it may change unseen."""
        before, digest = self._status(path), self._digest(path)
        # Looked at again: what was read lies between the two.
        self._seen.pop(path)
        status = self._status(path)
        if before is None or status is None or _told(before) != _told(status):
            self._digests.pop(path)
            return None
        times = (status.st_mtime_ns, status.st_ctime_ns)
        if max(times) > self.begun - (_TOO_NEW if any(time % _SECOND for time in times) else _TOO_NEW_IN_SECONDS):
            return None
        return FileStamp(*_told(status), digest)

    def hold(self, stamp: FileStamp, path: str) -> bool:
        """Tell whether a file is what it was."""
        status = self._status(path)
        return status is not None and (stamp.is_of(status) or (stamp.size == status.st_size and stamp.sha256 == self._digest(path)))

    def confirm(self, known: CachedArticle) -> bool:
        """Tell whether all that an article was made of is what it was."""
        return all(self.hold(stamp, path) for path, stamp in known.files.items()) and all(
            self._found(path) == found for path, found in known.lookups.items()
        )

    def _found(self, path: str) -> str:
        if path not in self._lookups:
            self._lookups[path] = lookup(self.root, path)
        return self._lookups[path]

    def all_of(self, paths: Iterable[str]) -> Mapping[str, FileStamp] | None:
        """Return the stamps of files, None where one of them has none."""
        stamps = {path: self.of(path) for path in paths}
        found = {path: stamp for path, stamp in stamps.items() if stamp is not None}
        return found if len(found) == len(stamps) else None


@dataclass(slots=True)
class BuildCache:
    """What is known of articles, by the publication's title and the path, and of the files in the build folder.

    `written` is both as they were written down last. `manifest` is the digest of the manifest that is there, "" for none, and `doubted`
    tells that it is not the one that was written.
    """

    articles: dict[tuple[str, str], CachedArticle] = field(default_factory=dict)
    handouts: dict[str, FileStamp] = field(default_factory=dict)
    manifest: str = ""
    doubted: bool = False
    written: tuple[dict[tuple[str, str], CachedArticle], dict[str, FileStamp], str] = field(default_factory=lambda: ({}, {}, ""))

    def vouches(self, build: Path, row: Handout) -> bool:
        """Tell whether the handout's file has the bytes that were proven; they are read only where the file system cannot tell."""
        if self.doubted:
            return False
        try:
            status = (build / row.file).lstat()
        except OSError:
            return False
        stamp = self.handouts.get(row.file)
        if stamp is not None and stamp.sha256 == row.sha256 and stamp.is_of(status):
            return True
        self.handouts.pop(row.file, None)
        if not row.vouches_for(files.read(build, row.file) or b""):
            return False
        self.note(build, row)
        return True

    def note(self, build: Path, row: Handout) -> None:
        """Remember the file of a handout whose bytes are proven."""
        try:
            status = (build / row.file).lstat()
        except OSError:
            return
        self.handouts[row.file] = FileStamp(*_told(status), row.sha256)


def load_cache(build: Path) -> BuildCache:
    """Return what earlier builds into this folder knew; nothing where that cannot be read. Raises MachineError."""
    manifest = files.read(build, MANIFEST)
    now = "" if manifest is None else sha256_of(manifest)
    head, _, body = (files.read(build, FILE) or b"").partition(b"\n")
    if not body or head != _head(body):
        # It is no more than a shortcut: without it everything is read.
        return BuildCache(manifest=now)
    try:
        data = json.loads(head + body)
        if data["known"] != _VERSION:
            return BuildCache(manifest=now)
        if now and data["manifest"] != now:
            return BuildCache(manifest=now, doubted=True)
        articles = {(item["publication"], item["path"]): _known(item) for item in data["articles"]}
        handouts = {name: FileStamp(*row) for name, row in data["handouts"].items()}
        return BuildCache(articles, handouts, now, written=(dict(articles), dict(handouts), now))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Of another version of handbill.
        return BuildCache(manifest=now)


def save_cache(build: Path, memory: BuildCache, handouts: Mapping[str, Handout]) -> None:
    """Write down what is known, of handouts that are still there. Raises MachineError."""
    kept = {name: stamp for name, stamp in memory.handouts.items() if name in handouts}
    if (memory.articles, kept, memory.manifest) == memory.written:
        return
    data = {
        "known": _VERSION,
        "manifest": memory.manifest,
        "articles": [{"publication": title, "path": path, **_row(known)} for (title, path), known in sorted(memory.articles.items())],
        "handouts": {name: list(dataclasses.astuple(stamp)) for name, stamp in sorted(kept.items())},
    }
    body = (json.dumps(data, ensure_ascii=False, separators=(",", ":"))[1:] + "\n").encode()
    files.replace(build, FILE, _head(body) + b"\n" + body)
    memory.written = (dict(memory.articles), kept, memory.manifest)


def _head(body: bytes) -> bytes:
    """Return the first line of the file, which has the digest of all that follows."""
    return f'{{"sha256":"{sha256_of(body)}",'.encode()


def _row(known: CachedArticle) -> dict[str, Any]:
    return {
        "setting": known.setting,
        "files": {path: list(dataclasses.astuple(stamp)) for path, stamp in known.files.items()},
        "lookups": dict(known.lookups),
        "deadlines": [[one.kind, one.whose, one.day.isoformat(), one.path, one.line, one.column] for one in known.deadlines],
        "diagnostics": [plain(found) for found in known.diagnostics],
        "documents": {name: [of.document, of.expected, dict(of.barriers)] for name, of in known.documents.items()},
        "figures": dataclasses.asdict(known.figures),
    }


def _known(item: Mapping[str, Any]) -> CachedArticle:
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
        figures=Readability(**item["figures"]),
    )
