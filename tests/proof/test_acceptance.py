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
from handbill.document import Disclaimer, Words
from handbill.proof.acceptance import Acceptance, accept
from handbill.proof.boxed_notice import MarkedClaims
from handbill.proof.disclaimer import Proof, expected_disclaimer
from handbill.system.limits import DEFAULT_BOUNDS, maximum

DISCLAIMER = Disclaimer(id="d", title="Disclaimer", language="en", notice="No advice.", body=b"<body><p>Ask a doctor.</p></body>")
WANTED = expected_disclaimer(DISCLAIMER, Words())
HANDOUT = b"The article. No advice.\fDisclaimer\nAsk a doctor."


def exporter(claims: object = None) -> Any:
    """Return an exporter that reads pages between form feeds, and answers with these claims; None where it has no such method."""

    def pages(handout: bytes) -> Sequence[Page]:
        return [Page(page) for page in handout.decode().split("\f")]

    members = {"name": "odd", "pages": pages} | ({} if claims is None else {"claims": lambda handout: claims})
    return types.SimpleNamespace(**members)


def test_an_accepted_handout_carries_its_proof_and_what_it_says_to_conform_to() -> None:
    assert accept(exporter(), HANDOUT, WANTED, None, DEFAULT_BOUNDS) == Acceptance(Proof(2, 2, 2), ())
    assert accept(exporter(["PDF/UA-1"]), HANDOUT, WANTED, None, DEFAULT_BOUNDS) == Acceptance(Proof(2, 2, 2), ("PDF/UA-1",))


def test_more_pages_than_the_bound_are_refused_before_the_proof() -> None:
    bounds = dataclasses.replace(DEFAULT_BOUNDS, pages=2)
    assert accept(exporter(), HANDOUT, WANTED, None, bounds).proof.pages == 2
    with pytest.raises(ExporterError, match="the handout has 3 pages") as caught:
        accept(exporter(), HANDOUT + b"\fMore.", WANTED, None, bounds)
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
        accept(exporter(), handout, WANTED, marked, DEFAULT_BOUNDS)
    assert [one.code for one in caught.value.diagnostics] == [code]


@pytest.mark.parametrize("claims", ["PDF/UA-1", [""], [1], {"PDF/UA-1"}])
def test_an_exporter_that_answers_with_something_else_than_texts_is_refused(claims: object) -> None:
    with pytest.raises(ExporterError, match="the exporter `odd` names as claims what are no texts"):
        accept(exporter(claims), HANDOUT, WANTED, None, DEFAULT_BOUNDS)


def test_verify_refuses_more_pages_than_any_publication_may_allow(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[bounds]\npages = 3000\n")
    handbill.inside("build", "-t", "text")
    file = handbill.build / "letter.txt"
    content = file.read_text()
    file.write_text(f"{content.partition(chr(12))[0]}\f" * 2_500 + content)
    assert "over-bound" not in handbill.inside("verify", code=6).err, "more than the default may have been allowed"
    file.write_text(f"{content.partition(chr(12))[0]}\f" * maximum("pages") + content)
    assert "build/letter.txt: error[over-bound]: the handout has 50,002 pages" in handbill.inside("verify", code=6).err
