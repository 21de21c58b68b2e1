"""EPUB handouts: what is in the package, and that it belongs together."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import io
import os
import posixpath
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest
from handbill.exporters.epub import EpubOptions, exporter
from lxml import etree

from epub_handouts import OPF, XHTML, XML_LANG, export, spine_paths, trees
from handbill.contract import Exporter, ExporterError
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Asset, text_of
from handbill.testing.documents import DISCLAIMER, LONG_DISCLAIMER, PLAIN, TORTURE, png
from handouts import members, with_body

DC = "{http://purl.org/dc/elements/1.1/}"
TYPE = "{http://www.idpf.org/2007/ops}type"


def elements_of_type(root: etree._Element, term: str) -> list[etree._Element]:
    return [element for element in root.iter(etree.Element) if term in (element.get(TYPE) or "").split()]


def note_call(number: int, again: str = "") -> str:
    mark = f"noteref-{number}{again}"
    return f'<a class="noteref" role="doc-noteref" id="{mark}" href="#note-{number}">{number}</a>'


@pytest.fixture(scope="module")
def torture() -> bytes:
    return export(TORTURE)


def test_the_exporter_meets_the_contract() -> None:
    checked: Exporter[EpubOptions] = exporter
    assert (checked.name, checked.suffix, checked.media_type) == ("epub", ".epub", "application/epub+zip")
    assert all(field.metadata["help"] and field.default is not dataclasses.MISSING for field in dataclasses.fields(EpubOptions))


@pytest.mark.parametrize("name", exporter.modules)
def test_the_modules_that_workers_load_beforehand_are_there(name: str) -> None:
    assert importlib.import_module(name)


def test_the_mimetype_is_first_and_stored_and_nothing_depends_on_the_clock(torture: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(torture)) as archive:
        entries = archive.infolist()
    assert entries[0].filename == "mimetype"
    assert entries[0].compress_type == zipfile.ZIP_STORED
    assert torture[30:58] == b"mimetypeapplication/epub+zip"
    assert [entry.filename for entry in entries[1:]] == sorted(entry.filename for entry in entries[1:])
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.create_system, entry.external_attr >> 16) for entry in entries} == {(3, 0o100644)}


def test_the_same_document_gives_the_same_bytes(torture: bytes) -> None:
    assert export(TORTURE) == torture


@pytest.mark.parametrize(("zone", "seed"), [("Pacific/Auckland", "1"), ("America/Lima", "77")])
def test_another_process_gives_the_same_bytes(torture: bytes, zone: str, seed: str) -> None:
    program = (
        "import hashlib; from handbill.testing.documents import TORTURE, run; from handbill.exporters.epub import EpubOptions, exporter;"
        "print(hashlib.sha256(exporter.export(TORTURE, EpubOptions(), run())).hexdigest())"
    )
    environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(torture).hexdigest()


def test_the_article_is_split_at_its_sections(torture: bytes) -> None:
    assert spine_paths(members(torture)) == [
        "title.xhtml",
        "article.xhtml",
        "section-1-lists.xhtml",
        "section-2-figures.xhtml",
        "section-3-tables.xhtml",
        "section-4-languages.xhtml",
        "disclaimer.xhtml",
    ]


def test_the_article_can_stay_in_one_file() -> None:
    assert spine_paths(members(export(TORTURE, EpubOptions(split="none")))) == ["title.xhtml", "article.xhtml", "disclaimer.xhtml"]


def test_an_article_without_text_has_only_its_title_and_the_disclaimer() -> None:
    assert spine_paths(members(export(with_body("")))) == ["title.xhtml", "disclaimer.xhtml"]


def test_file_names_are_ascii_whatever_the_headings_and_images_are_called() -> None:
    image = '<p><img src="Bilder/Übersicht 1.PNG" alt="a"/><img src="b/ubersicht-1.png" alt="b"/></p>'
    assets = (Asset("Bilder/Übersicht 1.PNG", "image/png", png()), Asset("b/ubersicht-1.png", "image/png", png(8, 8)))
    document = with_body(f'<h2 id="介绍">介绍</h2><p>文</p><h2 id="été">Été</h2>{image}', assets=assets)
    names = list(members(export(document)))
    assert all(name.isascii() and " " not in name for name in names)
    assert {"EPUB/section-1.xhtml", "EPUB/section-2-ete.xhtml"} <= set(names)
    assert {"EPUB/images/ubersicht-1.png", "EPUB/images/ubersicht-1-2.png"} <= set(names)


def test_every_reference_leads_to_something_in_the_package(torture: bytes) -> None:
    files = members(torture)
    pages = {name: etree.fromstring(content) for name, content in files.items() if name.endswith(".xhtml")}
    checked = 0
    for name, page in pages.items():
        for element in page.iter(etree.Element):
            for reference in (element.get("href"), element.get("src")):
                if reference is None or reference.startswith(("http", "mailto:")):
                    continue
                path, _, fragment = reference.partition("#")
                target = posixpath.join("EPUB", unquote(path)) if path else name
                assert target in files, reference
                if fragment:
                    assert pages[target].xpath("//*[@id=$id]", id=fragment), reference
                checked += 1
    assert checked > 30


def test_a_link_to_another_section_names_its_file(torture: bytes) -> None:
    links = [link.get("href") for link in trees(torture)["section-1-lists.xhtml"].iter(f"{XHTML}a") if link.text == "the tables"]
    assert links == ["section-3-tables.xhtml#tables"]


def test_all_words_of_the_article_are_there_once(torture: bytes) -> None:
    wanted = Counter(text_of(TORTURE.tree()).split())
    found: Counter[str] = Counter()
    for name, root in trees(torture).items():
        if name in ("title.xhtml", "disclaimer.xhtml"):
            continue
        for element in list(root.iter(f"{XHTML}div", f"{XHTML}a")):
            if "handbill-notice" in (element.get("class") or "").split() or element.get("class") == "handbill-backlink":
                tail = element.tail
                element.clear()
                element.tail = tail
        found += Counter(text_of(root[-1]).split())
    assert found == wanted


def test_white_space_of_code_is_kept(torture: bytes) -> None:
    code = [text_of(pre) for pre in trees(torture)["section-1-lists.xhtml"].iter(f"{XHTML}pre")]
    assert code == [text_of(pre) for pre in TORTURE.tree().iter("pre")][:3]


def test_the_title_page_shows_the_articles_metadata(torture: bytes) -> None:
    page = exporter.pages(torture)[0].body.splitlines()
    assert page == [
        "Everything at once",
        "A document that uses the whole vocabulary",
        "Ada Example, Béla Mintá",
        "A short account of what follows, in one sentence.",
        "Version 1.10",
        "November 1, 2026",
        "Reviewed November 22, 2026",
        "Facts as of November 22, 2026",
        "Next review by May 22, 2027",
        "The Example Press",
        "Contact: desk@example.org",
        "CC BY 4.0",
        "See the disclaimer.",
        DISCLAIMER.notice,
    ]
    heading = trees(torture)["title.xhtml"].find(f".//{XHTML}h1")
    assert heading is not None
    assert [child.tag for child in heading] == [f"{XHTML}em"]


def test_a_note_stands_in_the_file_that_calls_it_first(torture: bytes) -> None:
    where = {aside.get("id"): name for name, root in trees(torture).items() for aside in elements_of_type(root, "footnote")}
    assert where == {"note-1": "article.xhtml", "note-2": "section-1-lists.xhtml", "note-3": "section-3-tables.xhtml"}
    calls = {link.get("id"): link.get("href") for root in trees(torture).values() for link in elements_of_type(root, "noteref")}
    assert calls == {
        "noteref-1": "#note-1",
        "noteref-1-2": "article.xhtml#note-1",
        "noteref-2": "#note-2",
        "noteref-3": "#note-3",
    }


def test_notes_and_calls_say_what_they_are_and_lead_back(torture: bytes) -> None:
    for root in trees(torture).values():
        assert all(link.get("role") == "doc-noteref" for link in elements_of_type(root, "noteref"))
        for aside in elements_of_type(root, "footnote"):
            assert aside.tag == f"{XHTML}aside"
            assert aside.get("role") == "doc-footnote"
            (back,) = [link for link in aside.iter(f"{XHTML}a") if link.get("role") == "doc-backlink"]
            assert back.get("href") == f"#{(aside.get('id') or '').replace('note', 'noteref')}"


def test_a_note_that_nothing_calls_is_no_footnote(torture: bytes) -> None:
    page = trees(torture)["section-4-languages.xhtml"]
    (note,) = [element for element in page.iter(etree.Element) if element.get("id") == "note-4"]
    assert note.tag == f"{XHTML}div"
    assert note.get(TYPE) is None
    assert "A note that nothing calls." in exporter.pages(torture)[5].body


def test_notes_called_by_the_title_by_notes_and_by_nothing_all_have_a_place() -> None:
    notes = (
        f'<section class="notes"><aside class="note" id="note-1"><p>Of the title.{note_call(2)}</p></aside>'
        '<aside class="note" id="note-2"><ul><li>Of a note.</li></ul></aside>'
        '<aside class="note" id="note-3"><p>Of the abstract.</p></aside>'
        '<aside class="note uncalled" id="note-4"><p>Of nothing.</p></aside></section>'
    )
    document = with_body(
        notes, heading=f"<h1>A letter{note_call(1)}</h1>".encode(), abstract=f"<body><p>Short.{note_call(3)}</p></body>".encode()
    )
    pages = [page.body for page in exporter.pages(export(document))]
    assert pages[0].splitlines() == ["A letter1", "Short.3", "1 Of the title.2", "3 Of the abstract.", "2", "Of a note."]
    assert pages[1] == "Of nothing."
    assert b"A letter1" not in members(export(document))["EPUB/nav.xhtml"]


@pytest.mark.parametrize("options", [EpubOptions(), EpubOptions(split="none")])
def test_the_notice_ends_every_page_but_the_disclaimer(options: EpubOptions) -> None:
    *article, disclaimer = exporter.pages(export(TORTURE, options))
    assert all(page.body.endswith(f"\n{DISCLAIMER.notice}") for page in article)
    assert DISCLAIMER.notice not in disclaimer.body
    for name, root in trees(export(TORTURE, options)).items():
        body = root.find(f"{XHTML}body")
        assert body is not None
        if name != "disclaimer.xhtml":
            assert (body[-1].get(TYPE), body[-1].get("role")) == ("notice", "doc-notice")
            assert [link.get("href") for link in body[-1].iter(f"{XHTML}a")] == ["disclaimer.xhtml"]


def test_without_a_notice_nothing_is_added_to_the_pages() -> None:
    assert [page.body for page in exporter.pages(export(PLAIN))][:2] == ["A plain letter", "One paragraph, and no more."]


@pytest.mark.parametrize(("position", "place"), [("end", -1), ("front", 0)])
@pytest.mark.parametrize("disclaimer", [DISCLAIMER, LONG_DISCLAIMER], ids=["short", "long"])
def test_the_disclaimer_is_whole_and_alone_on_its_page(position: str, place: int, disclaimer: object) -> None:
    document = dataclasses.replace(TORTURE, disclaimer=disclaimer, disclaimer_position=position)  # type: ignore[arg-type]
    body = exporter.pages(export(document))[place].body
    wanted = document.disclaimer.title + text_of(document.disclaimer.tree())
    assert "".join(body.split()) == "".join(wanted.split())


def test_contents_and_landmarks_name_the_sections_and_the_disclaimer(torture: bytes) -> None:
    navigation = etree.fromstring(members(torture)["EPUB/nav.xhtml"])
    (contents,), (landmarks,) = elements_of_type(navigation, "toc"), elements_of_type(navigation, "landmarks")
    assert [(link.text, link.get("href")) for link in contents.iter(f"{XHTML}a")] == [
        ("Everything at once", "title.xhtml"),
        ("Lists of every kind", "section-1-lists.xhtml#lists"),
        ("Quotes, code and callouts", "section-1-lists.xhtml#quotes"),
        ("Figures", "section-2-figures.xhtml#figures"),
        ("Tables", "section-3-tables.xhtml#tables"),
        ("Other languages", "section-4-languages.xhtml#languages"),
        ("Deep down", "section-4-languages.xhtml#deep"),
        ("Disclaimer: please read", "disclaimer.xhtml"),
    ]
    nested = contents.xpath("count(//x:ol/x:li/x:ol/x:li)", namespaces={"x": XHTML[1:-1]})
    assert nested == 2
    assert [(link.get(TYPE), link.get("href")) for link in landmarks.iter(f"{XHTML}a")] == [
        ("titlepage", "title.xhtml"),
        ("bodymatter", "article.xhtml"),
        ("notice", "disclaimer.xhtml"),
    ]


def test_the_contents_go_as_deep_as_asked() -> None:
    def lists_fourth_level(options: EpubOptions) -> bool:
        return b"A heading of the fourth level" in members(export(TORTURE, options))["EPUB/nav.xhtml"]

    assert not lists_fourth_level(EpubOptions())
    assert lists_fourth_level(EpubOptions(contents_depth=4))
    with pytest.raises(ValueError, match="from 2 to 6"):
        EpubOptions(contents_depth=1)


def test_the_metadata_are_the_articles(torture: bytes) -> None:
    package = etree.fromstring(members(torture)["EPUB/content.opf"])

    def dublin_core(name: str) -> list[str | None]:
        return [element.text for element in package.iter(f"{DC}{name}")]

    def properties(name: str) -> list[str | None]:
        return [meta.text for meta in package.iter(f"{OPF}meta") if meta.get("property") == name]

    metadata = TORTURE.metadata
    assert package.get(XML_LANG) == "en"
    assert not [meta.get("name") for meta in package.iter(f"{OPF}meta") if meta.get("name")]
    assert dublin_core("identifier") == [metadata.identifier]
    assert dublin_core("title") == [metadata.title, metadata.subtitle]
    assert properties("title-type") == ["main", "subtitle"]
    assert dublin_core("creator") == list(metadata.authors)
    assert dublin_core("language") == ["en"]
    assert dublin_core("publisher") == ["The Example Press"]
    assert dublin_core("date") == ["2026-11-01"]
    assert dublin_core("rights") == ["CC BY 4.0"]
    assert dublin_core("subject") == ["sleep", "pain"]
    assert dublin_core("description") == ["A short account of what follows, in one sentence."]
    assert properties("dcterms:modified") == ["2026-11-22T00:00:00Z"]
    assert properties("schema:accessMode") == ["textual", "visual"]
    assert properties("schema:accessModeSufficient") == ["textual", "textual,visual"]
    assert "alternativeText" in properties("schema:accessibilityFeature")
    assert properties("schema:accessibilityHazard") == ["none"]


def test_no_more_accessibility_is_claimed_than_there_is() -> None:
    animated = png().replace(b"IDAT", b"acTLIDAT", 1)
    document = with_body('<p><img src="a.png" alt=""/></p>', assets=(Asset("a.png", "image/png", animated),))
    package = members(export(document))["EPUB/content.opf"].decode()
    assert ">alternativeText<" not in package
    assert '"schema:accessModeSufficient">textual<' not in package
    assert '"schema:accessModeSufficient">textual,visual<' in package
    assert '"schema:accessibilityHazard">unknown<' in package
    assert "Some images may be animated." in package
    plain = members(export(PLAIN))["EPUB/content.opf"].decode()
    assert ">visual<" not in plain
    assert PLAIN.words.summary_text in plain


def test_languages_and_directions_are_marked() -> None:
    arabic = dataclasses.replace(TORTURE.metadata, language="ar", title="عنوان")
    handout = export(with_body('<p>نص <span lang="en">text</span></p>', metadata=arabic, disclaimer=DISCLAIMER))
    pages = trees(handout)
    assert (pages["article.xhtml"].get("lang"), pages["article.xhtml"].get("dir")) == ("ar", "rtl")
    (span,) = pages["article.xhtml"].iter(f"{XHTML}span")
    assert (span.get("lang"), span.get(XML_LANG), span.get("dir")) == ("en", "en", "ltr")
    assert (pages["disclaimer.xhtml"].get("lang"), pages["disclaimer.xhtml"].get("dir")) == ("en", None)
    package = etree.fromstring(members(handout)["EPUB/content.opf"])
    assert [element.text for element in package.iter(f"{DC}language")] == ["ar", "en"]
    assert [element.get("page-progression-direction") for element in package.iter(f"{OPF}spine")] == ["rtl"]


def test_empty_elements_keep_their_end_tags() -> None:
    document = with_body('<p></p><table><tbody><tr><th scope="row"></th><td><br/></td></tr></tbody></table>')
    page = members(export(document))["EPUB/article.xhtml"]
    assert b'<p></p>\n<table><tbody><tr><th scope="row"></th><td><br/></td></tr></tbody></table>' in page


def test_uris_are_escaped_and_impossible_ones_are_reported() -> None:
    reported: list[Diagnostic] = []
    document = with_body('<p><a href="https://example.org/a b|c?q=[1]%z">kept</a> <a href="https://a b/">lost</a></p>')
    page = trees(export(document, reported=reported))["article.xhtml"]
    assert [link.get("href") for link in page.iter(f"{XHTML}a")] == ["https://example.org/a%20b%7Cc?q=%5B1%5D%25z", None]
    assert "lost" in text_of(page)
    assert [(diagnostic.code, diagnostic.excerpt) for diagnostic in reported] == [("lost-link", "https://a b/")]


@pytest.mark.parametrize(("assets", "code"), [((), "missing-image"), ((Asset("a.tif", "image/tiff", b"II*\0"),), "unsupported-image")])
def test_an_image_that_cannot_be_shown_stops_the_handout(assets: tuple[Asset, ...], code: str) -> None:
    with pytest.raises(ExporterError) as caught:
        export(with_body('<p><img src="a.tif" alt="a"/></p>', assets=assets))
    assert [(diagnostic.code, diagnostic.excerpt) for diagnostic in caught.value.diagnostics] == [(code, "a.tif")]


def test_exporting_changes_nothing_and_reports_nothing() -> None:
    before = dataclasses.replace(TORTURE)
    reported: list[Diagnostic] = []
    export(TORTURE, reported=reported)
    assert before == TORTURE
    assert reported == []


def test_a_drawing_is_packed_without_what_leads_out_of_it_or_runs() -> None:
    drawing = (
        '<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE svg [<!ENTITY blue "#00f">]>'
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()"><script>x()</script><style>@import "x.css";'
        '.a { fill: url(#g) }</style><g id="g"/><g id="g"/><image href="https://example.org/x.png"/>'
        '<rect fill="&blue;" style="mask: url(far.svg#m)"/><use href="#g"/><title>é&blue;</title></svg>'
    ).encode("latin-1")
    document = with_body('<p><img src="a.svg" alt="a"/></p>', assets=(Asset("a.svg", "image/svg+xml", drawing),))
    packed = members(export(document))["EPUB/images/a.svg"].decode()
    assert all(gone not in packed for gone in ("script", "onload", "@import", "example.org", "far.svg", "ENTITY"))
    assert packed.count('id="g"') == 1
    assert all(kept in packed for kept in ('viewBox="0 0 9 9"', "url(#g)", 'fill="#00f"', '<use href="#g"/>', "<title>é#00f</title>"))


def test_a_drawing_that_stands_on_its_own_only_gets_white_paper(torture: bytes) -> None:
    packed = members(torture)["EPUB/images/drawing-one.svg"]
    assert packed.partition(b"?>")[2].strip().replace(b' style="background-color: #fff"', b"") == TORTURE.assets[1].content
