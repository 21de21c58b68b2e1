"""The manifest's record of an article: what catalogues say of it, years after it was read."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from handbill.proof.manifest import ArticleRecord
from handbill.publication.discovery import ArticlePath
from handbill.reader.deadlines import expiry

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["record_of"]


def record_of(path: ArticlePath, article: Article) -> ArticleRecord:
    """Return the record of an article that was read."""
    metadata, last_day = article.metadata, expiry(article.deadlines)

    def iso(date: datetime.date | None) -> str:
        return "" if date is None else date.isoformat()

    return ArticleRecord(
        publication=article.publication.title,
        source=article.path,
        name=article.name,
        base=path.base,
        language=metadata.language,
        title=metadata.title,
        identifier=metadata.identifier,
        subtitle=metadata.subtitle,
        authors=metadata.authors,
        keywords=metadata.keywords,
        publisher=metadata.publisher,
        contact=metadata.contact,
        rights=metadata.rights,
        version=metadata.version,
        date=iso(metadata.date),
        reviewed=iso(metadata.reviewed),
        review_by=iso(metadata.review_by),
        facts_as_of=iso(metadata.facts_as_of),
        expires=iso(last_day),
        abstract=article.abstract.decode(),
        disclaimer=article.disclaimer.id,
        disclaimer_title=article.disclaimer.title,
        base_url=article.publication.base_url,
    )
