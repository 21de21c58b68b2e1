"""Acceptance of a handout: the one test that its bytes pass before they are written, and again when a build folder is verified.

A handout whose exporter makes sealed pages must equal its sealed page (`handbill.proof.sealed`). Of any other the pages are read back with
`Exporter.pages` and held to the proof of the disclaimer (`handbill.proof.disclaimer`). Where claims are marked, the pages are read in
either case, and held to the proof of boxed notices (`handbill.proof.boxed_notice`).

`accept_seal` is the test of a sealed page itself: its pages are read back as strictly as those of a handout without one.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from handbill.contract import DisclaimerParts, Exporter, ExporterError, Page, Seals
from handbill.diagnostics.errors import ProofError
from handbill.diagnostics.rules import diagnostic
from handbill.language.characters import short_excerpt
from handbill.proof.boxed_notice import MarkedClaims, prove_boxed_notice
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof, fold, prove_disclaimer
from handbill.proof.sealed import prove_sealed, sealed_notice
from handbill.registry import read_conformance, sealing
from handbill.system.bounds import Bounds, bound_diagnostic

__all__ = ["Acceptance", "Wanted", "accept", "accept_seal"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a handout is held to.

    `disclaimer` is the text that it must show. `seal` are the bytes of the sealed page that it must equal, None where its exporter makes
    none. `marked` are the claims that need a boxed notice, None where none is marked. `bounds` limit its pages.
    """

    disclaimer: ExpectedDisclaimer
    seal: bytes | None
    marked: MarkedClaims | None
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an accepted handout was found to carry: the place of its disclaimer, and the standards that it says it conforms to."""

    proof: Proof
    conformance: tuple[str, ...]


def accept(exporter: Exporter[Any], handout: bytes, wanted: Wanted) -> Acceptance:
    """Return what a handout carries, read from its bytes.

    Raises ExporterError where the bytes cannot be read back or have more pages than the bounds allow, ProofError where the disclaimer or a
    boxed notice is not there as it must be. The diagnostics of both have no path.
    """
    proof = None
    if wanted.seal is not None:
        found = _sealing(exporter).disclaimer_of(handout, "front" if wanted.disclaimer.position == "front" else "end")
        _require_few_pages(found.pages, wanted.bounds)
        proof = prove_sealed(found, _sealed_parts(exporter, wanted.seal), wanted.disclaimer.position)
    if proof is None or wanted.marked is not None:
        pages = exporter.pages(handout)
        _require_few_pages(len(pages), wanted.bounds)
        proof = proof or prove_disclaimer(pages, wanted.disclaimer)
        if wanted.marked is not None:
            prove_boxed_notice(pages, wanted.marked)
    return Acceptance(proof, read_conformance(exporter, handout))


def accept_seal(exporter: Exporter[Any], seal: bytes, disclaimer: ExpectedDisclaimer) -> None:
    """Prove a sealed page, which has the disclaimer at its end, by reading its pages.

    Raises ExporterError where the bytes cannot be read back, ProofError where the disclaimer or its notice is not there as it must be, or
    where the parts that handouts are compared with say something else than the pages. The diagnostics have no path.
    """
    pages: Sequence[Page] = exporter.pages(seal)
    proof = prove_disclaimer(pages, dataclasses.replace(disclaimer, position="end"))
    has_notice = bool(fold(disclaimer.notice))
    # A page of an article without text needs no notice. These pages have nothing but the notice: one without text does not show it.
    if has_notice and any(not fold(page.body + page.furniture) for page in pages[: proof.first - 1]):
        message = f"the disclaimer's notice cannot be read on the sealed page: “{short_excerpt(disclaimer.notice)}”"
        raise ProofError(diagnostic("no-notice", message, hint="tell whoever keeps the exporter"))
    parts = _sealed_parts(exporter, seal)
    notice = sealed_notice(parts)
    if Proof(parts.first, parts.last, parts.pages) != proof or proof.first == 1 or not parts.parts or bool(notice) != has_notice:
        message = f"the parts of the sealed page say {Proof(parts.first, parts.last, parts.pages)}, and its pages say {proof}"
        raise ExporterError(diagnostic("exporter", message, hint="tell whoever keeps the exporter"))


def _sealing(exporter: Exporter[Any]) -> Seals[Any]:
    able = sealing(exporter)
    if able is None:
        message = f"the exporter `{exporter.name}` made a sealed page, and can read none any more"
        raise ExporterError(diagnostic("exporter", message, hint="install the version of it that made the handout"))
    return able


# Most handouts of a run have one of few sealed pages.
@functools.lru_cache(maxsize=8)
def _parts(disclaimer_of: Callable[..., DisclaimerParts], seal: bytes) -> DisclaimerParts:
    return disclaimer_of(seal, "end")


def _sealed_parts(exporter: Exporter[Any], seal: bytes) -> DisclaimerParts:
    return _parts(_sealing(exporter).disclaimer_of, seal)


def _require_few_pages(pages: int, bounds: Bounds) -> None:
    """Raise ExporterError where a handout has more pages than it may."""
    if pages > bounds.pages:
        raise ExporterError(bound_diagnostic(bounds, "pages", f"the handout has {pages:,} pages"))
