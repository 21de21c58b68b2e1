"""What is to be built: the articles that were asked for, in the editions that were asked for, each with its file name."""

from __future__ import annotations

import contextlib
import datetime
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from handbill.builder.report import paths_below
from handbill.contract import Diagnostic, Exporter, Severity
from handbill.diagnostics.errors import ConfigurationError, HandbillError, SourceError, UsageError
from handbill.proof.manifest import is_handout_name
from handbill.publication.discovery import ArticlePath, article_path, article_paths
from handbill.publication.settings import FILE, EditionSettings, Publication, Setting, options_of, read_publication, suggestion
from handbill.reader.disclaimers import FOLDER
from handbill.registry import load, registrations

if TYPE_CHECKING:
    from handbill.reader.read import Article

__all__ = ["Edition", "Place", "editions_of", "find_place", "name_of", "refuse_collisions", "timestamp_of"]

_NO_DATE = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the source is: the publication's folder and settings, and its articles, or the one that was asked for.

    `whole` tells that these are all articles of the publication; `settings` may come from no file, for an article that stands alone.
    """

    root: Path
    publication: Publication
    articles: tuple[ArticlePath, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition with its exporter and its options."""

    name: str
    exporter: Exporter[Any] = field(repr=False)
    options: Any


def find_place(source: Path, disclaimer: Path | None, read: Callable[[Path], Publication] = read_publication) -> Place:
    """Return what a path names: a publication, one article of a publication, or one Markdown file that stands alone.

    `read` returns the settings of the publication in a folder. Raises SourceError, ConfigurationError.
    """
    if source.is_dir():
        return _publication_at(source, read)
    if not source.is_file():
        message, hint = "there is no such file or folder", "name a publication's folder or a Markdown file; handbill init DIR makes one"
        raise SourceError(Diagnostic(Severity.ERROR, "missing-file", message, source.as_posix(), hint=hint))
    whole = os.path.abspath(source)  # noqa: PTH100 - as it is written, links not followed
    home = next((folder for folder in Path(whole).parents if (folder / FILE).is_file()), None) if disclaimer is None else None
    if home is None:
        with paths_below(source.parent):
            return Place(source.parent, Publication(), (article_path(source.parent, source.name),), whole=False)
    path = Path(whole).relative_to(home).as_posix()
    root = home if source.is_absolute() else Path(os.path.relpath(home))
    with paths_below(root):
        if path.startswith(f"{FOLDER}/"):
            message, hint = "this is a disclaimer, not an article", "name an article that has it, or the publication's folder"
            raise SourceError(Diagnostic(Severity.ERROR, "no-article", message, path, hint=hint))
        return Place(root, read(root), (article_path(root, path),), whole=False)


def _publication_at(root: Path, read: Callable[[Path], Publication]) -> Place:
    with paths_below(root):
        publication = read(root)
        articles = tuple(article_paths(root))
        if not articles:
            message = "there is no article in this publication"
            raise SourceError(Diagnostic(Severity.ERROR, "no-article", message, FILE, hint="write one: NAME.md"))
        return Place(root, publication, articles, whole=True)


def editions_of(publication: Publication, wanted: Iterable[str], settings: Iterable[Setting]) -> list[Edition]:
    """Return the editions to build, all or those that are wanted. Raises UsageError, ConfigurationError with everything that is wrong."""
    wanted, settings = list(wanted), list(settings)
    known = {edition.name: edition for edition in publication.editions}
    for name in [*wanted, *(setting.edition for setting in settings)]:
        if name not in known:
            raise UsageError(Diagnostic(Severity.ERROR, "edition", f"there is no edition `{name}`", hint=suggestion(name, known)))
    registered = registrations()
    editions: list[Edition] = []
    errors: list[Diagnostic] = []
    for edition in known.values():
        if wanted and edition.name not in wanted:
            continue
        try:
            exporter = load(edition.exporter, registered)
            options = options_of(exporter, edition, settings)
        except HandbillError as error:
            errors.extend(_placed(found, edition) for found in error.diagnostics)
            continue
        editions.append(Edition(edition.name, exporter, options))
    if errors:
        raise ConfigurationError(errors)
    return editions


def _placed(found: Diagnostic, edition: EditionSettings) -> Diagnostic:
    if found.path or not edition.places:
        return found
    line, column = edition.places.get("exporter", edition.places.get("", (1, 1)))
    return Diagnostic(found.severity, found.code, found.message, FILE, line, column, found.hint)


def name_of(article: ArticlePath, edition: Edition) -> str:
    """Return a handout's file name below the build folder: `ARTICLE[-EDITION][.LANG]SUFFIX`."""
    edition_part = "" if edition.name == edition.exporter.name else f"-{edition.name}"
    language_part = f".{article.language}" if article.language else ""
    return f"{article.base}{edition_part}{language_part}{edition.exporter.suffix}"


def refuse_collisions(place: Place, editions: Iterable[Edition], build: Path) -> None:
    """Raise ConfigurationError where two handouts would have one name on some file system, or one would have a name that is taken."""
    editions = list(editions)
    # Articles end in .md: where no handout does, none can be called like one.
    is_markdown = any(edition.exporter.suffix.lower() == ".md" for edition in editions)
    sources = {(place.root / path.path).resolve() for path in place.articles if is_markdown}
    seen: dict[str, str] = {}
    for path, edition in ((path, edition) for path in place.articles for edition in editions):
        name, what = name_of(path, edition), f"{edition.name} of {path.path}"
        other = seen.setdefault(_folded(name), what)
        if other != what:
            raise _same_name(f"two handouts would be called {name}: {other} and {what}")
        if not is_handout_name(name) or (is_markdown and (build / name).resolve() in sources):
            raise _same_name(f"{what} would be called {build / name}, and that is another file's name")
    for name in seen:
        for folder in PurePosixPath(name).parents:
            if str(folder) in seen:
                raise _same_name(f"{seen[str(folder)]} would be called like the folder of {seen[name]}: {folder}")


def _folded(name: str) -> str:
    """Return what is left of a name where upper and lower case, and the ways to write an accent, are the same (Unicode 16.0, 3.13)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _same_name(message: str) -> ConfigurationError:
    return ConfigurationError(Diagnostic(Severity.ERROR, "same-name", message, FILE, hint="rename the edition or the article"))


def timestamp_of(article: Article, environment: Mapping[str, str]) -> datetime.datetime:
    """Return the time that may enter a handout: SOURCE_DATE_EPOCH, else the newest date that the article states of its past.

    A date before 1980 counts as 1980: an EPUB's archive knows none before (APPNOTE, 4.4.6), and no handout was made then.
    Raises UsageError where SOURCE_DATE_EPOCH is no number of seconds (reproducible-builds.org, SOURCE_DATE_EPOCH specification).
    """
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    if epoch:
        with contextlib.suppress(ValueError, OverflowError, OSError):
            if (seconds := int(epoch)) >= 0:
                return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC)
        message = f"SOURCE_DATE_EPOCH is a number of seconds since 1970, up to the year 9999, not {epoch!r}"
        hint = "unset it, or take git log -1 --format=%ct"
        raise UsageError(Diagnostic(Severity.ERROR, "environment", message, hint=hint))
    dates = [day for day in (article.metadata.date, article.metadata.reviewed, article.metadata.facts_as_of) if day is not None]
    if not dates:
        return _NO_DATE
    newest = max(dates)
    return max(_NO_DATE, datetime.datetime(newest.year, newest.month, newest.day, tzinfo=datetime.UTC))
