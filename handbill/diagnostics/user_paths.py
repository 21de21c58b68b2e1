"""Paths in messages: from below a folder to what the user's own folder sees."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError

__all__ = ["paths_below", "seen_from_here"]


def seen_from_here(found: Diagnostic, folder: Path) -> Diagnostic:
    """Return a message whose path, which was below `folder`, is as the user's own folder sees it."""
    if not found.path or found.path.startswith("--"):
        return found
    return dataclasses.replace(found, path=path_from_here(found.path, folder))


def path_from_here(path: str, folder: Path) -> str:
    """Return a path below a folder as the user's own folder sees it."""
    return os.path.normpath(folder / path) if folder.is_absolute() else os.path.relpath(folder / path)


@contextlib.contextmanager
def paths_below(folder: Path) -> Iterator[None]:
    """Let errors pass with their messages placed: their paths were below `folder`."""
    try:
        yield
    except HandbillError as error:
        raise type(error)([seen_from_here(one, folder) for one in error.diagnostics]) from error.__cause__
