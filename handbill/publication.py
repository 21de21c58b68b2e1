"""What a publication's folder holds: its articles and their translations, by path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handbill.config import LANGUAGE_PATTERN
from handbill.contract import Diagnostic, Severity
from handbill.disclaimers import FOLDER
from handbill.errors import SourceError
from handbill.source import confined

__all__ = ["ArticlePath", "article_path", "article_paths"]


@dataclass(frozen=True, slots=True)
class ArticlePath:
    """Where an article stands: POSIX path in the publication; the base of its handouts' names; its language, where the name says it."""

    path: str
    base: str
    language: str


def article_paths(root: Path) -> list[ArticlePath]:
    """Return the articles of a publication, sorted by path.

    They are its `.md` files, but for `disclaimers/`, README.md and names that start with `_` or `.`. Raises SourceError where a
    symbolic link leads outside.
    """
    found = sorted(file.relative_to(root).as_posix() for file in _markdown(root))
    return [article_path(root, path) for path in found if not path.startswith(f"{FOLDER}/")]


def _markdown(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith(("_", ".")):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _markdown(entry)
        elif entry.suffix == ".md" and entry.name.lower() != "readme.md":
            yield entry


def article_path(root: Path, path: str) -> ArticlePath:
    """Return what a path says. Raises SourceError where it leads outside of the publication."""
    if confined(root, path) is None:
        raise SourceError(Diagnostic(Severity.ERROR, "outside", "the article is a link to a file outside the publication", path))
    name = path.removesuffix(".md")
    base, dot, tag = name.rpartition(".")
    if dot and re.match(LANGUAGE_PATTERN, tag) and (root / f"{base}.md").is_file():
        return ArticlePath(path, base, tag)
    return ArticlePath(path, name, "")
