"""What the catalogue lists: articles with their handouts and addresses, and what was withdrawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote

from handbill.proof.manifest import ArticleRecord, Handout
from handbill.publication.addresses import page_path

__all__ = ["Catalogue", "Entry", "address_of", "by_title", "href", "in_full", "latest_of", "page_of", "version_of"]

_UNSAFE = re.compile(r"[^A-Za-z0-9._~+-]+")
# What else stands in an article's folder: its pages, and the addresses of what is newest.
_TAKEN = re.compile(r"latest|index\.")


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in the catalogue: its handouts, those of earlier versions that are kept, and when it last changed (RFC 3339, UTC).

    One that is withdrawn has no handouts; `withdrawn` says since when (ISO 8601), `why` is a sentence for readers. Where it has `expired`,
    `withdrawn` is the last day on which it was good.
    """

    about: ArticleRecord
    updated: str
    handouts: tuple[Handout, ...] = ()
    earlier: tuple[Handout, ...] = ()
    withdrawn: str = ""
    why: str = ""
    expired: bool = False

    @property
    def since(self) -> str:
        """Since when it is withdrawn, as words that follow on that; "" where `why` names the day."""
        return "" if self.expired else f" since {self.withdrawn}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries, by title. `base_url` ends in a solidus, or is empty: addresses are then relative. `updated` is RFC 3339."""

    title: str
    updated: str
    entries: tuple[Entry, ...] = field(default=())
    base_url: str = ""

    @property
    def live(self) -> tuple[Entry, ...]:
        """The entries that have handouts."""
        return tuple(entry for entry in self.entries if not entry.withdrawn)


def address_of(handout: Handout) -> str:
    """Return where a handout lies for good: what stands there never changes."""
    return f"files/{handout.sha256}/{PurePosixPath(handout.file).name}"


def page_of(about: ArticleRecord) -> str:
    """Return where an article's page stands."""
    return page_path(about.base, about.name.removeprefix(about.base).removeprefix("."))


def version_of(about: ArticleRecord, handout: Handout) -> str:
    """Return the address of a handout by its version, or "" where the article has none."""
    version = _UNSAFE.sub("-", handout.version).strip(".-")
    version = f"version-{version}" if _TAKEN.match(version) else version
    return f"{about.base}/{version}/{PurePosixPath(handout.file).name}" if version else ""


def latest_of(about: ArticleRecord, handout: Handout) -> str:
    """Return the address under which the newest handout of this edition and language is found."""
    rest = PurePosixPath(handout.file).name.removeprefix(PurePosixPath(about.base).name)
    return f"{about.base}/latest{rest}"


def href(path: str, page: str) -> str:
    """Return a reference from a page to another file of the site, escaped (RFC 3986, 3.3)."""
    return in_full("../" * page.count("/"), path)


def in_full(start: str, path: str) -> str:
    """Return the address of a file of the site whose path, which is escaped here (RFC 3986, 3.3), follows on `start`."""
    return start + quote(path)


def by_title(entries: Iterable[Entry]) -> Sequence[Entry]:
    """Return entries in the order in which people look for them."""
    return sorted(entries, key=lambda entry: (entry.about.title.casefold(), entry.about.language, entry.about.key))
