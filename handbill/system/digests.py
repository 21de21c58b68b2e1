"""Digests: SHA-256 of bytes, and of values that dataclasses are made of."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping

__all__ = ["digest_of", "sha256_of"]


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a handout's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest_of(value: object) -> str:
    """Return the SHA-256, in hexadecimal, of dataclasses, tuples, mappings, texts, bytes, numbers and dates."""
    return hashlib.sha256(json.dumps(_plain(value), sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [type(value).__qualname__, {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}]
    if isinstance(value, bytes):
        return ["bytes", hashlib.sha256(value).hexdigest()]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{type(value)} has no digest")
