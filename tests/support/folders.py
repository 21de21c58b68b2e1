"""Files of a folder for assertions: their content by path. Needs the standard library alone, for the conformance suite uses it too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

__all__ = ["files_below", "handouts_below"]


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, by path."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in _files(folder)}


def handouts_below(folder: Path) -> dict[str, bytes]:
    """Return the files of a build folder by path: handouts and manifest, without sealed pages and names that begin with a dot."""
    return {
        name: content
        for name, content in files_below(folder).items()
        if not name.startswith("seals/") and not name.rpartition("/")[2].startswith(".")
    }
