"""Articles mended on the disk: what `handbill check --fix` does."""

from __future__ import annotations

import contextlib
import functools
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from handbill.builder.plan import Place
from handbill.builder.report import placed
from handbill.builder.request import Request, planned
from handbill.contract import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.publication.discovery import ArticlePath
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.fixes import mend
from handbill.reader.read import Article, read_article
from handbill.system import files

__all__ = ["fix"]


def fix(request: Request) -> list[Diagnostic]:
    """Mend in the source what can be mended safely, and return the findings that are gone. Raises HandbillError as `build` does.

    Articles that have a file in common are mended together; where one of them cannot be read, none is.
    """
    place, _ = planned(request)
    disclaimers = Disclaimers(place.root, place.publication.language, request.disclaimer, place.publication.profiles)
    read = functools.partial(_read, place, disclaimers)
    readable = []
    for path in place.articles:
        with contextlib.suppress(HandbillError):
            readable.append((path, set(read([path], {})[0].source.files)))
    alone = place.whole and len(readable) == len(place.articles)

    def wanted(found: Diagnostic) -> bool:
        # What another article may include, which was not read, stays.
        own = alone or any(found.path == path.path for path in place.articles)
        return own and place.publication.checks.get(found.code) != "off"

    gone: list[Diagnostic] = []
    for paths in _that_share(readable):
        mended = mend(functools.partial(read, paths), wanted)
        for name, content in mended.files.items():
            _rewrite(place.root, name, content)
        gone += [placed(one, place.root) for one in mended.findings]
    return gone


def _read(place: Place, disclaimers: Disclaimers, paths: Iterable[ArticlePath], instead: Mapping[str, bytes]) -> list[Article]:
    return [read_article(place.root, path.path, place.publication, path.language, disclaimers.find, instead) for path in paths]


def _that_share(articles: Iterable[tuple[ArticlePath, set[str]]]) -> list[list[ArticlePath]]:
    """Return articles in groups: those of two groups have no file in common."""
    groups: list[tuple[list[ArticlePath], set[str]]] = []
    for path, names in articles:
        shared = [group for group in groups if group[1] & names]
        groups = [group for group in groups if group not in shared]
        groups.append(([*(one for group in shared for one in group[0]), path], names.union(*(group[1] for group in shared))))
    return [group[0] for group in groups]


def _rewrite(root: Path, name: str, content: bytes) -> None:
    """Replace a file of the source, its rights kept."""
    mode = (root / name).stat().st_mode
    files.replace(root, name, content)
    (root / name).chmod(stat.S_IMODE(mode))
