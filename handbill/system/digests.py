"""SHA-256 digests: of bytes, and of values such as dataclasses, which become JSON first."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping

__all__ = ["digest_of", "sha256_of"]


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest_of(value: object) -> str:
    """Return the SHA-256, in hexadecimal, of a value of dataclasses, tuples, mappings, texts, bytes, numbers and dates.

    Equal values of the same classes have the same digest in every process. Raises TypeError for another type.
    """
    return hashlib.sha256(json.dumps(_json_value(value), sort_keys=True).encode()).hexdigest()


def _json_value(value: object) -> object:
    """Return a value that JSON can hold, different for different values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [type(value).__qualname__, {item.name: _json_value(getattr(value, item.name)) for item in dataclasses.fields(value)}]
    if isinstance(value, bytes):
        return ["bytes", hashlib.sha256(value).hexdigest()]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    if isinstance(value, Mapping):
        return {str(key): _json_value(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_json_value(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{type(value)} has no digest")
