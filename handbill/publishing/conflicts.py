"""What others have put at a target: nothing of theirs is overwritten unasked, and it is told before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from handbill.diagnostics.errors import PublishError
from handbill.diagnostics.rules import diagnostic
from handbill.publishing.paths import folders_of
from handbill.publishing.target import Target

__all__ = ["refuse_others_files"]

_SHOWN = 3


def refuse_others_files(target: Target, new: Iterable[str], known: Collection[str], *, adopt: bool) -> None:
    """Raise PublishError where something is in the way of what is sent for the first time, and `known` does not name it as handbill's.

    With `adopt` files may be overwritten; a folder in the place of a file, or the other way round, never gives way.
    """
    # Nothing is at a path whose first part is not there. The listing is empty where the target does not allow it.
    listed = set(target.names(""))
    paths = [path for path in new if not listed or path.partition("/")[0] in listed]
    files: list[str] = []
    barred: dict[str, None] = {}
    kinds: dict[str, str] = {}
    for path in paths:
        found = target.kind(path)
        if found not in ("", "directory"):
            files.append(path)
        elif target.whole:
            continue  # There are no folders that could be in the way.
        elif found:
            barred |= dict.fromkeys(below for below in target.below(path) if below not in known)
        else:
            barred |= dict.fromkeys(_instead_of_a_folder(target, path, known, kinds))
    for others, hint in ((barred, "move away what is there, or publish to another place"), (files, "")):
        if others and not (adopt and others is files):
            message = f"what handbill did not put there would be overwritten: {_some(others)}"
            hint = hint or "publish to another place; --adopt overwrites these files"
            raise PublishError(diagnostic("in-the-way", message, hint=hint))


def _instead_of_a_folder(target: Target, path: str, known: Collection[str], kinds: dict[str, str]) -> list[str]:
    """Return the file that stands where a folder is needed for `path`, if there is one; `kinds` keeps what was seen."""
    for folder in folders_of(path):
        if folder not in kinds:
            kinds[folder] = target.kind(folder)
        if kinds[folder]:
            return [] if kinds[folder] == "directory" or folder in known else [folder]
    return []


def _some(paths: Collection[str]) -> str:
    shown = ", ".join(list(paths)[:_SHOWN])
    return shown if len(paths) <= _SHOWN else f"{shown} and {len(paths) - _SHOWN} more"
