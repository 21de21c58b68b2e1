"""The articles of a publication, by path, and the opening of what a command names: a publication, or one article."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.diagnostics.user_paths import rebase_errors
from handbill.language.tags import LANGUAGE_PATTERN
from handbill.publication.parser import read_publication
from handbill.publication.settings import DISCLAIMERS_FOLDER, FILE, Publication
from handbill.system.paths import path_inside

__all__ = ["ArticlePath", "OpenedPublication", "article_path", "article_paths", "open_publication"]


@dataclass(frozen=True, slots=True)
class ArticlePath:
    """An article's POSIX path in the publication, the base of its handouts' names, and the language tag in its name, or ""."""

    path: str
    base: str
    language: str


def article_paths(root: Path) -> list[ArticlePath]:
    """Return the articles of a publication, sorted by path.

    They are its `.md` files without `disclaimers/`, README.md and names that start with `_` or `.`. Raises SourceError where a
    symbolic link leads outside, and for names that are not valid on every file system.
    """
    found = dict(_markdown_files(root, ""))
    if unsafe := [one for path in sorted(found) for one in _name_errors(path)]:
        raise SourceError(unsafe)
    for path in sorted(path for path, is_link in found.items() if is_link):
        _require_inside(root, path)
    return [_article_path(path, lambda other: other in found) for path in sorted(found)]


def _markdown_files(root: Path, folder: str) -> Iterator[tuple[str, bool]]:
    """Yield the paths of Markdown files below a folder of the publication, and whether each is a link."""
    with os.scandir(root / folder) as entries:
        for entry in entries:
            path = f"{folder}{entry.name}"
            if entry.name.startswith(("_", ".")) or path == DISCLAIMERS_FOLDER:
                continue
            if not entry.is_symlink() and entry.is_dir():
                yield from _markdown_files(root, f"{path}/")
            elif entry.name.endswith(".md") and not _is_readme(entry.name):
                yield path, entry.is_symlink()


_DEVICE_NAME = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
"""Names of devices on Windows, with any suffix (Microsoft, "Naming Files, Paths, and Namespaces")."""
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_JOINERS = "\u200c\u200d"
"""Invisible characters that words and emoji need."""
_MAX_NAME_LENGTH = 200
"""The most characters of a name: an edition, a language and a suffix are added, and file systems allow 255 in all."""


def _name_errors(path: str) -> Iterator[Diagnostic]:
    """Yield an error where a name is not valid on every file system, or is misleading."""
    if why := _name_problem(path):
        message = f"the article's name {why}"
        yield diagnostic("unsafe-name", message, location(path))


def _name_problem(path: str) -> str:
    """Return why a name is not valid on every file system, or is misleading, as a predicate; "" where neither."""
    for name in path.removesuffix(".md").split("/"):
        if _DEVICE_NAME.match(name):
            return "is a device on Windows"
        if any(unicodedata.category(character) in _INVISIBLE and character not in _JOINERS for character in name):
            return "holds a character that is not seen"
        if "\\" in name:
            return "holds a backslash, which parts folders on Windows"
        if name.startswith(("-", " ")):
            return "begins like an option, or with a space"
        if name.endswith((".", " ")):
            return "ends with a dot or a space, which Windows leaves out"
        if len(name) > _MAX_NAME_LENGTH or len(name.encode()) > _MAX_NAME_LENGTH + 20:
            return f"is longer than {_MAX_NAME_LENGTH} characters"
    return ""


def _require_inside(root: Path, path: str) -> None:
    if path_inside(root, path) is None:
        message, hint = "the article is a link to a file outside the publication", "put the file itself into the publication"
        raise SourceError(diagnostic("outside", message, location(path), hint))


def article_path(root: Path, path: str) -> ArticlePath:
    """Return the article at a path. Raises SourceError where it leads outside the publication, or its name is not valid everywhere."""
    for found in _name_errors(path):
        raise SourceError(found)
    _require_inside(root, path)
    return _article_path(path, lambda other: not _is_readme(other.rpartition("/")[2]) and (root / other).is_file())


def _is_readme(name: str) -> bool:
    return name.lower() == "readme.md"


def _article_path(path: str, is_there: Callable[[str], bool]) -> ArticlePath:
    name = path.removesuffix(".md")
    base, dot, tag = name.rpartition(".")
    if dot and re.match(LANGUAGE_PATTERN, tag) and is_there(f"{base}.md"):
        return ArticlePath(path, base, tag)
    return ArticlePath(path, name, "")


@dataclass(frozen=True, slots=True)
class OpenedPublication:
    """What a command names: a publication's folder, its settings, and its articles, or the one that was named.

    `whole` is whether these are all articles of the publication. An article outside a publication has default settings.
    """

    root: Path
    publication: Publication
    articles: tuple[ArticlePath, ...]
    whole: bool


def open_publication(source: Path, disclaimer: Path | None, read: Callable[[Path], Publication] = read_publication) -> OpenedPublication:
    """Return what a path names: a publication, one article of a publication, or a Markdown file outside a publication.

    A file is taken as one outside a publication where a `disclaimer` is named for it. `read` returns the settings of the publication in
    a folder. Raises SourceError, ConfigurationError.
    """
    if source.is_dir():
        return _open_folder(source, read)
    if not source.is_file():
        message, hint = "there is no such file or folder", "name a publication's folder or a Markdown file; handbill init DIR makes one"
        raise SourceError(diagnostic("missing-file", message, location(source.as_posix()), hint))
    whole = os.path.abspath(source)  # noqa: PTH100 - symbolic links are not followed
    home = next((folder for folder in Path(whole).parents if (folder / FILE).is_file()), None) if disclaimer is None else None
    if home is None:
        with rebase_errors(source.parent):
            return OpenedPublication(source.parent, Publication(), (article_path(source.parent, source.name),), whole=False)
    path = Path(whole).relative_to(home).as_posix()
    root = home if source.is_absolute() else Path(os.path.relpath(home))
    with rebase_errors(root):
        if path.startswith(f"{DISCLAIMERS_FOLDER}/"):
            message, hint = "this is a disclaimer, not an article", "name an article that has it, or the publication's folder"
            raise SourceError(diagnostic("no-article", message, location(path), hint))
        return OpenedPublication(root, read(root), (article_path(root, path),), whole=False)


def _open_folder(root: Path, read: Callable[[Path], Publication]) -> OpenedPublication:
    with rebase_errors(root):
        publication = read(root)
        articles = tuple(article_paths(root))
        if not articles:
            message = "there is no article in this publication"
            raise SourceError(diagnostic("no-article", message, location(FILE), "write one: NAME.md"))
        return OpenedPublication(root, publication, articles, whole=True)
