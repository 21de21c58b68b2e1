"""Tokens of CSS (tinycss2's component values) with those inside functions and blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["nested_tokens"]


def nested_tokens(tokens: Sequence[Any]) -> Iterator[Any]:
    """Yield tokens in document order, each followed by those inside it. However deep they are nested, there is no recursion."""
    waiting = list(reversed(tokens))
    while waiting:
        token = waiting.pop()
        yield token
        for name in ("content", "arguments"):
            inner = getattr(token, name, None)
            if isinstance(inner, list):
                waiting.extend(reversed(inner))
