"""The state of a target as handbill recorded it: the `published` part of the manifest there, read and written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handbill.diagnostics.errors import PublishError
from handbill.diagnostics.rules import diagnostic
from handbill.proof.manifest import ArticleRecord, Handout, Manifest, record_data
from handbill.proof.manifest_file import parse_article_record, parse_handout
from handbill.publishing.entries import article_page_path, handout_path
from handbill.publishing.paths import is_site_path

__all__ = ["LastChange", "Published", "is_target_manifest", "manifest_bytes", "read_published"]

VERSION = 1


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last change of an article: when (RFC 3339, UTC), the digest of what was shown then, and the day of its withdrawal."""

    updated: str
    digest: str
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: `files` are the SHA-256 of pages and aliases by path; `handouts` the versions of each handout, newest first.

    `marks` are the last changes, by publication and article. `retired` are paths that no page names any more and that are still to be
    deleted. `articles` are all articles that have a page; `gone` are those of them that the build's manifest does not name any more.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    handouts: Mapping[str, tuple[Handout, ...]] = field(default_factory=dict)
    marks: Mapping[str, LastChange] = field(default_factory=dict)
    retired: tuple[str, ...] = ()
    articles: tuple[ArticleRecord, ...] = ()
    gone: tuple[ArticleRecord, ...] = ()

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of everything that was published there and that a page names, by path."""
        return dict(self.files) | {handout_path(row): row.sha256 for rows in self.handouts.values() for row in rows}

    @property
    def paths(self) -> frozenset[str]:
        """The paths of everything that handbill published there, without the manifest."""
        return frozenset({*self.files, *self.retired, *(handout_path(row) for rows in self.handouts.values() for row in rows)})


def manifest_bytes(manifest: Manifest, published: Published) -> bytes:
    """Return the target's manifest: that of the build with the `published` part, as JSON in UTF-8."""
    state = {
        "published": VERSION,
        "files": dict(sorted(published.files.items())),
        "handouts": {name: [record_data(row) for row in rows] for name, rows in sorted(published.handouts.items())},
        "marks": {
            name: {"updated": mark.updated, "digest": mark.digest, "withdrawn": mark.withdrawn}
            for name, mark in sorted(published.marks.items())
        },
        "retired": sorted(published.retired),
        "gone": [record_data(article) for article in sorted(published.gone, key=lambda article: article.key)],
    }
    return (json.dumps(manifest.data() | {"published": state}, ensure_ascii=False, indent=1) + "\n").encode()


def is_target_manifest(content: bytes) -> bool:
    """Return whether these bytes begin as a manifest does, so that handbill wrote them, though they may be damaged since."""
    return re.match(rb'\{\s*"manifest":', content) is not None


def read_published(content: bytes | None) -> Published:
    """Return the state that a target's manifest records; an empty one without a manifest. Raises PublishError where it is damaged."""
    if content is None:
        return Published()
    try:
        data = json.loads(content)
        state = data["published"]
        if state["published"] != VERSION:
            raise ValueError(f"its version is {state['published']}")
        published = Published(
            {str(path): str(digest) for path, digest in state["files"].items()},
            {str(name): tuple(parse_handout(row) for row in rows) for name, rows in state["handouts"].items()},
            {str(name): LastChange(**_texts(mark)) for name, mark in state["marks"].items()},
            tuple(str(path) for path in state["retired"]),
            tuple(parse_article_record(row) for row in (*data["articles"], *state["gone"])),
        )
        # Files at these paths are written and deleted.
        outside = [path for path in (*published.paths, *map(article_page_path, published.articles)) if not is_site_path(path)]
        if outside:
            raise ValueError(f"{min(outside)!r} is no path below it")
        return published
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"the target's manifest.json is not what handbill publishes ({type(error).__name__}: {error})"
        hint = "publish to another place, or move that file away and publish with --adopt: what it names is then sent anew"
        raise PublishError(diagnostic("target-manifest", message, hint=hint)) from None


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in values.items()}
