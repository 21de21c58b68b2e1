"""The articles of a run: each read, or known from an earlier build and found unchanged."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handbill.builder.article_record import about_article
from handbill.builder.cache import BuildCache, CachedArticle, CachedDocument, FileStamps
from handbill.builder.plan import Edition, timestamp_of
from handbill.builder.report import Report
from handbill.diagnostics.diagnostic import Diagnostic, suggestion
from handbill.diagnostics.errors import HandbillError, MachineError, SourceError
from handbill.diagnostics.rules import at, diagnostic
from handbill.document import Document
from handbill.proof.disclaimer import Expected, expected
from handbill.proof.manifest import ArticleRecord
from handbill.publication.discovery import ArticlePath, OpenedPublication
from handbill.reader.disclaimers import Disclaimers
from handbill.registry import Registration
from handbill.rendering.code_digest import reader_digest
from handbill.system.digests import digest_of
from handbill.system.limits import over
from handbill.system.time_limit import TooLongError, at_most

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["Given", "Survey", "Surveyed", "setting_of"]


@dataclass(frozen=True, slots=True)
class Given:
    """What one exporter is given of an article: the document, and what its handouts are proven against."""

    document: Document
    expected: Expected


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a run knows of an article; `article` is None where it was not read, since nothing of it has changed."""

    about: ArticleRecord
    known: CachedArticle
    article: Article | None = None
    given: Mapping[str, Given] = field(default_factory=dict)


def setting_of(
    place: OpenedPublication, registered: Mapping[str, Registration], disclaimers: Disclaimers, environment: Mapping[str, str]
) -> str:
    """Return the digest of all that the reading of an article depends on, beside its files."""
    publication = dataclasses.replace(place.publication, checks={}, editions=())
    override = "" if disclaimers.override is None else str(disclaimers.override)
    return digest_of((reader_digest(), publication, sorted(registered), override, environment.get("SOURCE_DATE_EPOCH", "")))


@dataclass(slots=True)
class Survey:
    """How articles are surveyed in one run. `memory` is what earlier builds knew, and takes what this one comes to know."""

    place: OpenedPublication
    disclaimers: Disclaimers
    registered: Mapping[str, Registration]
    environment: Mapping[str, str]
    setting: str
    stamps: FileStamps
    memory: BuildCache
    abouts: Mapping[tuple[str, str], ArticleRecord]
    report: Report

    def recall(self, path: ArticlePath, editions: Sequence[Edition]) -> Surveyed | None:
        """Return what is known of an article, where nothing of it has changed; else None."""
        key = (self.place.publication.title, path.path)
        known, about = self.memory.articles.get(key), self.abouts.get(key)
        if known is None or about is None or known.setting != self._setting_of(path):
            return None
        if not all(edition.exporter.name in known.documents for edition in editions) or not self.stamps.confirm(known):
            return None
        return Surveyed(about, known)

    def read(self, path: ArticlePath, editions: Sequence[Edition]) -> Surveyed | None:
        """Read an article; None where it cannot be read, and then the report says why.

        Raises UsageError where the environment names no time that there is.
        """
        # An unchanged build reads none.
        from handbill.reader.read import read_article

        root, publication = self.place.root, self.place.publication
        self.memory.articles.pop((publication.title, path.path), None)
        bounds = publication.bounds
        try:
            with at_most(bounds.reading_seconds):
                article = read_article(root, path.path, publication, path.language, self.disclaimers.find)
                found = self.disclaimers.find_read(article.disclaimer.id, article.metadata.language)
        except TooLongError:
            message = "reading the article takes too long"
            self.report.add([over(bounds, "reading_seconds", message, path.path, 1, 1)], SourceError.exit_code)
            return None
        except HandbillError as error:
            self.report.add(error.diagnostics, error.exit_code)
            return None
        except OSError as error:
            message = f"{error.filename or path.path} cannot be read: {error.strerror}"
            hint = "look at its owner and rights"
            self.report.add([diagnostic("unreadable", message, at(path.path), hint)], MachineError.exit_code)
            return None
        article = dataclasses.replace(article, deadlines=article.deadlines + found.deadlines)
        given = {name: self._given(article, name) for name in dict.fromkeys(edition.exporter.name for edition in editions)}
        timestamp = timestamp_of(article, self.environment)
        documents = {
            name: CachedDocument(
                digest_of((one.document, timestamp)), one.expected.digest(), dict(sorted(article.barriers(name, self.registered).items()))
            )
            for name, one in given.items()
        }
        consulted = self.disclaimers.consulted(article.disclaimer.id, article.metadata.language)
        looked = {**article.lookups, **article.source.named, **{name: "" for name, there in consulted.items() if not there}}
        files = [*article.source.files, *(asset.name for asset in article.assets), *(name for name, there in consulted.items() if there)]
        stamps = self.stamps.all_of(files)
        diagnostics = (*article.diagnostics, *found.diagnostics, *_formats(article, self.registered))
        known = CachedArticle(self._setting_of(path), stamps or {}, looked, article.deadlines, diagnostics, documents, article.figures)
        if stamps is not None:
            self.memory.articles[publication.title, path.path] = known
        return Surveyed(about_article(path, article), known, article, given)

    def _setting_of(self, path: ArticlePath) -> str:
        """Return what an article's reading depends on beside files; what its name says depends on whether it is a translation."""
        return f"{self.setting} {path.base} {path.language}"

    def _given(self, article: Article, exporter: str) -> Given:
        document = article.document(exporter, self.registered)
        return Given(document, expected(document.disclaimer, document.words, document.disclaimer_position))


def _formats(article: Article, registered: Mapping[str, Registration]) -> list[Diagnostic]:
    """Return a warning for each format that something is set apart for and that is not installed."""
    found = []
    for name in sorted(article.formats() - set(registered)):
        message = f"something in the article is only for `{name}`, and no exporter of that name is installed"
        written = (f"only {name}", f"only-{name}", name)
        excerpt = next((text for text in written if article.source.locate(text)[1] is not None), name)
        found.append(article.source.diagnostic("unknown-format", message, excerpt, suggestion(name, registered)))
    return found
