"""The registry of exporters: what is installed, each exporter loaded when it is first used, and its optional members.

Exporters are found by entry points of the group `handbill.exporters`; `handbill.contract` says what an exporter is. The functions that
take an exporter answer for those too that lack the member: this module alone knows which members are optional.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from handbill.contract import (
    ENTRY_POINT_GROUP,
    Exporter,
    ExporterError,
    HasEnvironment,
    HasThemeEnvironment,
    NeedsModules,
    Seals,
    StatesConformance,
)
from handbill.diagnostics.diagnostic import Diagnostic, suggestion
from handbill.diagnostics.errors import ConfigurationError
from handbill.diagnostics.rules import diagnostic
from handbill.document import Theme

__all__ = [
    "Registration",
    "load",
    "machine_environment",
    "modules_to_preload",
    "read_conformance",
    "registrations",
    "sealing",
    "states_conformance",
    "theme_environment",
]


_REQUIRED = ("name", "suffix", "media_type", "options_type", "export", "pages")
_SUFFIX = re.compile(r"\.[A-Za-z0-9][A-Za-z0-9.]*")


@dataclass(frozen=True, slots=True)
class Registration:
    """An installed exporter: its name, its entry point, and the name and version of the distribution that it belongs to."""

    name: str
    entry_point: EntryPoint
    distribution: str
    version: str


def registrations() -> Mapping[str, Registration]:
    """Return the installed exporters by name; none is imported. Raises ConfigurationError if two distributions bring the same name."""
    found: dict[str, Registration] = {}
    errors: list[Diagnostic] = []
    for entry_point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: (point.name, point.value)):
        dist = entry_point.dist
        registration = Registration(
            entry_point.name, entry_point, dist.name if dist is not None else "?", dist.version if dist is not None else ""
        )
        other = found.setdefault(entry_point.name, registration)
        # The same entry point of the same distribution may be listed twice.
        if other is not registration and (other.distribution, other.entry_point.value) != (registration.distribution, entry_point.value):
            message = f"{other.distribution} and {registration.distribution} both bring an exporter `{entry_point.name}`"
            errors.append(diagnostic("exporter", message, hint=f"uninstall one: pip uninstall {registration.distribution}"))
    if errors:
        raise ConfigurationError(errors)
    return found


def load(name: str, registered: Mapping[str, Registration] | None = None) -> Exporter[Any]:
    """Return the exporter of a name, imported and checked. `registered` are the registrations to look in, by default all.

    Raises ConfigurationError if there is no such exporter, if its import fails, or if the object is not an exporter.
    """
    known = registrations() if registered is None else registered
    if name not in known:
        raise ConfigurationError(
            diagnostic("exporter", f"there is no exporter `{name}`", hint=f"{suggestion(name, known)}; handbill exporters")
        )
    registration = known[name]
    try:
        exporter = registration.entry_point.load()
    except Exception as error:
        # An import can raise anything, and what is wrong with one exporter must not stop the others.
        message = f"the exporter `{name}` of {registration.distribution} cannot be loaded: {type(error).__name__}: {error}"
        raise ConfigurationError(diagnostic("exporter", message, hint="handbill doctor tells what is missing")) from error
    if fault := _contract_fault(exporter, name):
        message = f"what {registration.distribution} registers as `{name}` is no exporter: {fault}"
        raise ConfigurationError(diagnostic("exporter", message, hint="tell whoever keeps it"))
    return exporter  # type: ignore[no-any-return]


def _contract_fault(exporter: Any, name: str) -> str:
    """Return, as a clause, why an object is not the exporter of that name; "" if it is."""
    lacking = [member for member in _REQUIRED if not hasattr(exporter, member)]
    if lacking:
        return f"it has no {', '.join(lacking)}"
    if exporter.name != name:
        return f"it calls itself `{exporter.name}`"
    if not isinstance(exporter.suffix, str) or not _SUFFIX.fullmatch(exporter.suffix):
        return f"its suffix is {exporter.suffix!r}, not a dot with letters and digits"
    if not dataclasses.is_dataclass(exporter.options_type):
        return "its options_type is no dataclass"
    return ""


# Members are looked up as attributes, not by isinstance and runtime-checkable protocols: these see no attribute that an object or a module
# computes in its `__getattr__` (inspect.getattr_static, from Python 3.12).


def machine_environment(exporter: Exporter[Any]) -> dict[str, str]:
    """Return what of the machine an exporter's bytes depend on: names with versions or digests. Raises what the exporter raises."""
    return dict(cast("HasEnvironment", exporter).environment) if hasattr(exporter, "environment") else {}


def theme_environment(exporter: Exporter[Any], theme: Theme) -> dict[str, str]:
    """Return what of the machine an exporter's bytes depend on for documents with this theme alone: names with versions or digests."""
    return dict(cast("HasThemeEnvironment", exporter).environment_of(theme)) if hasattr(exporter, "environment_of") else {}


def modules_to_preload(exporter: Exporter[Any]) -> tuple[str, ...]:
    """Return the names of the modules that worker processes are to import before the exporter's first job."""
    return tuple(cast("NeedsModules", exporter).modules) if hasattr(exporter, "modules") else ()


def sealing(exporter: Exporter[Any]) -> Seals[Any] | None:
    """Return the exporter as one that makes sealed pages; None if its handouts are proven by reading their pages."""
    return cast("Seals[Any]", exporter) if hasattr(exporter, "seal") and hasattr(exporter, "disclaimer_of") else None


def states_conformance(exporter: Exporter[Any]) -> bool:
    """Return whether handouts of this exporter can say that they conform to a standard."""
    return getattr(exporter, "claims", None) is not None


def read_conformance(exporter: Exporter[Any], handout: bytes) -> tuple[str, ...]:
    """Return the standards that a handout says it conforms to, by name; none if the exporter's handouts cannot say so.

    Raises ExporterError if the exporter cannot read the bytes, or answers with something other than texts.
    """
    if not states_conformance(exporter):
        return ()
    claims: object = cast("StatesConformance", exporter).claims(handout)
    if isinstance(claims, str) or not isinstance(claims, Sequence) or not all(isinstance(one, str) and one.strip() for one in claims):
        message = f"the exporter `{exporter.name}` names as claims what are no texts: {claims!r}"
        raise ExporterError(diagnostic("exporter", message, hint="tell whoever keeps it"))
    return tuple(claims)
