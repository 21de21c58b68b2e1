"""The ids, links and images of an article's parts: resolved to what they lead to in the publication, images loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.document import Asset
from handbill.manuscript.source_file import Source
from handbill.markdown.tree import links, structure
from handbill.markdown.tree.document_parts import Parts
from handbill.publication.assets.article_images import load_asset
from handbill.system.bounds import Bounds, bound_diagnostic
from handbill.system.paths import find_path

__all__ = ["References", "load_images", "resolve_references"]


@dataclass(frozen=True, slots=True)
class References:
    """The images that an article shows, and every path at which it looks for a file.

    `images` are POSIX paths in the publication, each once, in the order in which they stand. `lookups` give for each path as the article
    writes it the file that was found, "" for none.
    """

    images: tuple[str, ...]
    lookups: Mapping[str, str]


def resolve_references(root: Path, parts: Parts, source: Source) -> tuple[References, list[Diagnostic]]:
    """Give the parts their ids and resolve their links and images, in place; return what they refer to, and what is wrong with it."""
    targets, twice = structure.assign_ids(parts.body, parts.heading)
    diagnostics = [_duplicate_id(name, source) for name in twice]
    lookups: dict[str, str] = {}
    seen: Counter[tuple[str, str]] = Counter()

    def find(name: str) -> str:
        return lookups.setdefault(name, find_path(root, name))

    def report(code: str, message: str, excerpt: str, hint: str) -> None:
        diagnostics.append(source.diagnostic(code, message, excerpt, hint, seen[code, excerpt]))
        seen[code, excerpt] += 1

    images: dict[str, None] = {}
    for part in parts.trees():
        images |= dict.fromkeys(links.resolve_images(part, find, source.path, report))
        links.resolve_links(part, targets, find, source.path, report)
    return References(tuple(images), lookups), diagnostics


def _duplicate_id(name: str, source: Source) -> Diagnostic:
    """Return the diagnostic of an id that is given twice, at the second place of the spelling that is found."""
    written = (f"{{#{name}", f"#{name} ", f"#{name}}}", f'id="{name}"', f"id='{name}'", f'name="{name}"', name)
    place = next((place for text in written if (place := source.locate(text, 1))[1] is not None), location(source.path))
    return diagnostic("duplicate-id", f"the id `{name}` is given twice", place)


def load_images(root: Path, names: Iterable[str], source: Source, bounds: Bounds) -> tuple[tuple[Asset, ...], list[Diagnostic]]:
    """Return the images at these paths, and what is wrong with them; of too many bytes together, the last ones are not read."""
    assets: list[Asset] = []
    diagnostics: list[Diagnostic] = []
    size = 0
    for name in names:
        try:
            asset = load_asset(root, name, bounds)
            assets.append(asset)
            size += len(asset.content)
            if size > bounds.assets_size:
                raise SourceError(
                    bound_diagnostic(bounds, "assets_size", f"with the image {name} the article's images are too large together")
                )
        except SourceError as error:
            excerpt = PurePosixPath(name).name
            diagnostics += [source.diagnostic(one.code, one.message, excerpt, one.hint) for one in error.diagnostics]
        if size > bounds.assets_size:
            break
    return tuple(assets), diagnostics
