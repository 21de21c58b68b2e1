"""The manifest as values: its records, and the JSON that they become. `handbill.proof.manifest_file` reads and writes the file.

A build folder holds one manifest, for all its publications. It names every handout with its digest and its proof, and what is needed to
verify the handouts without their sources.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.proof.boxed_notice import MarkedClaims
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof
from handbill.system.digests import sha256_of
from handbill.system.files import RESERVED

__all__ = [
    "MANIFEST_NAME",
    "SEALS_FOLDER",
    "ArticleRecord",
    "Expired",
    "Handout",
    "Manifest",
    "MissingHandout",
    "diagnostic_data",
    "is_build_file",
    "is_handout_name",
    "record_data",
    "seal_digest",
]

MANIFEST_NAME = "manifest.json"
SEALS_FOLDER = "seals"
"""The folder of the sealed pages below the build folder. Their names are the SHA-256 of their bytes."""

VERSION = 4
_SEAL_NAME = re.compile(rf"{SEALS_FOLDER}/([0-9a-f]{{64}})(\.[^/]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Handout:
    """The record of one handout.

    `file` is its name below the build folder, a POSIX path. `article` is the article's path in the publication without `.md`, `source`
    the same with it. `size` (in bytes) and `sha256` are of the file's bytes. `inputs` is the digest of everything that went into it.
    `disclaimer` is the key of its disclaimer in `Manifest.disclaimers`.

    `stale` is true if the article has failed since; `outdated` is true if besides the disclaimer has changed or is gone. Such a handout
    must not be given to anybody.

    `seal` is the SHA-256 of the sealed page that the handout was proven to equal, "" where its pages were read instead.

    `diagnostics` are what the exporter reported. `claims` are the standards that the handout says it conforms to. `barriers` are the
    findings that kept it from a claim of accessibility: their codes, with how many there are of each. `marked` are the claims that the
    author marked.
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
    marked: MarkedClaims | None = None
    seal: str = ""

    @property
    def seal_file(self) -> str:
        """The name of the sealed page below the build folder; "" without one."""
        return f"{SEALS_FOLDER}/{self.seal}{PurePosixPath(self.file).suffix}" if self.seal else ""

    @property
    def proven(self) -> str:
        """How the disclaimer was proven: "sealed", by equality with a sealed page, or "read", by reading the handout's pages."""
        return "sealed" if self.seal else "read"

    def vouches_for(self, content: bytes) -> bool:
        """Return whether these are the bytes that were proven."""
        return sha256_of(content) == self.sha256


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """The record of one article, for the site. Texts are plain, "" where the article gives none; dates are ISO 8601.

    `source` is its path in the publication, `name` the same without `.md`, `base` the same without its language. `abstract` is canonical
    XHTML, a `body`. `disclaimer` is the id of its disclaimer. `base_url` is the address at which the publication is published.
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
        """The identity of the article: the publication's title and the path."""
        return self.publication, self.source


@dataclass(frozen=True, slots=True)
class Expired:
    """The record of an article whose handouts were removed because it, or its disclaimer, has expired. `since` is that date, ISO 8601."""

    publication: str
    article: str
    since: str


@dataclass(frozen=True, slots=True)
class MissingHandout:
    """The record of a handout that was requested and does not exist, because it or its article failed.

    `disclaimers` are the digests of the disclaimers that it could carry now. A published copy that carries another one is outdated.
    """

    publication: str
    article: str
    file: str
    disclaimers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All records of a build folder: handouts by file name, disclaimers by digest, expired articles, articles, missing handouts."""

    handouts: Mapping[str, Handout] = field(default_factory=dict)
    disclaimers: Mapping[str, ExpectedDisclaimer] = field(default_factory=dict)
    expired: tuple[Expired, ...] = ()
    articles: tuple[ArticleRecord, ...] = ()
    failed: tuple[MissingHandout, ...] = ()

    def files(self) -> dict[str, str]:
        """Return the SHA-256 of every file that the manifest vouches for, handouts and sealed pages, by name."""
        sealed = {row.seal_file: row.seal for row in self.handouts.values() if row.seal}
        return sealed | {row.file: row.sha256 for row in self.handouts.values()}

    def data(self) -> dict[str, Any]:
        """Return the data of the JSON, in order. Disclaimers that no handout needs and articles without handouts or expiry are left out."""
        used = {handout.disclaimer for handout in self.handouts.values()}
        used |= {digest for failure in self.failed for digest in failure.disclaimers}
        named = {(handout.publication, handout.source) for handout in self.handouts.values()}
        named |= {(row.publication, row.article) for row in self.expired}
        return {
            "manifest": VERSION,
            "handouts": [record_data(self.handouts[name]) for name in sorted(self.handouts)],
            "disclaimers": {digest: _disclaimer_data(wanted) for digest, wanted in sorted(self.disclaimers.items()) if digest in used},
            "expired": [dataclasses.asdict(row) for row in sorted(self.expired, key=lambda row: (row.publication, row.article))],
            "articles": [record_data(about) for about in sorted(self.articles, key=lambda about: about.key) if about.key in named],
            "failed": [dataclasses.asdict(failure) for failure in sorted(self.failed, key=lambda failure: failure.file)],
        }

    def text(self) -> str:
        """Return the manifest as JSON. Equal manifests give the same text."""
        return json.dumps(self.data(), ensure_ascii=False, indent=1) + "\n"


def _disclaimer_data(wanted: ExpectedDisclaimer) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in dataclasses.asdict(wanted).items()}


def diagnostic_data(found: Diagnostic) -> dict[str, Any]:
    """Return the data of a diagnostic in JSON, without its empty fields."""
    return {name: value for name, value in dataclasses.asdict(found).items() if value not in ("", None)}


def record_data(record: Handout | ArticleRecord) -> dict[str, Any]:
    """Return the data of a handout or an article in JSON. `handbill.proof.manifest_file` reads it back."""
    row = {key: getattr(record, name) for name, key in _json_keys(type(record))}  # type: ignore[arg-type] # a class can be hashed
    if isinstance(record, Handout):
        row["proof"] = dataclasses.asdict(record.proof)
        row["proven"] = record.proven
        row["diagnostics"] = [diagnostic_data(found) for found in record.diagnostics]
        if record.marked is None:
            del row["marked"]
        else:
            row["marked"] = dataclasses.asdict(record.marked)
    return row


@functools.cache
def _json_keys(kind: Any) -> tuple[tuple[str, str], ...]:
    """Return the name of each field of a record type with its key in JSON."""
    return tuple((one.name, one.name.replace("_", "-")) for one in dataclasses.fields(kind))


def is_build_file(name: str) -> bool:
    """Return whether a handout or a sealed page may have this name."""
    return is_handout_name(name) or seal_digest(name) != ""


def seal_digest(name: str) -> str:
    """Return the SHA-256 that the name of a sealed page says, "" where no sealed page has such a name."""
    found = _SEAL_NAME.fullmatch(name)
    return found[1].lower() if found else ""


def is_handout_name(name: str) -> bool:
    """Return whether a handout may have this name: a POSIX path below the build folder that is not one of handbill's own files."""
    path = PurePosixPath(name)
    outside = path.is_absolute() or ".." in path.parts or not path.parts or str(path) != name or "\0" in name
    own = name == MANIFEST_NAME or path.name.startswith(RESERVED) or seal_digest(name) != ""
    return not outside and not own
