"""The plan of a build: which articles are made into handouts, in which editions, under which file names.

`make_plan` turns a request into a `Plan`, or raises what makes it impossible: a publication that is not there, wrong settings, names
that collide. Nothing is read of the articles yet, and nothing is written.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from handbill.builder.request import Request
from handbill.contract import Exporter
from handbill.diagnostics.diagnostic import Diagnostic, suggestion
from handbill.diagnostics.errors import ConfigurationError, HandbillError, UsageError
from handbill.diagnostics.rules import diagnostic, location
from handbill.diagnostics.user_paths import rebase_errors
from handbill.proof.manifest import is_handout_name
from handbill.publication.discovery import ArticlePath, OpenedPublication, open_publication
from handbill.publication.options import edition_options
from handbill.publication.parser import read_settings
from handbill.publication.settings import FILE, EditionSettings, OptionOverride, Publication
from handbill.registry import load, registrations
from handbill.system.paths import comparable_name

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = [
    "Edition",
    "Plan",
    "Target",
    "editions_of",
    "handout_name",
    "make_plan",
    "open_despite_errors",
    "refuse_collisions",
    "timestamp_of",
]

_NO_DATE = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition with its exporter and its options."""

    name: str
    exporter: Exporter[Any] = field(repr=False)
    options: Any


@dataclass(frozen=True, slots=True)
class Target:
    """A handout that is asked for: an article in an edition, and the name of its file below the build folder."""

    article: ArticlePath
    edition: Edition
    file: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The articles that a build is about, each in the same editions.

    `articles` are those of the shard, the largest first; without a shard they are all that the publication was opened with. `full`
    tells that no article and no edition was left out, so that a handout that no target asks for may be removed. `is_shard` tells that
    other shards have the rest of the articles.
    """

    opened: OpenedPublication
    editions: tuple[Edition, ...]
    articles: tuple[ArticlePath, ...]
    full: bool = False
    is_shard: bool = False

    @property
    def title(self) -> str:
        """The publication's title, by which the manifest tells publications apart."""
        return self.opened.publication.title

    def targets_of(self, article: ArticlePath) -> list[Target]:
        """Return the handouts that are asked for of one article."""
        return [Target(article, edition, handout_name(article, edition)) for edition in self.editions]

    def targets(self) -> list[Target]:
        """Return all handouts that are asked for."""
        return [target for article in self.articles for target in self.targets_of(article)]


def make_plan(request: Request) -> Plan:
    """Return the plan of a request. Raises HandbillError where nothing can be built."""
    opened = open_publication(request.source, request.disclaimer)
    with rebase_errors(opened.root):
        editions = editions_of(opened.publication, request.editions, request.settings)
        refuse_collisions(opened, editions, request.build)
    full = opened.whole and not request.editions
    return Plan(opened, tuple(editions), shard_of(opened, request.shard), full, request.shard != (1, 1))


def open_despite_errors(request: Request) -> OpenedPublication | None:
    """Return the publication with its wrong settings left out; None where nothing can be read without them."""
    try:
        opened = open_publication(request.source, request.disclaimer, lambda root: read_settings(root)[0])
    except HandbillError:
        return None
    return opened if opened.publication.disclaimer or request.disclaimer else None


def shard_of(opened: OpenedPublication, shard: tuple[int, int]) -> tuple[ArticlePath, ...]:
    """Return the articles of a shard, K of N, the largest first, so that none is left alone at the end of a build."""

    def size(article: ArticlePath) -> int:
        try:
            return (opened.root / article.path).stat().st_size
        except OSError:
            return 0

    number, count = shard
    return tuple(sorted(opened.articles, key=lambda article: (-size(article), article.path))[number - 1 :: count])


def editions_of(publication: Publication, wanted: Iterable[str], settings: Iterable[OptionOverride]) -> list[Edition]:
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
            options = edition_options(exporter, edition, settings)
        except HandbillError as error:
            errors.extend(_at_edition(found, edition) for found in error.diagnostics)
            continue
        editions.append(Edition(edition.name, exporter, options))
    if errors:
        raise ConfigurationError(errors)
    return editions


def _at_edition(found: Diagnostic, edition: EditionSettings) -> Diagnostic:
    """Return a diagnostic with the place of an edition's table in publication.toml, where it has no place of its own."""
    if found.path or not edition.places:
        return found
    line, column = edition.places.get("exporter", edition.places.get("", (1, 1)))
    return dataclasses.replace(found, path=FILE, line=line, column=column)


def handout_name(article: ArticlePath, edition: Edition) -> str:
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
        name, what = handout_name(path, edition), f"{edition.name} of {path.path}"
        other = seen.setdefault(comparable_name(name), what)
        if other != what:
            raise _same_name(f"two handouts would be called {name}: {other} and {what}")
        if not is_handout_name(name) or (is_markdown and (build / name).resolve() in sources):
            raise _same_name(f"{what} would be called {build / name}, and that is another file's name")
    for name in seen:
        for folder in PurePosixPath(name).parents:
            if str(folder) in seen:
                raise _same_name(f"{seen[str(folder)]} would be called like the folder of {seen[name]}: {folder}")


def _same_name(message: str) -> ConfigurationError:
    return ConfigurationError(diagnostic("same-name", message, location(FILE)))


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
