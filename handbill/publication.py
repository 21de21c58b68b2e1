"""What a publication's folder holds: its articles and their translations, by path."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from handbill.config import LANGUAGE_PATTERN
from handbill.contract import Diagnostic, Severity
from handbill.disclaimers import FOLDER
from handbill.errors import SourceError
from handbill.printable import escaped
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
    symbolic link leads outside, or a name cannot be a handout's.
    """
    found = dict(_markdown(root, ""))
    if unfit := [found for path in sorted(found) for found in _unfit(path)]:
        raise SourceError(unfit)
    for path in sorted(path for path, is_link in found.items() if is_link):
        _confine(root, path)
    return [_article_path(path, lambda other: other in found) for path in sorted(found)]


def _markdown(root: Path, folder: str) -> Iterator[tuple[str, bool]]:
    """Yield the paths of Markdown files below a folder of the publication, and whether each is a link."""
    with os.scandir(root / folder) as entries:
        for entry in entries:
            path = f"{folder}{entry.name}"
            if entry.name.startswith(("_", ".")) or path == FOLDER:
                continue
            if not entry.is_symlink() and entry.is_dir():
                yield from _markdown(root, f"{path}/")
            elif entry.name.endswith(".md") and not _is_readme(entry.name):
                yield path, entry.is_symlink()


def _unfit(path: str) -> Iterator[Diagnostic]:
    """Yield an error where a path holds what cannot stand on a line of a message, nor in the manifest, which is UTF-8."""
    shown = escaped(path)
    if shown != path:
        message = "the name of an article, or of its folder, holds what is no character of a text, or the end of a line"
        yield Diagnostic(Severity.ERROR, "file-name", message, shown, hint="handouts are named after it: give it another name")


def _confine(root: Path, path: str) -> None:
    if confined(root, path) is None:
        message, hint = "the article is a link to a file outside the publication", "put the file itself into the publication"
        raise SourceError(Diagnostic(Severity.ERROR, "outside", message, path, hint=hint))


def article_path(root: Path, path: str) -> ArticlePath:
    """Return what a path says. Raises SourceError where it leads outside of the publication, or cannot be a handout's name."""
    for found in _unfit(path):
        raise SourceError(found)
    _confine(root, path)
    return _article_path(path, lambda other: not _is_readme(other.rpartition("/")[2]) and (root / other).is_file())


def _is_readme(name: str) -> bool:
    return name.lower() == "readme.md"


def _article_path(path: str, is_there: Callable[[str], bool]) -> ArticlePath:
    name = path.removesuffix(".md")
    base, dot, tag = name.rpartition(".")
    if dot and re.match(LANGUAGE_PATTERN, tag) and is_there(f"{base}.md"):
        return ArticlePath(path, base, tag)
    return ArticlePath(path, name, "")
