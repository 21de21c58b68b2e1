"""Acceptance of a handout: the one test that its bytes pass before they are written, and again when a build folder is verified.

It takes an exporter and the bytes of a finished handout, reads the pages back with `Exporter.pages`, and holds them to the bound of pages,
to the proof of the disclaimer (`handbill.proof.disclaimer`) and to that of boxed notices (`handbill.proof.boxed_notice`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handbill.contract import Exporter, ExporterError
from handbill.proof.boxed_notice import MarkedClaims, prove_boxed_notice
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof, prove_disclaimer
from handbill.registry import read_conformance
from handbill.system.limits import Bounds, bound_diagnostic

__all__ = ["Acceptance", "accept"]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an accepted handout was found to carry: the place of its disclaimer, and the standards that it says it conforms to."""

    proof: Proof
    conformance: tuple[str, ...]


def accept(exporter: Exporter[Any], handout: bytes, wanted: ExpectedDisclaimer, marked: MarkedClaims | None, bounds: Bounds) -> Acceptance:
    """Return what a handout carries, read from its bytes.

    `wanted` is the disclaimer that it must show; `marked` are the claims that need a boxed notice, None where none is marked.

    Raises ExporterError where the bytes cannot be read back or have more pages than `bounds` allow, ProofError where the disclaimer or a
    boxed notice is not there as it must be. The diagnostics of both have no path.
    """
    pages = exporter.pages(handout)
    if len(pages) > bounds.pages:
        raise ExporterError(bound_diagnostic(bounds, "pages", f"the handout has {len(pages):,} pages"))
    proof = prove_disclaimer(pages, wanted)
    if marked is not None:
        prove_boxed_notice(pages, marked)
    return Acceptance(proof, read_conformance(exporter, handout))
