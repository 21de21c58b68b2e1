"""A publication's theme: what reaches the article, what is refused, and that nothing reaches the disclaimer or the notice."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from commandline import SETTINGS, Handbill, publication, write
from handbill.contract import Run
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ConfigurationError, ProofError
from handbill.document import Asset, Document, Theme
from handbill.proof.disclaimer import expected_disclaimer, prove_disclaimer
from handbill.publication.assets.theme_css import PROPERTIES, scope_style_sheet
from handbill.publication.parser import read_publication
from handbill.registry import load
from handbill.testing.documents import PLAIN, SVG, TIMESTAMP, png

DOCS = (Path(__file__).parents[2] / "docs" / "reference" / "theme.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```css\n(.*?)```", (Path(__file__).parents[2] / "docs/how-to/use-a-theme.md").read_text(encoding="utf-8"), re.DOTALL)


def no_image(name: str) -> Asset:
    raise AssertionError(name)


def scoped_css(text: str) -> str:
    found = scope_style_sheet(text, "theme.css", no_image)
    assert found.diagnostics == ()
    return " ".join(found.css.split())


def diagnostic_codes(text: str) -> list[tuple[str, int | None]]:
    return [(found.code, found.line) for found in scope_style_sheet(text, "theme.css", no_image).diagnostics]


@pytest.mark.parametrize(
    ("selector", "held"),
    [
        ("h2", ".handbill-article h2"),
        ("h2, td > p", ".handbill-article h2, .handbill-article td > p"),
        (":root", ".handbill-article"),
        ("html", ".handbill-article"),
        ("body", ".handbill-article"),
        ("html > body h2", ".handbill-article h2"),
        ("body > h2", ".handbill-article > h2"),
        ("body.x h2", ".handbill-article.x h2"),
        ("h2 + p", ".handbill-article h2 + p"),
        ("body h2 ~ p", ".handbill-article h2 ~ p"),
        ("*", ".handbill-article *"),
        (":is(:root, section)", ".handbill-article :is(:root, section)"),
        ("bodyguard", ".handbill-article bodyguard"),
    ],
)
def test_a_selector_matches_in_the_article_alone(selector: str, held: str) -> None:
    assert scoped_css(f"{selector} {{ color: #123456 }}") == f"{held} {{ color: #123456; }}"


@pytest.mark.parametrize(
    "selector",
    [
        ":root ~ section",
        "html + *",
        "body > ~ section",
        "html body ~ section",
        ":root:is(article, div) ~ section",
        "~ section",
        "> section",
        "& ~ section",
        "h2,",
        "body|x ~ section",
    ],
)
def test_a_selector_that_leads_out_of_the_article_is_an_error(selector: str) -> None:
    assert diagnostic_codes(f"{selector} {{ color: #123456 }}") == [("theme-rule", 1)]


def test_rules_for_some_media_are_held_too() -> None:
    assert scoped_css("@media print { @supports (hyphens: auto) { :root { hyphens: auto } } }") == (
        "@media print { @supports (hyphens: auto) { .handbill-article { hyphens: auto; } } }"
    )


@pytest.mark.parametrize(
    "declaration",
    [
        "position: fixed",
        "position: running(x)",
        "float: footnote",
        "margin-top: -1em",
        "margin: 0 0 -1em",
        "margin: calc(0em - 9em)",
        "--gap: -2em",
        "display: none",
        "display: var(--x)",
        "opacity: 0.5",
        "transform: scale(9)",
        "content: 'x'",
        "page: disclaimer",
        "break-before: page",
        "string-set: a 'x'",
        "counter-set: page 9",
        "visibility: hidden",
        "z-index: 9",
        "box-shadow: 0 0 0 99em #000",
        "outline: 99em solid #000",
        "height: 999em",
    ],
)
def test_what_covers_hides_or_moves_is_left_out_with_a_warning(declaration: str) -> None:
    found = scope_style_sheet(f"p {{\n  {declaration};\n  color: #123456 }}", "theme.css", no_image)
    assert " ".join(found.css.split()) == ".handbill-article p { color: #123456; }"
    assert [(each.code, each.severity.value, each.line, each.column) for each in found.diagnostics] == [("theme-property", "warning", 2, 3)]


def test_images_are_named_by_their_path_in_the_publication() -> None:
    found = scope_style_sheet(
        "h2 { background: url('dot%201.svg') } p { list-style: url(../a.png) }", "look/theme.css", lambda name: Asset(name, "x", b"x")
    )
    assert [asset.name for asset in found.assets] == ["a.png", "look/dot 1.svg"]
    assert 'url("look/dot 1.svg")' in found.css
    assert 'url("a.png")' in found.css


def test_a_link_out_of_the_publication_is_refused(tmp_path: Path) -> None:
    source = publication(tmp_path, settings='theme = "theme.css"\n')
    outside = write(tmp_path / "outside.css", "p { color: #123456 }")
    (source / "theme.css").symlink_to(outside)
    with pytest.raises(ConfigurationError, match=r"publication.toml:4:1: error\[theme-file\]: `theme.css` lies outside"):
        read_publication(source)


def test_a_theme_that_is_gone_ends_with_the_exit_code_of_the_configuration(tmp_path: Path) -> None:
    publication(tmp_path, settings='theme = "gone.css"\n')
    assert "publication.toml:4:1: error[theme-file]" in Handbill(tmp_path).inside("build", "-t", "text", code=4).err


def test_a_logo_stands_for_the_publisher_unless_words_are_given(tmp_path: Path) -> None:
    source = publication(tmp_path, settings='publisher = "The Press"\nlogo = "logo.svg"\n')
    (source / "logo.svg").write_bytes(SVG)
    assert read_publication(source).theme.logo_text == "The Press"
    write(source / "publication.toml", f'{SETTINGS}logo = "logo.svg"\nlogo-alt = "A sun"\n')
    assert read_publication(source).theme.logo_text == "A sun"


def test_the_example_of_the_documentation_loads_without_a_word(tmp_path: Path) -> None:
    assert EXAMPLE is not None
    source = publication(tmp_path, settings='theme = "theme.css"\n')
    write(source / "theme.css", EXAMPLE[1])
    read = read_publication(source)
    assert read.theme_findings == ()
    assert ".handbill-article" in read.theme.css


def test_the_documentation_lists_what_a_theme_may_set() -> None:
    plain = {name for name in PROPERTIES if not name.startswith(("border", "margin", "padding"))}
    assert {name for name in plain if f"`{name}`" not in DOCS} == set()


# ---- On paper ----


def render_pdf(document: Document, reported: list[Diagnostic] | None = None) -> tuple[Any, bytes]:
    """Return the PDF exporter, and the handout that it makes of a document; its messages are added to `reported`."""
    exporter: Any = load("pdf")
    found: list[Diagnostic] = [] if reported is None else reported
    return exporter, exporter.export(document, exporter.options_type(), Run(TIMESTAMP, found.append))


def themed_document(style: str, **parts: Any) -> Document:
    return dataclasses.replace(PLAIN, theme=Theme(css=style, **parts))


def test_the_theme_and_its_images_reach_the_article_and_nothing_else() -> None:
    style = scope_style_sheet(
        ':root { --handbill-accent: #7a1f00; font-size: 20pt } * { color: #123456 !important; background: url("a.png") }',
        "theme.css",
        lambda name: Asset(name, "image/png", png()),
    )
    document = themed_document(style.css, assets=style.assets, logo=Asset("logo.svg", "image/svg+xml", SVG, 30, 20), logo_text="The Press")
    reported: list[Diagnostic] = []
    exporter, content = render_pdf(document, reported)
    assert reported == []
    prove_disclaimer(exporter.pages(content), expected_disclaimer(document.disclaimer))
    plain = exporter.pages(render_pdf(PLAIN)[1])
    assert exporter.pages(content)[-1] == plain[-1]
    assert exporter.claims(content) == ("PDF/A-2a", "PDF/UA-1")


@pytest.mark.parametrize(
    "style",
    [
        "section.handbill-disclaimer * { color: #fff }",
        ".handbill-article p { position: fixed; top: -200pt; left: -200pt; width: 900pt; height: 1500pt; background: #fff }",
    ],
    ids=["hidden", "covered"],
)
def test_a_style_sheet_that_got_past_the_checks_and_hides_the_disclaimer_fails_the_proof(style: str) -> None:
    document = themed_document(style)
    exporter, content = render_pdf(document)
    with pytest.raises(ProofError):
        prove_disclaimer(exporter.pages(content), expected_disclaimer(document.disclaimer))


def test_in_large_print_nothing_is_smaller_than_large_print_but_raised_and_lowered_signs() -> None:
    import pypdfium2
    import pypdfium2.raw as pdfium

    exporter: Any = load("pdf")
    body = (
        b'<body><h2 id="a">One</h2><p>Text with <code>code</code> and <small>small print</small>.</p><pre><code>code</code></pre>'
        b'<table><caption>Sizes</caption><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
        b"<tbody><tr><td>one</td><td>two</td></tr></tbody></table></body>"
    )
    content = exporter.export(
        dataclasses.replace(PLAIN, body=body), exporter.options_type(font_size="18pt"), Run(TIMESTAMP, lambda found: None)
    )
    pages = [page.get_textpage() for page in pypdfium2.PdfDocument(content)]
    sizes = {round(pdfium.FPDFText_GetFontSize(page, index), 1) for page in pages for index in range(page.count_chars())}
    assert min(size for size in sizes if size > 1) >= 16
