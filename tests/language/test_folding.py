"""Text folding: which spellings of the same words become one form, and which stay apart."""

from __future__ import annotations

import pytest

from handbill.language.folding import ascii_only, collapse_whitespace, fold_case, fold_words, straight_apostrophes
from handbill.language.tags import primary_subtag

STRAIGHT = str.maketrans("‘’“”–—", "''\"\"--")


def test_white_space_of_any_kind_becomes_one_space() -> None:
    assert collapse_whitespace(" one\n\ttwo\u00a0 three\u2003") == "one two three"


def test_apostrophes_become_straight_and_offsets_stay() -> None:
    assert straight_apostrophes("don’t ‘quote’") == "don't ‘quote'"


@pytest.mark.parametrize(("one", "other"), [("É", "e\u0301"), ("Straße", "STRASSE"), ("\u1fd6", "Ι\u0342"), ("Ǆ", "ǆ")])
def test_case_and_the_encoding_of_an_accent_make_no_difference(one: str, other: str) -> None:
    assert fold_case(one) == fold_case(other)


def test_case_folding_keeps_accents_and_compatibility_characters_apart() -> None:
    assert fold_case("é") != fold_case("e")
    assert fold_case("ﬁ") == "fi"
    assert fold_case("①") != fold_case("1")


def test_words_are_equal_whatever_their_case_spaces_ligatures_and_punctuation() -> None:
    assert fold_words("The  “ﬁrst” – Drug’s", STRAIGHT) == fold_words('the "First" - drug\'s', STRAIGHT) == 'the "first" - drug\'s'
    assert fold_words("“first”", {}) != fold_words('"first"', {})


def test_punctuation_is_folded_also_where_nfkc_produces_it() -> None:
    assert fold_words("one﹘two", STRAIGHT) == "one-two"  # U+FE58, which NFKC maps to an em dash


@pytest.mark.parametrize(("text", "ascii_"), [("Café Zürich", "Cafe Zurich"), ("漢字 1", " 1"), ("ﬁ½", "fi12")])
def test_what_is_ascii_after_decomposition_is_kept(text: str, ascii_: str) -> None:
    assert ascii_only(text) == ascii_


@pytest.mark.parametrize(("tag", "primary"), [("pt-BR", "pt"), ("EN", "en"), ("zh-Hant-HK", "zh")])
def test_the_primary_subtag_is_the_language_alone(tag: str, primary: str) -> None:
    assert primary_subtag(tag) == primary
