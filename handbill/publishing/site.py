"""The site of a build: handouts under their digests, aliases, pages and feeds.

`site` is a pure function of the build's manifest, of what was published before, and of the time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources

from handbill.diagnostics.errors import PublishError
from handbill.diagnostics.rules import diagnostic
from handbill.proof.manifest import MANIFEST_NAME, ArticleRecord, Handout, Manifest
from handbill.publishing.entries import Catalogue, Entry, article_page_path, handout_path, latest_path, sorted_by_title, version_path
from handbill.publishing.feeds import atom_feed, opds_catalogue
from handbill.publishing.pages import STYLE, article_page, index_page
from handbill.publishing.paths import Reservation, ReservedPaths, is_site_path
from handbill.publishing.target_state import LastChange, Published
from handbill.system.digests import sha256_of

__all__ = ["Site", "keep_failed_handouts", "site"]

_CATALOGUE = ("index.html", "feed.xml", "opds.xml")
_EXPIRED = "It was good until {}."
_GONE = "It is not published any more."
_OUTDATED = "Its disclaimer has changed, and a new version has not been built yet."


@dataclass(frozen=True, slots=True)
class Site:
    """All files of a site by path, in the order in which they are sent: `handouts` first, at their permanent paths.

    `seals` are the handouts of which each sealed page is one's, by the page's path: with it and the manifest whoever has downloaded a
    handout can verify it. `versions` are aliases of handouts by version, `latest` those of the newest handouts. `pages` are the bytes of
    pages and feeds.
    `published` is the state that the target's manifest records afterwards.
    """

    handouts: Mapping[str, Handout] = field(default_factory=dict)
    seals: Mapping[str, Handout] = field(default_factory=dict)
    versions: Mapping[str, Handout] = field(default_factory=dict)
    pages: Mapping[str, bytes] = field(default_factory=dict)
    latest: Mapping[str, Handout] = field(default_factory=dict)
    published: Published = field(default=Published())


def keep_failed_handouts(manifest: Manifest, before: Published) -> Manifest:
    """Return the manifest with the handouts that failed, from the target: those whose disclaimer is still the present one."""
    kept, articles = {}, {}
    known = {article.key: article for article in before.articles}
    for failure in manifest.failed:
        row = next(iter(before.handouts.get(failure.file, ())), None)
        article = known.get((failure.publication, failure.article))
        if row is not None and article is not None and row.disclaimer in failure.disclaimers:
            kept[failure.file] = dataclasses.replace(row, stale=True)
            articles[article.key] = article
    named = {article.key for article in manifest.articles}
    added = tuple(article for key, article in articles.items() if key not in named)
    return dataclasses.replace(manifest, handouts={**kept, **manifest.handouts}, articles=(*manifest.articles, *added))


def site(manifest: Manifest, before: Published, now: str, *, base_url: str, keep: int) -> Site:
    """Return the site; `before` is what was published, `now` is RFC 3339, `keep` how many versions stay, the newest included.

    Outdated handouts are left out: those whose article failed and whose disclaimer has changed since. An earlier version stays only
    while it carries the same disclaimer as the present one. An article that is gone keeps a page that says so, unless its path is
    needed for something else. Raises PublishError where two files need the same path.
    """
    kept = {
        name: (row, *_earlier_versions(row, before.handouts.get(name, ()))[: keep - 1])
        for name, row in manifest.handouts.items()
        if not row.outdated
    }
    entries, marks = _entries(manifest, before, kept, now, _reserve_paths(manifest, kept))
    titles = {article.publication for article in manifest.articles if article.publication}
    updated = max((entry.updated for entry in entries), default=now)
    catalogue = Catalogue(titles.pop() if len(titles) == 1 else "Handouts", updated, tuple(sorted_by_title(entries)), base_url)
    pages = {STYLE: resources.files("handbill.publishing").joinpath(STYLE).read_bytes()}
    pages |= {article_page_path(entry.article): article_page(catalogue, entry) for entry in catalogue.entries}
    pages |= dict(zip(_CATALOGUE, (index_page(catalogue), atom_feed(catalogue), opds_catalogue(catalogue)), strict=True))
    shown = [(entry.article, handout) for entry in catalogue.live for handout in entry.handouts]
    old = [(entry.article, handout) for entry in catalogue.live for handout in reversed(entry.earlier)]
    handouts = {handout_path(handout): handout for _, handout in (*shown, *old)}
    versions = {address: handout for article, handout in (*old, *shown) if (address := version_path(article, handout))}
    latest = {latest_path(article, handout): handout for article, handout in shown}
    seals = {handout.seal_file: handout for _, handout in (*old, *shown) if handout.seal}
    files = {path: handout.sha256 for path, handout in (*versions.items(), *latest.items())}
    files |= {path: handout.seal for path, handout in seals.items()}
    files |= {path: sha256_of(content) for path, content in pages.items()}
    retired = tuple(sorted(before.paths - {*files, *handouts}))
    named = {article.key for article in manifest.articles}
    gone = tuple(entry.article for entry in entries if entry.article.key not in named)
    return Site(handouts, seals, versions, pages, latest, Published(files, kept, marks, retired, gone=gone))


def _reserve_paths(manifest: Manifest, kept: Mapping[str, tuple[Handout, ...]]) -> ReservedPaths:
    """Return the paths of the catalogue and of the manifest's articles. Raises PublishError where two of them exclude each other."""
    reserved = ReservedPaths()
    for path in (STYLE, *_CATALOGUE, MANIFEST_NAME):
        reserved.reserve(Reservation(path, "the catalogue's own file"))
    for wanted in _reservations(manifest, kept):
        if not is_site_path(wanted.path):
            message, hint = f"{wanted.what} cannot be at {wanted.path}: that is no path below the target", "build anew, then publish"
            raise PublishError(diagnostic("collision", message, hint=hint))
        other = reserved.reserve(wanted)
        if other is not None:
            message = f"{other.what} ({other.path}) and {wanted.what} ({wanted.path}) cannot both be published"
            hint = "give one of the articles another name, or another version"
            raise PublishError(diagnostic("collision", message, hint=hint))
    return reserved


def _reservations(manifest: Manifest, kept: Mapping[str, tuple[Handout, ...]]) -> Iterable[Reservation]:
    """Yield the paths of the articles, pages first. A path that two versions of a handout share is the newer one's."""
    articles = {article.key: article for article in manifest.articles}
    for article in manifest.articles:
        yield Reservation(article_page_path(article), f"the page of {article.source}", repr(article.key))
    for name, (newest, *earlier) in kept.items():
        article = articles[newest.publication, newest.source]
        yield Reservation(latest_path(article, newest), f"the newest {name}", newest.sha256)
        versions: dict[str, Reservation] = {}
        for row in (newest, *earlier):
            yield Reservation(handout_path(row), name, row.sha256)
            if row.seal:
                yield Reservation(row.seal_file, f"the sealed page of {name}", row.seal)
            if path := version_path(article, row):
                versions.setdefault(path, Reservation(path, f"version {row.version} of {name}", row.sha256))
        yield from versions.values()


def _earlier_versions(row: Handout, rows: Iterable[Handout]) -> tuple[Handout, ...]:
    """Return the earlier versions of a handout that may stay, each version once."""
    found: dict[str, Handout] = {}
    for other in rows:
        if other.version != row.version and other.disclaimer == row.disclaimer:
            found.setdefault(other.version, dataclasses.replace(other, stale=False))
    return tuple(found.values())


def _entries(
    manifest: Manifest, before: Published, kept: Mapping[str, tuple[Handout, ...]], now: str, reserved: ReservedPaths
) -> tuple[list[Entry], dict[str, LastChange]]:
    """Return the entries of the catalogue, those of withdrawn articles too, and the last change of each article."""
    expired = {(row.publication, row.article): row.since for row in manifest.expired}
    names_by_article: dict[tuple[str, str], list[str]] = {}
    for name, row in manifest.handouts.items():
        names_by_article.setdefault((row.publication, row.source), []).append(name)
    entries, marks = [], {}
    named = {article.key for article in manifest.articles}
    # A reader who has one of these on paper learns at its address that it was withdrawn.
    absent = [article for article in before.articles if article.key not in named]
    gone = [article for article in absent if reserved.reserve(Reservation(article_page_path(article), content=repr(article.key))) is None]
    for article in (*manifest.articles, *gone):
        names = sorted(
            (name for name in names_by_article.get(article.key, ()) if name in kept), key=lambda name: _sort_key(manifest.handouts[name])
        )
        mark = before.marks.get(_article_name(article))
        withdrawn, why = "", ""
        if article.key in expired:
            withdrawn, why = expired[article.key], _EXPIRED.format(expired[article.key])
        elif not names:
            withdrawn = mark.withdrawn if mark and mark.withdrawn else now[:10]
            why = _OUTDATED if article.key in named else _GONE
        current = [] if withdrawn else [kept[name][0] for name in names]
        earlier = [] if withdrawn else [row for name in names for row in kept[name][1:]]
        digest = _content_digest(article, [row.sha256 for row in (*current, *earlier)], withdrawn)
        mark = mark if mark is not None and mark.digest == digest else LastChange(now, digest, withdrawn)
        marks[_article_name(article)] = mark
        entries.append(Entry(article, mark.updated, tuple(current), tuple(earlier), withdrawn, why, expired=article.key in expired))
    return entries, marks


def _sort_key(handout: Handout) -> tuple[bool, int, str]:
    """Return the sort key of a handout: built-in editions first, then by format: PDF, EPUB, text, others."""
    formats = ("pdf", "epub", "text")
    place = formats.index(handout.exporter) if handout.exporter in formats else len(formats)
    return handout.edition != handout.exporter, place, handout.file


def _article_name(article: ArticleRecord) -> str:
    return f"{article.publication}/{article.source}"


def _content_digest(article: ArticleRecord, handouts: list[str], withdrawn: str) -> str:
    shown = [dataclasses.astuple(article), sorted(handouts), withdrawn]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()
