"""Disclaimers: a few elements, the text as it was written, in the article's own language."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from articles import PUBLICATION, article, write
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import SourceError
from handbill.document import text_of
from handbill.language.tags import same_language
from handbill.reader.deadlines import expiry
from handbill.reader.disclaimer_file import read_disclaimer
from handbill.reader.disclaimers import Disclaimers

HEAD = "---\ntitle: Disclaimer\n---\n\n"


def body(root: Path, text: str) -> str:
    write(root, {"disclaimers/general.md": HEAD + text})
    found = read_disclaimer(root, "disclaimers/general.md", "general", "en").disclaimer
    return found.body.decode().removeprefix("<body>").removesuffix("</body>")


def refusals(disclaimers: Disclaimers, name: str, language: str) -> list[str]:
    with pytest.raises(SourceError) as caught:
        disclaimers.find(name, language)
    return [str(found).split("\n")[0] for found in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "xhtml"),
    [
        ("One *two* **three**\nfour.", "<p>One <em>two</em> <strong>three</strong>\nfour.</p>"),
        ("## A\n\nText.\n\n### B\n\nText.", "<h2>A</h2><p>Text.</p><h3>B</h3><p>Text.</p>"),
        ("Ask:\n- a doctor\n- a pharmacist\n\nor\n\n- a\n\n- b", None),
        ("[Help](https://example.org/) or <desk@example.org> or [call](tel:911).", None),
        ("A line  \nbroken.", "<p>A line<br/>\nbroken.</p>"),
    ],
)
def test_what_a_disclaimer_may_hold(text: str, xhtml: str | None, tmp_path: Path) -> None:
    found = body(tmp_path, text)
    if xhtml is not None:
        assert found == xhtml
    if text.startswith("Ask"):
        assert found == "<p>Ask:</p><ul><li>a doctor</li><li>a pharmacist</li></ul><p>or</p><ul><li>a</li><li>b</li></ul>"


@pytest.mark.parametrize(
    "text",
    [
        "\"Straight\" 'quotes' -- and --- dashes... (c) 1/2",
        "“Curly” ‘quotes’ – and — dashes… © ½",
        "Soft\u00adhyphen, no-break\u00a0space, zero\u200bwidth, e\u0301 and é, ﬁ",
        "1986. was a year",
        "Ελληνικά العربية 日本語 עברית",
        "5 < 6 & 7 > 4",
        "H2O, 10^3, a_b_c, 50%",
    ],
)
def test_no_character_of_the_text_is_changed(text: str, tmp_path: Path) -> None:
    write(tmp_path, {"disclaimers/general.md": f"{HEAD}So: {text}\n"})
    found = read_disclaimer(tmp_path, "disclaimers/general.md", "general", "en").disclaimer
    assert text_of(found.tree()) == f"So: {text}"


def test_front_matter_is_told(tmp_path: Path) -> None:
    dates = "reviewed: 2026-11-22\nreview-by: 2027-05-22\nexpires: 2028-01-01\n"
    head = f"---\ntitle: D\nlang: es\nversion: 1.10\n{dates}notice: Short.\ncontact: a@b.c\n---\n"
    write(tmp_path, {"disclaimers/general.md": f"{head}\nTexto.\n"})
    read = read_disclaimer(tmp_path, "disclaimers/general.md", "general", "en")
    found = read.disclaimer
    assert (found.id, found.title, found.language, found.version, found.notice, found.contact) == (
        "general",
        "D",
        "es",
        "1.10",
        "Short.",
        "a@b.c",
    )
    assert [str(day) for day in (found.reviewed, found.review_by, expiry(read.deadlines))] == ["2026-11-22", "2027-05-22", "2028-01-01"]


def test_the_title_may_be_the_first_heading(tmp_path: Path) -> None:
    write(tmp_path, {"disclaimers/general.md": "# The *title*\n\nText.\n"})
    found = read_disclaimer(tmp_path, "disclaimers/general.md", "general", "en").disclaimer
    assert (found.title, text_of(found.tree())) == ("The title", "Text.")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("en", "en-GB", True),
        ("pt-BR", "pt", True),
        ("pt-BR", "pt-PT", True),
        ("en", "de", False),
        ("zh-Hant", "zh-Hans", False),
        ("zh-TW", "zh-CN", False),
        ("zh-TW", "zh-Hant", True),
        ("zh", "zh-Hant", False),
        ("sr-Latn", "sr-Cyrl", False),
        ("sr", "sr-Cyrl", True),
        ("sr", "sr-Latn", False),
        ("iw", "he", True),
    ],
)
def test_which_tags_name_one_written_language(one: str, other: str, same: bool) -> None:
    assert same_language(one, other) is same
    assert same_language(other, one) is same


def test_the_file_of_the_language_is_taken_and_a_wider_one_where_there_is_none(tmp_path: Path) -> None:
    files = {f"disclaimers/general.{tag}.md": f"{HEAD}In {tag}.\n" for tag in ("pt", "es", "es-MX", "zh-Hans")}
    disclaimers = Disclaimers(write(tmp_path, files), "en")
    texts = {tag: text_of(disclaimers.find("general", tag).tree()) for tag in ("en", "en-GB", "pt-BR", "es", "es-MX", "es-AR")}
    assert texts == {
        "en": "General information only.",
        "en-GB": "General information only.",
        "pt-BR": "In pt.",
        "es": "In es.",
        "es-MX": "In es-MX.",
        "es-AR": "In es.",
    }
    assert refusals(disclaimers, "general", "zh-Hant") == [
        "handbill: error[no-disclaimer]: the disclaimer `general` is not there in the article's language, zh-Hant"
    ]
    assert refusals(disclaimers, "general", "fr")


def test_what_a_file_says_of_its_language_counts_more_than_its_name(tmp_path: Path) -> None:
    disclaimers = Disclaimers(write(tmp_path, {"disclaimers/general.es.md": "---\ntitle: D\nlang: fr\n---\n\nTexte.\n"}), "en")
    assert refusals(disclaimers, "general", "es")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..", "a/b", "a\\b", ""])
def test_a_name_does_not_lead_out_of_the_folder(name: str, tmp_path: Path) -> None:
    root = write(tmp_path / "publication", {"secret.md": HEAD + "Secret.\n", "disclaimers/a/b.md": HEAD + "Secret.\n"})
    assert "[no-disclaimer]" in refusals(Disclaimers(root, "en"), name, "en")[0]


def test_a_link_to_a_file_outside_is_no_disclaimer(tmp_path: Path) -> None:
    root = write(tmp_path / "publication", {})
    (tmp_path / "outside.md").write_text(HEAD + "Outside.\n")
    (root / "disclaimers/linked.md").symlink_to(tmp_path / "outside.md")
    assert "[no-disclaimer]" in refusals(Disclaimers(root, "en"), "linked", "en")[0]


def test_the_override_holds_for_all_and_is_named_by_its_own_path(tmp_path: Path) -> None:
    root = write(tmp_path / "publication", {"article.md": "# T\n\nText.\n"})
    other = tmp_path / "elsewhere" / "other.md"
    write(tmp_path, {"elsewhere/other.md": HEAD + "Another text.\n"})
    disclaimers = Disclaimers(root, "en", override=other)
    assert disclaimers.find("whatever", "en").id == "other"
    assert text_of(disclaimers.find("general", "en-GB").tree()) == "Another text."
    message = refusals(disclaimers, "general", "es")[0]
    assert message == "../elsewhere/other.md:1:1: error[disclaimer-language]: the article is in es, the disclaimer in en"
    other.write_text(HEAD + "1. numbered\n")
    message = refusals(Disclaimers(root, "en", override=other), "general", "en")[0]
    assert message == "../elsewhere/other.md:5:4: error[disclaimer-content]: a disclaimer holds no such thing as a numbered list"
    assert (root / message.partition(":")[0]).exists()
    assert "[missing-file]" in refusals(Disclaimers(root, "en", override=tmp_path / "gone.md"), "general", "en")[0]


def test_an_article_names_its_own_disclaimer(tmp_path: Path) -> None:
    files = {"article.md": "---\ntitle: T\ndisclaimer: other\n---\n\nText.\n", "disclaimers/other.md": HEAD + "Other.\n"}
    assert article(write(tmp_path, files)).disclaimer.id == "other"


def test_a_publication_without_a_disclaimer_refuses_its_articles(tmp_path: Path) -> None:
    write(tmp_path, {"article.md": "---\ntitle: T\nabstract: A text.\n---\n\nText.\n"})
    with pytest.raises(SourceError) as caught:
        article(tmp_path, publication=dataclasses.replace(PUBLICATION, disclaimer=""))
    found: tuple[Diagnostic, ...] = caught.value.diagnostics
    assert [(one.code, one.path, one.line) for one in found] == [("no-disclaimer", "article.md", 1)]


def test_every_problem_is_told_at_once_and_again_at_each_article(tmp_path: Path) -> None:
    disclaimers = Disclaimers(write(tmp_path, {"disclaimers/general.md": HEAD + "1. a\n\n> b\n"}), "en")
    first = refusals(disclaimers, "general", "en")
    assert len(first) == 2
    assert refusals(disclaimers, "general", "en") == first


@pytest.mark.parametrize("text", ["\u200b", "• •", "\u00ad\u00ad", "\u2060", "\u200d", "- \u200b\n- ◦", "## \u200b\n\n\ufeff"])
def test_a_text_that_nobody_can_see_is_none(text: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"disclaimers/general.md": HEAD + text + "\n"})
    assert refusals(Disclaimers(root, "en"), "general", "en") == [
        "disclaimers/general.md:4:1: error[empty-disclaimer]: the disclaimer is empty"
    ]


@pytest.mark.parametrize(
    ("text", "line"), [('---\nlang: en\ntitle: "\\u200b"\n---\nText.\n', 3), ("# \u200b\n\nText.\n", 1), ("# •\n\nText.\n", 1)]
)
def test_a_title_that_nobody_can_see_is_none(text: str, line: int, tmp_path: Path) -> None:
    root = write(tmp_path, {"disclaimers/general.md": text})
    assert refusals(Disclaimers(root, "en"), "general", "en") == [
        f"disclaimers/general.md:{line}:1: error[no-title]: the disclaimer has no title"
    ]


@pytest.mark.parametrize("notice", ["", '""', '"\\u200b"', "•", "~"])
def test_a_notice_that_says_nothing_is_an_error_at_its_key(notice: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"disclaimers/general.md": f"---\ntitle: D\nnotice: {notice}\n---\nText.\n"})
    assert refusals(Disclaimers(root, "en"), "general", "en") == ["disclaimers/general.md:3:1: error[front-matter]: `notice` says nothing"]


@pytest.mark.parametrize("key", ["notice", "version", "contact"])
def test_a_list_where_a_text_belongs_is_an_error(key: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"disclaimers/general.md": f"---\ntitle: D\n{key}: [a]\n---\nText.\n"})
    assert f"disclaimers/general.md:3:1: error[front-matter]: `{key}` is a text, not a list or a table" in refusals(
        Disclaimers(root, "en"), "general", "en"
    )
