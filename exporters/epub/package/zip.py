"""Writes the zip container of an EPUB: the same bytes for the same members, on every machine and day."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

__all__ = ["zip_members"]

# The earliest date that a zip entry can have.
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE_MODE = 0o100644


def zip_members(members: Mapping[str, bytes]) -> bytes:
    """Return an OCF container: `mimetype` first and stored, then the members by name, deflated (EPUB 3.3, 4.2.2 and 4.3)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        for name in sorted(members):
            _add(archive, name, members[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, method: int) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = _UNIX
    entry.external_attr = _FILE_MODE << 16
    entry.compress_type = method
    archive.writestr(entry, content, compresslevel=9)
