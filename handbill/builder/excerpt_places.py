"""Places of an exporter's messages: found in the article by the excerpts that they carry."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["with_places"]


def with_places(diagnostics: Sequence[Diagnostic], file: str, article: Article, root: Path) -> tuple[Diagnostic, ...]:
    """Return an exporter's messages with the places of their excerpts: in the article, or in a file below `root` that they name.

    Each message also begins with the handout's name, `file`. Several of one code are each at a place of their own. A message that the
    article suppresses becomes a note.
    """
    from handbill.manuscript.suppressions import apply_suppressions

    taken: set[tuple[str, str, int, int]] = set()
    located = []
    for found in diagnostics:
        message = f"{file}: {found.message}"
        if found.path:
            line, column = (found.line, found.column) if found.line or not found.excerpt else _place_in(root / found.path, found.excerpt)
            located.append(dataclasses.replace(found, message=message, line=line, column=column, excerpt=""))
            continue
        path, line, column = _next_place(article, found, taken) if found.excerpt else (article.path, None, None)
        located.append(dataclasses.replace(found, message=message, path=path, line=line, column=column, excerpt=""))
    return tuple(apply_suppressions(located, article.source, article.suppressions)[0])


def _next_place(article: Article, found: Diagnostic, taken: set[tuple[str, str, int, int]]) -> tuple[str, int | None, int | None]:
    """Return the first place of an excerpt that no message of its code has yet, and add it to `taken`; the last one where all are taken."""
    before = None
    for occurrence in itertools.count():
        path, line, column = place = article.source.locate(found.excerpt, occurrence)
        if line is None or column is None or place == before:
            return place
        span = {(found.code, path, line, column + offset) for offset in range(len(found.excerpt))}
        if span.isdisjoint(taken):
            taken |= span
            return place
        before = place
    raise AssertionError("counting ends with the places")


def _place_in(file: Path, excerpt: str) -> tuple[int | None, int | None]:
    """Return line and column of the first place of a text in a file; neither where it is not there any more."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None, None
    return next(((number, line.index(excerpt) + 1) for number, line in enumerate(lines, 1) if excerpt in line), (None, None))
