"""The tag tree of a PDF handout, and the standards that it states, both read back from its bytes."""

from __future__ import annotations

import dataclasses
import io
import itertools
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from handbill.exporters.pdf import PdfOptions, exporter
from handbill.exporters.pdf.style.image_colours import screen_image
from handbill.exporters.pdf.tags.line_end_spaces import LineEndSpaces
from handbill.exporters.pdf.tags.model import Attributes, Tag
from handbill.exporters.pdf.tags.tables import regular_table
from lxml import etree
from PIL import Image

from handbill.contract import ExporterError, Run
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.document import Asset, Document, Theme
from handbill.testing import documents as samples
from pdf_handouts import DEFAULT, document_with_body, export_pdf
from tagtree import Annotation, Element, elements, outline, sequences, tags

BOTH = ("PDF/A-2a", "PDF/UA-1")


def with_notice(body: str, **changes: Any) -> Document:
    """Return a document with this content and a disclaimer that has a notice."""
    return document_with_body(body, **{"disclaimer": samples.DISCLAIMER, **changes})


def article_outline(content: bytes) -> list[str]:
    """Return the outline of the article alone, without its title."""
    part = elements(content, "Art")[0]
    return [line.removeprefix("  ") for line in outline(dataclasses.replace(part, kids=part.kids[1:]))[1:]]


def link_annotations(content: bytes) -> list[Annotation]:
    return [kid for link in elements(content, "Link") for kid in link.kids if isinstance(kid, Annotation)]


RICH = with_notice(
    """<p>Of <em>late</em>,<a class="noteref" role="doc-noteref" id="noteref-1" href="#note-1">1</a> the
<abbr title="Food and Drug Administration">FDA</abbr> said <code>x</code> <span lang="fr">à propos</span>.</p>
<h2 id="lists">Lists</h2>
<ol type="a"><li><p>Loose.</p><ul><li>nested</li></ul></li></ol>
<ul class="task-list"><li class="task"><span class="checkbox">☑</span> done</li></ul>
<dl><dt>Term</dt><dt>Other</dt><dd>Meaning.</dd></dl>
<blockquote lang="de"><p>Zitat</p></blockquote>
<aside class="admonition warning"><p class="admonition-title">Warning</p><p>Beware.</p></aside>
<pre><code>a = 1
</code></pre>
<figure><img src="figures/plain.png" alt="A blue rectangle"/><figcaption>Its caption.</figcaption></figure>
<p><a href="https://example.org/"><img src="figures/plain.png" alt="linked"/></a>
<img src="figures/plain.png" alt="" role="presentation"/></p>
<table><caption>Doses</caption><thead><tr><th></th><th colspan="2" scope="colgroup">Adults</th></tr></thead>
<tbody><tr><th scope="row">Low</th><td>1</td><td>2</td></tr></tbody></table>
<section class="notes"><aside class="note" id="note-1"><p>A note.</p></aside></section>""",
    assets=samples.TORTURE.assets,
)


def test_the_tags_say_what_each_part_is_in_the_articles_order() -> None:
    assert (
        article_outline(export_pdf(RICH))
        == """\
P
  'Of'
  Em
    'late'
  ','
  Reference
    Link
      → Note 1
      '1'
  'the'
  Span
    'FDA'
  'said'
  Code
    'x'
  Span
    'à propos'
  '.'
Note
  Lbl
    Link
      → Back to the text
      '1'
  P
    'A note.'
H2
  'Lists'
L
  LI
    Lbl
      'a.'
    LBody
      P
        'Loose.'
      L
        LI
          Lbl
            '•'
          LBody
            'nested'
L
  LI
    Lbl
      '☑'
    LBody
      'done'
L
  LI
    Lbl
      'Term'
    Lbl
      'Other'
    LBody
      'Meaning.'
BlockQuote
  P
    'Zitat'
Aside
  P
    'Warning'
  P
    'Beware.'
P
  Code
    'a = 1'
Div
  Figure
  Caption
    'Its caption.'
P
  Link
    → linked
    Figure
Table
  Caption
    'Doses'
  THead
    TR
      TD
      TH
        'Adults'
  TBody
    TR
      TH
        'Low'
      TD
        '1'
      TD
        '2'""".split("\n")
    )


def test_tags_carry_languages_expansions_alternatives_and_attributes() -> None:
    content = export_pdf(RICH)
    root = tags(content)
    assert [(element.kind, element.entries["/Lang"]) for element in root.all() if "/Lang" in element.entries] == [
        ("Span", "fr"),
        ("BlockQuote", "de"),
        ("Sect", "en"),
    ]
    assert [element.entries["/E"] for element in root.all("Span") if "/E" in element.entries] == ["Food and Drug Administration"]
    assert [element.entries["/Alt"] for element in root.all("Figure")] == ["A blue rectangle", "linked"]
    numberings = [element.entries["/A"]["/ListNumbering"] for element in root.all("L") if "/A" in element.entries]
    assert numberings[:3] == ["/LowerAlpha", "/Disc", "/Square"]
    cells = {element.text: element.entries for element in root.all("TH", "TD")}
    adults, low = cells["Adults"], cells["Low"]
    assert adults["/A"] == {"/O": "/Table", "/ColSpan": 2, "/Scope": "/Column"}
    assert low["/A"] == {"/O": "/Table", "/Scope": "/Row"}
    assert cells["2"]["/A"]["/Headers"] == [adults["/ID"], low["/ID"]]


def test_a_disclaimer_in_another_language_says_so() -> None:
    document = dataclasses.replace(RICH, disclaimer=dataclasses.replace(samples.DISCLAIMER, language="es"))
    assert [part.entries.get("/Lang") for part in tags(export_pdf(document)).kids if isinstance(part, Element)] == [None, "es"]


def test_types_that_pdf_1_7_lacks_are_mapped_and_identifiers_can_be_found() -> None:
    with pikepdf.Pdf.open(io.BytesIO(export_pdf(RICH))) as pdf:
        root = pdf.Root.StructTreeRoot
        assert dict(root.RoleMap) == {"/Aside": "/Sect", "/Em": "/Span", "/Strong": "/Span"}
        names = [str(name) for name in root.IDTree.Names][::2]
        assert names == sorted(names)
        assert "note-1" in names
        assert [str(root.IDTree.Names[names.index(name) * 2 + 1].ID) for name in names] == names


# ---- What is no part of the article ----


def test_margins_are_artifacts_of_their_kind_and_nothing_is_left_untold() -> None:
    content = export_pdf(RICH)
    painted = [sequence for sequence in sequences(content) if sequence.paints]
    assert not [sequence for sequence in painted if not sequence.tag]
    artifacts = {
        (sequence.properties.get("/Type"), sequence.properties.get("/Subtype")) for sequence in painted if sequence.tag == "/Artifact"
    }
    assert {("/Pagination", "/Footer"), ("/Layout", None)} <= artifacts
    assert all("/MCID" in sequence.properties for sequence in painted if sequence.tag != "/Artifact")
    tagged_text = tags(content).text
    assert "Page 1 of 2" not in tagged_text
    assert samples.DISCLAIMER.notice not in tagged_text


def test_a_running_header_is_one() -> None:
    document = with_notice("<p>Text.</p>", metadata=dataclasses.replace(samples.PLAIN.metadata, publisher="A press"))
    subtypes = {sequence.properties.get("/Subtype") for sequence in sequences(export_pdf(document)) if sequence.tag == "/Artifact"}
    assert "/Header" in subtypes


LONG_TABLE = with_notice(
    '<table><thead><tr><th scope="col">Head <a href="https://example.org/">link</a></th></tr></thead><tbody>'
    + "".join(f"<tr><td>Row {number}</td></tr>" for number in range(90))
    + '</tbody><tfoot><tr><td>Sum of <a href="https://example.org/sum">all</a></td></tr></tfoot></table>'
    + "<p>"
    + "A paragraph of more than one page. " * 300
    + "</p>"
)


def test_what_is_divided_between_pages_is_one_and_a_repeated_head_is_read_once() -> None:
    content = export_pdf(LONG_TABLE, PdfOptions(hyphenate=False))
    (table,) = elements(content, "Table")
    assert [group.kind for group in table.kids if isinstance(group, Element)] == ["THead", "TBody", "TFoot"]
    assert [row.text for row in table.all("TR")] == ["Head link", *(f"Row {number}" for number in range(90)), "Sum of all"]
    repeated = [sequence for sequence in sequences(content) if sequence.properties == {"/Type": "/Pagination"} and sequence.paints]
    assert len(repeated) >= 4
    (paragraph,) = [part for part in elements(content, "P") if part.text.startswith("A paragraph")]
    assert paragraph.text == ("A paragraph of more than one page. " * 300).strip()


def test_a_link_in_a_repeated_head_has_an_annotation_on_each_page() -> None:
    pages = [[kid.page for kid in link.kids if isinstance(kid, Annotation)] for link in elements(export_pdf(LONG_TABLE), "Link")][:2]
    assert pages[0] == pages[1] == list(range(len(pages[0])))
    assert len(pages[0]) > 1


# ---- Words ----


def test_words_stand_apart_at_line_ends_where_they_do_in_the_source_and_only_there() -> None:
    words = (
        "Some words and over-the-counter words, https://example.org/"
        + "a-very-long-address/" * 12
        + " and <em>more of</em> <strong>them</strong> "
    )
    document = with_notice(f"<p>{words * 6}</p><p>One line<br/>and another</p>")
    first, second = elements(export_pdf(document, PdfOptions(hyphenate=False)), "P")[:2]
    assert first.text == "".join(etree.fromstring(f"<p>{words * 6}</p>").itertext()).strip()
    assert second.text == "One line and another"


def test_chinese_lines_are_joined_without_a_space() -> None:
    ends = LineEndSpaces()
    block = etree.fromstring("<p>汉字汉字在行末没有空格</p>")
    for line in ("汉字汉字在", "行末没有空格"):
        ends.add_line(block, line, None)  # type: ignore[arg-type]
    assert ends.spaces == set()


# ---- Links ----


def test_a_link_has_one_annotation_with_its_words_wherever_it_is_broken() -> None:
    words = "many words of a link " * 12
    content = export_pdf(
        with_notice(
            f'<p>Text. <a href="https://example.org/">{words}<em>and emphasis</em></a></p><h2 id="h">H</h2><p><a href="#h">there</a></p>'
        )
    )
    broken, there, *_ = link_annotations(content)
    assert broken.entries["/Contents"] == f"{words}and emphasis"
    assert len(broken.entries["/QuadPoints"]) % 8 == 0
    assert len(broken.entries["/QuadPoints"]) > 8
    assert "/QuadPoints" not in there.entries
    assert there.entries["/Contents"] == "there"
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        assert [len(page.get("/Annots", [])) for page in pdf.pages] == [2, 2]
        parents = pdf.Root.StructTreeRoot.ParentTree.Nums
        keys = [int(key) for key in list(parents)[::2]]
        assert keys == list(range(len(keys)))
        for page in pdf.pages:
            assert page.Tabs == "/S"
            for annotation in page.Annots:
                assert parents[int(annotation.StructParent) * 2 + 1].S == "/Link"


def test_the_number_of_a_note_can_be_clicked() -> None:
    left, lower, right, upper = (float(number) for number in link_annotations(export_pdf(RICH))[0].entries["/Rect"])
    assert abs(upper - lower) > 5
    assert right - left > 3


def test_a_table_of_contents_reads_title_before_page() -> None:
    body = '<h2 id="a">First</h2><p>x</p><h3 id="b">Below</h3><p>y</p><h2 id="c">Second</h2><p>z</p>'
    lines = article_outline(export_pdf(with_notice(body), PdfOptions(contents="always")))
    assert (
        lines[: lines.index("H2")]
        == """\
TOC
  Caption
    'Contents'
  TOCI
    Reference
      Link
        → First
        'First 1'
    TOC
      TOCI
        Reference
          Link
            → Below
            'Below 1'
  TOCI
    Reference
      Link
        → Second
        'Second 1'
  TOCI
    Reference
      Link
        → Disclaimer: please read
        'Disclaimer: please read 2'""".split("\n")
    )


# ---- Tables ----


def table_cell(kind: str = "TD", **entries: Any) -> Tag:
    return Tag(kind, (), attributes=(Attributes("/Table", entries),))


def cell_spans(table: Tag) -> list[list[tuple[Any, Any]]]:
    rows = [row for group in table.kids if isinstance(group, Tag) for row in ([group] if group.kind == "TR" else group.kids)]
    found = []
    for row in rows:
        assert isinstance(row, Tag)
        entries = [kid.attributes[0].entries if kid.attributes else {} for kid in row.kids if isinstance(kid, Tag)]
        found.append([(one.get("RowSpan", 1), one.get("ColSpan", 1)) for one in entries])
    return found


def test_cells_that_reach_out_of_the_table_or_into_others_are_cut_back() -> None:
    rows = (
        Tag("TR", (table_cell(RowSpan=9), table_cell(), table_cell(RowSpan=2))),
        Tag("TR", (table_cell(ColSpan=3),)),
        Tag("TR", (table_cell(ColSpan=2, RowSpan=3), table_cell())),
    )
    table = regular_table([Tag("TBody", rows)], 1)
    assert cell_spans(table) == [[(3, 1), (1, 1), (2, 1), (1, 1)], [(1, 1), (1, 1)], [(1, 2), (1, 1)]]
    grid = [[0] * 4 for _ in range(3)]
    for number, row in enumerate(cell_spans(table)):
        for down, across in row:
            start = grid[number].index(0)
            for r, c in itertools.product(range(down), range(across)):
                grid[number + r][start + c] += 1
    assert grid == [[1] * 4] * 3


def test_a_simple_table_has_scopes_alone() -> None:
    head = Tag("THead", (Tag("TR", (table_cell("TH", Scope="/Column"), table_cell("TH", Scope="/Column"))),))
    table = regular_table([head, Tag("TBody", (Tag("TR", (table_cell(),)),))], 1)
    assert not [entry for entry in str(table).split() if "Headers" in entry or "table-1" in entry]
    assert cell_spans(table) == [[(1, 1)] * 2] * 2


def test_a_second_block_of_heads_takes_over_from_the_first() -> None:
    def row(*cells: Tag) -> Tag:
        return Tag("TR", cells)

    body = (
        row(table_cell("TH", Scope="/Column")),
        row(table_cell()),
        row(table_cell("TH", Scope="/Column")),
        row(table_cell("TH", Scope="/Column")),
        row(table_cell()),
    )
    (group,) = regular_table([Tag("TBody", body)], 7).kids
    assert isinstance(group, Tag)
    last = [row.kids[0].attributes[0].entries.get("Headers") for row in group.kids if isinstance(row, Tag) and isinstance(row.kids[0], Tag)]
    assert last == [None, ("table-7-0-0",), None, None, ("table-7-2-0", "table-7-3-0")]


# ---- Claims ----


@pytest.mark.parametrize(
    ("profile", "claims"),
    [("accessible-archive", BOTH), ("ua-1", ("PDF/UA-1",)), ("a-3a", ("PDF/A-3a", "PDF/UA-1")), ("plain", ())],
)
def test_a_profile_claims_its_standards(profile: Any, claims: tuple[str, ...]) -> None:
    content = export_pdf(dataclasses.replace(RICH, source=b"# RICH\n"), PdfOptions(profile=profile))
    assert exporter.claims(content) == claims
    assert outline(tags(content)) == outline(tags(export_pdf(RICH)))


SHORT = with_notice("<p>Text.</p>")


@pytest.mark.parametrize(
    ("document", "claims"),
    [
        (dataclasses.replace(SHORT, barriers=("vague-alt",)), ("PDF/A-2a",)),
        (with_notice('<h2 id="a">A</h2><p>x</p><h4 id="b">B</h4><p>y</p>'), ("PDF/A-2a",)),
        (with_notice('<p><img src="figures/plain.png" alt=""/></p>', assets=samples.TORTURE.assets), ("PDF/A-2a",)),
        (with_notice("<p>A \ue000 sign</p>"), ("PDF/A-2u",)),
    ],
    ids=["barrier", "heading", "alternative", "private-use"],
)
def test_a_document_with_barriers_claims_what_it_keeps(document: Document, claims: tuple[str, ...]) -> None:
    assert exporter.claims(export_pdf(document)) == claims


def test_the_metadata_say_what_the_document_is() -> None:
    with pikepdf.Pdf.open(io.BytesIO(export_pdf(samples.TORTURE))) as pdf:
        metadata = pdf.open_metadata()
        assert metadata["dc:title"] == samples.METADATA.title
        assert metadata["dc:creator"] == list(samples.METADATA.authors)
        assert metadata["dc:identifier"] == samples.METADATA.identifier
        assert metadata["xmp:CreateDate"] == metadata["xmp:ModifyDate"] == "2026-11-22T00:00:00Z"
        assert len(etree.fromstring(pdf.Root.Metadata.read_bytes()).findall("{*}RDF")) == 1
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_a_language_that_runs_to_the_left_turns_the_document() -> None:
    hebrew = dataclasses.replace(samples.PLAIN.metadata, language="he")
    with pikepdf.Pdf.open(io.BytesIO(export_pdf(with_notice("<p>x</p>", metadata=hebrew)))) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"


# ---- Claims read from bytes of anybody ----


def handout_with_metadata(**metadata: Any) -> bytes:
    """Return a handout whose metadata stream was replaced."""
    out = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(export_pdf(SHORT))) as pdf:
        stream = pdf.Root.Metadata
        stream.write(metadata.get("content") or stream.read_bytes())
        pdf.save(out, compress_streams=metadata.get("compress", False), static_id=True, fix_metadata_version=False)
    return out.getvalue()


PACKET = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:p="http://www.aiim.org/pdfa/ns/id/">{}</rdf:RDF>'


@pytest.mark.parametrize(
    ("metadata", "claims"),
    [
        ('<rdf:Description p:part="2" p:conformance="B"/>', ("PDF/A-2b",)),
        ("<rdf:Description><p:part>4</p:part></rdf:Description>", ("PDF/A-4",)),
        ('<rdf:Description p:part="2"/><rdf:Description p:part="3"/>', ()),
        ('<rdf:Description p:part="2"/><rdf:RDF/>', ()),
        ("", ()),
        ("<rdf:Description", ()),
        ("<!-- " + "x" * 1_000_000 + " -->", ()),
    ],
    ids=["attributes", "elements", "two", "two-packets", "none", "broken", "huge"],
)
def test_claims_are_read_from_the_documents_metadata(metadata: str, claims: tuple[str, ...]) -> None:
    assert exporter.claims(handout_with_metadata(content=PACKET.format(metadata).encode())) == claims


def test_entities_of_metadata_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "2">]>' + PACKET.format("<rdf:Description><p:part>&a;</p:part></rdf:Description>")
    assert exporter.claims(handout_with_metadata(content=bomb.encode())) == ()


def test_what_only_looks_like_metadata_claims_nothing() -> None:
    packet = b"\n%" + PACKET.format('<rdf:Description p:part="2" p:conformance="B"/>').encode() + b"\n"
    plain = export_pdf(SHORT, PdfOptions(profile="plain"))
    assert exporter.claims(plain + packet) == ()


def test_bytes_that_are_no_whole_pdf_have_no_claims() -> None:
    whole = export_pdf(SHORT)
    for wrong in (b"", b"no PDF", b"%PDF-1.7\n%%EOF", whole[:5000], whole.replace(b"startxref", b"startxxxx")):
        with pytest.raises(ExporterError):
            exporter.claims(wrong)


# ---- The source in the file ----


def test_the_articles_markdown_travels_in_its_pdf() -> None:
    document = dataclasses.replace(SHORT, name="letters/plain.es", source="# Título\n".encode())
    content = export_pdf(document, PdfOptions(profile="a-3a"))
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        (file,) = pdf.Root.AF
        assert file.AFRelationship == "/Source"
        assert str(file.UF) == str(file.F) == "plain.es.md"
        assert file.EF.F.Subtype == "/text/markdown"
        assert str(file.EF.F.Params.ModDate) == str(file.EF.F.Params.CreationDate) == "D:20261122000000Z"
        assert bytes(pdf.attachments["plain.es.md"].get_file().read_bytes()) == document.source


def test_a_document_without_source_has_none_to_attach() -> None:
    with pytest.raises(ExporterError, match="does not hold the Markdown"):
        exporter.export(SHORT, PdfOptions(profile="a-3a"), samples.run())


@pytest.mark.parametrize("profile", ["accessible-archive", "a-3a"])
def test_only_the_runs_time_is_in_the_bytes(profile: Any) -> None:
    document = dataclasses.replace(SHORT, source=b"# x\n")
    options = PdfOptions(profile=profile)
    assert exporter.export(document, options, samples.run()) == export_pdf(document, options)
    later = exporter.export(document, options, Run(datetime(2027, 1, 1, tzinfo=UTC), lambda _: None))
    assert later != export_pdf(document, options)


# ---- What would break a claim ----


def image_file(mode: str, kind: str, colour: Any, size: tuple[int, int] = (8, 6)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind)
    return out.getvalue()


def test_images_for_the_press_and_of_16_bits_are_shown_in_screen_colours() -> None:
    cmyk, media_type = screen_image(Asset("a.jpg", "image/jpeg", image_file("CMYK", "JPEG", (255, 0, 0, 0))))
    with Image.open(io.BytesIO(cmyk)) as shown:
        assert (shown.mode, media_type) == ("RGB", "image/jpeg")
        red, green, blue = shown.getpixel((3, 3))
        assert red < 30 < 220 < min(green, blue)
    deep, media_type = screen_image(Asset("a.png", "image/png", image_file("I;16", "PNG", 0x8000)))
    with Image.open(io.BytesIO(deep)) as shown:
        assert (shown.mode, media_type) == ("L", "image/png")
        assert shown.getpixel((3, 3)) == 0x80
    plain = Asset("a.png", "image/png", samples.png(), 40, 30)
    assert screen_image(plain) == (plain.content, "image/png")
    assert screen_image(Asset("a.png", "image/png", b"no image")) == (b"no image", "image/png")


def test_no_image_asks_for_interpolation() -> None:
    translucent = Asset("t.png", "image/png", image_file("RGBA", "PNG", (9, 9, 9, 99)), 8, 6)
    content = export_pdf(with_notice('<p><img src="t.png" alt="grey"/></p>', assets=(translucent,)))
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        images = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"]
        assert [bool(image.Interpolate) for image in images] == [False, False]


def test_a_drawing_too_deep_for_an_archive_is_told_and_not_claimed() -> None:
    depth = 40
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{"<g>" * depth}<path d="M0 0h9v9z"/>{"</g>" * depth}</svg>'
    document = with_notice('<p><img src="d.svg" alt="drawing"/></p>', assets=(Asset("d.svg", "image/svg+xml", svg.encode(), 9, 9),))
    reported: list[Diagnostic] = []
    content = exporter.export(document, DEFAULT, samples.run(reported))
    assert [(found.severity, found.code) for found in reported] == [(Severity.WARNING, "deep-drawing")]
    assert exporter.claims(content) == ("PDF/UA-1",)


def test_colours_for_the_press_are_told_and_not_claimed() -> None:
    document = with_notice("<p>Text.</p>", theme=Theme(css=".handbill-article p { color: device-cmyk(0 1 1 0.5) }"))
    reported: list[Diagnostic] = []
    content = exporter.export(document, DEFAULT, samples.run(reported))
    assert [(found.severity, found.code) for found in reported] == [(Severity.WARNING, "press-colours")]
    assert exporter.claims(content) == ("PDF/UA-1",)


def test_what_a_theme_makes_transparent_or_adds_is_read_in_its_place() -> None:
    css = ".handbill-article .faint { opacity: 0.9 } .handbill-article h2::before { content: '§ ' } .handbill-article em { float: left }"
    document = with_notice('<h2 id="a">One</h2><p class="faint">Text <em>floats</em> here.</p>', theme=Theme(css=css))
    content = export_pdf(document)
    assert article_outline(content) == ["H2", "  '§ One'", "P", "  'Text'", "  Em", "    'floats'", "  'here.'"]
    assert exporter.claims(content) == BOTH
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        apart = [item.Stm for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Stm" in item]
        apart += [kid.Stm for item in pdf.objects if isinstance(item, pikepdf.Dictionary) for kid in _kids(item) if "/Stm" in kid]
        parents = pdf.Root.StructTreeRoot.ParentTree.Nums
        assert apart
        assert all(stream.Subtype == "/Form" and parents[int(stream.StructParents) * 2 + 1] for stream in apart)


def _kids(element: pikepdf.Dictionary) -> list[pikepdf.Dictionary]:
    kids = element.get("/K", pikepdf.Array())
    return [kid for kid in (kids if isinstance(kids, pikepdf.Array) else [kids]) if isinstance(kid, pikepdf.Dictionary)]


# ---- What all this relies on ----


def test_weasyprint_marks_what_it_paints_as_the_tags_expect() -> None:
    import pydyf
    from weasyprint.pdf.stream import Stream

    marks: dict[Any, Any] = {}
    stream = Stream({}, (0, 0, 9, 9), pydyf.Dictionary(), {}, marks, {}, None)
    with stream.marked("a box", "Span"):
        stream.stream.append(b"(painted)")
    assert stream.stream[:4] == ["/Span", {"MCID": 0}, b"BDC", b"(painted)"]
    assert stream.stream[4:] == [b"EMC"]
    assert marks == {"a box": {"tag": "Span", "mcid": 0}}
    assert stream._tags is marks
    stream.push_state()
    stream.paint_shading("s")
    stream.pop_state()
    assert (stream.stream[5], stream.stream[-1]) == (b"q", b"Q")
