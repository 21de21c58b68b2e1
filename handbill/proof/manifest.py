"""The manifest: what `build/manifest.json` says of every handout, written whole or not at all."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from handbill.contract import Diagnostic, Severity
from handbill.diagnostics.errors import ProofError
from handbill.proof.boxed_notice import Marked
from handbill.proof.disclaimer import Expected, Proof
from handbill.system.files import RESERVED, read, replace

__all__ = [
    "FILE",
    "About",
    "Expired",
    "Failure",
    "Handout",
    "Manifest",
    "about_from",
    "digest_of",
    "handout_from",
    "is_handout_name",
    "parse_manifest",
    "plain",
    "read_manifest",
    "row_of",
    "write_manifest",
]

FILE = "manifest.json"
VERSION = 3
_READABLE = (1, 2, VERSION)
"""Version 1 said nothing of claims and barriers, version 2 nothing of marked claims."""

Record = TypeVar("Record")


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
        return digest_of(content) == self.sha256


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a handout's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class About:
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
class Failure:
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
    articles: tuple[About, ...] = ()
    failed: tuple[Failure, ...] = ()

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


def row_of(record: Handout | About) -> dict[str, Any]:
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


def read_manifest(build: Path) -> Manifest:
    """Return the manifest of a build folder; an empty one where there is none yet.

    Raises ProofError where it is damaged: what it vouches for is then unknown. MachineError where it cannot be read.
    """
    content = read(build, FILE)
    return Manifest() if content is None else parse_manifest(content)


def parse_manifest(content: bytes) -> Manifest:
    """Return the manifest that these bytes are. Raises ProofError where they are none."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise _damaged("is not JSON") from None
    try:
        if data["manifest"] not in _READABLE:
            raise _damaged(f"is of version {data['manifest']}, not {VERSION}")
        handouts = [handout_from(row) for row in data["handouts"]]
        return Manifest(
            handouts={handout.file: handout for handout in handouts},
            disclaimers={digest: _expected(item) for digest, item in data["disclaimers"].items()},
            expired=tuple(_record(Expired, row) for row in data["expired"]),
            articles=tuple(about_from(row) for row in data.get("articles", ())),
            failed=tuple(_record(Failure, row | {"disclaimers": tuple(row["disclaimers"])}) for row in data.get("failed", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(f"does not have what a manifest has ({type(error).__name__}: {error})") from None


def _expected(item: Mapping[str, Any]) -> Expected:
    blocks = tuple(tuple(map(str, block)) for block in item["blocks"])
    return Expected(blocks, str(item["notice"]), str(item["reference"]), str(item["position"]), str(item.get("direction", "ltr")))


def _damaged(why: str) -> ProofError:
    return ProofError(Diagnostic(Severity.ERROR, "manifest", f"the manifest {why}", FILE, hint="handbill build --force makes all anew"))


def handout_from(row: Mapping[str, Any]) -> Handout:
    """Return the handout that a row of JSON describes. Raises KeyError, TypeError or ValueError where it describes none."""
    values = {name.replace("-", "_"): value for name, value in row.items()}
    values["proof"] = _record(Proof, values["proof"])
    values["diagnostics"] = tuple(_record(Diagnostic, one | {"severity": Severity(one["severity"])}) for one in values["diagnostics"])
    if not isinstance(values.setdefault("claims", []), list) or not all(isinstance(one, str) for one in values["claims"]):
        raise TypeError(f"claims is {values['claims']!r}")
    values["claims"] = tuple(values["claims"])
    if not all(type(count) is int for count in values.get("barriers", {}).values()):
        raise TypeError(f"barriers is {values['barriers']!r}")
    if (marked := values.get("marked")) is not None:
        claims = tuple(tuple(map(str, claim)) for claim in marked["claims"])
        values["marked"] = Marked(claims, str(marked["symbol"]), str(marked["sentence"]))
    handout = _record(Handout, values)
    if not is_handout_name(handout.file):
        raise ValueError(f"no handout has the name {handout.file!r}")
    return handout


def about_from(row: Mapping[str, Any]) -> About:
    """Return what a row of JSON says about an article. Raises TypeError where it is none."""
    values = {name.replace("-", "_"): tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return _record(About, values)


def _record(kind: type[Record], values: Mapping[str, Any]) -> Record:
    """Return a dataclass made of values that came from JSON. Raises TypeError where one of them is of another type."""
    for name, plain_type in _types_of(kind):  # type: ignore[arg-type] # a class can be hashed
        if name in values and not isinstance(values[name], plain_type):
            raise TypeError(f"{name} is {values[name]!r}")
    return kind(**values)


@functools.cache
def _types_of(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Return a dataclass's fields, each with what isinstance takes."""
    hints = typing.get_type_hints(kind).items()
    return tuple((name, typing.get_origin(hint) if typing.get_origin(hint) in (tuple, Mapping) else hint) for name, hint in hints)


def write_manifest(build: Path, manifest: Manifest) -> str:
    """Replace the manifest of a build folder, unless it says the same already, and return its digest. Raises MachineError."""
    content = manifest.text().encode()
    if read(build, FILE) != content:
        replace(build, FILE, content)
    return digest_of(content)
