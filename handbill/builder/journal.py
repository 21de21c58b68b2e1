"""The journal of a build folder: which files builds wrote whose manifest is not written yet, so that a killed build's files are known.

Before a handout is written, its name and its digest go into the journal. When the manifest names it, it goes out again. After a build
that ended by itself there is no journal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.proof.manifest import is_build_file
from handbill.system import files
from handbill.system.digests import sha256_of

__all__ = ["FILE", "Journal", "is_journal", "load_journal"]

FILE = f"{files.RESERVED}written"
_HEAD = b"handbill wrote these files, or was about to, and no manifest names them yet\n"


@dataclass(slots=True)
class Journal:
    """The files of a build folder that were written, or were to be, since its manifest was.

    `written` are the SHA-256 of their bytes, by name; a name has several where several builds were killed. `earlier` are the names that
    were there when this run began. `is_open` tells that this run has written to the file on the disk.
    """

    build: Path
    written: dict[str, list[str]] = field(default_factory=dict)
    earlier: frozenset[str] = frozenset()
    is_open: bool = False

    def note(self, name: str, digest: str) -> None:
        """Record, durably, that a file is about to be written. Raises MachineError."""
        self.written.setdefault(name, []).append(digest)
        if self.is_open:
            files.append(self.build, FILE, _line(name, digest))
        else:
            files.replace(self.build, FILE, self._content())
            self.is_open = True

    def settle(self, known: Mapping[str, str]) -> None:
        """Take out what a manifest says, and what is gone; remove the journal when it is empty. Raises MachineError.

        `known` are the SHA-256 of the files that the manifest vouches for, by name.
        """
        left = {name: digests for name, digests in self.written.items() if not self._is_settled(name, digests, known.get(name))}
        if not left:
            if self.written:
                files.remove(self.build / FILE)
        elif left != self.written:
            files.replace(self.build, FILE, Journal(self.build, left)._content())
        self.written, self.is_open = left, bool(left) and self.is_open

    def _is_settled(self, name: str, digests: list[str], known: str | None) -> bool:
        if known is not None and name not in self.earlier and known == digests[-1]:
            return True
        content = files.read(self.build, name)
        return content is None or sha256_of(content) == known or sha256_of(content) not in digests

    def _content(self) -> bytes:
        return _HEAD + b"".join(_line(name, digest) for name, digests in self.written.items() for digest in digests)


def _line(name: str, digest: str) -> bytes:
    """Return the line of a file. The line break comes first: the line before it may have been cut off."""
    return b"\n" + json.dumps([name, digest]).encode()


def is_journal(content: bytes) -> bool:
    """Return whether these bytes begin as every journal does, so that handbill wrote them."""
    return content.startswith(_HEAD)


def load_journal(build: Path) -> Journal:
    """Return the journal of a build folder; an empty one where there is none. Raises MachineError."""
    content = files.read(build, FILE) or b""
    written: dict[str, list[str]] = {}
    for line in content.removeprefix(_HEAD).splitlines() if is_journal(content) else ():
        try:
            name, digest = json.loads(line)
        except (ValueError, TypeError):
            # A line that was cut off: its file was not written yet.
            continue
        if isinstance(name, str) and isinstance(digest, str) and is_build_file(name):
            written.setdefault(name, []).append(digest)
    return Journal(build, written, frozenset(written))
