"""The sealed page: what is promised of it, and that a handout which differs from it is refused."""

from __future__ import annotations

import dataclasses
import json
import types
from typing import Any

import pytest

from commandline import DISCLAIMER, TEXT_ALONE, Handbill, publication
from handbill.contract import DisclaimerParts, ExporterError, Page, Part
from handbill.diagnostics.errors import HandbillError, ProofError
from handbill.document import Disclaimer
from handbill.proof.acceptance import accept_seal
from handbill.proof.disclaimer import Proof, expected_disclaimer
from handbill.proof.sealed import prove_sealed
from handbill.system.digests import sha256_of

TEXT = Part("the text of page 1", "text/plain", b"Disclaimer\nAsk a doctor.")
FONT = Part("a font", "font/otf", b"\0\1")
NOTICE = Part("its text", "text/plain", b"No advice.")
SEALED = DisclaimerParts(2, 2, 2, (TEXT, FONT), {1: (NOTICE,)})
HANDOUT = DisclaimerParts(3, 3, 3, (TEXT, FONT), {1: (NOTICE,), 2: (NOTICE,)})


def refusal(found: DisclaimerParts, position: str = "end") -> tuple[str, str]:
    """Return the code and the message with which a handout of these parts is refused."""
    with pytest.raises(ProofError) as caught:
        prove_sealed(found, SEALED, position)
    (error,) = caught.value.diagnostics
    return error.code, error.message


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((FONT,), "the text of page 1 is missing, and a font stands in its place"),
        ((TEXT,), "a font is missing"),
        ((TEXT, FONT, FONT), "a font does not belong there"),
        ((TEXT, dataclasses.replace(FONT, content=b"\0\2")), "a font differs"),
        ((TEXT, dataclasses.replace(FONT, media_type="font/ttf")), "a font differs"),
        (
            (dataclasses.replace(TEXT, content=b"Disclaimer\nAsk a friend."), FONT),
            "line 2 of the text of page 1 is “Ask a friend.”, and must be “Ask a doctor.”",
        ),
        ((dataclasses.replace(TEXT, content=b"Disclaimer"), FONT), "the text of page 1 ends before “Ask a doctor.”"),
        ((dataclasses.replace(TEXT, content=TEXT.content + b"\nOr not."), FONT), "the text of page 1 goes on with “Or not.”"),
        ((), "the text of page 1 is missing"),
    ],
)
def test_one_part_that_differs_is_refused_and_named(parts: tuple[Part, ...], said: str) -> None:
    assert prove_sealed(HANDOUT, SEALED, "end") == Proof(3, 3, 3)
    assert refusal(dataclasses.replace(HANDOUT, parts=parts)) == ("disclaimer-differs", f"the disclaimer is not the sealed one: {said}")


@pytest.mark.parametrize("notice", [(), (NOTICE, NOTICE), (dataclasses.replace(NOTICE, content=b"Some advice."),)])
def test_a_page_with_another_notice_is_refused(notice: tuple[Part, ...]) -> None:
    code, message = refusal(dataclasses.replace(HANDOUT, notices={1: (NOTICE,), 2: notice}))
    assert code == "no-notice"
    assert message.startswith("the notice of page 2 is not the sealed one: ")


def test_a_disclaimer_that_stands_elsewhere_is_refused() -> None:
    front = dataclasses.replace(HANDOUT, first=1, last=1, notices={2: (NOTICE,), 3: (NOTICE,)})
    assert prove_sealed(front, SEALED, "front") == Proof(1, 1, 3)
    assert refusal(front)[0] == "disclaimer-misplaced"
    assert refusal(HANDOUT, "front")[0] == "disclaimer-misplaced"
    assert refusal(dataclasses.replace(HANDOUT, first=4, last=4))[0] == "disclaimer-missing"


def seal_of(parts: DisclaimerParts, *pages: str) -> Any:
    """Return an exporter that reads these parts and pages from whatever it is given."""
    return types.SimpleNamespace(
        name="fake", pages=lambda handout: [Page(page) for page in pages], seal=None, disclaimer_of=lambda handout, position: parts
    )


def test_a_sealed_page_is_proven_by_reading_it() -> None:
    wanted = expected_disclaimer(Disclaimer("d", "Disclaimer", "en", b"<body><p>Ask a doctor.</p></body>", notice="No advice."))
    accept_seal(seal_of(SEALED, "No advice.", "Disclaimer\nAsk a doctor."), b"", wanted)
    for pages in (["No advice.", "Disclaimer\nAsk a friend."], ["", "Disclaimer\nAsk a doctor."], ["Disclaimer\nAsk a doctor."]):
        with pytest.raises(HandbillError):
            accept_seal(seal_of(SEALED, *pages), b"", wanted)
    for other in (
        dataclasses.replace(SEALED, first=1, last=1, notices={2: (NOTICE,)}),
        dataclasses.replace(SEALED, pages=3, notices={1: (NOTICE,), 3: (NOTICE,)}),
        dataclasses.replace(SEALED, parts=()),
        dataclasses.replace(SEALED, notices={}),
    ):
        with pytest.raises(ExporterError, match="the parts of the sealed page say"):
            accept_seal(seal_of(other, "No advice.", "Disclaimer\nAsk a doctor."), b"", wanted)
    two = dataclasses.replace(SEALED, first=3, last=3, pages=3, notices={1: (NOTICE,), 2: ()})
    with pytest.raises(HandbillError, match="different notices"):
        accept_seal(seal_of(two, "No advice.", "No advice.", "Disclaimer\nAsk a doctor."), b"", wanted)


def test_a_handout_that_was_changed_together_with_its_digest_is_found(handbill: Handbill) -> None:
    publication(handbill.folder, settings=TEXT_ALONE)
    handbill.inside("build")
    handout, manifest = handbill.build / "letter.txt", handbill.build / "manifest.json"
    changed = handout.read_text().replace("It is no advice.", "It is an advice.")
    data = json.loads(manifest.read_text())
    assert data["handouts"][0]["proven"] == "sealed"
    data["handouts"][0] |= {"sha256": sha256_of(changed.encode()), "size": len(changed.encode())}
    handout.write_text(changed)
    manifest.write_text(json.dumps(data))
    err = handbill.inside("verify", code=6).err
    assert "changed-handout" not in err
    assert "build/letter.txt: error[disclaimer-differs]: the disclaimer is not the sealed one: line 4 of " in err


def test_a_sealed_page_that_is_gone_or_changed_is_found(handbill: Handbill) -> None:
    publication(handbill.folder, settings=TEXT_ALONE)
    handbill.inside("build")
    handbill.inside("verify")
    (seal,) = (handbill.build / "seals").iterdir()
    content = seal.read_bytes()
    said = f"build/letter.txt: error[no-seal]: its sealed page, seals/{seal.name}, is missing or was changed"
    seal.write_bytes(content.replace(b"no advice", b"an advice"))
    assert said in handbill.inside("verify", code=6).err
    assert "error[no-seal]" in handbill.inside("merge", "build", "-o", "merged", code=6).err
    seal.unlink()
    assert said in handbill.inside("verify", code=6).err
    assert "error[no-seal]" in handbill.inside("merge", "build", "-o", "merged", code=6).err
    handbill.inside("build")
    assert seal.read_bytes() == content
    handbill.inside("verify")


def test_handouts_share_a_sealed_page_and_it_goes_when_none_needs_it(handbill: Handbill) -> None:
    articles = {f"{name}.md": f"---\ntitle: {name}\n---\n\nThe article {name}.\n" for name in ("one", "two")}
    publication(handbill.folder, settings=TEXT_ALONE, articles=articles)
    handbill.inside("build")
    (first,) = (handbill.build / "seals").iterdir()
    assert {row["seal"] for row in handbill.rows().values()} == {first.stem} == {sha256_of(first.read_bytes())}
    publication(handbill.folder, settings=TEXT_ALONE, articles=articles, disclaimer=DISCLAIMER.replace("professional", "doctor"))
    handbill.inside("build")
    (second,) = (handbill.build / "seals").iterdir()
    assert second.name != first.name
