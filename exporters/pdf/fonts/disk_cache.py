"""A file cache in the user's cache folder: each entry has a digest of its content, and a damaged or missing one is made again."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from pathlib import Path

__all__ = ["cache_folder", "load", "store", "write_atomically"]

_MOST_FILES = 200
"""Files of one kind. A publication needs about ten static fonts of ten to fifty kilobytes each."""


def cache_folder(name: str) -> Path:
    """Return the folder for files of a kind. It may not exist."""
    import platformdirs

    return platformdirs.user_cache_path("handbill") / name


def write_atomically(file: Path, content: bytes) -> None:
    """Write a file that other processes may read: they find it whole or not at all. Raises OSError."""
    if not file.is_file() or file.read_bytes() != content:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as temporary:
            temporary.write(content)
        Path(temporary.name).replace(file)


def load(kind: str, key: bytes) -> bytes | None:
    """Return the content stored under a key, None where there is none or it is damaged. The key names all that the content depends on."""
    try:
        digest, _, content = _file(kind, key).read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if digest == _digest(content) else None


def store(kind: str, key: bytes, content: bytes) -> None:
    """Store bytes under a key, and delete the files of this kind that were written longest ago, down to _MOST_FILES."""
    file = _file(kind, key)
    # Without a cache the next run makes the content again.
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(file, _digest(content) + b"\n" + content)
        files = sorted(file.parent.iterdir(), key=lambda one: one.stat().st_mtime)
        for one in files[:-_MOST_FILES]:
            one.unlink()


def _file(kind: str, key: bytes) -> Path:
    return cache_folder(kind) / hashlib.sha256(key).hexdigest()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
