"""The proof: what is the whole disclaimer, alone on its pages, and what is not."""

from __future__ import annotations

import dataclasses

import pytest

from handbill.contract import UNSEEN, Page
from handbill.diagnostics.errors import ProofError
from handbill.document import Disclaimer
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof, expected_disclaimer, fold, prove_disclaimer

DISCLAIMER = Disclaimer(
    id="d",
    title="Disclaimer",
    language="en",
    notice="No advice.",
    body=b'<body><p>First block, with <a href="https://example.org/x">a link</a>.</p><ul><li>one</li><li>two</li></ul><h2>End</h2></body>',
)
WANTED = expected_disclaimer(DISCLAIMER)
TEXT = "Disclaimer\nFirst block, with a link.\none\ntwo\nEnd"
ARTICLE = Page("The article.", "Title 1 No advice.")


def test_the_page_is_found_where_it_stands() -> None:
    assert prove_disclaimer([ARTICLE, ARTICLE, Page(TEXT)], WANTED) == Proof(3, 3, 3)
    assert prove_disclaimer([Page(TEXT), ARTICLE], dataclasses.replace(WANTED, position="front")) == Proof(1, 1, 2)


def test_the_place_of_the_disclaimer_is_told_in_words() -> None:
    assert str(Proof(3, 3, 4)) == "disclaimer on page 3 of 4"
    assert str(Proof(2, 3, 3)) == "disclaimer on pages 2 to 3 of 3"


@pytest.mark.parametrize("cut", [5, 12, 30, len(TEXT) - 2])
def test_it_may_run_over_several_pages(cut: int) -> None:
    assert prove_disclaimer([ARTICLE, Page(TEXT[:cut]), Page(""), Page(TEXT[cut:])], WANTED) == Proof(2, 4, 4)


@pytest.mark.parametrize(
    "shown",
    [
        TEXT.replace("\n", "  "),
        TEXT.replace("one\ntwo", "• one\n◦ two"),
        TEXT.replace("First", "Fi\u2010\nrst"),
        TEXT.replace("First", "Fi\u00adrst"),
        TEXT.replace("First", "Fi\u200brst"),
        TEXT.replace("a link", "a link <https://example.org/x>"),
    ],
)
def test_what_a_page_does_to_a_text_does_not_count(shown: str) -> None:
    assert prove_disclaimer([ARTICLE, Page(shown)], WANTED) == Proof(2, 2, 2)


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ([], "disclaimer-missing"),
        ([ARTICLE], "disclaimer-missing"),
        ([ARTICLE, Page(TEXT.replace("one\n", ""))], "disclaimer-missing"),
        ([ARTICLE, Page(TEXT.replace("First", "Last"))], "disclaimer-missing"),
        ([ARTICLE, Page(TEXT.replace("a link", "a link <https://example.com/x>"))], "disclaimer-not-alone"),
        ([ARTICLE, Page(TEXT + "\nand more")], "disclaimer-not-alone"),
        ([ARTICLE, Page("More.\n" + TEXT)], "disclaimer-not-alone"),
        ([ARTICLE, Page(TEXT.replace("one\ntwo", "two\none"))], "disclaimer-missing"),
        ([ARTICLE, Page("Disclaimer"), ARTICLE, Page(TEXT.partition("\n")[2])], "disclaimer-not-alone"),
        ([Page("The article.", "no notice"), Page(TEXT)], "no-notice"),
        ([Page("No advice. The article."), Page(TEXT)], "no-notice"),
        ([ARTICLE, Page(TEXT), Page("A page behind.")], "disclaimer-misplaced"),
        ([Page(TEXT), ARTICLE], "disclaimer-misplaced"),
    ],
)
def test_what_lacks_is_told(pages: list[Page], code: str) -> None:
    with pytest.raises(ProofError) as caught:
        prove_disclaimer(pages, WANTED)
    assert caught.value.diagnostics[0].code == code
    assert caught.value.exit_code == 6


def test_a_notice_may_end_a_page_and_may_refer_to_the_right_page_alone() -> None:
    for body, furniture in (
        ("Text. No advice.", ""),
        ("Text.", "No advice. See the disclaimer on page 2."),
        ("Text.", "No advice. Page 1 of 2"),
    ):
        assert prove_disclaimer([Page(body, furniture), Page(TEXT)], WANTED)
    for body, furniture in (("Text.", "No advice. See the disclaimer on page 7."), ("Text. No advice. See the disclaimer on page 7.", "")):
        with pytest.raises(ProofError):
            prove_disclaimer([Page(body, furniture), Page(TEXT)], WANTED)


def test_without_a_notice_no_page_needs_one() -> None:
    wanted = expected_disclaimer(dataclasses.replace(DISCLAIMER, notice=""))
    assert prove_disclaimer([Page("The article.", "x"), Page(TEXT)], wanted) == Proof(2, 2, 2)


def test_a_disclaimer_of_nothing_cannot_be_expected() -> None:
    for blocks in ((), ((),), ((" ",),), (("Title",), ())):
        with pytest.raises(ValueError, match="has a title"):
            ExpectedDisclaimer(blocks, "", "")


def test_what_is_compared_has_one_digest() -> None:
    assert WANTED.digest() == expected_disclaimer(DISCLAIMER).digest()
    assert WANTED.digest() != expected_disclaimer(dataclasses.replace(DISCLAIMER, title="Other")).digest()
    assert WANTED.digest() != expected_disclaimer(dataclasses.replace(DISCLAIMER, notice="Other")).digest()


def test_folding_leaves_words_and_drops_what_setting_adds() -> None:
    assert fold("ﬁne\u00a0print — co\u00adoperate\u2010\n•x") == fold("fine print -- cooperatex")
    assert fold("“a” ‘b’ …") == fold("\"a\" 'b' ...")
    assert fold("a") != fold("A")


def test_a_notice_may_be_followed_by_a_reference_to_the_right_page_alone() -> None:
    wanted = ExpectedDisclaimer((("Disclaimer",), ("Text.",)), "Mind this.", "See page {page}.")
    disclaimer = Page("Disclaimer\nText.")

    def is_proven(page: Page) -> bool:
        try:
            return prove_disclaimer([page, disclaimer], wanted).first == 2
        except ProofError:
            return False

    assert is_proven(Page("An article.", "Mind this. See page 2."))
    assert is_proven(Page("An article.\nMind this. See page 2."))
    assert is_proven(Page("An article.", "Mind this.\nTitle, page 1"))
    assert not is_proven(Page("An article.", "Mind this. See page 3."))
    assert not is_proven(Page("An article.\nMind this. See page 3."))
    assert not is_proven(Page("Mind this. An article."))


def test_a_reference_without_a_page_or_without_words_hides_no_notice() -> None:
    for reference in ("", "{page}", "See below."):
        wanted = ExpectedDisclaimer((("Disclaimer",), ("Text.",)), "Mind this.", reference)
        assert prove_disclaimer([Page("An article.", "Mind this.\nTitle, page 1"), Page("Disclaimer\nText.")], wanted).first == 2


def test_a_disclaimer_that_should_stand_in_front_does() -> None:
    front = dataclasses.replace(WANTED, position="front")
    with pytest.raises(ProofError, match=r"on page 2 of 2, not in front of the article"):
        prove_disclaimer([ARTICLE, Page(TEXT)], front)
    assert prove_disclaimer([Page("Title page. No advice."), Page(TEXT), ARTICLE], front) == Proof(2, 2, 3)


MARGINS = dataclasses.replace(WANTED, version="Version 2", page_number="Page {page} of {pages}")


@pytest.mark.parametrize("furniture", ["", "Version 2", "Page 2 of 2", "Version 2\nPage 2 of 2", "Page 2 of 2\nVersion 2"])
def test_the_disclaimers_margins_may_have_its_version_and_the_page_number(furniture: str) -> None:
    assert prove_disclaimer([ARTICLE, Page(TEXT, furniture)], MARGINS) == Proof(2, 2, 2)


@pytest.mark.parametrize(
    "furniture",
    ["This page does not apply", "Version 2 does not apply", "Version 3", "Page 1 of 2", "Page 2 of 3", "Page 2 of 2\nPage 2 of 2", UNSEEN],
)
def test_nothing_else_stands_in_the_disclaimers_margins(furniture: str) -> None:
    with pytest.raises(ProofError, match="stands in a margin of the disclaimer's page"):
        prove_disclaimer([ARTICLE, Page(TEXT, furniture)], MARGINS)


def test_a_page_number_in_right_to_left_words_is_recognised() -> None:
    rtl = dataclasses.replace(MARGINS, direction="rtl", page_number="صفحة {page} من {pages}")
    assert prove_disclaimer([ARTICLE, Page(TEXT, "صفحة 2 من 2")], rtl) == Proof(2, 2, 2)
    with pytest.raises(ProofError, match="stands in a margin"):
        prove_disclaimer([ARTICLE, Page(TEXT, "صفحة 1 من 2")], rtl)
