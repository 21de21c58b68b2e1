"""The names of WeasyPrint that this exporter uses. Importing this module imports WeasyPrint, in about half the usual time.

WeasyPrint tries several names for each shared library. For the first ones Python's `ctypes.util.find_library` starts gcc and ldconfig;
the last one is the soname, which the dynamic loader resolves by itself. This module disables `find_library` during the import. Where
the loader finds nothing, WeasyPrint is imported again with `find_library`.
"""

from __future__ import annotations

import ctypes.util
import importlib
import importlib.util
import sys

from .patching import temporary_attribute

__all__ = ["CSS", "HTML", "FatalURLFetchingError", "FontConfiguration"]


def _defer_import(name: str) -> None:
    """Let a module be executed when one of its attributes is used first.

    WeasyPrint imports fontTools.subset, and uses it only where HarfBuzz is too old to subset fonts.
    """
    spec = importlib.util.find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


_defer_import("fontTools.subset")
try:
    with temporary_attribute(ctypes.util, "find_library", lambda name: None):
        importlib.import_module("weasyprint")
except OSError:
    importlib.import_module("weasyprint")

from weasyprint import CSS, HTML  # noqa: E402 - these need the import above
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import FatalURLFetchingError  # noqa: E402
