"""What handbill needs of a machine, looked for, with the command that gets what is missing."""

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

# The shared libraries that WeasyPrint opens at its import, by the names that its documentation gives, with Debian's packages.
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
    """One thing that was looked for: whether it is there, whether handbill needs it, and the command that gets it."""

    what: str
    fine: bool
    state: str
    command: str = ""
    needed: bool = True


def examine() -> Iterator[Finding]:
    """Yield what was found, one thing after the other."""
    version = platform.python_version()
    yield Finding("Python", sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else "apt-get install python3")
    complete = True
    for name, soname, package in _LIBRARIES:
        there = _opens(soname)
        complete &= there
        yield Finding(name, there, "found" if there else f"{soname} is missing", "" if there else f"apt-get install {package}")
    if complete:
        yield _importable("WeasyPrint", "weasyprint")
    for package in _FONTS:
        there = importlib.util.find_spec(package) is not None
        yield Finding(f"fonts: {package}", there, "found" if there else "not installed", "" if there else f"pip install {package}")
    yield from _exporters()
    java = shutil.which("java")
    yield Finding(
        "Java (for make conformance alone)",
        java is not None,
        java or "not found",
        "" if java else "apt-get install default-jre-headless",
        needed=False,
    )


def _opens(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _importable(what: str, module: str) -> Finding:
    try:
        found = importlib.import_module(module)
    except (ImportError, OSError) as error:
        return Finding(what, fine=False, state=str(error).split("\n")[0], command=f"pip install {module}")
    return Finding(what, fine=True, state=getattr(found, "__version__", "found"))


def _exporters() -> Iterator[Finding]:
    try:
        known = registry.registrations()
    except HandbillError as error:
        yield Finding("exporters", fine=False, state=error.diagnostics[0].message, command=error.diagnostics[0].hint)
        return
    for name, registration in known.items():
        try:
            registry.load(name, known)
        except HandbillError as error:
            yield Finding(
                f"exporter {name}", fine=False, state=error.diagnostics[0].message, command=f"pip install {registration.distribution}"
            )
        else:
            yield Finding(f"exporter {name}", fine=True, state=f"{registration.distribution} {registration.version}")
