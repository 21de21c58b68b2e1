"""The exporters that are installed: found by entry point, loaded one at a time, when one is used."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from handbill.contract import ENTRY_POINT_GROUP, Exporter
from handbill.diagnostics.diagnostic import Diagnostic, suggestion
from handbill.diagnostics.errors import ConfigurationError
from handbill.diagnostics.rules import diagnostic

__all__ = ["Registration", "load", "registrations"]


@dataclass(frozen=True, slots=True)
class Registration:
    """An exporter by name: its entry point, and the distribution that brought it, with its version."""

    name: str
    entry_point: EntryPoint
    distribution: str
    version: str


def registrations() -> Mapping[str, Registration]:
    """Return what is registered, by name, nothing loaded. Raises ConfigurationError where two distributions claim a name."""
    found: dict[str, Registration] = {}
    errors: list[Diagnostic] = []
    for entry_point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: (point.name, point.value)):
        dist = entry_point.dist
        registration = Registration(
            entry_point.name, entry_point, dist.name if dist is not None else "?", dist.version if dist is not None else ""
        )
        other = found.setdefault(entry_point.name, registration)
        if other is not registration and (other.distribution, other.entry_point.value) != (registration.distribution, entry_point.value):
            message = f"{other.distribution} and {registration.distribution} both bring an exporter `{entry_point.name}`"
            errors.append(diagnostic("exporter", message, hint=f"uninstall one: pip uninstall {registration.distribution}"))
    if errors:
        raise ConfigurationError(errors)
    return found


def load(name: str, registered: Mapping[str, Registration] | None = None) -> Exporter[Any]:
    """Return the exporter of that name. Raises ConfigurationError where there is none, or it cannot be loaded or is none."""
    known = registrations() if registered is None else registered
    if name not in known:
        raise ConfigurationError(
            diagnostic("exporter", f"there is no exporter `{name}`", hint=f"{suggestion(name, known)}; handbill exporters")
        )
    registration = known[name]
    try:
        exporter = registration.entry_point.load()
    except Exception as error:
        # Whatever its import runs into: the others are not to suffer for it.
        message = f"the exporter `{name}` of {registration.distribution} cannot be loaded: {type(error).__name__}: {error}"
        raise ConfigurationError(diagnostic("exporter", message, hint="handbill doctor tells what is missing")) from error
    if wrong := _wrong(exporter, name):
        message = f"what {registration.distribution} registers as `{name}` is no exporter: {wrong}"
        raise ConfigurationError(diagnostic("exporter", message, hint="tell whoever keeps it"))
    return exporter  # type: ignore[no-any-return]


def _wrong(exporter: Any, name: str) -> str:
    """Return what keeps an object from being the exporter of that name; "" where nothing does."""
    lacking = [part for part in ("name", "suffix", "media_type", "options_type", "export", "pages") if not hasattr(exporter, part)]
    if lacking:
        return f"it has no {', '.join(lacking)}"
    if exporter.name != name:
        return f"it calls itself `{exporter.name}`"
    if not isinstance(exporter.suffix, str) or not re.fullmatch(r"\.[A-Za-z0-9][A-Za-z0-9.]*", exporter.suffix):
        return f"its suffix is {exporter.suffix!r}, not a dot with letters and digits"
    if not dataclasses.is_dataclass(exporter.options_type):
        return "its options_type is no dataclass"
    return ""
