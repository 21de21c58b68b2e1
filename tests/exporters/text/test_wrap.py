"""Breaking lines by display width."""

from __future__ import annotations

import itertools

import pytest
from handbill.exporters.text.cells import cells, clusters, cut, pad
from handbill.exporters.text.layout.wrap import BREAK, HOLD, JOIN, is_address, wrap
from hypothesis import given
from hypothesis import strategies as st

_ALPHABET = "ab é\u0301漢字、。「」ー한\u00a0\u3000\u200d👨👩\ufe0f❤🇪🇸.,[]()—-/" + BREAK + JOIN + HOLD
_TEXTS = st.lists(st.text(_ALPHABET, min_size=1, max_size=12) | st.sampled_from(["https://e.example/" + "x" * 20, "a@e.example"])).map(
    " ".join
)


def _visible_characters(text: str) -> str:
    return "".join(char for char in text.replace(HOLD, "") if not char.isspace() and char not in (BREAK, JOIN))


@given(_TEXTS, st.integers(2, 40))
def test_no_character_is_lost_added_or_moved(text: str, width: int) -> None:
    assert _visible_characters("".join(wrap(text, width))) == _visible_characters(text)


@given(_TEXTS, st.integers(2, 40))
def test_no_line_is_too_wide_but_for_an_address(text: str, width: int) -> None:
    assert all(cells(line) <= width or is_address(line) or len(clusters(line)) == 1 for line in wrap(text, width))


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1), st.integers(9, 40))
def test_words_that_fit_are_whole_and_lines_are_as_full_as_can_be(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width)
    assert " ".join(lines).split(" ") == words
    assert all(len(line) + 1 + len(after.split(" ")[0]) > width for line, after in itertools.pairwise(lines))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one\ntwo", 40, ["one", "two"]),
        ("5\u00a0mg 10\u202fmg", 6, ["5\u00a0mg", "10\u202fmg"]),
        (f"dash—{BREAK}like", 6, ["dash—", "like"]),
        (f"word{HOLD}[1]", 6, ["word [", "1]"]),
        ("漢字漢字漢", 6, ["漢字漢", "字漢"]),
        ("漢字漢。字", 6, ["漢字", "漢。字"]),
        ("漢字「漢」", 6, ["漢字", "「漢」"]),
        (f"漢字漢{JOIN}[1]", 6, ["漢字", "漢[1]"]),
        ("漢字 words", 8, ["漢字", "words"]),
        ("参见https://e.example/路径/很长", 10, ["参见", "https://e.example/路径/很长"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("x https://e.example/a-b y", 5, ["x", "https://e.example/a-b", "y"]),
        ("well-known words", 8, ["well-kno", "wn words"]),
        ("", 10, [""]),
    ],
)
def test_lines_end_where_they_may(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("👨‍👩‍👧", 2), ("🇪🇸", 2), ("❤️", 2), ("ｱ", 1), ("한글", 4), ("\u200d\u200f", 0)],
)
def test_width_is_counted_in_cells(text: str, width: int) -> None:
    assert cells(text) == width


def test_words_are_cut_between_clusters() -> None:
    assert cut("e\u0301e\u0301e\u0301", 2) == ["e\u0301e\u0301", "e\u0301"]
    assert cut("👨‍👩‍👧👨‍👩‍👧", 3) == ["👨‍👩‍👧", "👨‍👩‍👧"]
    assert cut("漢", 1) == ["漢"]


def test_padding_fills_cells_at_the_sides() -> None:
    assert (pad("漢", 5), pad("漢", 5, "right"), pad("漢", 5, "center")) == ("漢   ", "   漢", " 漢  ")
