"""Foreign files at a target: those that handbill did not put there. They are found before anything is sent, and not overwritten unasked.

`refuse_foreign_files` takes the target and the paths to be sent, and raises PublishError where one of them is occupied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from handbill.diagnostics.errors import PublishError
from handbill.diagnostics.rules import diagnostic
from handbill.publishing.paths import parent_folders
from handbill.publishing.target import Target

__all__ = ["refuse_foreign_files"]

_SHOWN = 3


def refuse_foreign_files(target: Target, new: Iterable[str], known: Collection[str], *, adopt: bool) -> None:
    """Raise PublishError where a file or folder stands at a path of `new` that is not among `known`, the paths that handbill wrote.

    With `adopt` files may be overwritten. A folder in the place of a file, or a file in the place of a folder, is always refused.
    """
    # A path whose first part is not listed is free. The listing is empty where the target does not allow to list.
    listed = set(target.names(""))
    paths = [path for path in new if not listed or path.partition("/")[0] in listed]
    files: list[str] = []
    blocked: dict[str, None] = {}
    kinds: dict[str, str] = {}
    for path in paths:
        found = target.kind(path)
        if found not in ("", "directory"):
            files.append(path)
        elif target.atomic:
            continue  # An object store has no folders.
        elif found:
            blocked |= dict.fromkeys(below for below in target.files_below(path) if below not in known)
        else:
            blocked |= dict.fromkeys(_blocking_file(target, path, known, kinds))
    for others, hint in ((blocked, "move away what is there, or publish to another place"), (files, "")):
        if others and not (adopt and others is files):
            message = f"what handbill did not put there would be overwritten: {_first_paths(others)}"
            hint = hint or "publish to another place; --adopt overwrites these files"
            raise PublishError(diagnostic("in-the-way", message, hint=hint))


def _blocking_file(target: Target, path: str, known: Collection[str], kinds: dict[str, str]) -> list[str]:
    """Return the foreign file that stands where a folder of `path` has to be, if there is one; `kinds` caches the kinds of folders."""
    for folder in parent_folders(path):
        if folder not in kinds:
            kinds[folder] = target.kind(folder)
        if kinds[folder]:
            return [] if kinds[folder] == "directory" or folder in known else [folder]
    return []


def _first_paths(paths: Collection[str]) -> str:
    """Return the first paths as a text, with the number of the others."""
    shown = ", ".join(list(paths)[:_SHOWN])
    return shown if len(paths) <= _SHOWN else f"{shown} and {len(paths) - _SHOWN} more"
