"""Reading takes time that grows with an article's length, not with its square, whatever stands in it; what could not is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from articles import outcome, write
from commandline import Handbill, publication
from growth import TIMES, assert_linear
from handbill.system.time_limit import TooLongError, limit_cpu_time
from polling import HANG_LIMIT

_LINES = 150

LINEAR: dict[str, Callable[[int], str]] = {
    "opening brackets": lambda n: "[" * 3 * n,
    "opening brackets, and one that closes": lambda n: "[" * 3 * n + "]",
    "brackets in brackets": lambda n: "[" * 2 * n + "]" * 2 * n,
    "openings of images": lambda n: "![" * 2 * n,
    "openings of links": lambda n: "[a](" * 2 * n,
    "openings of links with a title": lambda n: '[a](b "' * 2 * n,
    "openings of footnotes": lambda n: "[^" * 2 * n,
    "openings of tags": lambda n: "<a " * 4 * n,
    "openings of tags with attributes": lambda n: "<a b=c " * 2 * n,
    "openings of tags in paragraphs": lambda n: "<a b\n\n" * n,
    "blocks of HTML that are never closed": lambda n: "<div>\na\n\n" * n,
    "comments that are never closed": lambda n: "<!-- a\n" * n,
    "letters and dots, as in an address": lambda n: "a." * 4 * n + "@",
    "underlined headings": lambda n: "head\n----\n" * n,
    "headings of one name": lambda n: "## same\n\na\n\n" * n,
    "headings below one another": lambda n: "# a\n" * 2 * n,
    "rules": lambda n: "***\n" * 2 * n,
    "definitions of links": lambda n: "[a]: \n" * 2 * n,
    "a footnote that is not defined": lambda n: "[^a] " * 2 * n,
    "one footnote defined again and again": lambda n: "a[^1]\n\n" + "[^1]: note\n" * 2 * n,
    "links that lead nowhere": lambda n: "".join(f"[a](#gone{number}) " for number in range(n)),
    "cells that span rows": lambda n: "<table>" + "<tr><td rowspan=9>a</td></tr>" * n + "</table>",
}


@pytest.mark.parametrize("text", LINEAR.values(), ids=LINEAR)
def test_reading_takes_no_square_of_the_length(text: Callable[[int], str], tmp_path: Path) -> None:
    for number in (1, _LINES, _LINES * TIMES):
        write(tmp_path, {f"{number}.md": f"# Title\n\n{text(number)}\n"})
    assert_linear(lambda number: outcome(tmp_path, f"{number}.md"), _LINES)


REFUSED = {
    "1,500 footnotes in a paragraph": (
        "".join(f"word[^{n}] " for n in range(1500)) + "\n\n" + "".join(f"[^{n}]: note\n" for n in range(1500)),
        "article.md:3:",
        "a paragraph calls more than 100 footnotes",
    ),
    "2,000 calls of one footnote": ("word[^1]\n\n" * 2000 + "[^1]: note\n", "article.md:3:5:", "the footnote [^1] is called 2,000 times"),
    "4,000 abbreviations": (
        "".join(f"*[AB{n}]: words\n" for n in range(4000)) + "\ntext\n",
        "article.md:503:1:",
        "the article defines 4,000 abbreviations",
    ),
    "a table of wide cells": (
        "<table><tr>" + "<td colspan=1000000>a</td>" * 200 + "</tr><tr><td>b</td></tr></table>",
        "article.md:3:",
        "the table has 40,000 cells",
    ),
    "a table of high cells": (
        "<table>" + "<tr><td rowspan=1000000>a</td></tr>" * 2000 + "</table>",
        "article.md:3:",
        "the table has 4,000,000 cells",
    ),
    "68 nested lists": ("".join("  " * n + "- a\n" for n in range(68)), "article.md:70", "nested more than 60 deep"),
    "137 nested divs": ("<div>" * 137 + "text" + "</div>" * 137, "article.md:3", "nested more than 60 deep"),
}


@pytest.mark.parametrize(("text", "place", "message"), REFUSED.values(), ids=REFUSED)
def test_what_would_take_long_is_refused_at_its_place(text: str, place: str, message: str, tmp_path: Path) -> None:
    found = outcome(write(tmp_path, {"article.md": f"# Title\n\n{text}"}))
    assert found.document is None
    said = next(each for each in found.messages if message in each)
    assert said.startswith(place)
    assert "error[over-bound]" in said or "error[too-deep]" in said


def test_one_cell_that_spans_a_million_columns_spans_the_table(tmp_path: Path) -> None:
    text = "# T\n\n<table><tr><th>a</th><th>b</th></tr><tr><td colspan=1000000>c</td></tr></table>\n"
    assert '<td colspan="2">c</td>' in outcome(write(tmp_path, {"article.md": text})).body


def spin(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_what_takes_too_long_is_stopped_and_nothing_after_it() -> None:
    with pytest.raises(TooLongError), limit_cpu_time(0.1):
        spin(HANG_LIMIT)
    # Nothing is stopped later on.
    spin(0.3)


def test_an_article_that_takes_too_long_to_read_is_refused_and_the_others_are_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = publication(tmp_path, articles={"slow.md": "# S\n\nSlow.\n", "letter.md": "# L\n\nText.\n"})
    handbill = Handbill(tmp_path)
    # What is imported and read at first does not count against the bound.
    handbill.inside("check")
    settings = source / "publication.toml"
    settings.write_text(settings.read_text() + "[bounds]\nreading-seconds = 1\n")
    from handbill.reader import read as reader

    read = reader.read_article

    def slow(root: Path, path: str, *others: object) -> object:
        if path == "slow.md":
            spin(HANG_LIMIT)
        return read(root, path, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(reader, "read_article", slow)
    done = handbill.inside("check", code=3)
    assert "source/slow.md:1:1: error[over-bound]: reading the article takes too long" in done.err
    assert "`reading-seconds` in [bounds] of publication.toml" in done.err
    assert "letter.md" not in done.err
