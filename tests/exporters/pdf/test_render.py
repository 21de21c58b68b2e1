"""Handouts of the PDF exporter: pages, notes, margins, tables, structure, metadata, reproducible bytes; and its errors."""

from __future__ import annotations

import ctypes
import dataclasses
import hashlib
import importlib.util
import logging
import os
import re
import subprocess
import sys
import unicodedata
import zlib
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from handbill.exporters.pdf import PdfOptions, exporter
from handbill.exporters.pdf.pages.markup import markup
from handbill.exporters.pdf.render import render
from handbill.exporters.pdf.style.geometry import page_geometry
from lxml import etree

from handbill.contract import ExporterError
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.document import Asset, Disclaimer, Document, Words, direction, text_of
from handbill.language.translations import translated_words
from handbill.testing import documents as samples
from pdf_handouts import DEFAULT, document_with_body, export_pdf, pdf_pages

SHORT = dataclasses.replace(samples.PLAIN, disclaimer=samples.DISCLAIMER)
"""A page of article with a notice, and a disclaimer."""


def folded(text: str) -> str:
    """Return the text in NFKC, without white space, added hyphens and bullets."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(character for character in text if not character.isspace() and character not in "\xad\u2010•◦▪‣")


def disclaimer_text(document: Document) -> str:
    return folded(document.disclaimer.title + text_of(document.disclaimer.tree()))


def unpacked_streams(content: bytes) -> bytes:
    """Return the PDF's compressed streams, also object streams, decompressed."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(stream) for stream in streams if stream[:1] == b"x")


def note_call(number: int, again: str = "") -> str:
    return f'<a class="noteref" role="doc-noteref" id="noteref-{number}{again}" href="#note-{number}">{number}</a>'


def notes_section(*numbers: int, content: str = "<p>Note {n} says so.</p>") -> str:
    listed = "".join(f'<aside class="note" id="note-{n}">{content.replace("{n}", str(n))}</aside>' for n in numbers)
    return f'<section class="notes">{listed}</section>'


# ---- The disclaimer ----


@pytest.mark.parametrize(
    ("disclaimer", "page_size", "font_size"),
    [
        (samples.DISCLAIMER, "A4", "12pt"),
        (samples.DISCLAIMER, "Letter", "18pt"),
        (samples.LONG_DISCLAIMER, "A4", "18pt"),
        (samples.LONG_DISCLAIMER, "Letter", "12pt"),
    ],
    ids=["short-A4-12", "short-Letter-18", "long-A4-18", "long-Letter-12"],
)
def test_the_whole_disclaimer_and_nothing_else_stands_on_pages_of_its_own(disclaimer: Any, page_size: Any, font_size: str) -> None:
    document = dataclasses.replace(samples.PLAIN, disclaimer=disclaimer)
    article, *rest = pdf_pages(document, PdfOptions(page_size=page_size, font_size=font_size))
    assert "One paragraph, and no more." in article.body
    assert folded("".join(page.body for page in rest)) == disclaimer_text(document)


def test_a_disclaimer_in_front_has_the_first_page() -> None:
    document = dataclasses.replace(SHORT, disclaimer_position="front")
    first, second = pdf_pages(document)
    assert folded(first.body) == disclaimer_text(document)
    assert "One paragraph" in second.body
    assert "See the disclaimer on page 1." in second.body + second.furniture


def test_a_line_divided_after_a_hyphen_keeps_it_and_added_hyphens_are_told_apart() -> None:
    words = "<p>" + "an over-the-counter " * 40 + "</p><p>" + "pharmacological interrelationships " * 20 + "</p>"
    read = pdf_pages(document_with_body(words), PdfOptions(justify=True))[0].body
    assert re.search(r"[a-z]-\n", read)
    assert re.search(r"[a-z]\u2010\n", read)
    assert folded(read).count("over-the-counter") == 40
    assert folded(read).count("pharmacologicalinterrelationships") == 20


def test_soft_hyphens_do_not_change_how_hyphens_are_read() -> None:
    document = document_with_body("<p>" + "Arznei\xadmittel\xadwechsel\xadwirkungen 1-800-222-1222 " * 12 + "</p>")
    read = folded(pdf_pages(document)[0].body)
    assert read.count("Arzneimittelwechselwirkungen") == 12
    assert read.count("1-800-222-1222") == 12


def test_characters_that_look_alike_are_read_as_they_are_written() -> None:
    written = "Hawaiʻi ‘quoted’ ʼ rock’n’roll Δx ∆y 1⁄2 a∕b a=b ˭ 1-2 3–4 5−6"
    read = pdf_pages(document_with_body(f"<p>{written}</p><h2 id='h'>{written}</h2>"))[0].body
    assert read.count(written) == 2


# ---- The margins ----


def test_every_article_page_has_the_notice_and_the_disclaimers_page_number() -> None:
    read = pdf_pages(samples.TORTURE)
    for number, page in enumerate(read[:-1], start=1):
        assert "General information, not medical advice." in page.furniture
        assert f"See the disclaimer on page {len(read)}." in page.furniture
        assert f"Page {number} of {len(read)}" in page.furniture
        assert "Everything at once" in page.furniture
    assert "medical advice." not in read[-1].furniture
    assert f"Page {len(read)} of {len(read)}" in read[-1].furniture


def test_without_a_notice_none_is_set() -> None:
    assert "disclaimer on page" not in pdf_pages(samples.PLAIN)[0].body + pdf_pages(samples.PLAIN)[0].furniture


def test_the_margins_speak_the_words_of_the_article_and_of_the_disclaimer() -> None:
    words = Words(page_of="{pages} Seiten, dies ist {page}", see_disclaimer="Siehe Seite {page}: Hinweise.")
    article, disclaimer = pdf_pages(dataclasses.replace(SHORT, words=words, disclaimer=dataclasses.replace(SHORT.disclaimer, words=words)))
    assert "Siehe Seite 2: Hinweise." in article.body + article.furniture
    assert "2 Seiten, dies ist 1" in article.furniture
    assert "2 Seiten, dies ist 2" in disclaimer.furniture


def test_a_reference_of_wide_characters_stands_on_one_line() -> None:
    words = translated_words("zh-Hans")
    disclaimer = Disclaimer("d", "免责声明", "zh-Hans", "<body><p>不能代替医生。</p></body>".encode(), "不是医疗建议。", words=words)
    lines = pdf_pages(dataclasses.replace(SHORT, disclaimer=disclaimer))[0].furniture.splitlines()
    assert any(words.see_disclaimer.format(page=2) in line for line in lines)


def test_a_long_title_is_shortened_in_the_margin_and_whole_on_the_page() -> None:
    title = "Everything that anybody ever put into a capsule, " * 6
    document = document_with_body(
        "<p>Text.</p>", metadata=dataclasses.replace(samples.PLAIN.metadata, title=title), heading=f"<h1>{title}</h1>".encode()
    )
    article, disclaimer = pdf_pages(document, PdfOptions(font_size="18pt"))
    assert folded(title) in folded(article.body)
    assert any("…" in line and line.endswith("Page 1 of 2") for line in article.furniture.splitlines())
    assert title[:20] not in disclaimer.body + disclaimer.furniture


# ---- Notes ----

NOTED = document_with_body(
    f'<h2 id="h">A heading{note_call(2)}</h2><p>Text.{note_call(3)} Again.{note_call(3, "-2")}</p>'
    f"<table><caption>Caption{note_call(4)}</caption><thead><tr><th scope='col'>Head{note_call(5)}</th></tr></thead>"
    f"<tbody><tr><td>Cell{note_call(6)}</td></tr></tbody></table>"
    f'<figure><img src="figures/plain.png" alt="A rectangle"/><figcaption>Shown{note_call(7)}</figcaption></figure>'
    f'<aside class="admonition note"><p class="admonition-title">Note</p><p>Callout{note_call(8)}</p></aside>'
    f"<ul><li>Item{note_call(9)}</li></ul><blockquote><p>Quoted{note_call(10)}</p></blockquote>"
    + notes_section(*range(1, 11)).replace(
        "</section>", '<aside class="note uncalled" id="note-11"><p>Note 11 says so.</p></aside></section>'
    ),
    heading=f"<h1>A title{note_call(1)}</h1>".encode(),
    assets=samples.TORTURE.assets,
)


@pytest.mark.parametrize("kind", ["page", "end"])
def test_every_note_is_set_once_wherever_it_is_called(kind: Any) -> None:
    text = "\n".join(page.body for page in pdf_pages(NOTED, PdfOptions(notes=kind)))
    for number in range(1, 12):
        assert text.count(f"Note {number} says so.") == 1, number


def test_footnotes_stand_on_the_page_that_calls_them() -> None:
    document = document_with_body(f"<p>First.{note_call(1)}</p>{'<hr/>' * 30}<p>Last.{note_call(2)}</p>{notes_section(1, 2)}")
    read = pdf_pages(document)
    for words, note in (("First.", "Note 1 says so."), ("Last.", "Note 2 says so.")):
        assert [words in page.body for page in read] == [note in page.body for page in read]
    assert "Note 1 says so." in read[0].body
    assert "Note 1 says so." not in pdf_pages(document, PdfOptions(notes="end"))[0].body


@pytest.mark.parametrize("lines", range(18, 24))
@pytest.mark.parametrize("length", [25, 60])
def test_footnotes_stand_in_the_order_of_their_calls_wherever_a_page_ends(lines: int, length: int) -> None:
    some, many = (" ".join(["word"] * count) for count in (8, 60))
    body = f"{'<p>Line.</p>' * lines}<p>Alpha {some}{note_call(1)} beta {some}{note_call(2)} gamma.</p><p>{many}</p>"
    said_twice = notes_section(1, 2, content=f"<p>It says {{n}}: {' '.join(['word'] * length)}.</p>")
    text = "\n".join(page.body for page in pdf_pages(document_with_body(body + said_twice)))
    assert re.findall(r"It says (\d)", text) == ["1", "2"]


def test_a_notes_number_never_begins_a_line() -> None:
    body = "".join(f"<p>{'i' * length} at opioid receptors in the brain.{note_call(1, f'-{length}')}</p>" for length in range(1, 120))
    lines = "\n".join(page.body for page in pdf_pages(document_with_body(body + notes_section(1)))).splitlines()
    assert lines.count("brain.1") > 5, "some lines end just before the last word"
    assert "1" not in lines


def test_a_note_too_long_for_a_page_foot_stands_at_the_end_whole() -> None:
    long = "<p>" + " ".join(f"word{n}" for n in range(900)) + "</p>"
    text = folded(
        "".join(page.body for page in pdf_pages(document_with_body(f"<p>Text.{note_call(1)}</p>" + notes_section(1, content=long))))
    )
    assert folded(text_of(etree.fromstring(long))) in text


@pytest.mark.parametrize(
    ("kind", "font_size", "first"), [("end", "12pt", 1), ("end", "18pt", 276), ("page", "12pt", 276), ("page", "18pt", 276)]
)
def test_numbers_of_hundreds_of_notes_stay_whole(kind: Any, font_size: str, first: int) -> None:
    numbers = range(first, 301)
    body = "".join(f"<p>Text.{note_call(n)}</p>" for n in numbers) + notes_section(*numbers, content="<p>It says so.</p>")
    text = "\n".join(page.body for page in pdf_pages(document_with_body(body), PdfOptions(notes=kind, font_size=font_size)))
    assert re.findall(r"(\S+)\s+It says so", text) == [str(n) for n in numbers]


def test_a_link_to_the_articles_title_leads_there() -> None:
    document = document_with_body('<p>Back to <a href="#title">top</a>.</p>', heading=b'<h1 id="title">A title</h1>')
    pdf = pypdfium2.PdfDocument(export_pdf(document))
    assert pdfium.FPDFLink_GetDest(pdf, _first_link(pdf[0]))


def _first_link(page: Any) -> Any:
    link = pdfium.FPDF_LINK()
    assert pdfium.FPDFLink_Enumerate(page, ctypes.c_int(0), link)
    return link


def test_notes_with_blocks_keep_them() -> None:
    content = "<p>First {n}.</p><ul><li>item {n}</li></ul><pre><code>code {n}\n</code></pre>"
    text = "\n".join(page.body for page in pdf_pages(document_with_body(f"<p>Text.{note_call(1)}</p>" + notes_section(1, content=content))))
    for words in ("First 1.", "item 1", "code 1"):
        assert text.count(words) == 1


# ---- Blocks ----


def test_a_reading_stands_in_brackets_once() -> None:
    body = "<body><p>a<ruby>b<rt>c</rt>d<rt></rt>e<rt><em>f</em></rt></ruby> g<ruby>h<rp>(</rp><rt>i</rt><rp>)</rp></ruby></p></body>"
    document = dataclasses.replace(SHORT, body=body.encode())
    assert "ab(c)de(f) gh(i)" in pdf_pages(document)[0].body
    brackets = re.findall(rb"/S ?/(R[A-Z]+|Ruby)\b", unpacked_streams(export_pdf(document)))
    assert brackets.count(b"RP") == 6
    assert brackets.count(b"RB") == brackets.count(b"RT") == 3, "what has an empty reading is one with what follows"


@pytest.mark.parametrize(("language", "way"), [("en", "left"), ("he", "right")])
def test_the_number_of_a_note_of_blocks_floats_where_its_lines_begin(language: str, way: str) -> None:
    note = notes_section(1, content="<blockquote><p>quoted</p></blockquote>")
    body = f'<body><p>Text.</p><ul><li><h2 id="a">words{note_call(1)}</h2></li></ul>{note}</body>'
    metadata = dataclasses.replace(SHORT.metadata, language=language)
    document = dataclasses.replace(SHORT, body=body.encode(), metadata=metadata)
    assert "quoted" in pdf_pages(document)[0].body
    tree = markup(document, DEFAULT, page_geometry(DEFAULT, document.disclaimer), samples.TIMESTAMP).root
    assert [line.get("style") for line in tree.iter("p") if line.get("class") == "handbill-note-number-line"] == [f"float: {way}"]


def test_an_address_is_divided_without_a_hyphen() -> None:
    address = f"https://example.org/{'parameters/' * 12}"
    document = document_with_body("".join(f'<p>{"word " * count}<a href="{address}">{address}</a></p>' for count in range(1, 12)))
    text = "\n".join(page.body for page in pdf_pages(document)[:-1])
    assert "\u2010" not in text
    assert "".join(text.split()).count(address) == 11


def test_boxes_to_tick_stand_in_a_column_and_other_items_of_their_list_keep_their_bullets() -> None:
    task = '<li class="task">{}<span class="checkbox">☐</span> {}{}</li>'
    body = f'<ul class="task-list"><li>plain</li>{task.format("<p>", "loose", "</p>")}{task.format("", "tight", "")}</ul>'
    page = pypdfium2.PdfDocument(export_pdf(document_with_body(body)))[0].get_textpage()
    text = page.get_text_range()
    places = [page.get_charbox(found.start())[0] for found in re.finditer("☐", text)]
    assert len(places) == 2
    assert abs(places[0] - places[1]) < 0.1
    assert text.count("•") == 1


def test_a_long_table_repeats_its_head() -> None:
    read = [page.body for page in pdf_pages(samples.TORTURE)]
    bearing = [body for body in read if re.search(r"Value \d+ of the long table", body)]
    assert len(bearing) >= 2
    assert all("What it holds" in body for body in bearing)
    rows = re.findall(r"Value (\d+) of the long table", "\n".join(read))
    assert [int(row) for row in rows] == list(range(1, 61))


def test_the_words_of_every_block_are_there() -> None:
    text = folded("".join(page.body for page in pdf_pages(samples.TORTURE)))
    for words in ("H2O, 103", "3. A loose item.", "☑ done", "☐ not done", "deeper still", "Good to know", "Zażółć gęślą jaźń", "Καλημέρα"):
        assert folded(words) in text


CROWDED = document_with_body(
    "<table><thead><tr>"
    + "".join(f'<th scope="col">Column {n}</th>' for n in range(12))
    + "</tr></thead><tbody><tr>"
    + "".join(f"<td>{n}234567.5</td>" for n in range(12))
    + "</tr></tbody></table><p>https://example.org/"
    + "a-very-long-address/" * 12
    + f"</p><pre><code>{'x' * 300}</code></pre>"
    + '<figure><img src="tall.png" alt="tall"/><figcaption>Under it.</figcaption></figure>'
    + '<figure><img src="broad.png" alt="broad"/></figure>',
    assets=(
        Asset("tall.png", "image/png", samples.png(40, 4000), 40, 4000),
        Asset("broad.png", "image/png", samples.png(4000, 40), 4000, 40),
    ),
)


@pytest.mark.parametrize(("page_size", "font_size"), [("A4", "11pt"), ("Letter", "18pt"), ("A4", "40pt")])
def test_nothing_leaves_the_page(page_size: Any, font_size: str) -> None:
    pdf = pypdfium2.PdfDocument(export_pdf(CROWDED, PdfOptions(page_size=page_size, font_size=font_size)))
    for page in pdf:
        width, height = page.get_size()
        for item in page.get_objects():
            if item.type in (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_IMAGE):
                left, bottom, right, top = item.get_bounds()
                assert left > 20
                assert right < width - 20
                assert bottom > 20
                assert top < height - 20


def test_a_caption_stays_with_its_figure() -> None:
    pdf = pypdfium2.PdfDocument(export_pdf(CROWDED))
    captioned = [number for number, page in enumerate(pdf_pages(CROWDED)) if "Under it." in page.body]
    tall = [
        number
        for number, page in enumerate(pdf)
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])
        if item.get_bounds()[3] - item.get_bounds()[1] > 200
    ]
    assert captioned == tall


def test_a_line_before_an_inline_element_is_filled() -> None:
    # Words of many widths: some fill their line but for the space before the element.
    words = ["i" * narrow + "," * comma for narrow in range(12, 26) for comma in range(4)]
    body = "".join(f"<p>{'several words ' * 4}{word} <em>emphasised</em> words</p>" for word in words)
    lines = "\n".join(page.body for page in pdf_pages(document_with_body(body))[:-1]).splitlines()
    assert sum(line.startswith("several words several words several words") for line in lines) == len(words)
    assert not any("\u200b" in line for line in lines)


# ---- Contents, bookmarks, structure, metadata ----

LONG = document_with_body(
    "".join(f'<h2 id="s{n}">Section number {n}</h2><p>{"Words and more words to read. " * 90}</p>' for n in range(1, 5))
)


def test_longer_articles_list_their_sections_with_pages() -> None:
    read = pdf_pages(LONG)
    lines = re.findall(r"^(\d+) (Section number \d|Disclaimer: please read)$", read[0].body, re.MULTILINE)
    assert [title for _, title in lines] == [*(f"Section number {n}" for n in range(1, 5)), "Disclaimer: please read"]
    for number, title in lines:
        assert re.search(rf"^{title}$", read[int(number) - 1].body, re.MULTILINE)


def test_contents_are_an_option() -> None:
    assert "Contents" not in pdf_pages(LONG, PdfOptions(contents="never"))[0].body
    assert "Contents" not in pdf_pages(samples.TORTURE)[0].body


def test_headings_are_bookmarks_without_their_notes_numbers() -> None:
    pdf = pypdfium2.PdfDocument(export_pdf(NOTED))
    found = [(mark.level, mark.get_title()) for mark in pdf.get_toc()]
    assert found[0] == (0, "A title")
    assert (1, "A heading") in found
    assert (0, "Disclaimer: please read") in found


def test_the_document_is_tagged_and_says_who_and_what_it_is() -> None:
    content = export_pdf(samples.TORTURE)
    pdf = pypdfium2.PdfDocument(content)
    assert pdfium.FPDFCatalog_IsTagged(pdf)
    metadata = pdf.get_metadata_dict()
    assert metadata["Title"] == "Everything at once"
    assert metadata["Author"] == "Ada Example, Béla Mintá"
    assert metadata["Keywords"] == "sleep, pain"
    assert metadata["CreationDate"].startswith("D:20261122")
    assert b"/DisplayDocTitle true" in unpacked_streams(content)
    assert b"/Lang (en)" in unpacked_streams(content)


def test_dates_rights_and_publisher_are_told() -> None:
    read = pdf_pages(samples.TORTURE)
    assert "Version 1.10 · November 1, 2026 · Reviewed November 22, 2026 · Facts as of November 22, 2026" in read[0].body
    assert "The Example Press · CC BY 4.0 · Contact: desk@example.org" in read[-2].body
    assert "Next review by May 22, 2027" in read[-2].body
    assert "Keywords: sleep, pain" in read[-2].body


def test_a_right_to_left_language_turns_the_page() -> None:
    turned = dataclasses.replace(samples.PLAIN.metadata, language="he")
    page = pypdfium2.PdfDocument(export_pdf(document_with_body("<p>Short</p>", metadata=turned)))[0]
    texts = [item.get_bounds() for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])]
    body = [left for left, bottom, _, _ in texts if bottom > 100]
    assert len(body) >= 2
    assert min(body) > page.get_size()[0] / 2


def test_a_script_subtag_decides_the_direction() -> None:
    assert [direction(tag) for tag in ("he", "az-Arab", "ar-Latn", "en", "zh-Hant")] == ["rtl", "rtl", "ltr", "ltr", "ltr"]


# ---- The same bytes, and nothing from elsewhere ----

_EXPORT_SCRIPT = """
import hashlib, dataclasses
from handbill.testing import documents as samples
from handbill.exporters.pdf import PdfOptions, exporter
document = dataclasses.replace(samples.PLAIN, disclaimer=samples.DISCLAIMER)
print(hashlib.sha256(exporter.export(document, PdfOptions(), samples.run())).hexdigest())
"""


def test_the_bytes_are_the_same_in_another_process_time_zone_and_hash_seed() -> None:
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    again = subprocess.run([sys.executable, "-c", _EXPORT_SCRIPT], env=environment, capture_output=True, text=True, check=True)
    assert again.stdout.strip() == hashlib.sha256(export_pdf(SHORT)).hexdigest()
    assert again.stderr == ""


def test_the_process_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "77")
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    logger = logging.getLogger("weasyprint")
    before = (logger.handlers[:], logger.propagate, logger.level)
    exporter.export(samples.PLAIN, PdfOptions(), samples.run())
    assert os.environ["SOURCE_DATE_EPOCH"] == "77"
    assert "FONTCONFIG_FILE" not in os.environ
    assert (logger.handlers[:], logger.propagate, logger.level) == before


LOCAL = "file:///etc/passwd"


@pytest.mark.parametrize(
    "css",
    [
        f'body {{ background: url("{LOCAL}") }}',
        "ul { list-style-image: url(http://127.0.0.1:9/x.png) }",
        f'@font-face {{ font-family: X; src: url("{LOCAL}") }}',
        'p::before { content: url("data:image/png;base64,AAAA") }',
    ],
)
def test_a_style_sheet_reaches_no_file_and_no_network(css: str) -> None:
    with pytest.raises(ExporterError) as raised:
        render(samples.PLAIN, PdfOptions(), samples.run(), css)
    assert {diagnostic.code for diagnostic in raised.value.diagnostics} == {"missing-resource"}


@pytest.mark.parametrize("href", [LOCAL, "http://127.0.0.1:9/x.png"])
def test_an_svg_image_reaches_no_file_and_no_network(href: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="{href}" width="9" height="9"/></svg>'
    document = document_with_body('<p><img src="a.svg" alt="a"/></p>', assets=(Asset("a.svg", "image/svg+xml", svg.encode(), 9, 9),))
    with pytest.raises(ExporterError) as raised:
        export_pdf(document)
    assert raised.value.diagnostics[0].code == "missing-resource"
    assert href in raised.value.diagnostics[0].message


def test_a_missing_image_is_an_error_that_names_it() -> None:
    with pytest.raises(ExporterError, match=r"figures/gone one\.png") as raised:
        export_pdf(document_with_body('<p><img src="figures/gone one.png" alt="gone"/></p>'))
    assert raised.value.diagnostics[0].excerpt == "figures/gone one.png"


def test_a_broken_image_is_an_error_that_names_it() -> None:
    document = document_with_body(
        '<p><img src="broken one.png" alt="x"/></p>', assets=(Asset("broken one.png", "image/png", b"no image", 1, 1),)
    )
    with pytest.raises(ExporterError, match=r"broken one\.png") as raised:
        export_pdf(document)
    assert raised.value.diagnostics[0].code == "unreadable-image"


def test_what_the_libraries_log_is_reported() -> None:
    reported: list[Diagnostic] = []
    render(samples.PLAIN, PdfOptions(), samples.run(reported), "p { no-such-property: 1 }")
    assert [(diagnostic.severity, diagnostic.code) for diagnostic in reported] == [(Severity.WARNING, "layout")]
    assert "no-such-property" in reported[0].message


# ---- Options and environment ----


@pytest.mark.parametrize(
    "changes", [{"font_size": "11"}, {"font_size": "7pt"}, {"font_size": "41pt"}, {"font_size": "1e1pt"}, {"notes": "no"}]
)
def test_options_that_make_no_page_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        PdfOptions(**changes)


def test_every_option_has_a_default_and_a_help_text() -> None:
    for option in dataclasses.fields(PdfOptions):
        assert option.default is not dataclasses.MISSING
        assert option.metadata["help"]


def test_the_environment_names_what_shapes_the_pages() -> None:
    environment = exporter.environment
    assert set(environment) == {"pango", "harfbuzz", "harfbuzz-subset", "fontconfig", "freetype", "fonts"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", environment["pango"])
    assert re.fullmatch(r"[0-9a-f]{64}", environment["fonts"])


def test_the_modules_that_workers_import_ahead_exist() -> None:
    assert [name for name in exporter.modules if importlib.util.find_spec(name) is None] == []


def test_importing_the_exporter_imports_no_heavy_library() -> None:
    code = (
        "import sys, handbill.exporters.pdf as pdf; pdf.exporter.environment;"
        "print(sorted({'weasyprint', 'pypdfium2', 'PIL', 'fontTools'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
