"""Foreign files at a target: those that handbill did not put there. They are found before anything is sent, and not overwritten unasked.

`refuse_foreign_files` takes the target and the paths of a run, and raises MachineError where one of them is occupied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import MachineError
from handbill.diagnostics.rules import diagnostic, location
from handbill.proof.manifest import MANIFEST_NAME
from handbill.publishing.lease import foreign_leases
from handbill.publishing.paths import parent_folders
from handbill.publishing.target import RESERVED, Target
from handbill.publishing.target_state import is_target_manifest
from handbill.system.digests import sha256_of
from handbill.system.paths import comparable_name

__all__ = ["JOURNAL", "RunPaths", "foreign_own_files", "foreign_partial_files", "is_journal", "refuse_foreign_files"]

JOURNAL = f"{RESERVED}journal.json"
"""The path of the list of paths of a run that has not ended."""


@dataclass(frozen=True, slots=True)
class RunPaths:
    """The paths of one run: `new` are those to be sent at which handbill has written nothing, `known` those at which it has.

    `published` are paths to be overwritten or deleted, with the SHA-256 of the bytes that handbill wrote there. `own` are foreign files at
    the paths of handbill's own files, such as the manifest.
    """

    new: Collection[str]
    known: Collection[str]
    published: Mapping[str, str] = field(default_factory=dict)
    own: Collection[str] = ()


def is_journal(content: bytes) -> bool:
    """Return whether these bytes begin as a journal does, so that handbill wrote them; they may be half of it, or none yet."""
    return content[:1] in (b"", b"[")


def foreign_partial_files(target: Target, paths: Iterable[str]) -> list[str]:
    """Return the paths at which files would be written before they are moved to `paths`, and where something else stands."""
    return [] if target.atomic else [part for path in paths if target.kind(part := target.partial_path(path))]


def foreign_own_files(target: Target) -> list[str]:
    """Return the paths of handbill's own files (manifest, journal, leases) at which something else stands."""
    beginnings = {MANIFEST_NAME: is_target_manifest, JOURNAL: is_journal}
    found = [path for path, is_own in beginnings.items() if (content := target.read(path)) is not None and not is_own(content)]
    found += [path for path in beginnings if path not in found and not target.atomic and target.kind(path) not in ("", "file")]
    return [*found, *foreign_leases(target)]


def refuse_foreign_files(target: Target, paths: RunPaths, *, adopt: bool) -> None:
    """Raise MachineError, with a message for each, where a foreign file or folder stands at a path of a run.

    With `adopt` files may be overwritten. A folder in the place of a file, a file in the place of a folder, and a foreign file in the place
    of one of handbill's own, are always refused.
    """
    elsewhere = "move it away, or publish to another place"
    messages = [_obstacle(target, path, "handbill did not write this file, and would overwrite it", elsewhere) for path in paths.own]
    files, blocked = _occupied_paths(target, paths)
    messages += [_obstacle(target, path, "this stands where a file or a folder of the site has to be", elsewhere) for path in blocked]
    if not adopt:
        hint = f"{elsewhere}; --adopt overwrites it"
        messages += [_obstacle(target, path, "handbill did not put this file there, and would overwrite it", hint) for path in files]
        message, hint = (
            "this file was changed since it was published, and would be overwritten or deleted",
            "move it away; --adopt overwrites it",
        )
        messages += [_obstacle(target, path, message, hint) for path in _changed_paths(target, paths.published)]
    if messages:
        raise MachineError(sorted(set(messages), key=lambda one: one.path))


def _occupied_paths(target: Target, paths: RunPaths) -> tuple[list[str], list[str]]:
    """Return the foreign files at the new paths, and what stands in the place of a folder or below that of a file."""
    # A path whose first part is not listed is free. The listing is empty where the target does not allow to list.
    listed = set(map(comparable_name, target.names("")))
    files: list[str] = []
    blocked: dict[str, None] = {}
    kinds: dict[str, str] = {}
    for path in paths.new:
        if listed and comparable_name(path.partition("/")[0]) not in listed:
            continue
        found = target.kind(path)
        if found == "link":
            # A write might go through it.
            blocked[path] = None
        elif found not in ("", "directory"):
            files.append(path)
        elif target.atomic:
            continue  # An object store has no folders.
        elif found:
            blocked |= dict.fromkeys(below for below in target.files_below(path) if below not in paths.known)
        else:
            blocked |= dict.fromkeys(_blocking_file(target, path, paths.known, kinds))
    return files, list(blocked)


def _changed_paths(target: Target, published: Mapping[str, str]) -> Iterator[str]:
    """Yield the paths at which is a link, or a file with other bytes than those that handbill wrote, by their SHA-256."""
    for path, digest in published.items():
        if target.kind(path) == "link":
            yield path
            continue
        content = target.read(path)
        if content is not None and sha256_of(content) != digest:
            yield path


def _blocking_file(target: Target, path: str, known: Collection[str], kinds: dict[str, str]) -> Iterable[str]:
    """Return the foreign file that stands where a folder of `path` has to be, if there is one; `kinds` caches the kinds of folders."""
    for folder in parent_folders(path):
        if folder not in kinds:
            kinds[folder] = target.kind(folder)
        if kinds[folder]:
            return [] if kinds[folder] == "directory" or folder in known else [folder]
    return []


def _obstacle(target: Target, path: str, message: str, hint: str) -> Diagnostic:
    return diagnostic("in-the-way", message, location(f"{target.address.rstrip('/')}/{path}"), hint)
