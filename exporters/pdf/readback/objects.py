"""The canonical form of PDF objects: the same for equal objects, however a file numbers, orders, compresses or divides them.

It lets two pages be compared by all that they are made of (ISO 32000-1, 7.3): dictionaries by their keys, streams by what they decode to.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

__all__ = ["Canonical", "decoded", "is_plainly_stored"]

# How a stream is stored, and where an object stands in the document.
_STORAGE = frozenset({"/Length", "/Filter"})
_PLACE = frozenset({"/StructParent", "/StructParents", "/Pg"})
# In other dictionaries these may be names of anything.
_PLACE_OF_TYPES = {"/Annot": _PLACE | {"/P", "/Parent"}, "/Page": _PLACE | {"/Parent"}}
_DEEPEST = 40


class Canonical:
    """Writes objects of one opened file (pikepdf); what several refer to is looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def of(self, value: Any, depth: int = 0) -> bytes:
        """Return the canonical form of an object and of all that it refers to, without the keys that say where it stands.

        Raises ValueError for objects that are nested too deeply, or that refer to themselves, and for streams that are stored in another
        way than handbill's.
        """
        import pikepdf

        if depth > _DEEPEST:
            raise ValueError("objects are nested too deeply, or refer to themselves")
        if not isinstance(value, pikepdf.Object):
            return _scalar(value)
        key = value.objgen if value.is_indirect else None
        if key is not None and key in self._known:
            return self._known[key]
        if isinstance(value, pikepdf.Stream):
            entries = self._entries(value, _STORAGE | _PLACE, depth)
            written = b"stream<" + entries + b">" + hashlib.sha256(decoded(value)).hexdigest().encode()
        elif isinstance(value, pikepdf.Dictionary):
            written = b"<" + self._entries(value, _place(value.get("/Type")), depth) + b">"
        elif isinstance(value, pikepdf.Array):
            written = b"[" + b" ".join(self.of(one, depth + 1) for one in value) + b"]"
        else:
            written = _scalar(value)
        if key is not None:
            written = self._known[key] = b"#" + hashlib.sha256(written).hexdigest().encode()
        return written

    def _entries(self, value: Any, left_out: frozenset[str], depth: int) -> bytes:
        return b" ".join(_quoted(name.encode()) + b" " + self.of(value[name], depth + 1) for name in sorted(value) if name not in left_out)


def is_plainly_stored(stream: Any) -> bool:
    """Return whether a stream is stored as handbill stores streams: as it is, or by Flate alone. Programs decode these alike."""
    import pikepdf

    stored = stream.get("/Filter", pikepdf.Array())
    filters = list(stored) if isinstance(stored, pikepdf.Array) else [stored]
    return filters in ([], ["/FlateDecode"]) and "/DecodeParms" not in stream and "/F" not in stream


def decoded(stream: Any) -> bytes:
    """Return what a stream holds. Raises ValueError where it is stored in another way than handbill's."""
    if not is_plainly_stored(stream):
        raise ValueError("a stream is stored in another way than handbill stores it")
    return bytes(stream.read_bytes())


def _place(kind: Any) -> frozenset[str]:
    """Return the keys by which a dictionary of this type says where it stands."""
    import pikepdf

    return _PLACE_OF_TYPES.get(str(kind), _PLACE) if isinstance(kind, pikepdf.Name) else _PLACE


def _quoted(text: bytes) -> bytes:
    """Return text that nothing else can be written as, whatever follows it."""
    return b"%d:%s" % (len(text), text)


def _scalar(value: Any) -> bytes:
    import pikepdf

    if isinstance(value, pikepdf.String):
        return b"(" + bytes(value).hex().encode() + b")"
    if isinstance(value, pikepdf.Name):
        return b"/" + _quoted(str(value).encode())
    if isinstance(value, bool) or value is None:
        return str(value).encode()
    # Numbers: an integer and a real number of one value are the same (ISO 32000-1, 7.3.3).
    return f"{Decimal(value).normalize():f}".encode()
