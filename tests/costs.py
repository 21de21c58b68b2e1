"""Which tests are slow: those that start processes, build handouts or lay out pages, told by what they use.

A test is slow where its code names something costly, or that of one of its fixtures does, or that of a function of its own module that
one of these calls. What this misses is marked by hand: `pytest.mark.slow`.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator

import pytest

__all__ = ["is_slow"]

MODULES = ("subprocess", "environments", "faulty", "fuzzing", "servers", "twostates", "weasyprint", "handbill.exporters.pdf")
"""What comes from these is costly."""
NAMES = frozenset({("commandline", "Handbill"), ("commandline", "run"), ("growth", "assert_linear"), ("handbill.registry", "load")})
"""So much of these modules is."""


def is_slow(item: pytest.Item) -> bool:
    """Return whether `make test-fast` leaves a test out."""
    if not isinstance(item, pytest.Function):
        return False
    fixtures = (definition.func for definitions in item._fixtureinfo.name2fixturedefs.values() for definition in definitions)
    seen: set[object] = set()
    return any(_is_costly_code(function, seen) for function in (item.function, *fixtures))


def _is_costly_code(function: object, seen: set[object]) -> bool:
    plain = inspect.unwrap(function) if callable(function) else function
    if not isinstance(plain, types.FunctionType) or plain in seen:
        return False
    seen.add(plain)
    for name in _names(plain.__code__):
        found = plain.__globals__.get(name)
        if found is not None and (_is_costly(found) or (_module(found) == plain.__module__ and _is_costly_code(found, seen))):
            return True
    return False


def _names(code: types.CodeType) -> Iterator[str]:
    """Yield the global names that code uses, that of its own functions too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _module(found: object) -> str:
    if isinstance(found, types.ModuleType):
        return found.__name__
    return str(getattr(found, "__module__", "") or type(found).__module__)


def _is_costly(found: object) -> bool:
    module = _module(found)
    return f"{module}.".startswith(tuple(f"{name}." for name in MODULES)) or (module, getattr(found, "__name__", "")) in NAMES
