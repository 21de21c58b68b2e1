"""Chooses file names inside the package: lower-case ASCII, none used twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

__all__ = ["ascii_slug", "image_paths"]

# EPUB 3.3, 4.2.3 allows more characters; these pass through every file system and zip program.
_UNSAFE = re.compile(r"[^a-z0-9]+")
_LONGEST = 40


def ascii_slug(text: str) -> str:
    """Return the text's ASCII letters and digits in lower case, joined by hyphens; "" where it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return _UNSAFE.sub("-", plain)[:_LONGEST].strip("-")


def image_paths(names: Iterable[str], suffixes: Iterable[str]) -> dict[str, str]:
    """Return a path in the package for each asset's name, no path twice. `suffixes` has the file name's suffix for each name."""
    paths: dict[str, str] = {}
    used: set[str] = set()
    for name, suffix in zip(names, suffixes, strict=True):
        stem = ascii_slug(PurePosixPath(name).stem) or "image"
        candidate, number = stem, 1
        while candidate + suffix in used:
            number += 1
            candidate = f"{stem}-{number}"
        used.add(candidate + suffix)
        paths[name] = f"images/{candidate}{suffix}"
    return paths
