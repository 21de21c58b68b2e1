"""What is to be built: the articles that were asked for, in the editions that were asked for, each with its file name."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from handbill.contract import Exporter
from handbill.diagnostics.diagnostic import Diagnostic, suggestion
from handbill.diagnostics.errors import ConfigurationError, HandbillError, UsageError
from handbill.diagnostics.rules import at, diagnostic
from handbill.proof.manifest import is_handout_name
from handbill.publication.discovery import ArticlePath, OpenedPublication
from handbill.publication.options import options_of
from handbill.publication.settings import FILE, EditionSettings, Publication, Setting
from handbill.registry import load, registrations

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["Edition", "editions_of", "name_of", "refuse_collisions", "timestamp_of"]

_NO_DATE = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition with its exporter and its options."""

    name: str
    exporter: Exporter[Any] = field(repr=False)
    options: Any


def editions_of(publication: Publication, wanted: Iterable[str], settings: Iterable[Setting]) -> list[Edition]:
    """Return the editions to build, all or those that are wanted. Raises UsageError, ConfigurationError with everything that is wrong."""
    wanted, settings = list(wanted), list(settings)
    known = {edition.name: edition for edition in publication.editions}
    for name in [*wanted, *(setting.edition for setting in settings)]:
        if name not in known:
            raise UsageError(diagnostic("edition", f"there is no edition `{name}`", hint=suggestion(name, known)))
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
    return dataclasses.replace(found, path=FILE, line=line, column=column)


def name_of(article: ArticlePath, edition: Edition) -> str:
    """Return a handout's file name below the build folder: `ARTICLE[-EDITION][.LANG]SUFFIX`."""
    edition_part = "" if edition.name == edition.exporter.name else f"-{edition.name}"
    language_part = f".{article.language}" if article.language else ""
    return f"{article.base}{edition_part}{language_part}{edition.exporter.suffix}"


def refuse_collisions(place: OpenedPublication, editions: Iterable[Edition], build: Path) -> None:
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
    return ConfigurationError(diagnostic("same-name", message, at(FILE)))


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
        raise UsageError(diagnostic("environment", message, hint=hint))
    dates = [day for day in (article.metadata.date, article.metadata.reviewed, article.metadata.facts_as_of) if day is not None]
    if not dates:
        return _NO_DATE
    newest = max(dates)
    return max(_NO_DATE, datetime.datetime(newest.year, newest.month, newest.day, tzinfo=datetime.UTC))
