"""Front matter: what is taken for it, and its values as texts with their places."""

from __future__ import annotations

import datetime

import pytest

from handbill.diagnostics.errors import SourceError
from handbill.manuscript.front_matter import Value, is_unclosed, parse_front_matter
from handbill.reader.metadata import ARTICLE_KEYS, FrontMatterReader


def fields(text: str) -> FrontMatterReader:
    return FrontMatterReader("a.md", parse_front_matter(text, "a.md").values, ARTICLE_KEYS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Text.\n",
        "---\n",
        "---\n\ntext\n\n---\n",
        "---\nno end\n",
        "---\njust words\n---\n",
        "---\n- a list\n---\n",
        " ---\na: b\n---\n",
        "+++\nno end\n",
        "----\na: b\n----\n",
    ],
)
def test_what_is_no_front_matter(text: str) -> None:
    assert parse_front_matter(text, "a.md").lines == 0
    assert parse_front_matter(text, "a.md").values == {}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("---\na: b\n---\nText", 3),
        ("---\na: b\n...\nText", 3),
        ("---   \na: b\n---\t\nText", 3),
        ("+++\na = 1\n+++\nText", 3),
        ("---\n# a comment\n---\n", 3),
    ],
)
def test_how_many_lines_it_takes_up(text: str, lines: int) -> None:
    assert parse_front_matter(text, "a.md").lines == lines


def test_scalars_stay_the_text_that_they_are() -> None:
    written = "version: 1.10\nlang: no\nrights: yes\ncontact: 0x1F\nidentifier: 2026-11-22\nsubtitle: ~\ntitle: '~'\npublisher: 1_000"
    values = parse_front_matter(f"---\n{written}\n---\n", "a.md").values
    assert {key: value.content for key, value in values.items()} == {
        "version": "1.10", "lang": "no", "rights": "yes", "contact": "0x1F", "identifier": "2026-11-22", "subtitle": "", "title": "~",
        "publisher": "1_000",
    }  # fmt: skip


def test_toml_scalars_become_texts() -> None:
    values = parse_front_matter(
        '+++\ntitle = "T"\ndate = 2026-11-22\ndraft = true\nversion = "1.10"\n[menu]\nmain = 3\n+++\n', "a.md"
    ).values
    assert {key: value.content for key, value in values.items() if key != "menu"} == {
        "title": "T", "date": "2026-11-22", "draft": "true", "version": "1.10",
    }  # fmt: skip
    assert (values["date"].line, values["date"].column, values["menu"].line) == (3, 1, 6)


def test_places_count_characters_from_one() -> None:
    values = parse_front_matter("---\n# é\ntitle: é\n'author': x\n---\n", "a.md").values
    assert {key: (value.line, value.column) for key, value in values.items()} == {"title": (3, 1), "author": (4, 1)}


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ("author: One", ("One",)),
        ("author: [One, Two, One]", ("One", "Two")),
        ("author:\n  - name: One\n    affiliation: X\n  - Two", ("One", "Two")),
        ("author: {name: One}", ("One",)),
        ("author: []", ()),
        ("author: One, Two", ("One, Two",)),
        ("author: |\n  One\n  of two lines", ("One of two lines",)),
    ],
)
def test_who_the_authors_are(written: str, texts: tuple[str, ...]) -> None:
    assert fields(f"---\n{written}\n---\n").texts("author") == texts


def test_keywords_may_be_separated_by_commas() -> None:
    assert fields("---\nkeywords: a, b,, c\n---\n").texts("keywords", separated=True) == ("a", "b", "c")
    assert fields("---\nkeywords: ['a, b', c]\n---\n").texts("keywords", separated=True) == ("a, b", "c")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-22", datetime.date(2026, 11, 22)),
        ("2026-1-2", datetime.date(2026, 1, 2)),
        ("2026-11-22T10:00:00Z", datetime.date(2026, 11, 22)),
        ("2026-11-22 10:00", datetime.date(2026, 11, 22)),
        ("", None),
    ],
)
def test_a_date_is_written_as_iso_8601_has_it(written: str, day: datetime.date | None) -> None:
    found = fields(f"---\ndate: {written}\n---\n")
    assert found.date("date") == day
    assert found.diagnostics == []


@pytest.mark.parametrize("written", ["yesterday", "22.11.2026", "2026-13-01", "2026-11-221", "[2026-11-22]"])
def test_what_is_no_date_is_an_error(written: str) -> None:
    found = fields(f"---\ntitle: T\ndate: {written}\n---\n")
    assert found.date("date") is None
    assert [(one.code, one.line) for one in found.diagnostics] == [("front-matter", 3)]


def test_underscores_in_a_language_tag_are_hyphens() -> None:
    assert fields("---\nlang: pt_BR\n---\n").language() == "pt-BR"


def test_keys_of_other_tools_are_noted_once_and_unknown_ones_each() -> None:
    found = fields("---\nlayout: x\ntags: []\nsubtitel: y\nauthr: z\nanything: {a: b}\n---\n").diagnostics
    assert [(one.code, one.line) for one in found] == [("other-front-matter", 2), ("unknown-front-matter", 4), ("unknown-front-matter", 5)]
    assert found[1].hint == "did you mean `subtitle`?"


def test_control_characters_do_not_stop_the_reading() -> None:
    assert parse_front_matter("---\ntitle: a\x00b\x0cc\n---\n", "a.md").values["title"] == Value("a b c", 2, 1)


@pytest.mark.parametrize("block", ["a: *nowhere", "\ta: b", "a: [", "? [a\n: b", "a: 'x", "%YAML 9\n--- x"])
def test_bad_yaml_is_refused_with_its_line(block: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_front_matter(f"---\ntitle: T\n{block}\n---\n", "a.md")
    assert (caught.value.diagnostics[0].line or 0) >= 2


def test_tags_of_yaml_do_nothing() -> None:
    assert parse_front_matter("---\na: !!python/object/apply:os.getcwd []\nb: !!int x\n---\n", "a.md").values["b"].content == "x"


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        ("Disclaimer: none", "no-disclaimer", "name a file of disclaimers/, without .md, or leave the line out"),
        ("DISCLAIMER:", "no-disclaimer", "name a file of disclaimers/, without .md, or leave the line out"),
        ("Disclaimer: strict", "unknown-front-matter", "did you mean `disclaimer`?"),
        ("disclamer: strict", "unknown-front-matter", "did you mean `disclaimer`?"),
        ("Disclaimer: [strict]", "unknown-front-matter", "did you mean `disclaimer`?"),
    ],
)
def test_a_mistyped_disclaimer_is_an_error(line: str, code: str, hint: str) -> None:
    found = fields(f"---\ntitle: T\n{line}\n---\n").diagnostics
    assert [(one.severity, one.code, one.line, one.hint) for one in found] == [("error", code, 3, hint)]


def test_another_key_in_other_letters_is_a_warning() -> None:
    found = fields("---\nTitle: T\nclaims: x\n---\n").diagnostics
    assert [(one.severity, one.code) for one in found] == [("warning", "unknown-front-matter")] * 2


@pytest.mark.parametrize(
    ("text", "unclosed"),
    [
        ("---\ntitle: T\n\nText.\n", True),
        ("---\ntitle:\nText.\n", True),
        ("+++\ntitle = 'T'\n\nText.\n", True),
        ("---\ntitle: T\n---\n\nText.\n", False),
        ("---\ntitle: T\n...\n\nText.\n", False),
        ("---\nText.\n", False),
        ("---\n\ntitle: T\n", False),
        ("---", False),
        ("+++", False),
        ("title: T\n", False),
    ],
)
def test_front_matter_that_is_never_closed_is_known(text: str, unclosed: bool) -> None:
    assert is_unclosed(text) is unclosed


@pytest.mark.parametrize(
    ("text", "place", "character"),
    [
        ('---\ntitle: T\nauthor: ["a", "\\u0007"]\n---\n', (3, 15), "U+0007"),
        ('---\ntitle: T\n"\\x1b[31m": x\n---\n', (3, 1), "U+001B"),
        ('---\ntitle: "\\uFFFE"\n---\n', (2, 8), "U+FFFE"),
        ('+++\ntitle = "T"\nauthor = ["\\u0000"]\n+++\n', (3, 1), "U+0000"),
    ],
)
def test_an_escape_for_what_is_no_character_is_refused_with_its_place(text: str, place: tuple[int, int], character: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_front_matter(text, "a.md")
    (found,) = caught.value.diagnostics
    assert (found.line, found.column) == place
    assert found.message == f"{character} is no character of a text"


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85"])
def test_only_line_ends_that_the_reader_knows_count_lines(end: str) -> None:
    found = parse_front_matter(f"---\ntitle: a{end}b\nauthor: c\n---\n", "a.md")
    assert {key: (value.content, value.line) for key, value in found.values.items()} == {"title": ("a b", 2), "author": ("c", 3)}
