"""Fonts of PDF handouts: the packaged fonts, fonts of a theme and of the machine, missing characters, cached static instances."""

from __future__ import annotations

import dataclasses
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from handbill.exporters.pdf import exporter
from handbill.exporters.pdf.fonts import disk_cache, fontconfig, instances
from handbill.exporters.pdf.fonts import files as fonts

from commandline import Handbill, publication, write
from handbill.contract import ExporterError
from handbill.document import Document
from handbill.testing import documents as samples
from handbill.testing.documents import PLAIN
from pdf_handouts import document_with_body

CHEROKEE = "\N{CHEROKEE LETTER A}"
NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>{}<cachedir>{}</cachedir></fontconfig>'


def tiny_font(file: Path, family: str = "Tiny Cherokee") -> Path:
    """Write a font that has a space and one letter."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 700), (500, 700), (500, 0)):
        pen.lineTo(point)
    pen.closePath()
    letter, empty = pen.glyph(), TTGlyphPen(None).glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "space", "letter"])
    builder.setupCharacterMap({0x20: "space", ord(CHEROKEE): "letter"})
    builder.setupGlyf({".notdef": empty, "space": empty, "letter": letter})
    builder.setupHorizontalMetrics({".notdef": (600, 0), "space": (300, 0), "letter": (600, 100)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    file.parent.mkdir(parents=True, exist_ok=True)
    builder.save(file)
    return file


def machine_environment(folder: Path, *files: Path) -> dict[str, str]:
    """Return the environment of a machine that has these fonts and no others."""
    listed = folder / "machine-fonts"
    listed.mkdir(parents=True)
    for file in files:
        shutil.copy(file, listed)
    configuration = write(folder / "fonts.conf", NO_FONTS.format(f"<dir>{listed}</dir>", folder / "fontcache"))
    named = {"HOME": folder, "XDG_CACHE_HOME": folder / "cache", "FONTCONFIG_FILE": configuration}
    return {name: str(value) for name, value in named.items()}


def font_names(content: bytes) -> set[str]:
    """Return the names of a PDF's fonts, without the tags of their subsets. Fails for a font that is not embedded."""
    found = set()
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                assert any(f"/FontFile{kind}" in item for kind in ("", "2", "3")), "it is embedded"
                found.add(str(item["/FontName"]).partition("+")[2])
    return found


def export(document: Document) -> bytes:
    return exporter.export(document, exporter.options_type(), samples.run())


@pytest.fixture
def without_chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make the font package of the extra `cjk` appear not to be installed."""
    plain = fonts._package_folder
    caches = (fonts.font_folders, fonts.font_digest, fontconfig.fontconfig_file)
    monkeypatch.setattr(fonts, "_package_folder", lambda package: None if package.extra else plain(package))
    for function in caches:
        function.cache_clear()
    yield
    for function in caches:
        function.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        "• ◦ ▪ ‣ – — … · † ‡ § ¶ © ® ™ ° ′ ″ № €",
        "← → ↑ ↓ ↔ ⇒ ≥ ≤ ≠ ≈ ± × ÷ − ∞ √ µ Ω ∆ ½ ¼ ¾ ⅓ ⅔",
        "✓ ✔ ✗ ✘ ☐ ☑ ☒ ★ ☆ ● ○ ■ □ ▲ ▼ ► ◄ ♥ ☎ ⚠",
        "Ελληνικά Русский Türkçe Tiếng Việt Ångström Čeština",
        "हिन्दी বাংলা தமிழ் తెలుగు ไทย ລາວ ខ្មែរ မြန်မာ አማርኛ ქართული հայերեն ગુજરાતી ਪੰਜਾਬੀ ಕನ್ನಡ മലയാളം ଓଡ଼ିଆ සිංහල",
        "🎉 👍🏿 ✅ 🇺🇸 👩‍👩‍👧",
    ],
)
def test_the_signs_and_scripts_of_handouts_are_there(text: str) -> None:
    content = export(document_with_body(f"<p>{text} <strong>{text}</strong> <em>{text}</em> <code>{text}</code></p>"))
    shown = "".join("".join(page.body.split()) for page in exporter.pages(content))
    letters = {character for character in text if character.isalnum()}
    assert letters <= set(shown)
    assert font_names(content)


def test_pages_are_set_in_the_designs_fonts() -> None:
    found = font_names(export(document_with_body("<p>Text <strong>strong</strong> <em>slanted</em> <code>code</code>.</p>")))
    for family in ("Source-Serif-4", "Source-Sans-3", "Source-Code-Pro", "Source-Serif-4-Italic", "Source-Serif-4-Semi-Bold"):
        assert any(name.startswith(family) for name in found), family
    assert all(name.startswith(("Source-", "Noto-")) for name in found), found


def test_a_character_that_no_font_has_is_named_with_its_place_and_what_to_do(handbill: Handbill, tmp_path: Path) -> None:
    text = f"---\ntitle: A letter\n---\n\nFirst.\n\nIn {CHEROKEE}{CHEROKEE} letters, and once more {CHEROKEE}.\n"
    publication(tmp_path, articles={"letter.md": text}, settings="[editions.epub]\nenabled = false\n")
    done = handbill.inside("build", code=5)
    assert f"letter.md:7:4: error[missing-glyph]: letter.pdf: no font has Cherokee {CHEROKEE} (U+13A0)" in done.err.replace("source/", "")
    assert f"letter.md:7:30: error[missing-glyph]: letter.pdf: no font has “{CHEROKEE}”" in done.err.replace("source/", "")
    assert 'fonts = ["fonts/….ttf"]' in done.err
    assert 'system-fonts = ["…"]' in done.err
    assert handbill.files() == ["letter.txt", "manifest.json"]


def test_a_script_whose_fonts_are_an_extra_is_named_with_its_package(without_chinese: None) -> None:
    with pytest.raises(ExporterError) as caught:
        export(document_with_body("<p>Chinese: 漢字</p>"))
    (found,) = caught.value.diagnostics
    assert "no font has Han 字 (U+5B57), 漢 (U+6F22)" in found.message
    assert "pip install 'handbill[cjk]'" in found.hint
    assert export(PLAIN), "other articles are built"


def test_a_character_that_only_a_figure_or_the_disclaimer_has_is_looked_for_there() -> None:
    body = f"<body><p>Ask {CHEROKEE} first.</p></body>".encode()
    document = dataclasses.replace(PLAIN, disclaimer=dataclasses.replace(PLAIN.disclaimer, body=body))
    with pytest.raises(ExporterError, match=r"Cherokee .* \(in the disclaimer `"):
        export(document)


def test_a_publication_may_bring_a_font_of_its_own(handbill: Handbill, tmp_path: Path) -> None:
    settings = 'fonts = ["fonts/tiny.ttf"]\n[editions.epub]\nenabled = false\n'
    source = publication(tmp_path, articles={"letter.md": f"---\ntitle: A letter\n---\n\nIn {CHEROKEE}.\n"}, settings=settings)
    tiny_font(source / "fonts/tiny.ttf")
    handbill.inside("build")
    assert any("Tiny" in name for name in font_names((handbill.build / "letter.pdf").read_bytes()))


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"no font", 4, "publication.toml:4:1: error[theme-file]: `fonts/tiny.ttf` is no TrueType or OpenType font"),
        (
            b"\0\1\0\0\0\1",
            5,
            "publication.toml:4:11: error[unreadable-font]: letter.pdf: the font fonts/tiny.ttf cannot be read: it is damaged",
        ),
    ],
)
def test_a_file_that_is_no_font_is_an_error_with_its_place(
    content: bytes, code: int, message: str, handbill: Handbill, tmp_path: Path
) -> None:
    source = publication(tmp_path, settings='fonts = ["fonts/tiny.ttf"]\n')
    (source / "fonts").mkdir()
    (source / "fonts/tiny.ttf").write_bytes(content)
    assert message in handbill.inside("build", "-t", "pdf", code=code).err.replace("source/", "")


@pytest.mark.parametrize("family", ["Source Serif 4", "source  sans 3", "Noto Sans Symbols 2", "Serif"])
def test_a_publications_font_cannot_take_the_place_of_one_of_ours(handbill: Handbill, tmp_path: Path, family: str) -> None:
    source = publication(tmp_path, settings='fonts = ["fonts/tiny.ttf"]\n')
    tiny_font(source / "fonts/tiny.ttf", family)
    err = handbill.inside("build", "-t", "pdf", code=5).err
    assert "source/publication.toml:4:11: error[bad-font]: letter.pdf: fonts/tiny.ttf cannot be embedded: a family cannot be called" in err
    assert "hint: rename the font's family" in err


def test_a_machines_font_is_used_where_it_is_allowed_by_name_and_only_there(handbill: Handbill, tmp_path: Path) -> None:
    environment = machine_environment(tmp_path / "machine", tiny_font(tmp_path / "tiny.ttf"))
    text = f"---\ntitle: A letter\n---\n\nIn {CHEROKEE}.\n"
    source = publication(tmp_path, articles={"letter.md": text})
    assert "error[missing-glyph]" in handbill("build", "-t", "pdf", code=5, environment=environment).err
    settings = (source / "publication.toml").read_text()
    write(source / "publication.toml", settings + 'system-fonts = ["tiny cherokee"]\n')
    handbill("build", "-t", "pdf", environment=environment)
    assert any("Tiny" in name for name in font_names((handbill.build / "letter.pdf").read_bytes()))
    write(source / "publication.toml", settings + 'system-fonts = ["No Such Family"]\n')
    done = handbill("build", "-t", "pdf", code=5, environment=environment)
    assert "publication.toml:4:18: error[missing-system-font]" in done.err.replace("source/", "")
    assert "“No Such Family”" in done.err


def test_the_bytes_are_the_same_with_no_font_on_the_machine_and_with_one_that_takes_our_name(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    digests = []
    for name, files in (("none", []), ("impostor", [tiny_font(tmp_path / "impostor.ttf", "Source Serif 4")])):
        handbill("build", "-t", "pdf", "-o", name, environment=machine_environment(tmp_path / f"machine-{name}", *files))
        digests.append((tmp_path / name / "letter.pdf").read_bytes())
    assert digests[0] == digests[1]


@pytest.fixture
def instance_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of cached static fonts, below a cache folder of the test's own. It is empty, and so is the process's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    instances._instances.clear()
    return tmp_path / "cache/handbill/instances"


def forget_instances(instance_folder: Path) -> None:
    instances._instances.clear()
    shutil.rmtree(instance_folder)


def test_the_bytes_do_not_depend_on_what_was_made_before(instance_folder: Path) -> None:
    first, other = (
        document_with_body("<p>Plain letters.</p>"),
        document_with_body("<p>ÄÖÜ ß, 0123456789 <em>and</em> <strong>QWXYZ</strong> §¶ λόγος Жук ﬁ ⅔ ₤</p>"),
    )
    alone = export(first)
    grown = dict(instances._instances)
    export(other)
    assert any(instances._instances[key].glyphs > grown[key].glyphs for key in grown), "they grow"
    assert export(first) == alone
    forget_instances(instance_folder)
    export(other)
    assert export(first) == alone
    instances._instances.clear()
    assert export(first) == alone, "what is kept has grown too"


@pytest.fixture
def instantiations(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that gets an entry for each static font that is made."""
    entries: list[object] = []
    plain = instances._make_instance

    def counted(font: Any, glyphs: frozenset[int], hinting: bool) -> Any:
        entries.append(font)
        return plain(font, glyphs, hinting)

    monkeypatch.setattr(instances, "_make_instance", counted)
    return entries


LETTERS = "<p>Plain <em>letters</em> <strong>of</strong> <code>kinds</code>.</p>"


def test_static_fonts_are_kept_for_the_next_run(
    instance_folder: Path, instantiations: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    content, number = export(document_with_body(LETTERS)), len(instantiations)
    # One that the article and the disclaimer use is made again when it has to have more glyphs.
    assert 3 < len(list(instance_folder.iterdir())) <= number
    instances._instances.clear()
    assert export(document_with_body(LETTERS)) == content
    assert len(instantiations) == number
    instances._instances.clear()
    monkeypatch.setattr(instances, "_tool_versions", lambda: b"other versions")
    assert export(document_with_body(LETTERS)) == content
    assert len(instantiations) == 2 * number, "what other versions made is not taken"


def test_a_static_font_that_was_damaged_is_made_again(instance_folder: Path, instantiations: list[object]) -> None:
    content, number = export(document_with_body(LETTERS)), len(instantiations)
    whole = {file: file.read_bytes() for file in instance_folder.iterdir()}
    for turn, file in enumerate(whole):
        damaged = (b"", whole[file][:-1], whole[file][:-1] + b"x", whole[file].replace(b"\n", b"\n1 ", 1))
        file.write_bytes(damaged[turn % len(damaged)])
    instances._instances.clear()
    assert export(document_with_body(LETTERS)) == content
    assert len(instantiations) == 2 * number
    assert {file: file.read_bytes() for file in instance_folder.iterdir()} == whole


def test_where_nothing_can_be_kept_handouts_are_made_all_the_same(instance_folder: Path, instantiations: list[object]) -> None:
    content, number = export(document_with_body(LETTERS)), len(instantiations)
    forget_instances(instance_folder)
    write(instance_folder, "a file in the folder's place")
    assert export(document_with_body(LETTERS)) == content
    assert len(instantiations) == 2 * number


def test_of_many_kept_files_the_oldest_go(instance_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_cache, "_MOST_FILES", 2)
    for number in range(3):
        disk_cache.store("instances", b"%d" % number, b"content")
        for file in instance_folder.iterdir():
            os.utime(file, (file.stat().st_mtime - 10,) * 2)
    assert [disk_cache.load("instances", b"%d" % number) for number in range(3)] == [None, b"content", b"content"]


def test_as_many_instances_are_kept_as_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "_MOST_INSTANCES", 2)
    instances._instances.clear()
    document = document_with_body("<p>Plain <em>letters</em> <strong>of</strong> <code>kinds</code>.</p>")
    content = export(document)
    assert len(instances._instances) == 2
    assert export(document) == content
