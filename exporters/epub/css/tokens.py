"""Reads component values (CSS Syntax Level 3, 5), as tinycss2 parses them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["significant_tokens", "url_value"]


def significant_tokens(tokens: Iterable[Any]) -> list[Any]:
    """Return the component values without white space and comments."""
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def url_value(token: Any) -> str:
    """Return the URL that a component value is, with or without quotes; "" for any other value."""
    if token.type == "url":
        return str(token.value)
    if token.type == "function" and token.lower_name == "url":
        return "".join(str(part.value) for part in token.arguments if part.type == "string")
    return ""
