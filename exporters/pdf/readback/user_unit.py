"""Whether a PDF has pages with a UserUnit (ISO 32000-2, 7.7.3.3, table 31), which PDFium does not report."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["has_own_units"]

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_TEXT = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_UNIT = b"/UserUnit"
_LARGEST_STREAM = 256_000_000
"""Bytes of an object stream, unpacked. Deflate compresses by 1032 : 1 at most."""


def _plain(objects: bytes) -> bytes:
    """Return the bytes with the escapes in names resolved (ISO 32000-2, 7.3.5)."""
    return _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), objects)


def _objects(handout: bytes) -> Iterator[bytes | None]:
    """Yield what stands outside streams, and each object stream unpacked: None where it is packed in an unusual way, or too large."""
    start = 0
    for stream in _STREAM.finditer(handout):
        outside = handout[start : stream.start()]
        start = stream.end()
        yield outside
        own = _plain(outside[outside.rfind(b" obj") :])
        if b"/ObjStm" not in own:
            continue
        data: bytes | None = stream[1]
        if b"/Filter" in own:
            try:
                unpacking = zlib.decompressobj()
                data = unpacking.decompress(stream[1], _LARGEST_STREAM)
                data = None if unpacking.unconsumed_tail else data
            except zlib.error:
                data = None
        # It starts with the objects' numbers and offsets.
        yield None if data is None or b"/DecodeParms" in own or not data.lstrip()[:1].isdigit() else data
    yield handout[start:]


def has_own_units(handout: bytes) -> bool:
    """Return whether any of the PDF's objects, also those in object streams, has a UserUnit (ISO 32000-2, 7.5.7 and table 31).

    An object stream that cannot be looked into is taken for one that has.
    """
    for objects in _objects(handout):
        if objects is None:
            return True
        plain = _plain(objects)
        if _UNIT in plain and _UNIT in _TEXT.sub(b"", plain):
            return True
    return False
