"""Paths in messages: relative to a publication or a build folder at first, and to the user's working folder when they are shown."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError

__all__ = ["rebase_diagnostic", "rebase_errors"]


def rebase_diagnostic(found: Diagnostic, folder: Path) -> Diagnostic:
    """Return a diagnostic whose path, relative to `folder`, is made relative to the working folder. Paths of options stay."""
    if not found.path or found.path.startswith("--"):
        return found
    return dataclasses.replace(found, path=user_path(found.path, folder))


def user_path(path: str, folder: Path) -> str:
    """Return a path below a folder relative to the working folder; an absolute one where the folder is absolute."""
    return os.path.normpath(folder / path) if folder.is_absolute() else os.path.relpath(folder / path)


@contextlib.contextmanager
def rebase_errors(folder: Path) -> Iterator[None]:
    """Raise the expected errors of the block again, their paths, which are relative to `folder`, made relative to the working folder."""
    try:
        yield
    except HandbillError as error:
        raise type(error)([rebase_diagnostic(one, folder) for one in error.diagnostics]) from error.__cause__
