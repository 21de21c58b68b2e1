"""Fonts inside an EPUB: cut down to its characters, with their licences, and read back as visible only where they draw the text."""

from __future__ import annotations

import dataclasses
import io
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from handbill.exporters.epub import EpubOptions, exporter
from handbill.exporters.epub.styles.font_files import CJK_MODULE, fallback_families
from lxml import etree

from conftest import once
from epub_handouts import ARABIC, OPF, export, trees
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import text_of
from handbill.testing.documents import DISCLAIMER, PLAIN, run
from handouts import members, repacked, with_body

pytestmark = pytest.mark.slow

EMBEDDED = EpubOptions(embed_fonts=True)
UNDRAWN = "\U00013000\U0001f98a"
LATIN = with_body(f"<h2>Heads</h2><p>One <em>leaf</em>, <strong>two</strong> ≥ 1 ☑ {UNDRAWN}.</p>", disclaimer=DISCLAIMER)
SAMPLES = {"latin": LATIN, "arabic": ARABIC}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, worker: str) -> dict[str, bytes]:
    """Return each sample with fonts in it, and as `reported` the diagnostics of the first. Cutting fonts takes a second or two."""

    def make(folder: Path) -> None:
        reported: list[Diagnostic] = []
        for name, document in SAMPLES.items():
            (folder / name).write_bytes(exporter.export(document, EMBEDDED, run(reported)))
        (folder / "reported").write_text("\n".join(str(each) for each in reported), "utf-8")

    folder = once("books-with-fonts", tmp_path_factory, worker, make)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def fonts(handout: bytes) -> dict[str, TTFont]:
    return {name: TTFont(io.BytesIO(content)) for name, content in members(handout).items() if name.endswith((".ttf", ".otf"))}


def families(handout: bytes) -> dict[str, list[str]]:
    """Return each embedded family with its files."""
    files = members(handout)
    css = "".join(files[f"EPUB/{name}"].decode() for name in ("fonts.css", "disclaimer-fonts.css"))
    found: dict[str, list[str]] = {}
    for rule in re.findall(r"@font-face \{(.*?)\}", css, re.DOTALL):
        (family,), (path,) = re.findall(r'font-family: "(.*?)"', rule), re.findall(r'url\("(.*?)"\)', rule)
        found.setdefault(family, []).append(f"EPUB/{path}")
    return found


def test_a_book_has_no_fonts_unless_it_is_asked_to() -> None:
    assert not fonts(export(LATIN))
    assert "EPUB/fonts.css" not in members(export(LATIN))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_character_is_in_a_font_of_the_book(books: dict[str, bytes], name: str) -> None:
    drawn = {chr(code) for font in fonts(books[name]).values() for code in font.getBestCmap()}
    shown = {character for page in trees(books[name]).values() for character in text_of(page[-1]) if character.strip()}
    assert shown - set(UNDRAWN) <= drawn
    assert {path for paths in families(books[name]).values() for path in paths} == set(fonts(books[name]))


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_read_is_the_same_with_fonts_and_without(books: dict[str, bytes], name: str) -> None:
    assert exporter.pages(books[name]) == exporter.pages(export(SAMPLES[name]))


def test_the_same_document_gives_the_same_fonts_on_any_day(books: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert export(ARABIC, EMBEDDED) == books["arabic"]


def test_fonts_are_small_and_are_cut_for_the_weights_and_slopes_of_the_text(books: dict[str, bytes]) -> None:
    assert families(books["latin"])["handbill-serif"] == [f"EPUB/fonts/serif-{cut}.ttf" for cut in ("regular", "italic", "bold")]
    assert families(books["latin"])["handbill-sans"] == [f"EPUB/fonts/sans-{cut}.ttf" for cut in ("regular", "bold")]
    assert "handbill-mono" not in families(books["latin"])
    assert len(books["latin"]) < 150_000
    assert all("fvar" not in font for font in fonts(books["latin"]).values())


def test_fonts_of_letters_without_a_slanted_form_are_not_slanted(books: dict[str, bytes]) -> None:
    assert not [path for path in fonts(books["arabic"]) if "italic" in path]
    assert families(books["arabic"])["handbill-notosansarabic"] == [
        "EPUB/fonts/notosansarabic-regular.ttf",
        "EPUB/fonts/notosansarabic-bold.ttf",
    ]


def test_changed_fonts_bear_no_reserved_name_and_keep_their_licence(books: dict[str, bytes]) -> None:
    files = members(books["latin"])
    for path, font in fonts(books["latin"]).items():
        names = font["name"]
        assert not [names.getDebugName(number) for number in (1, 4, 6, 16) if "Source" in (names.getDebugName(number) or "")], path
        assert "SIL Open Font License" in names.getDebugName(13)
        assert names.getDebugName(0)
    package = etree.fromstring(files["EPUB/content.opf"])
    licensed = {link.get("refines"): link.get("href") for link in package.iter(f"{OPF}link") if link.get("rel") == "dcterms:license"}
    items = {f"#{item.get('id')}" for item in package.iter(f"{OPF}item") if (item.get("media-type") or "").startswith("font/")}
    assert licensed.keys() == items
    assert all(b"SIL OPEN FONT LICENSE" in files[f"EPUB/{path}"] for path in licensed.values())


def test_chinese_is_set_in_the_letters_of_its_own_region() -> None:
    document = dataclasses.replace(
        with_body("<p>水。</p>"),
        metadata=dataclasses.replace(PLAIN.metadata, language="zh-TW"),
        disclaimer=dataclasses.replace(DISCLAIMER, language="zh-TW", notice="", body="<body><p>水。</p></body>".encode()),
    )
    handout = export(document, EMBEDDED)
    assert "handbill-notosanstc" in families(handout)
    assert exporter.pages(handout)[-1].body.endswith("水。")


@pytest.mark.parametrize(
    ("language", "family"), [("en", "sc"), ("zh", "sc"), ("zh-Hant", "tc"), ("zh-HK", "tc"), ("ja", "jp"), ("ja-JP", "jp"), ("ko", "kr")]
)
def test_han_characters_are_looked_for_in_the_letters_of_the_language(language: str, family: str) -> None:
    eastern = [each.name for each in fallback_families(language) if each.package == CJK_MODULE]
    assert eastern[0] == f"notosans{family}"
    assert len(eastern) == 4


def test_what_no_font_draws_is_named(books: dict[str, bytes]) -> None:
    report = books["reported"].decode()
    assert report.count("warning[unembedded-characters]") == 1
    assert "\U00013000 (U+13000) \U0001f98a (U+1F98A)" in report


def without_ink(characters: str, name: str, content: bytes) -> bytes:
    """Empty the shapes of these characters in a font."""
    if not name.endswith(".ttf"):
        return content
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    for character in characters:
        glyph: Any = font.getBestCmap().get(ord(character))
        if glyph is not None:
            font["glyf"][glyph] = TTGlyphPen(None).glyph()
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def test_text_in_a_font_without_ink_is_not_seen(books: dict[str, bytes]) -> None:
    whole = exporter.pages(books["latin"])[-1].body
    assert exporter.pages(repacked(books["latin"], partial(without_ink, "☃")))[-1].body == whole
    assert "health professional" not in exporter.pages(repacked(books["latin"], partial(without_ink, "p")))[-1].body


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'url("fonts/disclaimer-serif-regular.ttf")', b'url("fonts/gone.ttf")'),
        (b'url("fonts/disclaimer-serif-regular.ttf")', b'local("Wingdings")'),
        (
            b'url("fonts/disclaimer-serif-regular.ttf")',
            b'url("fonts/disclaimer-serif-regular.ttf"), url("fonts/disclaimer-serif-bold.ttf")',
        ),
        (b'url("fonts/disclaimer-serif-regular.ttf");', b'url("fonts/disclaimer-serif-regular.ttf"); unicode-range: U+41;'),
        (b'url("fonts/disclaimer-serif-regular.ttf");', b'url("fonts/disclaimer-serif-regular.ttf"); size-adjust: 1%;'),
        (b'font-family: "handbill-disclaimer-serif";', b"font-family: serif;"),
        (b'font-family: "handbill-disclaimer-serif", ', b'font-family: "Wingdings", "handbill-disclaimer-serif", '),
    ],
    ids=["missing", "local", "two", "range", "size", "generic", "other"],
)
def test_a_font_whose_effect_is_not_known_hides_its_text(books: dict[str, bytes], old: bytes, new: bytes) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != "EPUB/disclaimer-fonts.css":
            return content
        assert old in content
        return content.replace(old, new)

    assert "health professional" not in exporter.pages(repacked(books["latin"], change))[-1].body


def test_a_file_that_is_no_font_hides_its_text(books: dict[str, bytes]) -> None:
    broken = repacked(books["latin"], lambda name, content: content[:900] if name.endswith("serif-regular.ttf") else content)
    assert "health professional" not in exporter.pages(broken)[-1].body
