"""The state of an article in a run, as values: whether it can have handouts, and the result of reading it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handbill.builder.cache import CachedArticle, CachedDocument
from handbill.document import Document
from handbill.proof.disclaimer import ExpectedDisclaimer
from handbill.proof.manifest import ArticleRecord

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["ArticleState", "ExporterInput", "Reading", "Standing"]


class Standing(enum.Enum):
    """Whether an article can have handouts, and if not, why."""

    CURRENT = "current"
    """It can have handouts."""
    EXPIRED = "expired"
    """It, or its disclaimer, is past its last day: its handouts are removed."""
    REFUSED = "refused"
    """It was read, and one of its findings is an error: its last handouts stay, marked stale."""
    UNREADABLE = "unreadable"
    """It could not be read: its last handouts stay, marked stale."""

    @property
    def has_failed(self) -> bool:
        """Whether an error keeps the article from having new handouts."""
        return self in (Standing.REFUSED, Standing.UNREADABLE)


@dataclass(frozen=True, slots=True)
class ArticleState:
    """What a run knows of an article once it was looked at.

    `record` and `documents` (by exporter) are there unless it is unreadable. `last_day` is the ISO date after which it expired, "" where
    it has not.
    """

    standing: Standing
    record: ArticleRecord | None = None
    documents: Mapping[str, CachedDocument] = field(default_factory=dict)
    last_day: str = ""


@dataclass(frozen=True, slots=True)
class ExporterInput:
    """What one exporter is given of an article, and the texts that its handouts are proven against.

    `barriers` are the codes of what keeps the document from a claim of accessibility, with how many there are of each.
    """

    document: Document
    expected: ExpectedDisclaimer
    barriers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it was read, now or by an earlier build.

    `article` and `inputs` (by exporter) are empty where the build cache vouches that nothing of it has changed since.
    """

    record: ArticleRecord
    cached: CachedArticle
    article: Article | None = None
    inputs: Mapping[str, ExporterInput] = field(default_factory=dict)
