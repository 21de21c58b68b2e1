"""File names inside the package: ASCII, lower case, told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

__all__ = ["ascii_slug", "image_names"]

# EPUB 3.3, 4.2.3 allows more; these travel through every file system and zip program.
_UNSAFE = re.compile(r"[^a-z0-9]+")
_LONGEST = 40


def ascii_slug(text: str) -> str:
    """Return what of the text is ASCII letters and digits, joined by hyphens; "" where nothing is."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return _UNSAFE.sub("-", plain)[:_LONGEST].strip("-")


def image_names(names: Iterable[str], suffixes: Iterable[str]) -> dict[str, str]:
    """Return each asset's name with its path in the package, none twice. Each gets the suffix that belongs to its media type."""
    paths: dict[str, str] = {}
    taken: set[str] = set()
    for name, suffix in zip(names, suffixes, strict=True):
        stem = ascii_slug(PurePosixPath(name).stem) or "image"
        candidate, number = stem, 1
        while candidate + suffix in taken:
            number += 1
            candidate = f"{stem}-{number}"
        taken.add(candidate + suffix)
        paths[name] = f"images/{candidate}{suffix}"
    return paths
