"""Digests of code: of what reads articles, and of what renders them, with the versions of all that it needs.

A handout is made again if the digest of its inputs changes. The digest of the code is one of these inputs; it covers every file of
handbill and of the exporter's package, the versions of the distributions that they require, Python, zlib, and what of the machine the
exporter names (`handbill.registry.machine_environment`).
"""

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
from handbill.system.digests import digest_of, sha256_of

__all__ = ["code_digest", "reader_digest"]

_CORE = Path(__file__).parents[1]
"""The folder of the package `handbill`."""


def reader_digest() -> str:
    """Return the SHA-256, in hexadecimal, of the code that reads articles and of the versions of all that it needs."""
    return digest_of({"core": _folder_digest(_CORE), "versions": _required_versions("handbill"), "python": platform.python_version()})


def code_digest(registration: Registration, exporter: Exporter[Any]) -> str:
    """Return the SHA-256, in hexadecimal, of the code of handbill and of an exporter, and of the versions of all that they need."""
    return digest_of(
        {
            "core": _folder_digest(_CORE),
            "exporter": _module_digest(registration.entry_point.module),
            "versions": _required_versions(registration.distribution),
            "environment": machine_environment(exporter),
            "python": platform.python_version(),
            "zlib": zlib.ZLIB_RUNTIME_VERSION,
        }
    )


@functools.cache
def _folder_digest(folder: Path) -> str:
    """Return the digest of the names and contents of all files below a folder, compiled Python aside."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix not in (".pyc", ".pyo"):
            content = file.read_bytes()
            digest.update(f"{file.relative_to(folder).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def _module_digest(name: str) -> str:
    """Return the digest of a module's code; "" if it cannot be found.

    Of a package, and of a module in a package, it covers all files of the package; of a module at the top level that file alone.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return ""
    origin = Path(spec.origin)
    if spec.submodule_search_locations or "." in name:
        return _folder_digest(origin.parent)
    return sha256_of(origin.read_bytes())


@functools.cache
def _required_versions(name: str) -> Mapping[str, str]:
    """Return the versions of a distribution and of all installed ones that it requires, by name in alphabetical order."""
    return dict(sorted(_walk_requirements(name)))


def _walk_requirements(name: str) -> Iterator[tuple[str, str]]:
    """Yield the name and version of a distribution and of each installed one that it requires, directly or not. Extras do not count."""
    waiting, seen = [name], set[str]()
    while waiting:
        found = re.match(r"[A-Za-z0-9._-]+", waiting.pop())
        # The normalised form of a name (Python packaging specifications, "Names and normalization").
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
