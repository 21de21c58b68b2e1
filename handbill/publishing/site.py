"""What is to stand at a target: handouts under their digests, aliases, pages and feeds. A pure function of manifest, past and time."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources

from handbill.diagnostics.errors import PublishError
from handbill.diagnostics.rules import diagnostic
from handbill.proof.manifest import FILE, ArticleRecord, Handout, Manifest
from handbill.publishing.entries import Catalogue, Entry, address_of, by_title, latest_of, page_of, version_of
from handbill.publishing.feeds import atom_feed, opds_catalogue
from handbill.publishing.pages import STYLE, article_page, index_page
from handbill.publishing.paths import Claim, Ground, is_path
from handbill.publishing.published import Mark, Published
from handbill.system.digests import sha256_of

__all__ = ["Site", "site", "with_kept"]

_CATALOGUE = ("index.html", "feed.xml", "opds.xml")
_EXPIRED = "It was good until {}."
_GONE = "It is not published any more."
_OUTDATED = "Its disclaimer has changed, and a new version has not been built yet."


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that is to be there. `handouts` lie at fixed addresses; the other files come in the order in which they are sent.

    `versions` are aliases by version and `latest` those that lead to the newest, each of a handout; `pages` are bytes.
    """

    handouts: Mapping[str, Handout] = field(default_factory=dict)
    versions: Mapping[str, Handout] = field(default_factory=dict)
    pages: Mapping[str, bytes] = field(default_factory=dict)
    latest: Mapping[str, Handout] = field(default_factory=dict)
    published: Published = field(default=Published())


def with_kept(manifest: Manifest, before: Published) -> Manifest:
    """Return the manifest with handouts that failed, as they lie at the target: those that carry a disclaimer which is still in force."""
    kept, abouts = {}, {}
    known = {about.key: about for about in before.articles}
    for failure in manifest.failed:
        row = next(iter(before.handouts.get(failure.file, ())), None)
        about = known.get((failure.publication, failure.article))
        if row is not None and about is not None and row.disclaimer in failure.disclaimers:
            kept[failure.file] = dataclasses.replace(row, stale=True)
            abouts[about.key] = about
    named = {about.key for about in manifest.articles}
    added = tuple(about for key, about in abouts.items() if key not in named)
    return dataclasses.replace(manifest, handouts={**kept, **manifest.handouts}, articles=(*manifest.articles, *added))


def site(manifest: Manifest, before: Published, now: str, *, base_url: str, keep: int) -> Site:
    """Return what is to be at the target, `before` being what was; `now` is RFC 3339, `keep` how many versions stay, the newest included.

    Left out is what is outdated: a handout whose article failed and whose disclaimer has changed since. An earlier version stays only
    as long as it carries the disclaimer that the present one does. An article that is gone keeps a page that says so, unless something
    else stands there now. Raises PublishError where two files cannot be at one target.
    """
    kept = {
        name: (row, *_earlier(row, before.handouts.get(name, ()))[: keep - 1])
        for name, row in manifest.handouts.items()
        if not row.outdated
    }
    entries, marks = _entries(manifest, before, kept, now, _ground(manifest, kept))
    titles = {about.publication for about in manifest.articles if about.publication}
    updated = max((entry.updated for entry in entries), default=now)
    catalogue = Catalogue(titles.pop() if len(titles) == 1 else "Handouts", updated, tuple(by_title(entries)), base_url)
    pages = {STYLE: resources.files("handbill.publishing").joinpath(STYLE).read_bytes()}
    pages |= {page_of(entry.about): article_page(catalogue, entry) for entry in catalogue.entries}
    pages |= dict(zip(_CATALOGUE, (index_page(catalogue), atom_feed(catalogue), opds_catalogue(catalogue)), strict=True))
    shown = [(entry.about, handout) for entry in catalogue.live for handout in entry.handouts]
    old = [(entry.about, handout) for entry in catalogue.live for handout in reversed(entry.earlier)]
    handouts = {address_of(handout): handout for _, handout in (*shown, *old)}
    versions = {address: handout for about, handout in (*old, *shown) if (address := version_of(about, handout))}
    latest = {latest_of(about, handout): handout for about, handout in shown}
    files = {path: handout.sha256 for path, handout in (*versions.items(), *latest.items())}
    files |= {path: sha256_of(content) for path, content in pages.items()}
    retired = tuple(sorted(before.paths - {*files, *handouts}))
    named = {about.key for about in manifest.articles}
    gone = tuple(entry.about for entry in entries if entry.about.key not in named)
    return Site(handouts, versions, pages, latest, Published(files, kept, marks, retired, gone=gone))


def _ground(manifest: Manifest, kept: Mapping[str, tuple[Handout, ...]]) -> Ground:
    """Return the paths that the catalogue and the manifest's articles take. Raises PublishError where two of them cannot both be there."""
    ground = Ground()
    for path in (STYLE, *_CATALOGUE, FILE):
        ground.take(Claim(path, "the catalogue's own file"))
    for claim in _claims(manifest, kept):
        if not is_path(claim.path):
            message, hint = f"{claim.what} cannot be at {claim.path}: that is no path below the target", "build anew, then publish"
            raise PublishError(diagnostic("collision", message, hint=hint))
        other = ground.take(claim)
        if other is not None:
            message = f"{other.what} ({other.path}) and {claim.what} ({claim.path}) cannot both be published"
            hint = "give one of the articles another name, or another version"
            raise PublishError(diagnostic("collision", message, hint=hint))
    return ground


def _claims(manifest: Manifest, kept: Mapping[str, tuple[Handout, ...]]) -> Iterable[Claim]:
    """Yield what the articles want, with the pages first. Of two versions of a handout that have one address it is the newer one's."""
    abouts = {about.key: about for about in manifest.articles}
    for about in manifest.articles:
        yield Claim(page_of(about), f"the page of {about.source}", repr(about.key))
    for name, (newest, *earlier) in kept.items():
        about = abouts[newest.publication, newest.source]
        yield Claim(latest_of(about, newest), f"the newest {name}", newest.sha256)
        versions: dict[str, Claim] = {}
        for row in (newest, *earlier):
            yield Claim(address_of(row), name, row.sha256)
            if path := version_of(about, row):
                versions.setdefault(path, Claim(path, f"version {row.version} of {name}", row.sha256))
        yield from versions.values()


def _earlier(row: Handout, rows: Iterable[Handout]) -> tuple[Handout, ...]:
    """Return earlier versions of a handout that may stay, each version once."""
    found: dict[str, Handout] = {}
    for other in rows:
        if other.version != row.version and other.disclaimer == row.disclaimer:
            found.setdefault(other.version, dataclasses.replace(other, stale=False))
    return tuple(found.values())


def _entries(
    manifest: Manifest, before: Published, kept: Mapping[str, tuple[Handout, ...]], now: str, ground: Ground
) -> tuple[list[Entry], dict[str, Mark]]:
    expired = {(row.publication, row.article): row.since for row in manifest.expired}
    of_article: dict[tuple[str, str], list[str]] = {}
    for name, row in manifest.handouts.items():
        of_article.setdefault((row.publication, row.source), []).append(name)
    entries, marks = [], {}
    named = {about.key for about in manifest.articles}
    # Whoever has one of these on paper finds out by its address.
    absent = [about for about in before.articles if about.key not in named]
    gone = [about for about in absent if ground.take(Claim(page_of(about), content=repr(about.key))) is None]
    for about in (*manifest.articles, *gone):
        names = sorted((name for name in of_article.get(about.key, ()) if name in kept), key=lambda name: _order(manifest.handouts[name]))
        mark = before.marks.get(_name(about))
        withdrawn, why = "", ""
        if about.key in expired:
            withdrawn, why = expired[about.key], _EXPIRED.format(expired[about.key])
        elif not names:
            withdrawn = mark.withdrawn if mark and mark.withdrawn else now[:10]
            why = _OUTDATED if about.key in named else _GONE
        current = [] if withdrawn else [kept[name][0] for name in names]
        earlier = [] if withdrawn else [row for name in names for row in kept[name][1:]]
        digest = _digest(about, [row.sha256 for row in (*current, *earlier)], withdrawn)
        mark = mark if mark is not None and mark.digest == digest else Mark(now, digest, withdrawn)
        marks[_name(about)] = mark
        entries.append(Entry(about, mark.updated, tuple(current), tuple(earlier), withdrawn, why, expired=about.key in expired))
    return entries, marks


def _order(handout: Handout) -> tuple[bool, int, str]:
    """Return what handouts are listed by: editions that every publication has first, the formats as people ask for them."""
    formats = ("pdf", "epub", "text")
    place = formats.index(handout.exporter) if handout.exporter in formats else len(formats)
    return handout.edition != handout.exporter, place, handout.file


def _name(about: ArticleRecord) -> str:
    return f"{about.publication}/{about.source}"


def _digest(about: ArticleRecord, handouts: list[str], withdrawn: str) -> str:
    shown = [dataclasses.astuple(about), sorted(handouts), withdrawn]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()
