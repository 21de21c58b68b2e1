"""A publication's own style sheet, logo and fonts in an EPUB: on the article, and never on the disclaimer."""

from __future__ import annotations

import dataclasses
import importlib.resources
import io
from collections.abc import Callable

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from handbill.exporters.epub import exporter
from lxml import etree

from epub_handouts import OPF, XHTML, export, trees
from handbill.contract import ExporterError
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.document import Asset, Document, Theme, text_of
from handbill.testing.documents import DISCLAIMER, PLAIN, SVG, TORTURE, png
from handouts import members

DOCUMENT = dataclasses.replace(PLAIN, disclaimer=DISCLAIMER)


def with_theme(css: str = "", document: Document = DOCUMENT, **parts: object) -> Document:
    return dataclasses.replace(document, theme=Theme(css=css, **parts))  # type: ignore[arg-type]


def theme_css(document: Document, reported: list[Diagnostic] | None = None) -> str:
    """Return the theme's style sheet as the package has it, without line breaks."""
    return " ".join(members(export(document, reported=reported))["EPUB/theme.css"].decode().split())


def sample_font(family: str = "Example Sans") -> bytes:
    """Return a font of a few letters under another name."""
    file = importlib.resources.files("fontpkg_source_sans_3") / "files/SourceSans3-Italic[wght].ttf"
    font = TTFont(io.BytesIO(file.read_bytes()), recalcTimestamp=False)
    options = subset.Options(name_IDs=["*"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="One paragraph, and no more.")
    subsetter.subset(font)
    for identifier in (1, 16):
        font["name"].setName(family, identifier, 3, 1, 0x409)
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def test_the_style_sheet_is_linked_from_the_article_alone_and_reaches_all_of_it_but_the_notice() -> None:
    files = members(export(with_theme(".handbill-article p { font-style: italic }", TORTURE)))
    assert b"theme.css" not in files["EPUB/nav.xhtml"]
    for name, page in trees(export(with_theme(".handbill-article p { font-style: italic }", TORTURE))).items():
        linked = [link.get("href") for link in page.iter(f"{XHTML}link")]
        reached = [each for each in page.iter(etree.Element) if each.get("class") == "handbill-article"]
        if name == "disclaimer.xhtml":
            assert (linked, reached) == (["style.css"], [])
            continue
        assert linked == ["style.css", "theme.css"]
        (article,) = reached
        assert [text_of(each).strip() for each in article.itersiblings()] == [f"See the disclaimer.{DISCLAIMER.notice}"]


def test_without_a_theme_there_is_no_second_style_sheet() -> None:
    assert [name for name in members(export(DOCUMENT)) if name.endswith(".css")] == ["EPUB/style.css"]


@pytest.mark.parametrize(
    "css",
    [
        ".handbill-article { display: none }",
        ".handbill-article, .handbill-article * { visibility: hidden; color: white; font-size: 1px; opacity: 0 }",
        ".handbill-article p { position: fixed; top: 0; left: 0; width: 100%; height: 100%; background: white; z-index: 9 }",
        ".handbill-article p { float: left; margin-bottom: -20em; transform: scale(9); box-shadow: 0 0 0 999px #fff; outline: 99em solid }",
        ".handbill-article { margin: 0 0 -30em } @media screen { .handbill-article::after { content: 'x'; position: absolute } }",
        ".handbill-article { --gap: 2em; margin: var(--gap); direction: rtl; unicode-bidi: bidi-override }",
        "@font-face { font-family: serif; src: url(x.ttf) } .handbill-article { font-family: Wingdings }",
        "@media print { .handbill-article { display: none } } .handbill-article { all: unset }",
        ".handbill-article { height: 0; line-height: 0; writing-mode: vertical-rl } .handbill-article p { visibility: collapse }",
        ".handbill-article p::before { content: 'x' } .handbill-article a:hover { color: red } .handbill-article :is(p, ul) { margin: 0 }",
        "".join(f"@media (min-width: {n}em) {{ .handbill-article p {{ margin: {n / 9:.2f}em }} }}" for n in range(20, 40)),
    ],
)
def test_no_theme_hides_the_disclaimer_or_the_notice(css: str) -> None:
    pages = exporter.pages(export(with_theme(css)))
    assert pages[-1] == exporter.pages(export(DOCUMENT))[-1]
    assert all(page.body.endswith(f"\n{DISCLAIMER.notice}") for page in pages[:-1])


def test_what_could_cover_the_notice_is_left_out_and_named() -> None:
    reported: list[Diagnostic] = []
    css = ".handbill-article p { float: left; margin: 1em; position: static; direction: rtl } .handbill-article h2 { margin-top: -2em }"
    assert theme_css(with_theme(css), reported) == ".handbill-article p { margin: 1em; position: static; }"
    assert {each.severity for each in reported} == {Severity.NOTE}
    assert [(each.code, each.excerpt) for each in reported] == [
        ("theme-declaration", "float: left"),
        ("theme-declaration", "direction: rtl"),
        ("theme-declaration", "margin-top: -2em"),
    ]


def test_colours_are_for_the_light_unless_the_theme_knows_the_dark() -> None:
    css = ".handbill-article h2 { color: #036; font-weight: 400; background: #eee }"
    assert theme_css(with_theme(css)) == (
        ".handbill-article h2 { font-weight: 400; } "
        "@media (prefers-color-scheme: light) { .handbill-article h2 { color: #036; background: #eee; } }"
    )
    aware = "@media (prefers-color-scheme: dark) { .handbill-article h2 { color: #9cf; } }"
    assert theme_css(with_theme(css + aware)) == ".handbill-article h2 { color: #036; font-weight: 400; background: #eee; } " + aware


def test_images_of_the_theme_are_packed_and_its_urls_lead_to_them() -> None:
    css = '.handbill-article { background-image: url("theme/Grain 1.png"); list-style-image: url(theme/dot.svg) }'
    assets = (Asset("theme/Grain 1.png", "image/png", png()), Asset("theme/dot.svg", "image/svg+xml", SVG))
    document = with_theme(css, assets=assets)
    assert 'url("images/grain-1.png")' in theme_css(document)
    assert 'url("images/dot.svg")' in theme_css(document)
    packed = members(export(document))
    assert packed["EPUB/images/grain-1.png"] == png()
    assert packed["EPUB/images/dot.svg"] == SVG
    assert b">visual<" not in packed["EPUB/content.opf"]


def test_rules_for_paper_are_left_out() -> None:
    assert theme_css(with_theme("@page { size: a5 } .handbill-article { widows: 3 }")) == ".handbill-article { widows: 3; }"


@pytest.mark.parametrize(("words", "role", "modes"), [("The Example Press", None, 2), ("", "presentation", 1)])
def test_the_logo_opens_the_title_page_with_its_words(words: str, role: str | None, modes: int) -> None:
    document = with_theme(logo=Asset("logo.png", "image/png", png()), logo_text=words)
    files = members(export(document))
    (logo,) = etree.fromstring(files["EPUB/title.xhtml"]).iter(f"{XHTML}img")
    assert (logo.get("src"), logo.get("alt"), logo.get("role")) == ("images/logo.png", words, role)
    assert files["EPUB/images/logo.png"] == png()
    assert files["EPUB/content.opf"].count(b'"schema:accessMode"') == modes
    assert not [
        name for name, page in trees(export(document)).items() if name != "title.xhtml" and next(page.iter(f"{XHTML}img"), None) is not None
    ]


def test_fonts_of_the_theme_are_packed_whole_under_their_own_names() -> None:
    font = sample_font()
    document = with_theme(
        '.handbill-article p { font-family: "Example Sans", serif }', fonts=(Asset("theme/Example.ttf", "font/ttf", font),)
    )
    files = members(export(document))
    assert files["EPUB/fonts/theme-1-example.ttf"] == font
    css = " ".join(files["EPUB/theme.css"].decode().split())
    assert css.startswith(
        '@font-face { font-family: "Example Sans"; font-style: italic; font-weight: 200 900; src: url("fonts/theme-1-example.ttf"); }'
    )
    types = {item.get("href"): item.get("media-type") for item in etree.fromstring(files["EPUB/content.opf"]).iter(f"{OPF}item")}
    assert types["fonts/theme-1-example.ttf"] == "font/ttf"
    assert exporter.pages(export(document))[1].body.startswith("One paragraph, and no more.\n")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (lambda: b"%PDF-1.7", "not TrueType"),
        (lambda: b"\0\1\0\0 and no more", "cannot be embedded"),
        (lambda: sample_font("Handbill-serif"), "cannot be called 'Handbill-serif'"),
    ],
    ids=["no-font", "broken", "reserved"],
)
def test_a_file_that_is_no_font_or_has_a_reserved_name_is_refused(content: Callable[[], bytes], why: str) -> None:
    with pytest.raises(ExporterError, match=why) as caught:
        export(with_theme(fonts=(Asset("theme/x.ttf", "font/ttf", content()),)))
    assert [each.code for each in caught.value.diagnostics] == ["bad-font"]
