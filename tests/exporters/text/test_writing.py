"""The text handout as a whole: its layout, notes, pages, ASCII, and the proof of its disclaimer."""

from __future__ import annotations

import dataclasses
import re

import pytest
from handbill.exporters.text import TextOptions

from growth import assert_linear
from handbill.contract import ExporterError
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Disclaimer, Document, Words
from handbill.proof.disclaimer import expected_disclaimer, prove_disclaimer
from handbill.registry import load
from handbill.testing import documents as samples
from handouts import with_body

exporter = load("text")


def article(body: str, width: int = 72) -> str:
    """Return the article's page of a document with that body."""
    return handout(with_body(body), width=width).split("\f")[0]


def handout(document: Document, **options: object) -> str:
    return bytes(exporter.export(document, TextOptions(**options), samples.run())).decode()


def below_title(text: str) -> str:
    return text.partition("==============\n\n\n")[2].rstrip("\n")


def test_the_registered_exporter_is_plain_text() -> None:
    assert (exporter.name, exporter.suffix, exporter.media_type, exporter.options_type) == ("text", ".txt", "text/plain", TextOptions)


@pytest.mark.parametrize("width", [29, 201, 0, -1])
def test_a_width_at_which_nothing_can_be_read_is_refused(width: int) -> None:
    with pytest.raises(ValueError, match="from 30 to 200"):
        TextOptions(width=width)


def test_every_option_has_a_default_and_help() -> None:
    assert all(field.metadata["help"] for field in dataclasses.fields(TextOptions))
    assert TextOptions() == TextOptions(width=72, ascii=False)


@pytest.mark.parametrize("width", [30, 40, 72, 100, 200])
@pytest.mark.parametrize("position", ["end", "front"])
@pytest.mark.parametrize("disclaimer", [samples.DISCLAIMER, samples.LONG_DISCLAIMER], ids=["short", "long"])
def test_the_disclaimer_is_proven_on_a_page_of_its_own(width: int, position: str, disclaimer: Disclaimer) -> None:
    document = dataclasses.replace(samples.TORTURE, disclaimer_position=position, disclaimer=disclaimer)  # type: ignore[arg-type]
    pages = exporter.pages(handout(document, width=width).encode())
    proof = prove_disclaimer(pages, expected_disclaimer(disclaimer, position))
    page = 1 if position == "front" else 2
    assert (proof.first, proof.last, proof.pages) == (page, page, 2)
    assert " ".join(pages[2 - page].body.split()).endswith(disclaimer.notice)


def test_a_handout_is_utf8_with_line_feeds_and_no_trailing_blanks() -> None:
    text = handout(samples.TORTURE)
    assert text.endswith("2026.\n")
    assert not text.startswith("\ufeff")
    assert not re.search(r"[ \t\r\u00a0]$", text, re.MULTILINE)
    assert text.count("\f") == 1
    assert text.index("\f") == text.index("\n\f\n") + 1


@pytest.mark.parametrize("width", [30, 40, 72, 100, 200])
def test_nothing_but_code_and_addresses_is_wider_than_the_width(width: int) -> None:
    for line in handout(samples.TORTURE, width=width).split("\n"):
        if len(line) > width:
            assert "return x * 2" in line or 'echo "a' in line or "https://" in line


def test_every_word_of_the_article_appears_once() -> None:
    words = [f"word{n:03}" for n in range(42)]
    remaining = iter(words)
    template = (
        "<h2 id='a'>§</h2><p>§ <em>§<br/>§</em></p><ul><li>§<ol><li><p>§</p></li></ol></li></ul>"
        "<dl><dt>§</dt><dd>§</dd></dl><blockquote><p>§</p></blockquote><pre><code>§</code></pre>"
        "<table><caption>§</caption><thead><tr><th>§</th><th>§</th></tr></thead>"
        "<tbody><tr><td rowspan='2'>§</td><td><p>§</p></td></tr><tr><td><ul><li>§</li></ul></td></tr></tbody></table>"
        "<aside class='admonition tip'><p class='admonition-title'>§</p><p>§</p></aside>"
        "<div class='details'><p class='summary'>§</p></div><figure><img src='x' alt='alt'/><figcaption>§</figcaption></figure>"
        "<section class='notes'><aside class='note uncalled' id='note-1'><p>§</p></aside></section>"
    )
    body = re.sub("§", lambda _: f"{next(remaining)} {next(remaining)}", template)
    for width in (30, 72):
        assert sorted(re.findall(r"word\d+", article(body, width))) == words


def test_the_title_block_shows_what_the_metadata_say() -> None:
    assert handout(samples.TORTURE).startswith(
        "Everything at once\n"
        "==================\n"
        "A document that uses the whole vocabulary\n"
        "\n"
        "Ada Example, Béla Mintá\n"
        "Version 1.10 · November 1, 2026 · Reviewed November 22, 2026\n"
        "Next review by May 22, 2027 · Facts as of November 22, 2026\n"
        "\n"
        "    A short account of what follows, in one sentence.\n"
        "\n\n"
        "An opening paragraph"
    )


def test_the_colophon_and_the_notice_end_the_article() -> None:
    assert (
        handout(samples.TORTURE)
        .split("\f")[0]
        .endswith(
            f"\n\n\n{'─' * 72}\n\nThe Example Press · CC BY 4.0\nContact: desk@example.org\nKeywords: sleep, pain\n"
            f"\n{'─' * 72}\nGeneral information, not medical advice.\n"
        )
    )


def test_a_plain_letter_has_nothing_around_it() -> None:
    assert handout(samples.PLAIN).split("\f")[0] == "A plain letter\n==============\n\n\nOne paragraph, and no more.\n"


def test_a_wrapped_title_is_underlined_as_wide_as_its_longest_line() -> None:
    document = dataclasses.replace(samples.PLAIN, heading="<h1>漢字の表題 with more words in it than fit</h1>".encode())
    assert handout(document, width=30).startswith("漢字の表題 with more words in\nit than fit\n" + "=" * 29 + "\n")


def test_generated_words_are_those_of_the_documents_language() -> None:
    words = Words(notes="Notas", figure="Figura", version="Versión {version}", date="{day} de {month} de {year}", months=("enero",) * 12)
    text = handout(dataclasses.replace(samples.TORTURE, words=words))
    assert "\nNotas\n=====\n" in text
    assert "[Figura: A blue rectangle]" in text
    assert "Versión 1.10 · 1 de enero de 2026" in text


def test_a_long_article_lists_its_sections() -> None:
    call = '<a class="noteref" href="#note-1">1</a>'
    body = "".join(f"<h2 id='s{n}'>Section {n}{call if n == 1 else ''} ends</h2><p>{'word ' * 400}</p>" for n in range(4))
    notes = '<section class="notes"><aside class="note" id="note-1"><p>N.</p></aside></section>'
    listed = "\n\n\nContents\n--------\n\n  • Section 0 ends\n  • Section 1 ends\n"
    assert listed in article(body + notes)
    assert "Section 1[1] ends\n=" in article(body + notes)
    assert "Contents" not in article(body.replace("word " * 400, "word"))


def test_headings_of_every_level_differ() -> None:
    body = "".join(f"<h{n} id='h{n}'>Head</h{n}>" for n in range(2, 7))
    assert re.findall(r"^Head\n(.*)$", article(body), re.MULTILINE) == ["====", "----", "~~~~", "^^^^", "''''"]


def test_sections_stand_two_blank_lines_below_and_other_headings_one() -> None:
    body = "<p>a</p><h2 id='b'>b</h2><h3 id='c'>c</h3><p>d</p>"
    assert below_title(article(body)) == "a\n\n\nb\n=\n\nc\n-\n\nd"


def test_lists_hang_and_numbers_align_at_their_right() -> None:
    body = (
        '<ol start="9"><li>nine</li><li>ten has so many words that they need another line to stand on</li></ol>'
        "<ul><li>one<ul><li>two<ul><li>three<ul><li>four</li></ul></li></ul></li></ul></li><li>five</li></ul>"
    )
    assert below_title(article(body, 40)) == (
        "   9. nine\n"
        "  10. ten has so many words that they\n"
        "      need another line to stand on\n"
        "\n"
        "  • one\n"
        "    ◦ two\n"
        "      ▪ three\n"
        "        ▪ four\n"
        "  • five"
    )


@pytest.mark.parametrize(
    ("attributes", "numbers"),
    [
        ("", ["1.", "2.", "7.", "8."]),
        ('start="0"', ["0.", "1.", "7.", "8."]),
        ('type="a" start="26"', ["z.", "aa.", "g.", "h."]),
        ('type="I" start="3998"', ["MMMCMXCVIII.", "MMMCMXCIX.", "VII.", "VIII."]),
        ('type="i" start="4000"', ["4000.", "4001.", "vii.", "viii."]),
        ('reversed="reversed"', ["4.", "3.", "7.", "6."]),
        ('start="x"', ["1.", "2.", "7.", "8."]),
    ],
)
def test_numbered_lists_count_as_html_does(attributes: str, numbers: list[str]) -> None:
    text = article(f'<ol {attributes}><li>x</li><li>x</li><li value="7">x</li><li>x</li></ol>')
    assert re.findall(r"^ *(\S+) x$", text, re.MULTILINE) == numbers


def test_loose_lists_are_spaced_and_tight_ones_are_not() -> None:
    assert below_title(article("<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>")) == "  • a\n\n  • b\n\n    c"
    assert below_title(article("<ul><li>a</li><li>b</li></ul>")) == "  • a\n  • b"


def test_tasks_have_their_boxes_as_bullets() -> None:
    task = (
        '<ul class="task-list"><li class="task"><span class="checkbox">☑</span> done</li>'
        '<li class="task"><p><span class="checkbox">☐</span> not</p></li></ul>'
    )
    document = with_body(task)
    assert "  ☑ done\n\n  ☐ not\n" in handout(document)
    assert "  [x] done\n\n  [ ] not\n" in handout(document, ascii=True)


def test_code_stands_as_it_is_indented_by_four() -> None:
    long = "x" * 90
    assert below_title(article(f"<pre><code>a\tb  c\n\n  — {long}\n\n</code></pre>")) == f"    a\tb  c\n\n      — {long}"


def test_quotations_are_marked_line_by_line() -> None:
    body = "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>"
    assert below_title(article(body)) == "> a\n>\n> > b"


def test_callouts_stand_between_rules_with_their_title() -> None:
    body = '<aside class="admonition note"><p class="admonition-title">Good to know</p><p>x</p></aside>'
    assert below_title(article(body, 30)) == "── Good to know ──────────────\nx\n" + "─" * 30
    long = body.replace("Good to know", "A title that does not fit into the rule")
    assert below_title(article(long, 30)) == "─" * 30 + "\nA title that does not fit into\nthe rule\n\nx\n" + "─" * 30


def test_links_follow_the_notes_in_one_list_each_address_once() -> None:
    body = (
        '<p><a href="https://e.example/1">One</a>, <a href="https://e.example/2">two</a> and <a href="https://e.example/1">one again</a>.'
        '<a class="noteref" href="#note-1">1</a></p><section class="notes"><aside class="note" id="note-1"><p>See '
        '<a href="https://e.example/3">three</a>.</p></aside></section>'
    )
    assert below_title(article(body)) == (
        "One[2], two[3] and one again[2].[1]\n\n\nNotes\n=====\n\n"
        "[1] See three <https://e.example/3>.\n\n[2] https://e.example/1\n[3] https://e.example/2"
    )


def test_a_link_that_shows_its_address_or_stays_inside_needs_no_note() -> None:
    body = (
        '<p id="p"><a href="https://e.example/">https://e.example/</a> <a href="mailto:a@e.example">a@e.example</a> '
        '<a href="tel:+18002221222">1-800-222-1222</a> <a href="https://www.e.example/">www.e.example</a> <a href="#p">inside</a></p>'
    )
    assert below_title(article(body)).replace("\n", " ") == "https://e.example/ a@e.example 1-800-222-1222 www.e.example inside"


def test_a_reference_never_touches_an_address() -> None:
    body = (
        '<p>At https://e.example/a<a class="noteref" href="#note-1">1</a> it is.</p>'
        '<section class="notes"><aside class="note" id="note-1"><p>N.</p></aside></section>'
    )
    assert "https://e.example/a [1] it" in article(body)


def test_images_are_described_and_decorative_ones_are_not() -> None:
    body = (
        '<figure><img src="a" alt="An alt"/><figcaption>A caption.</figcaption></figure><figure><img src="a" alt=""/></figure>'
        '<figure><a href="https://e.example/big"><img src="a" alt="Linked"/></a></figure>'
        '<figure><img src="a" alt=""/><figcaption>Only a caption.</figcaption></figure><p>An <img src="a" alt="inline"/> one.</p>'
    )
    assert below_title(article(body)).startswith(
        "[Figure: An alt]\nA caption.\n\n[Figure: Linked][1]\n\nOnly a caption.\n\nAn [Image: inline] one.\n\n\nNotes"
    )


@pytest.mark.parametrize(
    ("inline", "text"),
    [
        ("H<sub>2</sub>O", "H2O"),
        ("10<sub>2</sub>", "10_2"),
        ("10<sup>3</sup>", "10^3"),
        ("10<sup>−3</sup>", "10^−3"),
        ("Ca<sup>2+</sup>", "Ca^2+"),
        ("x<sup>n+1</sup>", "x^(n+1)"),
        ("1<sup>st</sup>", "1st"),
        ("<del>old</del> <ins>new</ins>", "~~old~~ new"),
        ("<q>a <q>b</q></q>", "“a ‘b’”"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", "漢(かん)"),
        ("a<br/>b", "a\nb"),
        ("<em>a</em>  <strong>b</strong>\n<code>c</code>", "a b c"),
        ("👨‍👩‍👧 e\u0301 \u05d0\u200f \u0646\u200c\u0645", "👨‍👩‍👧 e\u0301 \u05d0\u200f \u0646\u200c\u0645"),
        ("soft\u00adly", "softly"),
    ],
)
def test_inline_markup_becomes_marks_not_words(inline: str, text: str) -> None:
    assert below_title(article(f"<p>{inline}</p>")) == text


def test_ascii_replaces_punctuation_before_lines_are_broken() -> None:
    body = "<p>“Quoted”—with… ≥ 4 and a b.</p><table><tbody><tr><td>‘x’</td><td>…</td></tr></tbody></table><hr/>"
    document = with_body(body)
    text = handout(document, ascii=True)
    assert text.isascii()
    assert "\"Quoted\"--with... >= 4 and a b.\n\n+-----+-----+\n| 'x' | ... |\n+-----+-----+\n\n" in text
    assert prove_disclaimer(exporter.pages(text.encode()), expected_disclaimer(document.disclaimer)).first == 2


def test_ascii_refuses_what_it_cannot_write_and_names_it() -> None:
    with pytest.raises(ExporterError) as caught:
        handout(with_body("<p>A naïve “café” äöüß.</p>"), ascii=True)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.excerpt) == ("not-ascii", "naïve")
    assert "ï (U+00EF), é (U+00E9), ä (U+00E4), ö (U+00F6), ü (U+00FC) and 1 more" in diagnostic.message
    assert diagnostic.hint


@pytest.mark.parametrize("mark", "\u2010•‣▪◦⁃")
@pytest.mark.parametrize("place", ["title", "body", "notice"])
def test_ascii_refuses_a_disclaimer_with_marks_that_its_proof_would_miss(mark: str, place: str) -> None:
    text = f"one{mark}two"
    change = {"body": f"<body><p>{text}</p></body>".encode()} if place == "body" else {place: text}
    disclaimer = dataclasses.replace(samples.DISCLAIMER, **change)  # type: ignore[arg-type]
    document = dataclasses.replace(samples.PLAIN, disclaimer=disclaimer)
    with pytest.raises(ExporterError) as caught:
        handout(document, ascii=True)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.excerpt) == ("not-ascii", text)
    assert f"U+{ord(mark):04X}" in diagnostic.message
    assert prove_disclaimer(exporter.pages(handout(document).encode()), expected_disclaimer(disclaimer)).first == 2


@pytest.mark.parametrize(
    "paragraph",
    [
        "-" * 24,
        "─" * 10,
        "+---+",
        "│ │",
        "Please<br/>------",
        "Please<br/>+---+---+<br/>| a | b |<br/>+---+---+",
        "near" + "<br/>" * 12 + "far",
    ],
)
def test_a_disclaimer_whose_lines_read_as_rules_is_refused_by_name(paragraph: str) -> None:
    disclaimer = dataclasses.replace(samples.DISCLAIMER, body=f"<body><p>{paragraph}</p></body>".encode())
    with pytest.raises(ExporterError) as caught:
        handout(dataclasses.replace(samples.PLAIN, disclaimer=disclaimer))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "taken-for-rule"


@pytest.mark.parametrize("plain", [False, True])
def test_a_disclaimers_dashes_that_are_no_rule_are_text(plain: bool) -> None:
    body = b"<body><h2>=====</h2><p>--- a - b ---</p><p>---</p><ul><li>* one</li><li>-- two</li></ul></body>"
    disclaimer = dataclasses.replace(samples.DISCLAIMER, title="-----", body=body)
    document = dataclasses.replace(samples.PLAIN, disclaimer=disclaimer)
    assert prove_disclaimer(exporter.pages(handout(document, ascii=plain).encode()), expected_disclaimer(disclaimer)).first == 2


def test_concealing_characters_are_reported_and_left_out() -> None:
    reported: list[Diagnostic] = []
    document = with_body("<p>a\u202eb\u009bc</p>")
    text = exporter.export(document, TextOptions(), samples.run(reported)).decode()
    assert "\nabc\n" in text
    assert [diagnostic.code for diagnostic in reported] == ["concealing-character"]
    assert "U+202E, U+009B" in reported[0].message


@pytest.mark.parametrize("depth", [60, 100])
@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<ul><li>level", "</li></ul>"),
        ("<ol><li><p>level</p>", "</li></ol>"),
        ("<blockquote><p>level</p>", "</blockquote>"),
        ('<aside class="admonition tip"><p class="admonition-title">T</p><p>level</p>', "</aside>"),
        ("<div><p>level</p>", "</div>"),
        ("<table><tbody><tr><td>level", "</td></tr></tbody></table>"),
        ("<dl><dt>level</dt><dd>", "</dd></dl>"),
    ],
)
def test_deep_nesting_keeps_every_word_and_room_to_read(depth: int, opening: str, closing: str) -> None:
    text = article(opening * depth + closing * depth)
    assert text.count("level") == depth
    assert max(map(len, text.split("\n"))) <= 72


@pytest.mark.parametrize("unit", ["Ordinary “words” that are counted here. ", "x", "a@", "<em></em>", "a-"])
def test_a_long_paragraph_takes_no_square_of_its_length(unit: str) -> None:
    assert_linear(lambda length: article(f"<p>{unit * length}漢</p>"), 2_500)


def test_many_paragraphs_take_no_square_of_their_number_and_are_all_there() -> None:
    paragraph = "<p>" + "Ordinary “words” that are counted here. " * 10 + "</p>"
    assert_linear(lambda length: article(paragraph * length), 100)
    assert article(paragraph * 400).count("Ordinary") == 4_000
