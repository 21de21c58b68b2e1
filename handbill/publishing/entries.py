"""The data of the catalogue: its entries (articles with their handouts, or withdrawn ones), and the paths of their files in the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote

from handbill.proof.manifest import ArticleRecord, Handout
from handbill.publication.article_urls import page_path

__all__ = [
    "Catalogue",
    "Entry",
    "article_page_path",
    "handout_path",
    "href",
    "latest_path",
    "site_address",
    "sorted_by_title",
    "version_path",
]

_UNSAFE = re.compile(r"[^A-Za-z0-9._~+-]+")
# Names of other files in an article's folder, which no version may have: its pages, and the aliases of the newest handouts.
_OTHER_NAMES = re.compile(r"latest|index\.")


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in the catalogue: its handouts, those of `earlier` versions that are kept, and when it was last `updated` (RFC 3339, UTC).

    A withdrawn article has no handouts. `withdrawn` is the day since when (ISO 8601), "" for others; `why` is a sentence for readers. For
    one that has `expired`, `withdrawn` is the last day on which it was valid.
    """

    article: ArticleRecord
    updated: str
    handouts: tuple[Handout, ...] = ()
    earlier: tuple[Handout, ...] = ()
    withdrawn: str = ""
    why: str = ""
    expired: bool = False

    @property
    def since(self) -> str:
        """The words that follow “Withdrawn” and name the day; "" where `why` names it."""
        return "" if self.expired else f" since {self.withdrawn}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries, sorted by title. `base_url` ends in a slash, or is empty: addresses are then relative. `updated` is RFC 3339."""

    title: str
    updated: str
    entries: tuple[Entry, ...] = field(default=())
    base_url: str = ""

    @property
    def live(self) -> tuple[Entry, ...]:
        """The entries that have handouts."""
        return tuple(entry for entry in self.entries if not entry.withdrawn)


def handout_path(handout: Handout) -> str:
    """Return the permanent path of a handout, which has its digest: the file there never changes."""
    return f"files/{handout.sha256}/{PurePosixPath(handout.file).name}"


def article_page_path(article: ArticleRecord) -> str:
    """Return the path of an article's page."""
    return page_path(article.base, article.name.removeprefix(article.base).removeprefix("."))


def version_path(article: ArticleRecord, handout: Handout) -> str:
    """Return the path of a handout that names its version, or "" where the article has no version."""
    version = _UNSAFE.sub("-", handout.version).strip(".-")
    version = f"version-{version}" if _OTHER_NAMES.match(version) else version
    return f"{article.base}/{version}/{PurePosixPath(handout.file).name}" if version else ""


def latest_path(article: ArticleRecord, handout: Handout) -> str:
    """Return the path under which the newest handout of this edition and language is found."""
    rest = PurePosixPath(handout.file).name.removeprefix(PurePosixPath(article.base).name)
    return f"{article.base}/latest{rest}"


def href(path: str, page: str) -> str:
    """Return the relative reference from a page to another file of the site, percent-encoded (RFC 3986, 3.3)."""
    return site_address("../" * page.count("/"), path)


def site_address(start: str, path: str) -> str:
    """Return the address of a file of the site: `start` and the file's path, percent-encoded (RFC 3986, 3.3)."""
    return start + quote(path)


def sorted_by_title(entries: Iterable[Entry]) -> Sequence[Entry]:
    """Return entries sorted by title, without regard to case, then by language."""
    return sorted(entries, key=lambda entry: (entry.article.title.casefold(), entry.article.language, entry.article.key))
