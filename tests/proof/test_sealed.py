"""The proof by equality: what is taken for the sealed page, and what is refused, with the words that say what differs."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from handbill.contract import DisclaimerParts, Part
from handbill.diagnostics.errors import ProofError
from handbill.proof.disclaimer import Proof
from handbill.proof.sealed import difference, prove_sealed

TEXT = Part("the text of page 1", "text/plain", b"Ask a doctor.\nTake no more than 2 tablets.\n")
PICTURE = Part("page 1 on paper", "image/x-portable-pixmap", b"P6\n1 1\n255\nabc")
NOTICE = (Part("its text", "text/plain", b"No advice.\n"),)
SEALED = DisclaimerParts(2, 2, 2, (TEXT, PICTURE), {1: NOTICE})


def parts(first: int, last: int, pages: int, **how: Any) -> DisclaimerParts:
    """Return the parts of a handout with the sealed disclaimer on these pages, and the sealed notice on all others."""
    notices = {number: NOTICE for number in range(1, pages + 1) if not first <= number <= last}
    return dataclasses.replace(DisclaimerParts(first, last, pages, SEALED.parts, notices), **how)


def refusal(found: DisclaimerParts, position: str = "end") -> str:
    """Return the code and the message of the refusal of a handout."""
    with pytest.raises(ProofError) as caught:
        prove_sealed(found, SEALED, position)
    (only,) = caught.value.diagnostics
    return f"{only.code}: {only.message}"


@pytest.mark.parametrize(("found", "position"), [(parts(4, 4, 4), "end"), (parts(7, 8, 8), "end"), (parts(1, 1, 3), "front")])
def test_a_handout_of_the_same_parts_is_accepted_wherever_its_disclaimer_stands(found: DisclaimerParts, position: str) -> None:
    assert prove_sealed(found, SEALED, position) == Proof(found.first, found.last, found.pages)


@pytest.mark.parametrize(
    ("found", "position", "where"),
    [
        (parts(3, 3, 4), "end", "stands on page 3 of 4, not at the end"),
        (parts(2, 2, 4), "front", "stands on page 2 of 4, not in front of the article"),
        (parts(4, 4, 4), "front", "stands on page 4 of 4, not in front of the article"),
    ],
)
def test_a_disclaimer_elsewhere_is_refused(found: DisclaimerParts, position: str, where: str) -> None:
    assert refusal(found, position) == f"disclaimer-misplaced: the disclaimer {where}"


def test_pages_that_are_none_of_the_handout_are_refused() -> None:
    for found in (parts(0, 0, 4), parts(4, 3, 4), parts(5, 5, 4)):
        assert refusal(found) == "disclaimer-missing: the disclaimer cannot be found on the 4 pages"


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ((), "the text of page 1 is missing"),
        ((TEXT,), "page 1 on paper is missing"),
        ((TEXT, PICTURE, PICTURE), "page 1 on paper does not belong there"),
        ((PICTURE, TEXT), "the text of page 1 is missing, and page 1 on paper stands in its place"),
        ((TEXT, dataclasses.replace(PICTURE, content=b"P6\n1 1\n255\nabd")), "page 1 on paper differs"),
        (
            (dataclasses.replace(TEXT, content=TEXT.content.replace(b"2", b"8")), PICTURE),
            "line 2 of the text of page 1 is “Take no more than 8 tablets.”, and must be “Take no more than 2 tablets.”",
        ),
        ((dataclasses.replace(TEXT, content=b"Ask a doctor."), PICTURE), "the text of page 1 ends before “Take no more than 2 tablets.”"),
        ((dataclasses.replace(TEXT, content=TEXT.content + b"VOID"), PICTURE), "line 3 of the text of page 1 is “VOID”, and must be “”"),
        ((dataclasses.replace(TEXT, content=TEXT.content + b"\nVOID"), PICTURE), "the text of page 1 goes on with “VOID”"),
        ((dataclasses.replace(TEXT, media_type="text/html"), PICTURE), "the text of page 1 differs"),
    ],
)
def test_what_differs_is_named(own: tuple[Part, ...], said: str) -> None:
    assert refusal(parts(4, 4, 4, parts=own)) == f"disclaimer-differs: the disclaimer is not the sealed one: {said}"


def test_a_long_line_is_shown_from_where_it_differs() -> None:
    words = " ".join(f"word{number}" for number in range(100))
    one, other = (Part("its text", "text/plain", (words + end).encode()) for end in (" now", " not"))
    assert difference([one], [other]) == "line 1 of its text is “…d97 word98 word99 now”, and must be “…d97 word98 word99 not”"


def test_every_other_page_must_carry_the_sealed_notice() -> None:
    other = (dataclasses.replace(NOTICE[0], content=b"Advice.\n"),)
    assert refusal(parts(3, 3, 3, notices={1: NOTICE, 2: other})) == (
        "no-notice: the notice of page 2 is not the sealed one: line 1 of its text is “Advice.”, and must be “No advice.”"
    )
    for notices in ({1: NOTICE}, {1: NOTICE, 2: ()}):
        assert refusal(parts(3, 3, 3, notices=notices)) == "no-notice: the notice of page 2 is not the sealed one: its text is missing"


def test_without_a_notice_no_page_may_have_one() -> None:
    silent = dataclasses.replace(SEALED, notices={1: ()})
    assert prove_sealed(parts(2, 2, 2, notices={}), silent, "end").last == 2
    with pytest.raises(ProofError, match="its text does not belong there"):
        prove_sealed(parts(2, 2, 2), silent, "end")


def test_a_sealed_page_with_two_notices_proves_nothing() -> None:
    two = dataclasses.replace(SEALED, first=3, last=3, pages=3, notices={1: NOTICE, 2: ()})
    with pytest.raises(ProofError, match="has 2 different notices"):
        prove_sealed(parts(4, 4, 4), two, "end")
