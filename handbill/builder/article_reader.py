"""Articles of a run: each read from its file, or taken from the build cache where nothing of it has changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handbill.builder.article_state import ExporterInput, Reading
from handbill.builder.cache import BuildCache, CachedArticle, CachedDocument
from handbill.builder.catalogue_record import record_of
from handbill.builder.file_stamps import FileStamps
from handbill.builder.plan import Edition, timestamp_of
from handbill.diagnostics.diagnostic import Diagnostic, suggestion
from handbill.diagnostics.errors import MachineError, SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.proof.disclaimer import expected_disclaimer
from handbill.proof.manifest import ArticleRecord
from handbill.publication.discovery import ArticlePath, OpenedPublication
from handbill.reader.disclaimers import Disclaimers
from handbill.registry import Registration
from handbill.rendering.code_digest import reader_digest
from handbill.system.bounds import bound_diagnostic
from handbill.system.digests import digest_of
from handbill.system.time_limit import TooLongError, limit_cpu_time

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["ArticleReader", "settings_digest"]


def settings_digest(opened: OpenedPublication, registered: Iterable[str], disclaimers: Disclaimers, environment: Mapping[str, str]) -> str:
    """Return the digest of all that the reading of an article depends on, beside its files.

    `registered` are the names of the exporters that are installed; `environment` are the variables of the process.
    """
    publication = dataclasses.replace(opened.publication, checks={}, editions=())
    override = "" if disclaimers.override is None else str(disclaimers.override)
    return digest_of((reader_digest(), publication, sorted(registered), override, environment.get("SOURCE_DATE_EPOCH", "")))


@dataclass(frozen=True, slots=True)
class ArticleReader:
    """How articles of one run are read.

    `settings` is the digest of what their reading depends on beside files, `stamps` are the files as they are now. `records` are those
    of the last manifest, by key; `cache` takes what is read anew. `begin_reading` is called before an article is read.
    """

    opened: OpenedPublication
    disclaimers: Disclaimers
    registered: Mapping[str, Registration]
    environment: Mapping[str, str]
    settings: str
    stamps: FileStamps
    cache: BuildCache
    records: Mapping[tuple[str, str], ArticleRecord]
    begin_reading: Callable[[], None] = lambda: None

    def recall(self, path: ArticlePath, editions: Sequence[Edition]) -> Reading | None:
        """Return what the cache has of an article, where nothing of it has changed; else None."""
        key = (self.opened.publication.title, path.path)
        cached, record = self.cache.articles.get(key), self.records.get(key)
        if cached is None or record is None or cached.setting != self._setting_of(path):
            return None
        if not all(edition.exporter.name in cached.documents for edition in editions) or not self.stamps.confirm(
            cached.files, cached.lookups
        ):
            return None
        return Reading(record, cached)

    def read(self, path: ArticlePath, editions: Sequence[Edition]) -> Reading:
        """Read an article, and put it into the cache.

        Raises SourceError or MachineError where it cannot be read, UsageError where the environment names no time that there is.
        """
        # An unchanged build reads none.
        from handbill.reader.read import read_article

        self.begin_reading()
        root, publication = self.opened.root, self.opened.publication
        self.cache.articles.pop((publication.title, path.path), None)
        try:
            with limit_cpu_time(publication.bounds.reading_seconds):
                article = read_article(root, path.path, publication, path.language, self.disclaimers.find)
                disclaimer = self.disclaimers.find_read(article.disclaimer.id, article.metadata.language)
        except TooLongError:
            raise SourceError(
                bound_diagnostic(publication.bounds, "reading_seconds", "reading the article takes too long", path.path, 1, 1)
            ) from None
        except OSError as error:
            message = f"{error.filename or path.path} cannot be read: {error.strerror}"
            raise MachineError(diagnostic("unreadable", message, location(path.path), "look at its owner and rights")) from None
        article = dataclasses.replace(article, deadlines=article.deadlines + disclaimer.deadlines)
        inputs = {name: self._input(article, name) for name in dict.fromkeys(edition.exporter.name for edition in editions)}
        cached, has_stamps = self._cache_entry(path, article, inputs, disclaimer.diagnostics)
        if has_stamps:
            self.cache.articles[publication.title, path.path] = cached
        return Reading(record_of(path, article), cached, article, inputs)

    def _cache_entry(
        self, path: ArticlePath, article: Article, inputs: Mapping[str, ExporterInput], of_disclaimer: Iterable[Diagnostic]
    ) -> tuple[CachedArticle, bool]:
        """Return the cache's entry of an article that was read, and whether all its files have stamps, so that it may be kept."""
        timestamp = timestamp_of(article, self.environment)
        documents = {
            name: CachedDocument(digest_of((one.document, timestamp)), one.expected.digest(), one.barriers) for name, one in inputs.items()
        }
        consulted = self.disclaimers.consulted_paths(article.disclaimer.id, article.metadata.language)
        lookups = {**article.lookups, **article.source.include_lookups, **{name: "" for name, there in consulted.items() if not there}}
        files = [*article.source.files, *(asset.name for asset in article.assets), *(name for name, there in consulted.items() if there)]
        stamps = self.stamps.stamps_of(files)
        diagnostics = (*article.diagnostics, *of_disclaimer, *_unknown_formats(article, self.registered))
        entry = CachedArticle(
            setting=self._setting_of(path),
            files=stamps or {},
            lookups=lookups,
            deadlines=article.deadlines,
            diagnostics=diagnostics,
            documents=documents,
            readability=article.readability,
        )
        return entry, stamps is not None

    def _setting_of(self, path: ArticlePath) -> str:
        """Return what an article's reading depends on beside files: its name says whether it is a translation."""
        return f"{self.settings} {path.base} {path.language}"

    def _input(self, article: Article, exporter: str) -> ExporterInput:
        rendition = article.rendition(exporter, self.registered)
        document = rendition.document
        return ExporterInput(
            document,
            expected_disclaimer(document.disclaimer, document.disclaimer_position),
            dict(sorted(rendition.barriers.items())),
        )


def _unknown_formats(article: Article, registered: Mapping[str, Registration]) -> list[Diagnostic]:
    """Return a warning for each format that a part of the article is only for, and of which no exporter is installed."""
    found = []
    for name in sorted(article.formats() - set(registered)):
        message = f"something in the article is only for `{name}`, and no exporter of that name is installed"
        written = (f"only {name}", f"only-{name}", name)
        excerpt = next((text for text in written if article.source.locate(text)[1] is not None), name)
        found.append(article.source.diagnostic("unknown-format", message, excerpt, suggestion(name, registered)))
    return found
