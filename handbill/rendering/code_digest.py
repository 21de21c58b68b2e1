"""Digests of everything that goes into a handout: the document, the options, the code, the versions of what renders."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import platform
import re
import zlib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from handbill.contract import Exporter
from handbill.registry import Registration, machine_environment
from handbill.system.digests import digest_of

__all__ = ["code_digest", "reader_digest"]


def reader_digest() -> str:
    """Return the digest of the code that reads articles, and of the versions of all that it needs."""
    return digest_of(
        {"core": _of_folder(Path(__file__).parents[1]), "versions": _versions_below("handbill"), "python": platform.python_version()}
    )


def code_digest(registration: Registration, exporter: Exporter[Any]) -> str:
    """Return the digest of an exporter's and the core's code, and of the versions of all that they need."""
    return digest_of(
        {
            "core": _of_folder(Path(__file__).parents[1]),
            "exporter": _of_module(registration.entry_point.module),
            "versions": _versions_below(registration.distribution),
            "environment": machine_environment(exporter),
            "python": platform.python_version(),
            "zlib": zlib.ZLIB_RUNTIME_VERSION,
        }
    )


@functools.cache
def _of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix not in (".pyc", ".pyo"):
            content = file.read_bytes()
            digest.update(f"{file.relative_to(folder).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def _of_module(name: str) -> str:
    """Return the digest of a package with all its files; of a module, with the files beside it where it is in a package."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return ""
    origin = Path(spec.origin)
    if spec.submodule_search_locations or "." in name:
        return _of_folder(origin.parent)
    return hashlib.sha256(origin.read_bytes()).hexdigest()


@functools.cache
def _versions_below(name: str) -> Mapping[str, str]:
    return dict(sorted(_versions(name)))


def _versions(name: str) -> Iterator[tuple[str, str]]:
    """Yield each installed distribution that one requires, directly or not, with its version, and itself."""
    waiting, seen = [name], set[str]()
    while waiting:
        found = re.match(r"[A-Za-z0-9._-]+", waiting.pop())
        key = re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""
        if not key or key in seen:
            continue
        seen.add(key)
        try:
            metadata = distribution(key).metadata
        except PackageNotFoundError:
            continue
        yield key, metadata["Version"]
        waiting.extend(need for need in metadata.get_all("Requires-Dist") or () if "extra ==" not in need)
