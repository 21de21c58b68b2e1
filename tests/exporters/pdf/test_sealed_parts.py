"""A handout's disclaimer equals the sealed page, whatever stands around it, and edits of a finished PDF that could hide it are refused."""

from __future__ import annotations

import dataclasses
import io
import re
import zlib
from collections.abc import Callable
from importlib.resources import as_file, files
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from handbill.exporters.pdf import PdfOptions, exporter
from handbill.exporters.pdf.readback.content import is_closed
from handbill.exporters.pdf.standards.sealing import close_operations
from pikepdf import Array, Dictionary, Name, String

from handbill.contract import ExporterError
from handbill.document import Asset, Disclaimer, Document, Theme
from handbill.language.translations import translated_words
from handbill.proof.disclaimer import Proof
from handbill.proof.sealed import prove_sealed
from handbill.testing import documents as samples
from pdf_handouts import DEFAULT, document_with_body, export_pdf
from sealed_pdfs import ARTICLE, article_handout, edited, prove, refusal, sealed_parts

pytestmark = pytest.mark.slow

VOID = b"\nBT /F1 40 Tf 100 400 Td (VOID) Tj ET\n"


def proof_of(document: Document, options: PdfOptions = DEFAULT) -> Proof:
    position = document.disclaimer_position
    found = exporter.disclaimer_of(export_pdf(document, options), position)
    return prove_sealed(found, sealed_parts(document.disclaimer, options), position)


def test_an_article_and_its_metadata_change_nothing() -> None:
    metadata = dataclasses.replace(ARTICLE.metadata, title="VOID " * 30, publisher="VOID " * 30, version="99", language="de")
    document = dataclasses.replace(ARTICLE, metadata=metadata, body=samples.TORTURE.body, assets=samples.TORTURE.assets)
    assert proof_of(document).first > 2
    assert proof_of(ARTICLE) == Proof(4, 4, 4)


def test_a_theme_and_its_fonts_change_nothing() -> None:
    with as_file(files("fontpkg_source_code_pro")) as folder:
        font = next(file for file in sorted(folder.rglob("*.ttf")))
        program = TTFont(font)
    for record in program["name"].names:
        record.string = "Own"
    target = io.BytesIO()
    program.save(target)
    asset = Asset("fonts/own.ttf", "font/ttf", target.getvalue())
    family = "Own"
    css = f'.handbill-article p {{ color: device-cmyk(0 1 1 0.5); font: 14pt "{family}"; opacity: 0.5 }}'
    documents = [dataclasses.replace(ARTICLE, theme=Theme(css=css, fonts=fonts)) for fonts in ((), (asset,))]
    for document in documents:
        handout = exporter.export(document, DEFAULT, samples.run())
        assert prove(handout).last > 1


def test_marked_claims_change_nothing() -> None:
    assert proof_of(samples.CLAIMS).pages > 1


@pytest.mark.parametrize("disclaimer", [samples.DISCLAIMER, samples.LONG_DISCLAIMER], ids=["short", "long"])
def test_a_disclaimer_in_front_is_the_one_at_the_end(disclaimer: Any) -> None:
    front = proof_of(dataclasses.replace(ARTICLE, disclaimer=disclaimer, disclaimer_position="front"))
    end = proof_of(dataclasses.replace(ARTICLE, disclaimer=disclaimer))
    assert front.first == 1
    assert end.last == end.pages == front.pages
    assert end.last - end.first == front.last - front.first


@pytest.mark.parametrize("paragraphs", [1, 31, 34, 400])
def test_the_number_of_pages_changes_nothing(paragraphs: int) -> None:
    body = "<p>Ten words of an article that stand on a page.</p>" * paragraphs
    document = document_with_body(body, disclaimer=samples.DISCLAIMER)
    first = proof_of(document, PdfOptions(font_size="40pt", page_size="Letter")).first
    assert first in {1: (2,), 31: range(9, 13), 34: range(10, 14), 400: range(101, 200)}[paragraphs]


@pytest.mark.parametrize(
    ("language", "article", "notice", "sentence"),
    [
        ("ar", "ar", "معلومات عامة، وليست نصيحة طبية.", "هذه معلومات عامة ولا تغني عن الطبيب. "),
        ("ar", "en", "معلومات عامة، وليست نصيحة طبية.", "هذه معلومات عامة ولا تغني عن الطبيب. "),
        ("he", "he", "מידע כללי, לא ייעוץ רפואי.", "זהו מידע כללי ואינו תחליף לרופא. "),
        ("zh-Hans", "zh-Hans", "一般信息，不是医疗建议。", "这是一般信息，不能代替医生。"),
    ],
)
def test_other_scripts_have_their_sealed_page(language: str, article: str, notice: str, sentence: str) -> None:
    words = translated_words(language)
    disclaimer = Disclaimer("other", sentence, language, f"<body><p>{sentence}</p></body>".encode(), notice, words=words)
    metadata = dataclasses.replace(ARTICLE.metadata, language=article)
    for pages in (1, 12):
        body = f"<p>{sentence * 6}</p>" * pages
        document = document_with_body(body, disclaimer=disclaimer, metadata=metadata, words=translated_words(article))
        assert proof_of(document, PdfOptions(font_size="40pt")).first >= pages


@pytest.mark.parametrize("profile", ["accessible-archive", "ua-1", "a-3a", "plain"])
def test_every_profile_has_its_sealed_page(profile: Any) -> None:
    assert proof_of(dataclasses.replace(ARTICLE, source=b"# T\n"), PdfOptions(profile=profile)) == Proof(4, 4, 4)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.generalized},
        {"recompress_flate": True},
        {"force_version": "2.0"},
    ],
    ids=["classic table", "object streams", "uncompressed", "recompressed", "another version"],
)
def test_another_way_to_store_the_same_objects_is_accepted(how: dict[str, Any]) -> None:
    def describe(pdf: Any) -> None:
        pdf.docinfo["/Author"] = "Somebody"

    assert prove(edited(export_pdf(ARTICLE), describe, **how)) == Proof(4, 4, 4)


# ---- Edits of objects ----


def last(pdf: Any) -> Any:
    return pdf.pages[-1].obj


def appearance(pdf: Any, content: bytes = b"1 g 0 0 600 800 re f") -> Any:
    return Dictionary(N=pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 800]))


def annotate(pdf: Any, page: int, **entries: Any) -> Any:
    annotation = pdf.make_indirect(
        Dictionary({"/Type": Name.Annot, "/Rect": Array([0, 0, 600, 800]), **{f"/{k}": v for k, v in entries.items()}})
    )
    target = pdf.pages[page].obj
    target.Annots = Array([*target.get("/Annots", ()), annotation])
    return annotation


def white_form_field(pdf: Any) -> None:
    field = annotate(pdf, -1, Subtype=Name.Widget, FT=Name.Tx, T=String("f"), F=4, AP=appearance(pdf))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def append_content(index: int, added: bytes) -> Callable[[Any], None]:
    """Return an edit that adds to the content of a page, before what shows a layer."""

    def edit(pdf: Any) -> None:
        stream = pdf.pages[index].obj.Contents[1]
        stream.write(stream.read_bytes() + added)

    return edit


def own_fonts(pdf: Any) -> list[Any]:
    return [font for _, font in last(pdf).Resources.Font.items()]


def other_unicode(pdf: Any) -> None:
    for font in own_fonts(pdf):
        font.ToUnicode.write(re.sub(rb"> <00(6|7)(.)>", rb"> <005\2>", font.ToUnicode.read_bytes()))


def swapped_glyphs(pdf: Any) -> None:
    for font in own_fonts(pdf):
        descriptor = font.DescendantFonts[0].FontDescriptor
        program = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()))
        names = [name for name in program.getGlyphOrder() if program["glyf"][name].numberOfContours > 0][:2]
        if len(names) < 2:
            continue
        glyphs = program["glyf"].glyphs
        glyphs[names[0]], glyphs[names[1]] = glyphs[names[1]], glyphs[names[0]]
        target = io.BytesIO()
        program.save(target)
        descriptor.FontFile2.write(target.getvalue())


def other_width(pdf: Any) -> None:
    widths = own_fonts(pdf)[0].DescendantFonts[0].W
    widths[1][0] = float(widths[1][0]) + 200


def covered_middles(pdf: Any) -> None:
    stripes = b"".join(b"60 %d 480 1 re\n" % y for y in range(100, 780, 4))
    append_content(-1, b"\n1 1 1 rg\n" + stripes + b"f\n")(pdf)


def image(pdf: Any) -> None:
    last(pdf).Resources.XObject["/Im"] = pdf.make_stream(
        zlib.compress(b"\0" * 100), Type=Name.XObject, Subtype=Name.Image, Width=10, Height=10, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode,
    )  # fmt: skip
    append_content(-1, b"\nq 100 0 0 100 200 400 cm /Im Do Q\n")(pdf)


def page_after(pdf: Any) -> None:
    pdf.add_blank_page()
    last(pdf).Contents = pdf.make_stream(VOID)


def layers_off_in_print(pdf: Any) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("x"), Usage=Dictionary(Print=Dictionary(PrintState=Name.OFF))))
    events = Array([Dictionary(Event=Name.Print, Category=Array([Name.Print]), OCGs=Array([group]))])
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(AS=events))
    last(pdf).Resources.XObject.HandbillNumber.OC = group


def viewing(**entries: Any) -> Callable[[Any], None]:
    return lambda pdf: pdf.Root.ViewerPreferences.update(Dictionary({f"/{name}": value for name, value in entries.items()}))


def on_page(index: int, **entries: Any) -> Callable[[Any], None]:
    return lambda pdf: pdf.pages[index].obj.update(Dictionary({f"/{name}": value for name, value in entries.items()}))


def on_tree(**entries: Any) -> Callable[[Any], None]:
    return lambda pdf: pdf.Root.Pages.update(Dictionary({f"/{name}": value for name, value in entries.items()}))


def on_catalog(**entries: Any) -> Callable[[Any], None]:
    return lambda pdf: pdf.Root.update(Dictionary({f"/{name}": value for name, value in entries.items()}))


SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert('x')"))


def inverted_profile(pdf: Any) -> None:
    stream = pdf.Root.OutputIntents[0].DestOutputProfile
    content = bytearray(stream.read_bytes())
    content[-40:] = bytes(255 - byte for byte in content[-40:])
    stream.write(bytes(content))


def inverted_colours(pdf: Any) -> None:
    resources = last(pdf).Resources
    resources.ColorSpace["/DefaultRGB"] = resources.ColorSpace["/lab-d50"]


def script_by_name(pdf: Any) -> None:
    pdf.Root.Names.JavaScript = Dictionary(Names=Array([String("x"), SCRIPT]))


def script_in_outline(pdf: Any) -> None:
    del pdf.Root.Outlines.First["/Dest"]
    pdf.Root.Outlines.First.A = SCRIPT


def first_element(pdf: Any) -> Any:
    """Return the structure element of the first marked content of the disclaimer's page."""
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return numbers[numbers.index(last(pdf).StructParents) + 1][0]


def actual_text(pdf: Any) -> None:
    first_element(pdf).ActualText = String("VOID")


def reversed_tags(pdf: Any) -> None:
    section = first_element(pdf).P
    section.K = Array(list(reversed(list(section.K))))


def left_out_tags(pdf: Any) -> None:
    section = first_element(pdf).P
    section.P.K = Array([kid for kid in section.P.K if kid.objgen != section.objgen])


def other_number(name: str, page: int) -> Callable[[Any], None]:
    """Return an edit that shows a layer of a shorter handout: its numbers are others, its fonts the same."""

    def edit(pdf: Any) -> None:
        short = document_with_body("<p>One page.</p>", disclaimer=samples.DISCLAIMER)
        with pikepdf.open(io.BytesIO(export_pdf(short))) as other:
            content = other.pages[page].obj.Resources.XObject[name].read_bytes()
        pdf.pages[page].obj.Resources.XObject[name].write(content)

    return edit


def in_number(old: bytes, new: bytes) -> Callable[[Any], None]:
    """Return an edit of the layer with the page's number, by a regular expression that must match."""

    def edit(pdf: Any) -> None:
        layer = last(pdf).Resources.XObject.HandbillNumber
        changed, count = re.subn(old, new, layer.read_bytes())
        assert count
        layer.write(changed)

    return edit


def font_of_the_same_name(pdf: Any) -> None:
    font, own = next(iter(pdf.pages[0].obj.Resources.Font.values())), own_fonts(pdf)[0]
    font.BaseFont = own.BaseFont
    font.DescendantFonts[0].FontDescriptor.FontName = own.BaseFont


def exchanged_streams(pdf: Any) -> None:
    contents = pdf.pages[0].obj.Contents
    contents[0], contents[1] = contents[1], contents[0]


def external_stream(pdf: Any) -> None:
    last(pdf).Contents[1].F = String("other.bin")


EDITS: dict[str, Callable[[Any], object]] = {
    "a white form field": white_form_field,
    "an annotation that prints and is not viewed": lambda pdf: annotate(pdf, -1, Subtype=Name.Stamp, F=4 | 32, AP=appearance(pdf)),
    "a free text": lambda pdf: annotate(pdf, -1, Subtype=Name.FreeText, Contents=String("VOID"), DA=String("/Helv 40 Tf")),
    "a free text over a notice": lambda pdf: annotate(pdf, 0, Subtype=Name.FreeText, Contents=String("VOID"), DA=String("/Helv 40 Tf")),
    "a link with an appearance": lambda pdf: annotate(pdf, 0, Subtype=Name.Link, Border=Array([0, 0, 0]), AP=appearance(pdf)),
    "a link with a border": lambda pdf: annotate(pdf, 0, Subtype=Name.Link, Border=Array([0, 0, 400])),
    "a link with a script": lambda pdf: annotate(pdf, 0, Subtype=Name.Link, Border=Array([0, 0, 0]), A=SCRIPT),
    "other letters in ToUnicode": other_unicode,
    "covered middles of glyphs": covered_middles,
    "a page of 6,000 points": on_page(-1, MediaBox=Array([0, 0, 6000, 6000])),
    "a page of 6,000 points with a notice": on_page(0, MediaBox=Array([0, 0, 6000, 6000])),
    "an image": image,
    "a drawing": append_content(-1, b"\n0 0 0 rg 100 100 400 400 re f\n"),
    "a page after it": page_after,
    "layers off in print": layers_off_in_print,
    "PrintArea": viewing(PrintArea=Name.ArtBox),
    "PrintPageRange": viewing(PrintPageRange=Array([0, 0])),
    **{
        f"{name} on {where}": edit({name: value})
        for name, value in (("Rotate", 90), ("CropBox", Array([0, 0, 100, 100])), ("UserUnit", 0.1))
        for where, edit in (
            ("the page", lambda entry: on_page(-1, **entry)),
            ("a page with a notice", lambda entry: on_page(0, **entry)),
            ("the tree of pages", lambda entry: on_tree(**entry)),
        )
    },
    "a TrimBox on a page with a notice": on_page(0, TrimBox=Array([0, 200, 400, 600])),
    "swapped glyphs": swapped_glyphs,
    "another width": other_width,
    "another output intent": lambda pdf: pdf.Root.OutputIntents[0].update(Dictionary(OutputConditionIdentifier=String("other"))),
    "no output intent": lambda pdf: pdf.Root.__delitem__("/OutputIntents"),
    "an inverted profile": inverted_profile,
    "other default colours": inverted_colours,
    "JavaScript by name": script_by_name,
    "JavaScript in the outline": script_in_outline,
    "OpenAction": on_catalog(OpenAction=SCRIPT),
    "AA of the catalog": on_catalog(AA=Dictionary(WP=SCRIPT)),
    "AA of a page": on_page(-1, AA=Dictionary(O=SCRIPT)),
    "ActualText": actual_text,
    "tags in another order": reversed_tags,
    "tags that leave it out": left_out_tags,
    "another role": lambda pdf: pdf.Root.StructTreeRoot.RoleMap.update(Dictionary(P=Name.Artifact)),
    "another page number": other_number("/HandbillNumber", -1),
    "another page in the reference": other_number("/HandbillReference", 0),
    "digits over each other": in_number(rb"(\w{4})(\w{4})>\] TJ", rb"\1>600<\2>] TJ"),
    "digits over each other in steps": in_number(rb"(\w{4})(\w{4})>\] TJ", rb"\1>140<>140<>140<>140<\2>] TJ"),
    "a string among the digits": in_number(rb"\[<", rb"[(xxxx)<"),
    "a number elsewhere": in_number(rb"1 0 0 -1 \d+", b"1 0 0 -1 300"),
    "exchanged streams": exchanged_streams,
    "a font of the same name": font_of_the_same_name,
    "page labels": on_catalog(PageLabels=Dictionary(Nums=Array([0, Dictionary(S=Name.r)]))),
    "a collection of files": on_catalog(Collection=Dictionary(View=Name.T)),
    "no tags": lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"),
    "a stream in another file": external_stream,
    "layers of another name": lambda pdf: pdf.pages[0].obj.Contents[2].write(b"Q"),
    "a page that is there twice": lambda pdf: pdf.Root.Pages.Kids.append(pdf.Root.Pages.Kids[0]),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_of_the_objects_is_refused(edit: Callable[[Any], object]) -> None:
    plain = article_handout()
    changed = edited(plain, edit)
    assert changed != plain
    assert refusal(changed)


def test_an_encrypted_file_is_refused() -> None:
    assert refusal(edited(article_handout(), lambda pdf: None, encryption=pikepdf.Encryption(owner="o", user="")))


# ---- Text of the article over the notice ----

OVER = b"\n0 g 0 0 600 100 re f\n"
OPEN_CONTENTS = {
    "a Q": b"\nQ" + OVER,
    "a Q and a q": b"\nQ" + OVER + b"q\n",
    "a Q after a null": b"\n\0Q\0" + OVER + b"q\n",
    "a Q after a number": b"\n1Q" + OVER + b"q\n",
    "a Q after a parenthesis": b"\n()Q" + OVER + b"q\n",
    "a Q in a marked content": b"\n/Span BMC Q EMC" + OVER + b"q\n",
    "an open q": b"\nq\n",
    "an open BT": b"\nBT\n",
    "an open marked content": b"\n/Artifact BMC\n",
    "an inline image that hides a Q": b"\nBI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q" + OVER + b"q\n",
    "an inline image": b"\nBI /W 5 /H 1 /BPC 8 /CS /G /L 5 ID \nEI Q\n EI\n",
    "an open string": b"\n(",
    "an open array": b"\n[",
    "an open dictionary": b"\n/Span <<",
    "a comment": b"\n% ",
    "an open path": b"\n0 0 600 100 re\n",
    "an open clip": b"\n0 0 1 1 re W\n",
    "an operand": b"\n/Foo\n",
    "an unknown operator": b"\nBX foo EX\n",
    "too many states": b"\n" + b"q " * 40 + b"Q " * 40,
}


@pytest.mark.parametrize("added", OPEN_CONTENTS.values(), ids=OPEN_CONTENTS)
def test_content_of_an_article_that_does_not_close_what_it_opens_is_refused(added: bytes) -> None:
    assert refusal(edited(article_handout(), append_content(0, added))) == "foreign-content"


@pytest.mark.parametrize("kind", ["form", "pattern", "mask", "glyph"])
def test_a_drawing_of_an_article_that_closes_too_much_is_refused(kind: str) -> None:
    def edit(pdf: Any) -> None:
        resources = pdf.pages[0].obj.Resources
        drawing = pdf.make_stream(b"Q" + OVER + b"q", Subtype=Name.Form, BBox=[0, 0, 600, 800])
        if kind == "form":
            resources.XObject["/Drawing"] = drawing
        elif kind == "pattern":
            drawing.PatternType = 1
            resources.Pattern["/Drawing"] = drawing
        elif kind == "mask":
            resources.ExtGState["/Drawing"] = Dictionary(SMask=Dictionary(S=Name.Alpha, G=drawing))
        else:
            resources.Font["/Drawing"] = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(a=drawing))

    assert refusal(edited(article_handout(), edit)) == "foreign-content"


@pytest.mark.parametrize(
    "content",
    [
        b"q 1 0 0 1 0 0 cm Q",
        b"/Span <</MCID 0>>\nBDC\nBT\n/F1 12 Tf\n[<0001>-2<0002>(a\\)b)] TJ\nET\nEMC",
        b"0 0 m\n10 10 l\nW*\nn\n0 0 1 1 re f",
        b"",
        b"[1 2] 0 d\n/x0 Do",
    ],
)
def test_content_that_closes_what_it_opens_is_closed(content: bytes) -> None:
    assert is_closed(content)


def test_what_an_article_paints_over_its_notice_is_not_seen() -> None:
    import pypdfium2

    def band(handout: bytes) -> bytes:
        pdf = pypdfium2.PdfDocument(handout)
        page = pdf[0]
        box = page.get_mediabox()
        with pikepdf.open(io.BytesIO(handout)) as objects:
            _, lower, _, upper = map(float, objects.pages[0].obj.Resources.XObject.HandbillNotice.BBox)
        drawn = bytes(page.render(crop=(0, lower + 1, 0, box[3] - upper + 1)).buffer)
        pdf.close()
        return drawn

    painted = edited(article_handout(), append_content(0, b"\n0 g 0 0 700 900 re f\n"))
    assert prove(painted) == Proof(4, 4, 4)
    assert band(painted) == band(article_handout())


# ---- Edits of bytes ----


def update(handout: bytes, number: int, body: bytes) -> bytes:
    """Return a PDF with a second revision, in which an object is another (ISO 32000-1, 7.5.6)."""
    start = len(handout)
    previous = int(re.findall(rb"startxref\s+(\d+)", handout)[-1])
    trailer = re.search(rb"trailer\s*<<(.*?)>>\s*startxref", handout, re.DOTALL)
    assert trailer
    table = start + len(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    section = b"xref\n%d 1\n%010d 00000 n \ntrailer <<%s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        number,
        start,
        trailer[1],
        previous,
        table,
    )
    return handout + b"%d 0 obj\n%s\nendobj\n" % (number, body) + section


def test_a_second_revision_is_refused() -> None:
    handout = article_handout()
    with pikepdf.open(io.BytesIO(handout)) as pdf:
        content, info = pdf.pages[-1].obj.Contents[1].objgen[0], pdf.trailer.Info.objgen[0]
    white = b"<</Length 23>>\nstream\n1 g 0 0 600 800 re f \nendstream"
    assert refusal(update(handout, content, white)) == "foreign-content"
    assert refusal(update(handout, info, b"<</Title (T)>>")) == "foreign-content"


@pytest.mark.parametrize(
    "damage",
    [
        lambda handout: re.sub(rb"startxref\s+\d+", b"startxref\n7", handout),
        lambda handout: re.sub(rb"(\n00000)\d{5}( 00000 n)", rb"\g<1>00009\2", handout, count=1),
        lambda handout: handout[:-200],
        lambda handout: handout + b"\n%%EOF\n" + b"x" * 2000,
        lambda handout: handout.replace(b"xref\n0 ", b"xref\n1 ", 1),
        lambda handout: handout + b"1 0 obj <<>> endobj\n",
        lambda handout: handout.replace(b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n", 1),
        lambda handout: b"\n" + handout,
        # A key that is there twice: programs take the first or the last.
        lambda handout: handout.replace(b"/Tabs /S /TrimBox", b"/Type /X /TrimBox", 1),
        lambda handout: re.sub(rb"/Tabs /S /Tr", b"/Tr", handout, count=1),
        lambda handout: re.sub(rb"/Length \d(\d+) ", rb"/Length 9\1 ", handout, count=1),
    ],
)
def test_a_damaged_file_is_refused(damage: Callable[[bytes], bytes]) -> None:
    handout = article_handout()
    assert damage(handout) != handout
    assert refusal(damage(handout)) in ("unreadable-pdf", "foreign-content")


def test_an_object_at_another_place_of_an_object_stream_is_refused() -> None:
    packed = edited(export_pdf(ARTICLE), lambda pdf: None, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=False)
    assert not refusal(packed)
    # The first two numbers at the head of an object stream change places, the offsets stay.
    changed, count = re.subn(rb"(?<=stream\n)(\d+) 0 (\d+)(?= \d+ )", lambda found: found[2] + b" 0 " + found[1], packed, count=1)
    assert count
    assert len(changed) == len(packed)
    assert refusal(changed)


@pytest.mark.parametrize("handout", [b"", b"no pdf", b"%PDF-1.7\nbroken", b"PK\x03\x04"])
def test_what_is_no_pdf_is_an_error(handout: bytes) -> None:
    with pytest.raises(ExporterError):
        exporter.disclaimer_of(handout, "end")


@pytest.mark.parametrize("count", [b"3", b"5", b"-"])
def test_a_tree_of_pages_that_counts_wrongly_is_refused(count: bytes) -> None:
    # qpdf counts what there is, other programs what the tree says.
    changed, number = re.subn(rb"/Count 4 (/Kids|/Type /Pages)", rb"/Count " + count + rb" \1", article_handout())
    assert number == 1
    assert refusal(changed)


@pytest.mark.parametrize(
    ("left_open", "closed"),
    [
        ([b"q", b"Q"], [b"q", b"Q"]),
        ([b"q", b"1 w"], [b"q", b"1 w", b"Q"]),
        (
            [b"q", "/Span", {"MCID": 0}, b"BDC", b"q", b"BT", b"EMC", b"Q"],
            [b"q", "/Span", {"MCID": 0}, b"BDC", b"q", b"BT", b"ET", b"Q", b"EMC", b"Q"],
        ),
        ([b"BT", b"/Artifact", b"BMC"], [b"BT", b"/Artifact", b"BMC", b"EMC", b"ET"]),
    ],
)
def test_what_weasyprint_leaves_open_is_closed_before_the_notice_is_painted(left_open: list[Any], closed: list[Any]) -> None:
    close_operations(left_open)
    assert left_open == closed
    close_operations(b"a stream of bytes")
