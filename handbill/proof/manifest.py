"""The manifest: what `build/manifest.json` says of every handout, written whole or not at all."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.proof.boxed_notice import Marked
from handbill.proof.disclaimer import Expected, Proof
from handbill.system.digests import sha256_of
from handbill.system.files import RESERVED

__all__ = ["FILE", "ArticleRecord", "Expired", "Handout", "Manifest", "MissingHandout", "is_handout_name", "plain", "row_of"]

FILE = "manifest.json"
VERSION = 3


@dataclass(frozen=True, slots=True)
class Handout:
    """One file that handbill made.

    `file` is its name below the build folder, `sha256` and `size` (bytes) are of its bytes, `inputs` is the digest of all that went into
    it, `disclaimer` the digest under which the manifest keeps the disclaimer's text. `stale` is true where its article has since failed,
    and `outdated` where besides its disclaimer has changed, or is gone: such a handout must not be given to anybody.
    `claims` are the standards that its bytes say it conforms to; `barriers` are what kept it from a claim of accessibility: the codes of
    the article's findings, with how many there are of each. `marked` are the article's marked claims, and what belongs to them.
    """

    file: str
    publication: str
    article: str
    source: str
    edition: str
    exporter: str
    media_type: str
    language: str
    title: str
    version: str
    size: int
    sha256: str
    inputs: str
    disclaimer: str
    proof: Proof
    stale: bool = False
    outdated: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    claims: tuple[str, ...] = ()
    barriers: Mapping[str, int] = field(default_factory=dict)
    marked: Marked | None = None

    def vouches_for(self, content: bytes) -> bool:
        """Tell whether these are the bytes that were proven."""
        return sha256_of(content) == self.sha256


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """What is said about an article, for catalogues: texts are plain, "" where not given, dates ISO 8601.

    `name` is its path without `.md`, `base` the same without its language. `abstract` is canonical XHTML, a `body`. `disclaimer` is the
    id of its disclaimer, by which that is found again. `base_url` is where the publication says that it is published.
    """

    publication: str
    source: str
    name: str
    base: str
    language: str
    title: str
    identifier: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    contact: str = ""
    rights: str = ""
    version: str = ""
    date: str = ""
    reviewed: str = ""
    review_by: str = ""
    facts_as_of: str = ""
    expires: str = ""
    abstract: str = ""
    disclaimer: str = ""
    disclaimer_title: str = ""
    base_url: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells articles apart: the publication's title and the path."""
        return self.publication, self.source


@dataclass(frozen=True, slots=True)
class Expired:
    """An article whose handouts were removed because it, or its disclaimer, is past its `expires`: since when (ISO 8601)."""

    publication: str
    article: str
    since: str


@dataclass(frozen=True, slots=True)
class MissingHandout:
    """A handout that was asked for and of which there is no file, since it, or its article, failed.

    `disclaimers` are the digests of the disclaimers that it might carry now: a copy elsewhere that carries another is outdated.
    """

    publication: str
    article: str
    file: str
    disclaimers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All handouts by file name, the texts of disclaimers by digest, what has expired, what is said about the articles, what failed."""

    handouts: Mapping[str, Handout] = field(default_factory=dict)
    disclaimers: Mapping[str, Expected] = field(default_factory=dict)
    expired: tuple[Expired, ...] = ()
    articles: tuple[ArticleRecord, ...] = ()
    failed: tuple[MissingHandout, ...] = ()

    def data(self) -> dict[str, Any]:
        """Return the manifest as JSON has it. Articles that no handout and no expiry names are left out."""
        used = {handout.disclaimer for handout in self.handouts.values()}
        used |= {digest for failure in self.failed for digest in failure.disclaimers}
        named = {(handout.publication, handout.source) for handout in self.handouts.values()}
        named |= {(row.publication, row.article) for row in self.expired}
        return {
            "manifest": VERSION,
            "handouts": [row_of(self.handouts[name]) for name in sorted(self.handouts)],
            "disclaimers": {digest: dataclasses.asdict(wanted) for digest, wanted in sorted(self.disclaimers.items()) if digest in used},
            "expired": [dataclasses.asdict(row) for row in sorted(self.expired, key=lambda row: (row.publication, row.article))],
            "articles": [row_of(about) for about in sorted(self.articles, key=lambda about: about.key) if about.key in named],
            "failed": [dataclasses.asdict(failure) for failure in sorted(self.failed, key=lambda failure: failure.file)],
        }

    def text(self) -> str:
        """Return the manifest as JSON, sorted, the same for the same content."""
        return json.dumps(self.data(), ensure_ascii=False, indent=1) + "\n"


def plain(found: Diagnostic) -> dict[str, Any]:
    """Return a message as JSON has it: what it does not say is left out."""
    return {name: value for name, value in dataclasses.asdict(found).items() if value not in ("", None)}


def row_of(record: Handout | ArticleRecord) -> dict[str, Any]:
    """Return what the manifest says of a handout or an article, as JSON has it."""
    row = {key: getattr(record, name) for name, key in _keys_of(type(record))}  # type: ignore[arg-type] # a class can be hashed
    if isinstance(record, Handout):
        row["proof"] = dataclasses.asdict(record.proof)
        row["diagnostics"] = [plain(found) for found in record.diagnostics]
        if record.marked is None:
            del row["marked"]
        else:
            row["marked"] = dataclasses.asdict(record.marked)
    return row


@functools.cache
def _keys_of(kind: Any) -> tuple[tuple[str, str], ...]:
    """Return the names of a record's fields, each with its key in JSON."""
    return tuple((one.name, one.name.replace("_", "-")) for one in dataclasses.fields(kind))


def is_handout_name(name: str) -> bool:
    """Tell whether a handout may have this name: a POSIX path below the build folder, and none of handbill's own."""
    path = PurePosixPath(name)
    outside = path.is_absolute() or ".." in path.parts or not path.parts or str(path) != name or "\0" in name
    return not outside and name != FILE and not path.name.startswith(RESERVED)
