"""Reading EPUBs back: what a person sees, and what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest
from handbill.exporters.epub import EpubOptions, exporter

from epub_handouts import HANDOUT, SENTENCE, changed_disclaimer, with_changed_member
from handbill.contract import ExporterError
from handbill.testing.documents import TORTURE, run


def disclaimer_with_css(css: str, **added: bytes) -> str:
    """Return the disclaimer as it is read back with a style element of its own."""
    return changed_disclaimer("</head>", f"<style>{escape(css)}</style></head>", **added)


def test_an_untouched_disclaimer_is_read_whole() -> None:
    assert SENTENCE in exporter.pages(HANDOUT)[-1].body
    assert SENTENCE in disclaimer_with_css("p { color: #222; background: white }")


def test_everything_that_the_own_style_sheet_does_is_visible() -> None:
    text = "\n".join(page.body for page in exporter.pages(exporter.export(TORTURE, EpubOptions(), run())))
    for words in ("tight one", "echo", "A callout with", "Value 60 of", "A figure with", "The second note", "☑ done", "More about this"):
        assert words in text


@pytest.mark.parametrize(
    "css",
    [
        "p { display: none }",
        "p { color: white }",
        "p { color: #fff !important } ",
        "body { color: white }",
        "p { color: #aaa }",
        "p { color: #004 }",  # in a dark theme
        "p { background: black }",
        "p { background-color: #888; color: #777 }",
        "section { background: #fff; color: #fefefe }",
        "p { color: transparent }",
        "p { color: rgba(0, 0, 0, .1) }",
        "p { color: rgb(from red r g b) }",
        "p { color: var(--x) }",
        "p { -webkit-text-fill-color: transparent }",
        "p { font-size: 1pt }",
        "p { font-size: 0 }",
        "section { font-size: 50% } p { font-size: .5em }",
        "p { font-size: calc(1px) }",
        "p { font-size: 900px }",
        "p { font: 0/0 a }",
        "p { font-family: Wingdings }",
        "@font-face { font-family: serif; src: url(x.woff) }",
        "p { visibility: hidden }",
        "p { visibility: collapse }",
        "section { visibility: hidden }",
        "p { opacity: 0 }",
        "section { opacity: .2 }",
        "section { max-height: 0; overflow: hidden }",
        "section { height: 0 }",
        "p { overflow: hidden }",
        "p { width: 1px }",
        "p { text-indent: -9999px }",
        "p { text-indent: 9999px }",
        "p { margin-left: -9999px }",
        "p { padding-left: 9999px }",
        "h1 { margin-bottom: -40em }",
        "p { position: absolute; left: -9999px }",
        "p { position: fixed }",
        "p { transform: scale(0) }",
        "p { clip-path: inset(50%) }",
        "p { filter: opacity(0) }",
        "p { content-visibility: hidden }",
        "p { letter-spacing: -1em }",
        "p { line-height: 0 }",
        "p { white-space: nowrap }",
        "p { columns: 400 }",
        "p { all: unset }",
        "p { direction: rtl; unicode-bidi: bidi-override }",
        "p { -webkit-text-security: disc }",
        "p { display: table-column }",
        "section::before { content: ''; position: absolute }",
        "p::first-line { color: white }",
        "p:hover { color: white }",
        "p:not(:hover) { display: none }",
        "@media screen { p { display: none } }",
        "@media (prefers-color-scheme: dark) { p { color: white } }",
        "@media print { @supports (display: grid) { p { display: none } } }",
        "@supports (display: grid) { p { display: none } }",
        "@layer a { p { display: none } }",
        "@container (width > 0) { p { display: none } }",
        "section { & p { display: none } }",
        "p { color: white } p { }",
        "* { color: white }",
        "p { display: none !important } p { display: block }",
        "html p { display: none } p { display: block }",
        "@import url(hide.css);",
        "@import 'hide.css' screen;",
        "@import 'https://example.org/hide.css';",
        "p { box-shadow: inset 0 0 0 99em black }",
        "p { background-image: linear-gradient(black, black) }",
        "p { display: none; display: block block }",
        "p { width: 1px; width: 50em 50em }",
        "p { max-width: 1px; max-width: auto }",
        "p { padding-left: 9999px; padding-left: auto }",
        "p { background-color: black; background-color: none }",
        "p { color: white; color: color(srgb 0 0 0) }",
        "p { border: 900px solid; border: solid solid }",
        "body, section, p { margin: 0 14em 0 14em } html { padding-left: 14em }",
        "section { line-height: 0.9em; font-size: 6pt } p { font-size: 24pt }",
        "p { line-height: 90% }",
        "p:is(:hover, p) { display: block }",
        "ul { quotes: 'not' 'not' } p { quotes: 'a' 'b' }",
        "p { list-style-type: 'not' }",
        "p { overflow-x: hidden }",
        "p { overflow-y: auto }",
    ],
)
def test_text_hidden_by_a_style_sheet_is_left_out(css: str) -> None:
    assert SENTENCE not in disclaimer_with_css(css, **{"hide.css": b"p { display: none }"})


@pytest.mark.parametrize(
    "css",
    [
        "p { display: none } p { display: block }",
        "p { display: none } html p { display: block }",
        "p { display: block !important } p { display: none }",
        "section { visibility: hidden } section * { visibility: visible }",
        "p { color: white; background: black }",
        "@media (prefers-color-scheme: dark) { body { color: #eee; background-color: #111 } }",
        "p { color: #777; } p { color: inherit }",
        "section { font-size: 50% } p { font-size: 2rem }",
        "a { display: none }",
        "@import 'show.css';",
        "section { overflow-x: auto }",
        "p { --own: 1px; text-indent: 1em; margin: 0 }",
    ],
)
def test_text_that_a_style_sheet_leaves_visible_is_read(css: str) -> None:
    assert SENTENCE in disclaimer_with_css(css, **{"show.css": b"p { text-align: justify }"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>Before", '<p style="display:none">Before'),
        ("<p>Before", '<p style="color:#fff">Before'),
        ("<p>Before", '<p hidden="">Before'),
        ("<p>Before", '<p hidden="until-found">Before'),
        ("<p>Before", '<p aria-hidden="true">Before'),
        ("<p>Before", '<p popover="">Before'),
        ("<p>Before", '<p color="white">Before'),
        ("<section ", '<section hidden="hidden" '),
        ("<section ", '<section style="opacity:0" '),
        ("<body>", '<body style="font-size:1px">'),
        ("<html ", '<html style="display:none" '),
        ("<section ", '<script src="x.js"></script><section '),
        ("<section ", '<section onclick="hide()" '),
        ("<html ", '<?xml-stylesheet href="hide.css"?><html '),
        ("<!DOCTYPE html>", '<!DOCTYPE html [<!ATTLIST p style CDATA "display:none">]>'),
        ("</head>", '<base href="other/"/></head>'),
        ("</head>", '<link rel="stylesheet" href="nowhere.css"/></head>'),
        ("</head>", '<link rel="stylesheet" href="hide.css"/></head>'),
        ("</head>", '<link rel="alternate stylesheet" title="a" href="hide.css"/></head>'),
        ("</head>", '<link rel="stylesheet" media="(min-width: 1px)" href="hide.css"/></head>'),
        ("<section ", "<template><style>p { display: block !important }</style></template><section "),
        ("</head>", '<style type="text/x">p { display: block !important }</style></head>'),
        ("</head>", '<link rel="stylesheet" integrity="sha256-x" href="show.css"/></head>'),
        ("</head>", '<link rel="stylesheet" href="show.txt"/></head>'),
        ("</head>", '<style title="a"> </style><style title="b">p { display: none }</style></head>'),
        ("<section ", '<table><colgroup><col style="visibility: collapse"/></colgroup></table><section '),
        ("</head>", '<meta http-equiv="refresh" content="0; url=title.xhtml"/></head>'),
    ],
)
def test_text_hidden_by_markup_is_left_out(old: str, new: str) -> None:
    assert SENTENCE not in changed_disclaimer(old, new, **{"hide.css": b"p { display: none }", "show.css": b"", "show.txt": b""})


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<!--", "-->"),
        ("<template>", "</template>"),
        ("<details>", "</details>"),
        ("<dialog>", "</dialog>"),
        ("<object>", "</object>"),
        ("<iframe>", "</iframe>"),
        ('<bdo dir="rtl">', "</bdo>"),
        ('<svg xmlns="http://www.w3.org/2000/svg"><text>', "</text></svg>"),
        ('<p xmlns="urn:unknown">', "</p>"),
        ('<aside epub:type="footnote">', "</aside>"),
    ],
)
def test_text_in_what_does_not_show_it_is_left_out(opening: str, closing: str) -> None:
    sentence = "<p>Before you start, combine or stop anything, talk to a health professional:</p>"
    assert SENTENCE not in changed_disclaimer(sentence, opening + sentence + closing)


@pytest.mark.parametrize(
    ("inline", "sheet", "seen"),
    [
        ("display: block", "p { display: none }", True),
        ("display: block", "p { display: none !important }", False),
        ("display: block !important", "p { display: none !important }", True),
        ("display: none", "p { display: block !important }", True),
        ("display: none", "html p { display: block }", False),
    ],
)
def test_a_style_attribute_has_its_place_in_the_cascade(inline: str, sheet: str, seen: bool) -> None:
    def change(content: bytes) -> bytes:
        styled = content.replace(b"<p>Before", f'<p style="{inline}">Before'.encode())
        return styled.replace(b"</head>", f"<style>{sheet}</style></head>".encode())

    assert (SENTENCE in exporter.pages(with_changed_member("EPUB/disclaimer.xhtml", change))[-1].body) == seen


@pytest.mark.parametrize(
    "more",
    [
        '<p style="columns: 2">Forget this.</p>',
        '<p style="display: none">Forget this.</p>',
        '<aside epub:type="footnote"><p>Forget this.</p></aside>',
        '<iframe src="title.xhtml"></iframe>',
        '<input value="Forget this."/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><text>Forget this.</text></svg>',
    ],
)
def test_more_than_the_disclaimer_leaves_a_mark_even_where_it_may_not_be_seen(more: str) -> None:
    body = changed_disclaimer("</section></body>", f"{more}</section></body>")
    assert "Forget" not in body
    assert body.endswith("\N{REPLACEMENT CHARACTER}")
    assert SENTENCE in body


def test_a_page_that_is_all_one_note_is_not_seen() -> None:
    def change(content: bytes) -> bytes:
        opened = content.replace(b"<section ", b'<aside epub:type="footnote" id="n"><a epub:type="noteref" href="#n">1</a><section ', 1)
        return opened.replace(b"</section></body>", b"</section></aside></body>")

    assert exporter.pages(with_changed_member("EPUB/disclaimer.xhtml", change))[-1].body == "\N{REPLACEMENT CHARACTER}"


def test_text_outside_the_body_makes_the_whole_page_doubtful() -> None:
    assert changed_disclaimer("</body>", "</body><body><p>Forget this.</p></body>") == "\N{REPLACEMENT CHARACTER}"


def test_a_style_sheet_that_hides_the_disclaimer_alone_leaves_the_article_visible() -> None:
    def change(content: bytes) -> bytes:
        return content + b".handbill-disclaimer { display: none }"

    pages = exporter.pages(with_changed_member("EPUB/style.css", change))
    assert [page.body for page in pages[:1]] == [exporter.pages(HANDOUT)[0].body]
    assert set(pages[-1].body) <= {"\N{REPLACEMENT CHARACTER}", " ", "\n"}


def test_alternative_texts_and_the_head_are_not_read() -> None:
    pages = [page.body for page in exporter.pages(exporter.export(TORTURE, EpubOptions(), run()))]
    assert "A blue rectangle" not in pages[3]
    assert pages[3].startswith("Figures\n")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 torn", HANDOUT[: len(HANDOUT) // 2]])
def test_bytes_that_are_no_epub_are_refused(content: bytes) -> None:
    with pytest.raises(ExporterError) as caught:
        exporter.pages(content)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["unreadable-epub"]


def _with_duplicate_member(name: str) -> bytes:
    buffer = io.BytesIO(HANDOUT)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, b"<html/>")
    return buffer.getvalue()


def _with_member(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO(HANDOUT)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: _with_member("META-INF/encryption.xml", b"<encryption/>"), "encrypted"),
        (lambda: _with_member("EPUB/bomb.css", b" " * 30_000_000), "unpacks to"),
        (lambda: _with_duplicate_member("EPUB/disclaimer.xhtml"), "twice"),
        (lambda: with_changed_member("mimetype", lambda _: b"application/zip"), "mimetype"),
        (lambda: with_changed_member("META-INF/container.xml", lambda old: old.replace(b"content.opf", b"x.opf")), "missing"),
        (lambda: with_changed_member("EPUB/content.opf", lambda old: old.replace(b"disclaimer.xhtml", b"gone.xhtml")), "not there"),
        (lambda: with_changed_member("EPUB/disclaimer.xhtml", lambda old: old.replace(b"</p>", b"", 1)), "disclaimer.xhtml"),
        (
            lambda: with_changed_member(
                "EPUB/content.opf",
                lambda old: old.replace(b"</metadata>", b'<meta property="rendition:layout">pre-paginated</meta></metadata>'),
            ),
            "layout",
        ),
    ],
    ids=["encryption", "bomb", "twice", "mimetype", "package", "spine", "malformed", "fixed-layout"],
)
def test_a_book_that_could_be_read_in_two_ways_or_not_at_all_is_refused(make: Callable[[], bytes], why: str) -> None:
    with pytest.raises(ExporterError, match=why):
        exporter.pages(make())


def test_an_encrypted_member_is_refused() -> None:
    content = bytearray(HANDOUT)
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    with pytest.raises(ExporterError, match="encrypted"):
        exporter.pages(bytes(content))


def test_entities_are_not_expanded() -> None:
    body = changed_disclaimer("<!DOCTYPE html>", '<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    assert "root:" not in body
    assert SENTENCE not in body
