"""What a finished handout claims to conform to, as its exporter reads it back from the bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handbill.contract import Exporter, ExporterError
from handbill.diagnostics.rules import diagnostic

__all__ = ["read_conformance", "states_conformance"]


def states_conformance(exporter: Exporter[Any]) -> bool:
    """Tell whether handouts of this exporter can claim to conform to anything."""
    return getattr(exporter, "claims", None) is not None


def read_conformance(exporter: Exporter[Any], handout: bytes) -> tuple[str, ...]:
    """Return the standards that a handout says it conforms to, as people write their names; none where its exporter knows of no such thing.

    Raises ExporterError where the exporter answers with something else than texts.
    """
    claims = getattr(exporter, "claims", None)
    if claims is None:
        return ()
    found = claims(handout)
    if isinstance(found, str) or not isinstance(found, Sequence) or not all(isinstance(one, str) and one.strip() for one in found):
        message = f"the exporter `{exporter.name}` names as claims what are no texts: {found!r}"
        raise ExporterError(diagnostic("exporter", message, hint="tell whoever keeps it"))
    return tuple(found)
