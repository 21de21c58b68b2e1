"""`handbill check --fix`: the source mended, every handout word for word the same, a disclaimer never touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from articles import outcome, write
from commandline import DISCLAIMER, SETTINGS, Handbill, publication

HEAD = "---\ntitle: T\n---\n\n"


def fix_article(folder: Path, article: str | bytes, *, settings: str = "", code: int = 0) -> tuple[str, str]:
    """Return an article as it is mended, and what was said on the way."""
    publication(folder, settings=settings, articles={})
    file = folder / "source" / "letter.md"
    file.write_bytes(article if isinstance(article, bytes) else article.encode())
    said = Handbill(folder).inside("check", "--fix", code=code).err
    return file.read_bytes().decode(), said


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("control-character", "One\x08\x08 two.\n", "One two.\n"),
        ("raw-html", "Press <Enter> and `<Enter>`.\n", "Press &lt;Enter> and `<Enter>`.\n"),
        ("short-row", "| a | b | c |\n|---|---|---|\n| 1 | 2 |\n| 3 |\n", "| a | b | c |\n|---|---|---|\n| 1 | 2 | |\n| 3 | | |\n"),
        ("short-row", "a | b | c\n--|---|--\n1 | 2\n", "a | b | c\n--|---|--\n1 | 2 | |\n"),
        ("unbalanced-html", "One</b> two.\n", "One two.\n"),
        ("unused-allowance", "One.\n\n<!-- handbill: allow vague-link: x -->\nTwo.\n", "One.\n\nTwo.\n"),
        ("unused-allowance", "One <!-- handbill: allow vague-link: x\n y --> two.\n", "One  two.\n"),
    ],
)
def test_what_can_be_mended_is_mended_and_told(tmp_path: Path, code: str, before: str, after: str) -> None:
    text, said = fix_article(tmp_path, HEAD + before)
    assert text == HEAD + after
    assert f"mended[{code}]" in said
    assert f"warning[{code}]" not in said


def test_handouts_stay_as_they_are_though_everything_is_mended(tmp_path: Path) -> None:
    before = HEAD + "A\x0c <b>b</b></i> <x>.\n\n| a | b |\n|---|---|\n| 1 |\n\n::: only pdf\n| a | b |\n|---|---|\n| 2 |\n:::\n"
    write(tmp_path / "old", {"article.md": before})
    old = outcome(tmp_path / "old").document
    text, said = fix_article(tmp_path, before)
    write(tmp_path / "new", {"article.md": text})
    new = outcome(tmp_path / "new").document
    assert said.count("mended[") == 5
    assert old is not None
    assert new is not None
    assert (old.heading, old.body) == (new.heading, new.body)
    assert fix_article(tmp_path, text) == (text, "")


def test_line_ends_a_byte_order_mark_and_all_else_stay(tmp_path: Path) -> None:
    before = b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n\r\nPress\t<Enter>.\r\rEnd\r\n"
    text, _ = fix_article(tmp_path, before)
    assert text.encode() == before.replace(b"<Enter>", b"&lt;Enter>")


def test_what_would_change_a_handout_is_left(tmp_path: Path) -> None:
    before = HEAD + "Some <marquee>text</marquee>, [here](https://example.org/), <b>open.\n"
    text, said = fix_article(tmp_path, before)
    assert text == before
    assert "mended" not in said
    assert "warning[raw-html]" in said


def test_what_the_publication_does_not_ask_for_is_left(tmp_path: Path) -> None:
    before = HEAD + "Press <Enter>.\n"
    assert fix_article(tmp_path, before, settings='[checks]\nraw-html = "off"\n') == (before, "")


def test_an_article_with_an_error_is_left(tmp_path: Path) -> None:
    before = HEAD + "Press <Enter>.[^1]\n"
    text, said = fix_article(tmp_path, before, code=3)
    assert text == before
    assert "error[undefined-note]" in said


def test_a_disclaimer_is_never_touched(tmp_path: Path) -> None:
    source = publication(tmp_path, disclaimer=DISCLAIMER.replace("general", "gen\x08eral"))
    before = (source / "disclaimers/general.md").read_bytes()
    said = Handbill(tmp_path).inside("check", "--fix").err
    assert (source / "disclaimers/general.md").read_bytes() == before
    assert "disclaimers/general.md:6:23: warning[control-character]" in said


def test_a_file_that_several_articles_include_is_mended_for_all(tmp_path: Path) -> None:
    include = HEAD + '--8<-- "_shared.md"\n'
    source = publication(tmp_path, articles={"a.md": include, "b.md": include, "_shared.md": "Press <Enter>.\n"})
    said = Handbill(tmp_path).inside("check", "--fix").err
    assert (source / "_shared.md").read_text() == "Press &lt;Enter>.\n"
    assert said == "source/_shared.md:1:7: mended[raw-html]: <Enter> is read as text, not as HTML\n"


def test_a_file_that_an_article_may_include_which_was_not_read_is_left(tmp_path: Path) -> None:
    include = HEAD + '--8<-- "_shared.md"\n'
    articles = {"a.md": include, "b.md": include, "c.md": "Wrong.[^1]\n", "_shared.md": "Press <Enter>.\n"}
    source = publication(tmp_path, articles=articles)
    Handbill(tmp_path).inside("check", "--fix", code=3)
    Handbill(tmp_path).inside("check", "--fix", source / "a.md")
    assert (source / "_shared.md").read_text() == "Press <Enter>.\n"


def test_a_file_keeps_its_rights(tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"a.md": HEAD + "Press <Enter>.\n"})
    (source / "a.md").chmod(0o640)
    Handbill(tmp_path).inside("check", "--fix")
    assert (source / "a.md").stat().st_mode & 0o777 == 0o640


def test_wrong_settings_and_wrong_articles_are_told_in_one_run(tmp_path: Path) -> None:
    publication(
        tmp_path,
        settings='publishr = "X"\n[checks]\nno-summary = "off"\nvague = "off"\n',
        articles={"b.md": "# B\n\nText.[^1]\n", "a.md": "Text\n"},
    )
    said = Handbill(tmp_path).inside("check", code=4).err
    assert [line.partition(" ")[2].partition(":")[0] for line in said.splitlines() if line.startswith("source/")] == [
        "error[setting]",
        "error[setting]",
        "warning[no-title]",
        "error[undefined-note]",
    ]


def test_articles_are_not_told_of_what_they_lack_because_a_setting_is_wrong(tmp_path: Path) -> None:
    source = publication(tmp_path)
    (source / "publication.toml").write_text(SETTINGS.replace('disclaimer = "general"', "disclaimer = 1"))
    said = Handbill(tmp_path).inside("check", code=4).err
    assert said.count("error[") == 1


def test_a_program_is_told_what_was_mended(tmp_path: Path) -> None:
    publication(tmp_path, settings='[checks]\nno-summary = "off"\n', articles={"a.md": HEAD + "Press <Enter>.\n"})
    data = json.loads(Handbill(tmp_path).inside("check", "--fix", "--output-format", "json").out)
    assert [(one["code"], one["path"], one["line"]) for one in data["mended"]] == [("raw-html", "source/a.md", 5)]
    assert data["diagnostics"] == []
