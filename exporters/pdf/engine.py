"""WeasyPrint, imported without the compiler and the linker that would otherwise be started to look for its libraries.

It names each library in several ways; for the first ones Python's `ctypes.util.find_library` starts gcc and ldconfig, and the last one is
the name by which the loader finds it on its own. That search is left out here; where the loader finds nothing, it is made after all.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib
import importlib.util
import sys
from collections.abc import Iterator

__all__ = ["CSS", "HTML", "FatalURLFetchingError", "FontConfiguration"]


@contextlib.contextmanager
def _no_search() -> Iterator[None]:
    search = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _put_off(name: str) -> None:
    """Import a module when something of it is used first: WeasyPrint needs it where HarfBuzz cannot make subsets alone."""
    spec = importlib.util.find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


_put_off("fontTools.subset")
try:
    with _no_search():
        importlib.import_module("weasyprint")
except OSError:
    importlib.import_module("weasyprint")

from weasyprint import CSS, HTML  # noqa: E402 - after the import above, which is what this module is for
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import FatalURLFetchingError  # noqa: E402
