"""Acceptance: what a handout's bytes are held to, when it is made and when it is verified."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from commandline import Handbill, publication
from handbill.contract import ExporterError, Page
from handbill.diagnostics.errors import ProofError
from handbill.document import Disclaimer
from handbill.proof.acceptance import Acceptance, Wanted, accept
from handbill.proof.boxed_notice import MarkedClaims
from handbill.proof.disclaimer import Proof, expected_disclaimer
from handbill.proof.manifest_file import read_manifest
from handbill.proof.verify import VerificationJob, verify_handout
from handbill.system.bounds import DEFAULT_BOUNDS, maximum

DISCLAIMER = Disclaimer(id="d", title="Disclaimer", language="en", notice="No advice.", body=b"<body><p>Ask a doctor.</p></body>")
WANTED = expected_disclaimer(DISCLAIMER)
HANDOUT = b"The article. No advice.\fDisclaimer\nAsk a doctor."


def wanted(**how: Any) -> Wanted:
    """Return what a handout of an exporter without sealed pages is held to."""
    return Wanted(**{"disclaimer": WANTED, "seal": None, "marked": None, "bounds": DEFAULT_BOUNDS} | how)


def exporter(claims: object = None) -> Any:
    """Return an exporter that reads pages between form feeds, and answers with these claims; None where it has no such method."""

    def pages(handout: bytes) -> Sequence[Page]:
        return [Page(page) for page in handout.decode().split("\f")]

    members = {"name": "odd", "pages": pages} | ({} if claims is None else {"claims": lambda handout: claims})
    return types.SimpleNamespace(**members)


def test_an_accepted_handout_carries_its_proof_and_what_it_says_to_conform_to() -> None:
    assert accept(exporter(), HANDOUT, wanted()) == Acceptance(Proof(2, 2, 2), ())
    assert accept(exporter(["PDF/UA-1"]), HANDOUT, wanted()) == Acceptance(Proof(2, 2, 2), ("PDF/UA-1",))


def test_more_pages_than_the_bound_are_refused_before_the_proof() -> None:
    bounds = dataclasses.replace(DEFAULT_BOUNDS, pages=2)
    assert accept(exporter(), HANDOUT, wanted(bounds=bounds)).proof.pages == 2
    with pytest.raises(ExporterError, match="the handout has 3 pages") as caught:
        accept(exporter(), HANDOUT + b"\fMore.", wanted(bounds=bounds))
    assert [one.code for one in caught.value.diagnostics] == ["over-bound"]


@pytest.mark.parametrize(
    ("handout", "marked", "code"),
    [
        (HANDOUT.replace(b"Ask", b"Tell"), None, "disclaimer-missing"),
        (HANDOUT, MarkedClaims((("It helps.",),), "*", "Not evaluated."), "claim-without-symbol"),
    ],
)
def test_a_handout_without_its_disclaimer_or_its_boxed_notice_is_refused(handout: bytes, marked: MarkedClaims | None, code: str) -> None:
    with pytest.raises(ProofError) as caught:
        accept(exporter(), handout, wanted(marked=marked))
    assert [one.code for one in caught.value.diagnostics] == [code]


@pytest.mark.parametrize("claims", ["PDF/UA-1", [""], [1], {"PDF/UA-1"}])
def test_an_exporter_that_answers_with_something_else_than_texts_is_refused(claims: object) -> None:
    with pytest.raises(ExporterError, match="the exporter `odd` names as claims what are no texts"):
        accept(exporter(claims), HANDOUT, wanted())


def test_verify_refuses_more_pages_than_any_publication_may_allow(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[bounds]\npages = 3000\n")
    handbill.inside("build", "-t", "text")
    row = dataclasses.replace(read_manifest(handbill.build).handouts["letter.txt"], seal="", disclaimer=WANTED.digest())

    def codes(pages: int) -> list[str]:
        (handbill.build / "letter.txt").write_bytes(b"The article. No advice.\f" * pages + HANDOUT)
        return [found.code for found in verify_handout(VerificationJob(handbill.build, row, WANTED), lambda name: exporter()).problems]

    assert "over-bound" not in codes(2_500), "more than the default may have been allowed"
    assert "over-bound" in codes(maximum("pages"))
