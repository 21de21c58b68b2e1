"""Inline patterns: only texts in which no pattern can match are skipped."""

from __future__ import annotations

import pytest
from markdown.treeprocessors import InlineProcessor

from handbill.markdown import converter as dialect

WITH_PATTERN = (
    *("`a`", r"\*", "[a](b)", "![a](b)", "[a]{.claim}", "a[^1]", "<b>a</b>", "<https://e.org>", "<a@b.org>", "a  \nb", "&copy;", "*a*"),
    *("_a_", "~~a~~", "H~2~O", "a@b.org", "https://e.org", "FTP://e.org", "www.e.org", "WwW.e.org"),
    *("'a'", '"a"', "a -- b", "a---b", "a...b", "the 1980's", "5'10\""),
)


def test_patterns_are_not_looked_for_where_there_can_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    plain = InlineProcessor._InlineProcessor__applyPattern  # type: ignore[attr-defined]

    def counted(self: InlineProcessor, pattern: object, data: str, *others: int) -> object:
        tried.append(data)
        return plain(self, pattern, data, *others)

    monkeypatch.setattr(InlineProcessor, "_InlineProcessor__applyPattern", counted)
    dialect.render("## A heading\n\nPlain words, 12.5 mg: (nothing) else; is it? 50 % – yes!\nA line. x: y\n\n- item\n", "en")
    assert tried == []
    dialect.render("a *b* c\n", "en")
    assert tried


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("text", WITH_PATTERN)
def test_what_can_hold_a_pattern_is_not_passed_over(text: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = f"words {text} words\n\n{text}\n\n[^1]: Note.\n"
    found = dialect.render(written, language)
    monkeypatch.setattr(dialect, "skip_plain_text", lambda converter: None)
    assert found == dialect.render(written, language)
    assert found.html != dialect.render(written.replace(text, "x"), language).html
