"""The escaper: each destination's texts hold nothing that an author could steer a terminal, a CI runner or a parser with."""

from __future__ import annotations

import dataclasses
import json
import sys
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.escaping import (
    LINE_LIMIT,
    MESSAGE_LIMIT,
    PATH_LIMIT,
    VALUE_LIMIT,
    escape_invisible,
    escape_json,
    escape_line,
    escape_lines,
    escape_part,
    escape_workflow,
    escape_xml,
    message_text,
    shorten,
)
from printed import assert_plain, controls

MEGABYTE = 1_000_000
ORDINARY = (
    "there is no setting `colour`",
    "the heading “Ça va ? Oui : « très bien »” stands alone",
    "نص عربي و فارسی می‌خواهم, עברית, 日本語、한국어",
    "👩\u200d⚕️ and ½ ≥ ⅓ – a::b, # c ## d",
)
PIECES = ("\x1b[31m", "\x07", "\n", "\r", "::", "##[", "##vso[", "`", "“", "”", "\u202e", "\u2069", "\x9b", "\ud800", "\ufffe", "%")
hostile = st.lists(
    st.sampled_from(PIECES) | st.text(max_size=3),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_text_is_printed_as_it_is(text: str) -> None:
    assert message_text(text) == escape_line(text) == escape_lines(text) == text
    assert json.dumps(text, ensure_ascii=False) == escape_json(json.dumps(text, ensure_ascii=False))
    assert escape_xml(f"<a>{text}</a>") == f"<a>{text}</a>"
    assert escape_workflow("50 %, a", ",") == "50 %25%2C a"


def test_every_control_of_unicode_is_escaped_and_every_other_seen_character_is_kept() -> None:
    text = "".join(map(chr, range(sys.maxunicode + 1)))
    kept = escape_invisible(text)
    assert controls(kept) == []
    seen = {one for one in text if unicodedata.category(one)[0] in "LMNPS" or unicodedata.category(one) == "Zs"}
    assert seen <= set(kept)
    assert escape_invisible("\x1b\x07\n\u202e\udcff\U000e0041") == r"\x1b\x07\n\u202e\udcff\U000e0041"


def test_a_value_is_shortened_and_the_words_around_it_are_kept() -> None:
    for opening, closing in (("`", "`"), ("“", "”"), ("", "")):
        text = message_text(f"there is no setting {opening}{'x' * 9999}{closing} here, nor {opening}{'y' * 9999}{closing}")
        assert text.startswith(f"there is no setting {opening}xxx")
        assert f"x{closing} here, nor {opening}yyy" in text
        assert text.count("…") == 2
        assert len(text) == len("there is no setting  here, nor ") + 2 * len(opening + closing) + 2 * VALUE_LIMIT
    assert message_text(f"`{'x' * VALUE_LIMIT}`") == f"`{'x' * VALUE_LIMIT}`"
    assert "…" in message_text(f"`{'x y ' * VALUE_LIMIT}`")


@pytest.mark.parametrize("unit", ["a b ", "`", "“ ", "` “", "\x1b", "\x1b ", "”x“"])
def test_a_message_is_bounded_whatever_its_values_hold(unit: str) -> None:
    text = unit * (MEGABYTE // len(unit))
    found = Diagnostic(Severity.ERROR, "setting", f"there is no setting {text}", text, hint=text)
    assert found.message.startswith("there is no setting")
    assert max(len(found.message), len(found.hint)) <= MESSAGE_LIMIT
    assert len(found.path) == PATH_LIMIT
    assert len(escape_line(text)) <= LINE_LIMIT + len(r"\x3a")


def test_a_shortened_text_has_its_beginning_and_its_end() -> None:
    assert shorten("abcdefghij", 8) == "abcde…ij"
    assert shorten("abcdefgh", 8) == "abcdefgh"


def test_a_diagnostic_is_made_with_a_message_on_one_line_and_keeps_its_path_and_excerpt() -> None:
    found = Diagnostic(Severity.ERROR, "c\x1b", "a\n::error::b", "x\x07.md", 3, hint="c\x1b[1md", excerpt="e\x1b")
    assert dataclasses.astuple(found)[1:] == (r"c\x1b", r"a\n::error::b", "x\x07.md", 3, None, r"c\x1b[1md", "e\x1b")
    assert str(found) == r"x\x07.md:3: error[c\x1b]: a\n::error::b" + "\n" + r"    hint: c\x1b[1md"
    assert dataclasses.replace(found) == found


COMMANDS = ("::error::x", "  ::error::x", "\u00a0::stop-commands::x", "a ##[error]x", "##vso[task.x]", "##teamcity[x", "###[x")


@pytest.mark.parametrize("line", COMMANDS)
def test_a_line_holds_no_command_of_a_runner(line: str) -> None:
    assert_plain(escape_line(line))
    assert_plain(escape_lines(f"a\n{line}\nb"))
    assert_plain(f"x {escape_workflow(line)}")
    assert_plain(escape_json(json.dumps({"a": line}, indent=2, ensure_ascii=False)))
    assert_plain(escape_xml(f"<a>{line}\n{line}</a>"))


def test_lines_stay_lines_and_tabs_become_spaces() -> None:
    assert escape_lines("a\n\tb\rc\n") == "a\n        b\\rc\n"
    assert escape_part("a\tb::c") == r"a\tb::c"


@given(hostile)
def test_a_message_made_safe_is_stable_and_plain(text: str) -> None:
    once = message_text(text)
    assert message_text(once) == once
    assert controls(once) == []
    assert escape_line(escape_line(text)) == escape_line(text)
    assert_plain(escape_line(text))
    assert_plain(escape_lines(text))


@given(hostile)
def test_json_keeps_the_value_and_xml_is_well_formed(text: str) -> None:
    document = escape_json(json.dumps({text: [text]}, indent=2, ensure_ascii=False))
    assert json.loads(document) == {text: [text]}
    assert_plain(document)
    element = ElementTree.Element("a", {"b": text})
    element.text = f"{text}\n{text}"
    written = escape_xml(ElementTree.tostring(element, encoding="unicode"))
    read = ElementTree.fromstring(written)  # noqa: S314 - made here
    assert read.text == "\n".join(map(escape_invisible, element.text.split("\n")))
    assert_plain(written)
