"""Places of an exporter's messages: line and column in the article, found by the excerpt of the text that each message carries.

An exporter knows the document and not its source, so its messages have no place of their own.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["locate_excerpts"]


def locate_excerpts(diagnostics: Sequence[Diagnostic], file: str, article: Article, root: Path) -> tuple[Diagnostic, ...]:
    """Return an exporter's messages with the places of their excerpts, in the article or in the file below `root` that they name.

    Each message gets the name of the handout, `file`, as its beginning. Messages of one code get different places. A message that the
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
    """Return the first place of an excerpt that no message of its code has, and add it to `taken`; the last place where all are taken."""
    previous = None
    for occurrence in itertools.count():
        path, line, column = place = article.source.locate(found.excerpt, occurrence)
        if line is None or column is None or place == previous:
            return place
        span = {(found.code, path, line, column + offset) for offset in range(len(found.excerpt))}
        if span.isdisjoint(taken):
            taken |= span
            return place
        previous = place
    raise AssertionError("the count has no end")


def _place_in(file: Path, excerpt: str) -> tuple[int | None, int | None]:
    """Return line and column, from 1, of the first place of a text in a file; None for both where the file no longer has it."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None, None
    return next(((number, line.index(excerpt) + 1) for number, line in enumerate(lines, 1) if excerpt in line), (None, None))
