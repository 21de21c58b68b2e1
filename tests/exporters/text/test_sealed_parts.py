"""The disclaimer of a text is that of its sealed page, whatever else the text holds; and every edit that could change it is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Literal

import pytest
from handbill.exporters.text import TextOptions, exporter

from epub_handouts import ARABIC
from handbill.contract import ExporterError
from handbill.diagnostics.errors import ProofError
from handbill.document import Theme
from handbill.proof.sealed import prove_sealed
from handbill.testing.documents import CLAIMS, DISCLAIMER, LONG_DISCLAIMER, PLAIN, TORTURE, run

THAI = dataclasses.replace(
    DISCLAIMER,
    language="th",
    title="ข้อสงวนสิทธิ์",
    notice="ข้อมูลทั่วไป ไม่ใช่คำแนะนำทางการแพทย์",
    body="<body><p>ในกรณีฉุกเฉินโทร 1669 หรือ +66 2-555-0142</p></body>".encode(),
)
DISCLAIMERS = {"short": DISCLAIMER, "long": LONG_DISCLAIMER, "arabic": ARABIC.disclaimer, "thai": THAI}
ARTICLES = {
    "torture": TORTURE,
    "themed": dataclasses.replace(
        TORTURE,
        theme=Theme(css=".handbill-article p { color: red }"),
        metadata=dataclasses.replace(TORTURE.metadata, title="O"),
    ),
    "claims": CLAIMS,
    "plain": PLAIN,
    "arabic": ARABIC,
    "rules": dataclasses.replace(PLAIN, body=b"<body><hr/><p>One.</p><hr/><pre><code>" + b"-" * 72 + b"\nTwo.\n</code></pre><hr/></body>"),
}
Position = Literal["end", "front"]


def text(article: str, disclaimer: str = "short", options: TextOptions | None = None, position: Position = "end") -> bytes:
    document = dataclasses.replace(ARTICLES[article], disclaimer=DISCLAIMERS[disclaimer], disclaimer_position=position)
    return exporter.export(document, options or TextOptions(), run())


def accepted(handout: bytes, position: Position, disclaimer: str = "short", options: TextOptions | None = None) -> int:
    sealed = exporter.disclaimer_of(exporter.seal(DISCLAIMERS[disclaimer], options or TextOptions()).handout, "end")
    return prove_sealed(exporter.disclaimer_of(handout, position), sealed, position).first


@pytest.mark.parametrize("position", ["end", "front"])
@pytest.mark.parametrize("width", [40, 72, 100])
@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
@pytest.mark.parametrize("article", ARTICLES)
def test_a_text_has_the_disclaimer_of_its_sealed_page(article: str, disclaimer: str, width: int, position: Position) -> None:
    options = TextOptions(width=width)
    assert accepted(text(article, disclaimer, options, position), position, disclaimer, options) == (1 if position == "front" else 2)


@pytest.mark.parametrize("position", ["end", "front"])
def test_a_text_in_ascii_has_the_disclaimer_of_its_sealed_page(position: Position) -> None:
    options = TextOptions(ascii=True)
    assert accepted(text("plain", "short", options, position), position, "short", options) == (1 if position == "front" else 2)


def test_a_text_is_no_text_of_another_disclaimer_width_or_position() -> None:
    for position, disclaimer, options in (("end", "long", None), ("end", "short", TextOptions(width=60)), ("front", "short", None)):
        with pytest.raises(ProofError):
            accepted(text("torture"), position, disclaimer, options)  # type: ignore[arg-type]


# An edit is given the disclaimer's page and the article's, each without the line and the form feed between them.
Edit = Callable[[str, str], tuple[str, str]]
NOTICE = DISCLAIMER.notice


def within(old: str, new: str) -> Edit:
    """Return an edit of the disclaimer's page."""

    def edit(disclaimer: str, article: str) -> tuple[str, str]:
        assert old in disclaimer
        return disclaimer.replace(old, new, 1), article

    return edit


def before(added: str) -> Edit:
    """Return an edit that adds something in front of the disclaimer, on its page."""
    return lambda disclaimer, article: (added + disclaimer, article)


def of_article(old: str, new: str) -> Edit:
    def edit(disclaimer: str, article: str) -> tuple[str, str]:
        assert old in article
        return disclaimer, article.replace(old, new, 1)

    return edit


VOID = "•   •\n•   •\n • •\n  •\n"
BOX = "┌──────┐\n│ VOID │\n└──────┘\n"
EDITS: Mapping[str, Edit] = {
    "form feeds": before("\f" * 10_000),
    "form feeds in lines of their own": before("\f\n" * 10_000),
    "a form feed": within("call 911", "call\f911"),
    "isolates": within("call 911", "\u2067call\u2069 \u2067911\u2069"),
    "override": within("911", "\u202e911\u202c"),
    "embedding": within("call", "\u202bcall\u202c"),
    "invisible": within("911", "9\u200b11"),
    "bullets": before(VOID),
    "bullets behind": lambda disclaimer, article: (disclaimer + VOID, article),
    "a box": before(BOX),
    "a box behind": lambda disclaimer, article: (disclaimer + BOX, article),
    "a line of 6,000 columns": within("call 911", "call" + " " * 6_000 + "911"),
    "lines joined to one": lambda disclaimer, article: (disclaimer.replace("\n", " "), article),
    "no spaces": lambda disclaimer, article: (disclaimer.replace(" ", ""), article),
    "229 lines of article": before("An article’s line.\n" * 229),
    "an empty line": before("\n"),
    "an empty line behind": lambda disclaimer, article: (disclaimer + "\n", article),
    "blanks at the end of a line": within("\n", "  \n"),
    "a byte order mark": before("\ufeff"),
    "escape sequences": of_article("Everything", "\x1b[8mEverything"),
    "a C1 control": of_article("Everything", "\x9b8mEverything"),
    "carriage returns": of_article("Everything", "\rEverything"),
    "backspaces": of_article("Everything", "Everything\b\b"),
    "blank lines": of_article("\n\n", "\n" * 10_000),
    "blank lines of blanks": of_article("\n\n", "\n\n" + " \t\n" * 10_000),
    "an empty article of blank lines": lambda disclaimer, article: (disclaimer, "\n" * 5_000 + article),
    "changed notice": of_article(NOTICE, NOTICE.replace("not ", "")),
    "text behind the notice": of_article(NOTICE, f"{NOTICE}\nVOID"),
    "a paragraph behind the notice": of_article(NOTICE, f"{NOTICE}\n\nVOID"),
    "an empty line behind the notice": of_article(f"{NOTICE}\n", f"{NOTICE}\n\n"),
    "no rule": of_article(f"{'─' * 72}\n{NOTICE}", NOTICE),
    "a notice that goes on in a paragraph": of_article(f"\n\n{'─' * 72}\n{NOTICE}", f"\nVOID\n{'─' * 72}\n{NOTICE}"),
    "no notice": of_article(NOTICE, ""),
    "no line end": lambda disclaimer, article: (disclaimer.rstrip("\n"), article.rstrip("\n")),
}


@pytest.mark.parametrize("position", ["end", "front"])
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_that_could_change_the_disclaimer_is_refused(name: str, position: Position) -> None:
    parts = text("torture", position=position).decode().split("\f\n")
    disclaimer, article = parts if position == "front" else reversed(parts)
    edited = EDITS[name](disclaimer, article)
    assert edited != (disclaimer, article)
    with pytest.raises((ProofError, ExporterError)):
        accepted("\f\n".join(edited if position == "front" else reversed(edited)).encode(), position)


@pytest.mark.parametrize("added", [b"\xff", "é".encode("latin-1"), "x".encode("utf-16")])
def test_what_is_not_in_utf_8_is_refused(added: bytes) -> None:
    with pytest.raises(ExporterError, match="not-utf-8"):
        accepted(added + text("torture"), "end")


def test_other_words_of_the_article_and_its_code_are_accepted() -> None:
    code = "An end.\n\n    of code" + "\n" * 50 + "    and lines."
    handout = text("torture").decode().replace("everything", "nothing").replace("An end.", code)
    assert accepted(handout.encode(), "end") == 2
