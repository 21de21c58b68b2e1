"""Reading a text handout back: what a person sees of it, and nothing else."""

from __future__ import annotations

import dataclasses

import pytest
from handbill.exporters.text import TextOptions, exporter

from handbill.contract import ExporterError
from handbill.diagnostics.errors import ProofError
from handbill.proof.disclaimer import expected_disclaimer, prove_disclaimer
from handbill.testing import documents as samples
from handouts import with_body

HANDOUT = exporter.export(samples.TORTURE, TextOptions(), samples.run()).decode()
SENTENCE = "This handout gives general information."
WANTED = expected_disclaimer(samples.DISCLAIMER)


def test_underlines_and_rules_are_no_text() -> None:
    article, disclaimer = exporter.pages(HANDOUT.encode())
    assert disclaimer.body.startswith("Disclaimer: please read\n\nWhat this is\n\nThis handout")
    assert "====" not in article.body
    assert "────" not in article.body
    assert "\nWarning\nGet help" in article.body
    assert article.furniture == disclaimer.furniture == ""


def test_ascii_bullets_come_back_as_bullets() -> None:
    page = exporter.pages(exporter.export(samples.PLAIN, TextOptions(ascii=True), samples.run()))[1]
    assert "\n  • a doctor or a nurse\n  • a pharmacist" in page.body


@pytest.mark.parametrize(
    ("seen", "concealed"),
    [
        (SENTENCE, ""),
        (SENTENCE, f"\x1b[8m{SENTENCE}\x1b[0m"),
        ("\f\n", "\f\n\x1b[8m\n"),
        (SENTENCE, f"{SENTENCE}\r{' ' * 60}"),
        (SENTENCE, SENTENCE + "\b" * 40),
        (SENTENCE, f"\u202e{SENTENCE}"),
        (SENTENCE, "".join(chr(0xE0000 + ord(char)) for char in SENTENCE)),
        (SENTENCE, f"{' ' * 300}{SENTENCE}"),
        (SENTENCE, f"{chr(0xA0) * 300}{SENTENCE}"),
        (SENTENCE, "\u2060".join(SENTENCE) + "\ufff9"),
        (SENTENCE, f"\x9b8m{SENTENCE}"),
        (SENTENCE, f"\x7f{SENTENCE}"),
        ("\n\f\n", "\n\n"),
        (SENTENCE, f"{SENTENCE} And more."),
        (SENTENCE, "\n" * 11 + SENTENCE),
        (SENTENCE, " \u00a0\u200b\n" * 11 + SENTENCE),
        (SENTENCE, "─" * 72 + ("\n" + "─" * 72) * 11 + f"\n{SENTENCE}"),
        (SENTENCE, "┌───┐\n" + "│   │\n" * 20 + f"└───┘\n{SENTENCE}"),
        ("\n\f\n", "\n" * 40 + "\f\n"),
        (SENTENCE, f"\u202eForget this.\n{SENTENCE}"),
        (SENTENCE, f"{' ' * 300}Forget this.\n{SENTENCE}"),
    ],
)
def test_a_disclaimer_that_is_cut_or_concealed_is_not_proven(seen: str, concealed: str) -> None:
    assert prove_disclaimer(exporter.pages(HANDOUT.encode()), WANTED).first == 2
    assert seen in HANDOUT
    with pytest.raises(ProofError):
        prove_disclaimer(exporter.pages(HANDOUT.replace(seen, concealed).encode()), WANTED)


def test_format_characters_of_scripts_and_emoji_come_back() -> None:
    text = "👨‍👩‍👧 نمی‌خواهم \u200fש\u200e क्‍ष 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ไทย\u200bไทย"
    disclaimer = dataclasses.replace(samples.DISCLAIMER, body=f"<body><p>{text}</p></body>".encode())
    document = dataclasses.replace(samples.PLAIN, disclaimer=disclaimer)
    pages = exporter.pages(exporter.export(document, TextOptions(), samples.run()))
    assert text in pages[1].body
    assert prove_disclaimer(pages, expected_disclaimer(disclaimer)).first == 2


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(ExporterError) as caught:
        exporter.pages("é".encode("latin-1"))
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["not-utf-8"]


def test_an_empty_or_truncated_file_lacks_pages() -> None:
    assert exporter.pages(b"") == []
    assert len(exporter.pages(HANDOUT.partition("\f")[0].encode())) == 1


def test_links_of_the_disclaimer_carry_their_addresses() -> None:
    page = exporter.pages(HANDOUT.encode())[1].body
    assert "Poison Help <https://www.poison.example/help>" in " ".join(page.split())
    assert "<desk@example.org>" not in page


@pytest.mark.parametrize("width", [36, 40, 72])
@pytest.mark.parametrize("plain", [False, True])
def test_tables_come_back_cell_by_cell(width: int, plain: bool) -> None:
    table = (
        "<thead><tr><th rowspan='2'>A head that is long</th><th colspan='2'>Two heads</th></tr><tr><th>b</th><th>c</th></tr></thead>"
        "<tbody><tr><td rowspan='2'>this spans both rows with so many words that it is wrapped</td><td>one</td><td>two</td></tr>"
        "<tr><td>three has several words</td><td>four</td></tr></tbody>"
    )
    document = with_body(f"<ul><li><table>{table}</table></li></ul>")
    body = exporter.pages(exporter.export(document, TextOptions(width=width, ascii=plain), samples.run()))[0].body
    assert " ".join(body.split()).endswith(
        "A head that is long Two heads b c this spans both rows with so many words that it is wrapped one two three has several words four"
    )


def test_a_table_without_rules_comes_back_row_by_row() -> None:
    rows = "".join(f"<tr><td>row {n}</td><td>漢 {n}</td></tr>" for n in range(3))
    document = with_body(f"<p>{'prose ' * 30}</p><table>{rows}</table>")
    body = exporter.pages(exporter.export(document, TextOptions(), samples.run()))[0].body
    assert body.endswith("row 0\n漢 0\nrow 1\n漢 1\nrow 2\n漢 2")


def test_what_stands_around_a_frame_is_read_too() -> None:
    page = exporter.pages("Before ┌───┐\nBeside │ a │\n       └───┘ after │\n".encode())[0]
    assert all(word in page.body for word in ("Before", "Beside", "a", "after"))


@pytest.mark.parametrize("hidden", ["\U000e0041\U000e0042", "\ufff9", "\u206a", "\u202e", "\u00ad", "\ufeff"])
def test_a_line_with_characters_that_nobody_sees_is_marked(hidden: str) -> None:
    assert exporter.pages(f"one\n\ntwo{hidden}\n\nthree\n".encode())[0].body.split() == ["one", "\N{REPLACEMENT CHARACTER}", "three"]


def test_ten_blank_lines_are_a_gap_and_more_are_marked() -> None:
    assert "\N{REPLACEMENT CHARACTER}" not in exporter.pages(b"one\n" + b"\n" * 10 + b"two\n")[0].body
    assert exporter.pages(b"one\n" + b"\n" * 11 + b"two\n")[0].body.split() == ["one", "\N{REPLACEMENT CHARACTER}", "two"]
    assert not any("\N{REPLACEMENT CHARACTER}" in page.body for page in exporter.pages(HANDOUT.encode()))
