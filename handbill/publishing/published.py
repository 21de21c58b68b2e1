"""What stands at a target, by handbill's own account: kept in the `published` part of the manifest there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handbill.diagnostics.errors import PublishError
from handbill.diagnostics.rules import diagnostic
from handbill.proof.manifest import ArticleRecord, Handout, Manifest, row_of
from handbill.proof.manifest_file import article_record_from, handout_from
from handbill.publishing.entries import address_of, page_of
from handbill.publishing.paths import is_path

__all__ = ["Mark", "Published", "manifest_bytes", "read_published"]

VERSION = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """When an article last changed at the target (RFC 3339, UTC), by the digest of what was shown; and since when it is withdrawn."""

    updated: str
    digest: str
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What was sent: `files` are pages and aliases by path, with their SHA-256; `handouts` the versions of each, newest first.

    `marks` are by publication and article; `retired` are paths that no page names any more and that are still to be deleted. `articles`
    are all that were published there and have a page; `gone` those of them that the manifest beside this does not name.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    handouts: Mapping[str, tuple[Handout, ...]] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    retired: tuple[str, ...] = ()
    articles: tuple[ArticleRecord, ...] = ()
    gone: tuple[ArticleRecord, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        """The paths of everything that handbill sent there, but for the manifest."""
        return frozenset({*self.files, *self.retired, *(address_of(row) for rows in self.handouts.values() for row in rows)})


def manifest_bytes(manifest: Manifest, published: Published) -> bytes:
    """Return the target's manifest: the build's, with what was published."""
    state = {
        "published": VERSION,
        "files": dict(sorted(published.files.items())),
        "handouts": {name: [row_of(row) for row in rows] for name, rows in sorted(published.handouts.items())},
        "marks": {
            name: {"updated": mark.updated, "digest": mark.digest, "withdrawn": mark.withdrawn}
            for name, mark in sorted(published.marks.items())
        },
        "retired": sorted(published.retired),
        "gone": [row_of(about) for about in sorted(published.gone, key=lambda about: about.key)],
    }
    return (json.dumps(manifest.data() | {"published": state}, ensure_ascii=False, indent=1) + "\n").encode()


def read_published(content: bytes | None) -> Published:
    """Return what a target's manifest says was published; nothing where there is no manifest. Raises PublishError where it is damaged."""
    if content is None:
        return Published()
    try:
        data = json.loads(content)
        state = data["published"]
        if state["published"] != VERSION:
            raise ValueError(f"its version is {state['published']}")
        published = Published(
            {str(path): str(digest) for path, digest in state["files"].items()},
            {str(name): tuple(handout_from(row) for row in rows) for name, rows in state["handouts"].items()},
            {str(name): Mark(**_texts(mark)) for name, mark in state["marks"].items()},
            tuple(str(path) for path in state["retired"]),
            tuple(article_record_from(row) for row in (*data["articles"], *state["gone"])),
        )
        # A path is a place to write to, or to delete.
        outside = [path for path in (*published.paths, *map(page_of, published.articles)) if not is_path(path)]
        if outside:
            raise ValueError(f"{min(outside)!r} is no path below it")
        return published
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"the target's manifest.json is not what handbill publishes ({type(error).__name__}: {error})"
        hint = "publish to another place, or move that file away and publish with --adopt: what it names is then sent anew"
        raise PublishError(diagnostic("target-manifest", message, hint=hint)) from None


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in values.items()}
