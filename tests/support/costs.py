"""Selection of slow tests, which `make test-fast` leaves out: those that start processes, build handouts or lay out pages.

A test is slow if its code names something of MODULES or NAMES, or if the code of one of its fixtures does, or that of a function of the
same module that one of these names. The code is inspected, not run. Tests that this rule misses are marked `pytest.mark.slow`.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator

import pytest

__all__ = ["is_slow"]

MODULES = (
    "subprocess",
    "environments",
    "fault_injection",
    "fuzzing",
    "pdf_handouts",
    "servers",
    "two_states",
    "weasyprint",
    "handbill.exporters.pdf",
)
"""Modules of which everything is costly."""
NAMES = frozenset({("commandline", "Handbill"), ("commandline", "run"), ("growth", "assert_linear"), ("handbill.registry", "load")})
"""Single names of other modules that are costly, each with its module."""


def is_slow(item: pytest.Item) -> bool:
    """Return whether a test is slow."""
    if not isinstance(item, pytest.Function):
        return False
    fixtures = (definition.func for definitions in item._fixtureinfo.name2fixturedefs.values() for definition in definitions)
    seen: set[object] = set()
    return any(_is_costly_code(function, seen) for function in (item.function, *fixtures))


def _is_costly_code(function: object, seen: set[object]) -> bool:
    """Return whether a function, or one of its module that it names, names something costly; `seen` are the functions looked at."""
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
    """Yield the global names in code, and in the code of the functions that are nested in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _module(found: object) -> str:
    """Return the name of the module that an object is, or was defined in."""
    if isinstance(found, types.ModuleType):
        return found.__name__
    return str(getattr(found, "__module__", "") or type(found).__module__)


def _is_costly(found: object) -> bool:
    module = _module(found)
    return f"{module}.".startswith(tuple(f"{name}." for name in MODULES)) or (module, getattr(found, "__name__", "")) in NAMES
