"""The manifest as a file: `manifest.json` is read and checked, and replaced as a whole or not at all.

The file is not trusted: a value of another type or a name outside the build folder makes it damaged, a ProofError.
"""

from __future__ import annotations

import functools
import json
import re
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import ProofError
from handbill.diagnostics.rules import diagnostic, location
from handbill.proof.boxed_notice import MarkedClaims
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof
from handbill.proof.manifest import MANIFEST_NAME, VERSION, ArticleRecord, Expired, Handout, Manifest, MissingHandout, is_handout_name
from handbill.system.digests import sha256_of
from handbill.system.files import read, replace

__all__ = ["parse_article_record", "parse_handout", "parse_manifest", "read_manifest", "write_manifest"]


_READABLE_VERSIONS = (1, 2, 3, VERSION)
"""Version 1 had no `claims` and no `barriers`, version 2 no `marked`, version 3 no `seal`."""
_DIGEST = re.compile("[0-9a-f]{64}")


Record = TypeVar("Record")


def read_manifest(build: Path) -> Manifest:
    """Return the manifest of a build folder; an empty one if there is none yet.

    Raises ProofError if it is damaged, MachineError if it cannot be read.
    """
    content = read(build, MANIFEST_NAME)
    return Manifest() if content is None else parse_manifest(content)


def parse_manifest(content: bytes) -> Manifest:
    """Return the manifest that these bytes hold. Raises ProofError if they hold none, or one of an unknown version."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise _damage_error("is not JSON") from None
    try:
        if data["manifest"] not in _READABLE_VERSIONS:
            raise _damage_error(f"is of version {data['manifest']}, not {VERSION}")
        handouts = [parse_handout(row) for row in data["handouts"]]
        return Manifest(
            handouts={handout.file: handout for handout in handouts},
            disclaimers={digest: _expected_disclaimer(item) for digest, item in data["disclaimers"].items()},
            expired=tuple(_record(Expired, row) for row in data["expired"]),
            articles=tuple(parse_article_record(row) for row in data.get("articles", ())),
            failed=tuple(_record(MissingHandout, row | {"disclaimers": tuple(row["disclaimers"])}) for row in data.get("failed", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damage_error(f"does not have what a manifest has ({type(error).__name__}: {error})") from None


def _expected_disclaimer(item: Mapping[str, Any]) -> ExpectedDisclaimer:
    blocks = tuple(tuple(map(str, block)) for block in item["blocks"])
    names = ("notice", "reference", "position", "direction", "version", "page-number")
    return ExpectedDisclaimer(blocks, **{name.replace("-", "_"): str(item[name]) for name in names if name in item})


def _damage_error(why: str) -> ProofError:
    return ProofError(diagnostic("manifest", f"the manifest {why}", location(MANIFEST_NAME), "handbill build --force makes all anew"))


def parse_handout(row: Mapping[str, Any]) -> Handout:
    """Return the handout that a row of JSON describes. Raises KeyError, TypeError, ValueError or AttributeError if it describes none."""
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
        values["marked"] = MarkedClaims(claims, str(marked["symbol"]), str(marked["sentence"]))
    proven = values.pop("proven", "read")
    handout = _record(Handout, values)
    if handout.proven != proven or not (handout.seal == "" or _DIGEST.fullmatch(handout.seal)):
        raise ValueError(f"it is {proven}, with the sealed page {handout.seal!r}")
    if not is_handout_name(handout.file):
        raise ValueError(f"no handout has the name {handout.file!r}")
    return handout


def parse_article_record(row: Mapping[str, Any]) -> ArticleRecord:
    """Return the article that a row of JSON describes. Raises TypeError or AttributeError if it describes none."""
    values = {name.replace("-", "_"): tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return _record(ArticleRecord, values)


def _record(kind: type[Record], values: Mapping[str, Any]) -> Record:
    """Return a record with values from JSON. Raises TypeError if one of them has another type than its field, or a field is missing."""
    for name, plain_type in _field_types(kind):  # type: ignore[arg-type] # a class can be hashed
        if name in values and not isinstance(values[name], plain_type):
            raise TypeError(f"{name} is {values[name]!r}")
    return kind(**values)


@functools.cache
def _field_types(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Return the name of each field of a dataclass with the type that isinstance takes."""
    hints = typing.get_type_hints(kind).items()
    return tuple((name, typing.get_origin(hint) if typing.get_origin(hint) in (tuple, Mapping) else hint) for name, hint in hints)


def write_manifest(build: Path, manifest: Manifest) -> str:
    """Replace the manifest of a build folder, unless it is the same, and return the SHA-256 of its bytes. Raises MachineError."""
    content = manifest.text().encode()
    if read(build, MANIFEST_NAME) != content:
        replace(build, MANIFEST_NAME, content)
    return sha256_of(content)
