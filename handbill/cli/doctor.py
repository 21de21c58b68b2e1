"""Requirements of handbill on a machine (`handbill doctor`): Python, shared libraries, fonts, exporters.

`examine` yields a finding for each requirement, with the command that installs what is missing.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from handbill import registry
from handbill.diagnostics.errors import HandbillError

__all__ = ["Finding", "examine"]

# The shared libraries that WeasyPrint loads on import, by the names in its documentation, with their Debian packages.
_LIBRARIES = (
    ("Pango", "libpango-1.0.so.0", "libpango-1.0-0"),
    ("PangoFT2", "libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    ("HarfBuzz", "libharfbuzz.so.0", "libharfbuzz0b"),
    ("HarfBuzz subsetting", "libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
    ("Fontconfig", "libfontconfig.so.1", "libfontconfig1"),
)
_FONTS = (
    "fontpkg_source_serif_4",
    "fontpkg_source_sans_3",
    "fontpkg_source_code_pro",
    "justmytype_western_core",
    "fontpkg_ibm_plex_sans_arabic",
    "justmytype_intl_rtl",
    "manimgx_fonts",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One requirement: its name, whether it is met, its state in words, the command that installs it, and whether handbill needs it."""

    name: str
    is_met: bool
    state: str
    command: str = ""
    needed: bool = True


def examine() -> Iterator[Finding]:
    """Yield a finding for each requirement."""
    version = platform.python_version()
    yield Finding("Python", sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else "apt-get install python3")
    complete = True
    for name, soname, package in _LIBRARIES:
        is_loadable = _can_load(soname)
        complete &= is_loadable
        command = "" if is_loadable else f"apt-get install {package}"
        yield Finding(name, is_loadable, "found" if is_loadable else f"{soname} is missing", command)
    if complete:
        yield _examine_module("WeasyPrint", "weasyprint")
    for package in _FONTS:
        is_installed = importlib.util.find_spec(package) is not None
        command = "" if is_installed else f"pip install {package}"
        yield Finding(f"fonts: {package}", is_installed, "found" if is_installed else "not installed", command)
    yield from _examine_exporters()
    java = shutil.which("java")
    yield Finding(
        "Java (for make conformance alone)",
        java is not None,
        java or "not found",
        "" if java else "apt-get install default-jre-headless",
        needed=False,
    )


def _can_load(soname: str) -> bool:
    """Return whether the dynamic linker finds and loads a shared library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _examine_module(name: str, module: str) -> Finding:
    """Return whether a module can be imported, with its version or the error."""
    try:
        imported = importlib.import_module(module)
    except (ImportError, OSError) as error:
        return Finding(name, is_met=False, state=str(error).split("\n")[0], command=f"pip install {module}")
    return Finding(name, is_met=True, state=getattr(imported, "__version__", "found"))


def _examine_exporters() -> Iterator[Finding]:
    """Yield whether each registered exporter can be loaded."""
    try:
        known = registry.registrations()
    except HandbillError as error:
        yield Finding("exporters", is_met=False, state=error.diagnostics[0].message, command=error.diagnostics[0].hint)
        return
    for name, registration in known.items():
        try:
            registry.load(name, known)
        except HandbillError as error:
            yield Finding(
                f"exporter {name}", is_met=False, state=error.diagnostics[0].message, command=f"pip install {registration.distribution}"
            )
        else:
            yield Finding(f"exporter {name}", is_met=True, state=f"{registration.distribution} {registration.version}")
