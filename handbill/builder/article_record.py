"""What the manifest says about an article, and what its disclaimer is by now where the article itself cannot be read."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from handbill.diagnostics.errors import HandbillError
from handbill.language.translations import words_for
from handbill.proof.disclaimer import expected
from handbill.proof.manifest import ArticleRecord, Handout, Manifest
from handbill.publication.discovery import ArticlePath
from handbill.publication.settings import Publication
from handbill.reader.deadlines import expiry
from handbill.reader.disclaimers import Disclaimers

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["about_article", "disclaimer_now"]


def about_article(path: ArticlePath, article: Article) -> ArticleRecord:
    """Return what the manifest says about an article."""
    metadata, day = article.metadata, expiry(article.deadlines)

    def written(date: datetime.date | None) -> str:
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
        date=written(metadata.date),
        reviewed=written(metadata.reviewed),
        review_by=written(metadata.review_by),
        facts_as_of=written(metadata.facts_as_of),
        expires=written(day),
        abstract=article.abstract.decode(),
        disclaimer=article.disclaimer.id,
        disclaimer_title=article.disclaimer.title,
        base_url=article.publication.base_url,
    )


def disclaimer_now(row: Handout, old: Manifest, disclaimers: Disclaimers, publication: Publication) -> str:
    """Return the digest of the disclaimer that a handout of an article that failed would carry now; "" where it cannot be had."""
    about = next((record for record in old.articles if record.key == (row.publication, row.source)), None)
    if about is None:
        return ""
    try:
        found = disclaimers.find(about.disclaimer, about.language)
    except HandbillError:
        return ""
    return expected(found, words_for(about.language), publication.disclaimer_position).digest()
