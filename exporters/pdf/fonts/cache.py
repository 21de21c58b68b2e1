"""Files that outlast a run, in the user's cache folder: none of them is needed, and none is believed unseen."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from pathlib import Path

__all__ = ["cache_folder", "keep", "put", "recall"]

_MOST = 200
"""Files of one kind. Of static fonts, ten to fifty kilobytes each, a publication needs some ten."""


def cache_folder(name: str) -> Path:
    """Return where files of a kind are kept. It need not be there."""
    import platformdirs

    return platformdirs.user_cache_path("handbill") / name


def put(file: Path, content: bytes) -> None:
    """Write a file that other processes may read: it is there whole, or not at all. Raises OSError."""
    if not file.is_file() or file.read_bytes() != content:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as temporary:
            temporary.write(content)
        Path(temporary.name).replace(file)


def recall(kind: str, key: bytes) -> bytes | None:
    """Return what was kept under a key, which names all that it depends on; None where nothing is, or what is there was damaged."""
    try:
        digest, _, content = _file(kind, key).read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if digest == _digest(content) else None


def keep(kind: str, key: bytes, content: bytes) -> None:
    """Keep bytes under a key, if that can be done; of many files, those that were written longest ago go."""
    file = _file(kind, key)
    # What cannot be kept is made again in the next run.
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        put(file, _digest(content) + b"\n" + content)
        files = sorted(file.parent.iterdir(), key=lambda one: one.stat().st_mtime)
        for one in files[:-_MOST]:
            one.unlink()


def _file(kind: str, key: bytes) -> Path:
    return cache_folder(kind) / hashlib.sha256(key).hexdigest()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
