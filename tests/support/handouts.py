"""Handouts made in a test: documents of a given body, and the members of an EPUB's zip file."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable, Mapping

from handbill.document import Document
from handbill.testing.documents import PLAIN


def with_body(body: str, **changes: object) -> Document:
    """Return a plain document with these blocks as its body, and other fields changed."""
    return dataclasses.replace(PLAIN, body=f"<body>{body}</body>".encode(), **changes)  # type: ignore[arg-type]


def members(epub: bytes) -> dict[str, bytes]:
    """Return the members of an EPUB by their paths, in the order of the zip file."""
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(epub: bytes, change: Callable[[str, bytes], bytes], added: Mapping[str, bytes] | None = None) -> bytes:
    """Return the EPUB with each member changed, given its path and content, and with other members added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in members(epub).items():
            archive.writestr(path, change(path, content))
        for path, content in (added or {}).items():
            archive.writestr(path, content)
    return buffer.getvalue()
