"""Substitutes custom properties for `var()` (CSS Custom Properties Level 1)."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from .tokens import significant_tokens

__all__ = ["asks_for_variables", "custom_properties", "substituted"]

_MOST_TOKENS = 200
_DEEPEST = 16

Tokens = tuple[Any, ...]


def asks_for_variables(tokens: Sequence[Any]) -> bool:
    """Return whether there is a `var()` among the component values."""
    return any(token.type == "function" and (token.lower_name == "var" or asks_for_variables(token.arguments)) for token in tokens)


def custom_properties(own: Mapping[str, Tokens], inherited: Mapping[str, Tokens]) -> Mapping[str, Tokens]:
    """Return the custom properties of an element: its own, and those that it inherits (CSS Custom Properties Level 1, 2).

    A property whose value is not known is left out, so that a declaration that refers to it is not understood.
    """
    if not own:
        return inherited
    kept = {name: value for name, value in inherited.items() if name not in own}
    found = dict(kept)
    for name, tokens in own.items():
        # A property may refer to others of the same element; one that refers to itself, directly or not, has no value.
        value = substituted(tokens, {**kept, **{other: value for other, value in own.items() if other != name}})
        if value is not None:
            found[name] = value
    return found


def substituted(tokens: Sequence[Any], values: Mapping[str, Tokens], depth: int = 0) -> Tokens | None:
    """Return the component values with every `var()` replaced; None where one has neither value nor fallback, or they nest too deep."""
    if depth > _DEEPEST:
        return None
    found: list[Any] = []
    for token in tokens:
        if token.type != "function" or not asks_for_variables([token]):
            found.append(token)
            continue
        if token.lower_name != "var":
            inner = substituted(token.arguments, values, depth + 1)
            if inner is None:
                return None
            changed = copy.copy(token)
            changed.arguments = list(inner)
            found.append(changed)
            continue
        asked = significant_tokens(token.arguments)
        name = asked[0].value if asked and asked[0].type == "ident" else ""
        has_fallback = len(asked) > 1 and asked[1].type == "literal" and asked[1].value == ","
        if name in values:
            value = substituted(values[name], values, depth + 1)
        else:
            value = substituted(asked[2:], values, depth + 1) if has_fallback else None
        if value is None:
            return None
        found.extend(value)
        if len(found) > _MOST_TOKENS:
            return None
    return tuple(found)
