"""Reading a PDF back: text that a person sees is read, and hidden text is not."""

from __future__ import annotations

import dataclasses
import functools
import io
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pydyf
import pytest
from handbill.exporters.pdf import PdfOptions, exporter
from handbill.exporters.pdf.readback import reading
from handbill.exporters.pdf.readback.user_unit import has_own_units
from handbill.exporters.pdf.render import render

from handbill.contract import ExporterError
from handbill.diagnostics.errors import ProofError
from handbill.proof.disclaimer import expected_disclaimer, prove_disclaimer
from handbill.testing import documents as samples

# Style rules that hide a paragraph, by name.
HIDING = {
    "white": "color: #fff",
    "pale": "color: #999",
    "dark on dark": "color: #161616; background: #444",
    "tiny": "font-size: 1pt",
    "of a transparent colour": "color: rgb(0 0 0 / 20%)",
    "in a transparent block": "opacity: 0.2",
    "off the page": "position: absolute; left: -2000pt",
    "clipped": "height: 0; overflow: hidden",
    "flattened": "transform: scaleY(0.05)",
    "invisible": "visibility: hidden",
}
COVER = "content: ''; position: absolute; inset: 0; background: "
COVERS = {"covered": COVER + "#fff", "blackened": COVER + "#000"}
SHOWING = {"grey of enough contrast": "color: #707070", "white on dark": "color: #fff; background: #0b4a63"}


@functools.cache
def lines_by_style() -> tuple[str, ...]:
    """Return the lines of a disclaimer whose paragraphs, each named after its way, are hidden or shown in that way."""
    named = {name: f"{{ {css} }}" for name, css in {**HIDING, **SHOWING}.items()}
    for name, css in COVERS.items():
        named[name] = f"{{ position: relative }} .handbill-disclaimer p.w{len(named)}::after {{ {css} }}"
    rules = "".join(f".handbill-disclaimer p.w{number} {css}" for number, css in enumerate(named.values()))
    paragraphs = "".join(f'<p class="w{number}">This is {name}.</p>' for number, name in enumerate(named))
    body = f"<body>{paragraphs}<p>This is plain.</p><ul><li>an item</li></ul></body>"
    document = dataclasses.replace(samples.PLAIN, disclaimer=dataclasses.replace(samples.DISCLAIMER, notice="", body=body.encode()))
    return tuple(exporter.pages(render(document, PdfOptions(), samples.run(), rules))[-1].body.splitlines())


def drawn_pdf(*pages: str, extra: dict[str, object] | None = None, page_extra: dict[str, object] | None = None) -> bytes:
    """Return a PDF of these content streams, with Helvetica as F1, on sheets of 400 by 400 points."""
    pdf = pydyf.PDF()
    font = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"})
    pdf.add_object(font)
    hidden = pydyf.Dictionary({"Type": "/OCG", "Name": pydyf.String("hidden")})
    pdf.add_object(hidden)
    pdf.catalog["OCProperties"] = pydyf.Dictionary(
        {
            "OCGs": pydyf.Array([hidden.reference]),
            "D": pydyf.Dictionary({"OFF": pydyf.Array([hidden.reference]), "Order": pydyf.Array([hidden.reference])}),
        }
    )
    for content in pages:
        stream = pydyf.Stream([content.encode("latin-1")])
        pdf.add_object(stream)
        pdf.add_page(
            pydyf.Dictionary(
                {
                    "Type": "/Page",
                    "Parent": pdf.pages.reference,
                    "MediaBox": pydyf.Array([0, 0, 400, 400]),
                    "Contents": stream.reference,
                    "Resources": pydyf.Dictionary(
                        {
                            "Font": pydyf.Dictionary({"F1": font.reference}),
                            "Properties": pydyf.Dictionary({"Hidden": hidden.reference}),
                            "ExtGState": pydyf.Dictionary({"Faint": pydyf.Dictionary({"ca": 0.3, "CA": 0.3})}),
                        }
                    ),
                    **(page_extra or {}),
                }
            )
        )
    pdf.catalog.update(extra or {})
    target = io.BytesIO()
    pdf.write(target)
    return target.getvalue()


def text_operators(words: str, x: int = 40, y: int = 200, size: float = 12, before: str = "") -> str:
    return f"q {before} BT /F1 {size} Tf {x} {y} Td ({words}) Tj ET Q\n"


def visible_bodies(*contents: str, **changes: dict[str, object]) -> list[str]:
    return [page.body for page in exporter.pages(drawn_pdf(*contents, **changes))]


def test_what_is_there_is_read() -> None:
    assert visible_bodies(text_operators("Plain words")) == ["Plain words"]


@pytest.mark.parametrize("size", [6.5, 9.24, 12])
def test_thin_letters_are_read_wherever_they_stand_between_two_pixels(size: float) -> None:
    words = "fill all ill lily; it is 1.1 in 11!"
    lines = [
        text_operators(words, x=40, y=380 - 15 * step, size=size, before=f"1 0 0 1 {step * 0.05:.2f} {step * 0.03:.2f} cm")
        for step in range(25)
    ]
    assert visible_bodies("".join(lines)) == ["\n".join([words] * 25)]


@pytest.mark.parametrize("way", [*HIDING, *COVERS])
def test_what_a_style_hides_is_not_read(way: str) -> None:
    assert f"This is {way}." not in lines_by_style()


@pytest.mark.parametrize("way", [*SHOWING, "plain"])
def test_what_a_style_shows_is_read(way: str) -> None:
    assert f"This is {way}." in lines_by_style()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(text_operators("Hidden words", before="3 Tr"), id="render mode 3"),
        pytest.param(text_operators("Hidden words", before="7 Tr"), id="render mode 7"),
        pytest.param(text_operators("Hidden words", before="1 g"), id="white"),
        pytest.param(text_operators("Hidden words", before="/Faint gs"), id="alpha"),
        pytest.param(text_operators("Hidden words", size=5.9), id="under 6 pt"),
        pytest.param(text_operators("Hidden words", size=12, before="0.2 0 0 1 0 0 cm"), id="squeezed"),
        pytest.param(text_operators("Hidden words", x=500), id="right of the page"),
        pytest.param(text_operators("Hidden words", y=-30), id="below the page"),
        pytest.param(text_operators("Hidden words", before="0 0 10 10 re W n"), id="clip path"),
        pytest.param("/OC /Hidden BDC " + text_operators("Hidden words") + "EMC\n", id="layer that is off"),
        pytest.param(text_operators("Hidden words") + "q 1 g 0 0 400 400 re f Q\n", id="covered in white"),
        pytest.param(text_operators("Hidden words") + "q 0 g 0 150 400 100 re f Q\n", id="covered in black"),
        pytest.param(text_operators("Hidden words") + "q /Faint gs 1 g " + "0 0 400 400 re f " * 4 + "Q\n", id="veiled"),
    ],
)
def test_what_the_page_does_not_show_is_not_read_and_its_place_is_marked(content: str) -> None:
    assert visible_bodies(content + text_operators("Plain words", y=100)) == ["\ufffd\nPlain words"]


def test_words_outside_the_crop_box_are_not_read() -> None:
    boxed = {"CropBox": pydyf.Array([0, 150, 400, 400])}
    assert visible_bodies(text_operators("Above") + text_operators("Below", y=100), page_extra=boxed) == ["Above\n\ufffd"]


def test_a_covered_word_is_missing_from_its_line() -> None:
    assert visible_bodies(text_operators("Take no more than two") + "1 g 69 190 15 20 re f") == ["Take \ufffd more than two"]


@pytest.mark.parametrize(
    ("before", "x"),
    [
        pytest.param("-1 0 0 1 400 0 cm", 100, id="mirrored across"),
        pytest.param("1 0 0 -1 0 400 cm", 40, id="mirrored upside down"),
        pytest.param("-1 0 0 -1 400 400 cm", 100, id="upside down"),
        pytest.param("0 1 -1 0 400 0 cm", 40, id="along the edge"),
        pytest.param("0.87 0.5 -0.5 0.87 50 0 cm", 40, id="across the page"),
        pytest.param("-100 Tz", 300, id="a negative width"),
    ],
)
def test_turned_and_mirrored_words_are_not_read(before: str, x: int) -> None:
    assert visible_bodies(text_operators("Turned words", x=x, before=before)) == ["\ufffd"]


def test_slanted_words_are_read() -> None:
    assert visible_bodies(text_operators("Slanted words", before="1 0 0.25 1 0 0 cm")) == ["Slanted words"]


@pytest.mark.parametrize("extra", [{"Rotate": 90}, {"Rotate": 180}, {"UserUnit": 0.1}, {"User#55nit": 2}], ids=str)
def test_a_page_that_a_viewer_turns_or_scales_is_an_error(extra: dict[str, object]) -> None:
    with pytest.raises(ExporterError) as raised:
        visible_bodies(text_operators("Plain words"), page_extra=extra)
    assert raised.value.diagnostics[0].code == "unreadable-pdf"


def test_a_unit_in_an_object_stream_is_found() -> None:
    packed = zlib.compress(b"4 0 << /Type /Page /UserUnit 2 >>")
    stream = b"9 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream endobj\n"
    assert has_own_units(stream)
    assert has_own_units(stream.replace(packed, b"zz"))
    assert not has_own_units(stream.replace(packed, zlib.compress(b"4 0 << /Type /Page /Title (/UserUnit 2) >>")))


@pytest.mark.parametrize("leading", [0, 0.01, 2, 6])
def test_lines_on_top_of_one_another_are_not_read(leading: float) -> None:
    lines = ("Never take two doses.", "Always take one dose.", "Seldom take no doses.")
    (read,) = visible_bodies("".join(text_operators(line, y=200 - number * leading) for number, line in enumerate(lines)))
    assert "\ufffd" in read
    assert not any(line in read for line in lines)


def test_words_set_over_others_of_their_own_line_are_not_read() -> None:
    (read,) = visible_bodies("BT /F1 12 Tf 40 200 Td [(Take no more) 5800 (than two or three)] TJ ET")
    assert "Take no more" not in read
    assert "\ufffd" in read


def test_lines_set_close_and_raised_figures_are_read() -> None:
    close = text_operators("First line here", y=200) + text_operators("Second line here", y=190)
    raised = "BT /F1 12 Tf 40 100 Td (Water H) Tj /F1 8 Tf 4 Ts (2) Tj /F1 12 Tf 0 Ts (O) Tj ET"
    (read,) = visible_bodies(close + raised)
    assert "".join(read.split()) == "FirstlinehereSecondlinehereWaterH2O"


@pytest.mark.parametrize("share", [0.4, 0.5, 0.7])
@pytest.mark.parametrize("upper", [True, False], ids=["upper", "lower"])
@pytest.mark.parametrize("cover", ["1 g", "0 g"], ids=["white", "black"])
def test_a_line_whose_upper_or_lower_part_is_covered_is_not_read(cover: str, upper: bool, share: float) -> None:
    low = 197.5 + (12 * (1 - share) if upper else 0)
    (read,) = visible_bodies(text_operators("Take no more than two") + f"{cover} 0 {low} 400 {12 * share} re f")
    assert "\ufffd" in read


def test_words_under_bars_are_not_read_and_underlined_ones_are() -> None:
    bars = "0 g " + " ".join(f"0 {198 + 2.4 * number} 400 1.2 re f" for number in range(4))
    assert visible_bodies(text_operators("Take no more than two") + bars) == ["\ufffd"]
    assert visible_bodies(text_operators("Take no more than two") + "0 g 40 198 120 0.6 re f") == ["Take no more than two"]


def test_hidden_words_in_the_margins_of_all_pages_are_marked_in_the_body() -> None:
    hidden = text_operators("Hidden words", y=390, before="1 g")
    assert visible_bodies(*(hidden + text_operators(f"Own words {name}.") for name in "ab")) == [
        "\ufffd\nOwn words a.",
        "\ufffd\nOwn words b.",
    ]


def test_pages_with_all_that_an_article_has_are_read_whole() -> None:
    read = exporter.pages(render(samples.TORTURE, PdfOptions(), samples.run()))
    assert not any("\ufffd" in page.body + page.furniture for page in read)


def test_what_recurs_but_belongs_to_the_document_is_body() -> None:
    untagged = [text_operators("The same", y=380) + text_operators(f"Own words {n}. Page", y=200) for n in "ab"]
    read = exporter.pages(drawn_pdf(*untagged))
    assert [page.body.splitlines()[-1] for page in read] == ["Own words a. Page", "Own words b. Page"]


def test_words_in_the_margin_of_the_disclaimers_page_fail_the_proof() -> None:
    css = "@page disclaimer { @top-left { content: 'This page does not count.'; font: 9pt 'Source Sans 3' } }"
    read = exporter.pages(render(samples.PLAIN, PdfOptions(), samples.run(), css))
    assert "This page does not count." in read[-1].furniture
    with pytest.raises(ProofError, match=r"“This page does not count\.” stands in a margin of the disclaimer's page"):
        prove_disclaimer(read, expected_disclaimer(samples.PLAIN.disclaimer))


def test_lines_of_the_body_that_recur_at_one_place_are_no_furniture() -> None:
    body = b"<body><p>The same words.</p><p>The same words.</p><p>The same words.</p></body>"
    document = dataclasses.replace(samples.PLAIN, disclaimer=dataclasses.replace(samples.DISCLAIMER, notice="", body=body))
    _, *read = exporter.pages(render(document, PdfOptions(), samples.run(), ".handbill-disclaimer p { break-before: page }"))
    assert [page.body for page in read] == ["Disclaimer: please read", *["The same words."] * 3]
    assert [page.furniture for page in read] == [f"Version 1.2\nPage {number} of 5" for number in range(2, 6)]


def test_a_list_items_mark_is_read_before_its_text() -> None:
    assert "• an item" in lines_by_style()


@pytest.mark.parametrize("handout", [b"", b"no pdf", b"%PDF-1.7\nbroken", b"PK\x03\x04"])
def test_what_is_no_pdf_is_an_error(handout: bytes) -> None:
    with pytest.raises(ExporterError) as raised:
        exporter.pages(handout)
    assert raised.value.diagnostics[0].code == "unreadable-pdf"


def test_an_encrypted_pdf_is_an_error() -> None:
    encryption = pydyf.Dictionary(
        {"Filter": "/Standard", "V": 1, "R": 2, "P": -4, "O": pydyf.String("o" * 32), "U": pydyf.String("u" * 32)}
    )
    plain = drawn_pdf(text_operators("Plain words"))
    locked = plain.replace(b"/Root", b"/ID [<00><00>] /Encrypt " + encryption.data + b" /Root")
    with pytest.raises(ExporterError) as raised:
        exporter.pages(locked)
    assert raised.value.diagnostics[0].code == "unreadable-pdf"


def test_pdfium_is_entered_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    handout = drawn_pdf(text_operators("Words."))
    inside: list[int] = []
    crowds: list[int] = []
    real = reading._sheets

    def slowly(content: bytes) -> list[reading._Sheet]:
        inside.append(1)
        crowds.append(len(inside))
        time.sleep(0.02)
        sheets = real(content)
        inside.pop()
        return sheets

    monkeypatch.setattr(reading, "_sheets", slowly)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(exporter.pages, [handout] * 8))
    assert crowds == [1] * 8


def test_a_footer_that_pdfium_divides_on_one_page_alone_is_furniture_there_too() -> None:
    def line(text_operators: str, left: float, baseline: float, *, structured: bool = False) -> reading._Line:
        return reading._Line(text_operators, left, left + 10, baseline, 9, structured)

    def sheet(number: int, *footer: reading._Line) -> reading._Sheet:
        body = line(f"Text of page {number}", 60, 700, structured=True)
        return reading._Sheet(842, tuple(reading._whole_furniture([body, *footer])))

    whole = [sheet(number, line(f"Title Page {number} of 3", 60, 33)) for number in (1, 2)]
    divided = sheet(3, line("Title Page", 60, 33), line("3 of 3", 510, 33.2))
    pages = reading._pages([*whole, divided])
    assert [page.body for page in pages] == [f"Text of page {number}" for number in (1, 2, 3)]
    assert pages[2].furniture == "Title Page 3 of 3"
    apart = reading._whole_furniture([line("1", 60, 33), line("2", 60, 45), line("Text", 60, 45, structured=True)])
    assert [one.text for one in apart] == ["1", "2", "Text"]
