"""The disclaimer of an EPUB is that of its sealed page, whatever else the book holds; and every edit that could change it is refused."""

from __future__ import annotations

import dataclasses
import functools
import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Literal

import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont
from handbill.exporters.epub import EpubOptions, exporter

from epub_handouts import ARABIC
from handbill.contract import DisclaimerParts, ExporterError
from handbill.diagnostics.errors import ProofError
from handbill.document import Asset, Disclaimer, Document, Theme, Words
from handbill.proof.sealed import prove_sealed
from handbill.testing.documents import CLAIMS, DISCLAIMER, LONG_DISCLAIMER, PLAIN, SVG, TORTURE, png, run
from handouts import members

EMBEDDED = EpubOptions(embed_fonts=True)
THEME = Theme(
    css=".handbill-article p { --gap: 1em; color: #036; margin: var(--gap); font-family: 'Example' }",
    logo=Asset("l.png", "image/png", png(), 40, 30),
)
THAI = dataclasses.replace(
    DISCLAIMER,
    language="th",
    title="ข้อสงวนสิทธิ์",
    notice="ข้อมูลทั่วไป ไม่ใช่คำแนะนำทางการแพทย์",
    body="<body><p>ในกรณีฉุกเฉินโทร 1669 หรือ +66 2-555-0142</p></body>".encode(),
    words=dataclasses.replace(Words(), language="th", see_disclaimer_section="ดูข้อสงวนสิทธิ์"),
)
ARTICLES = {
    "torture": TORTURE,
    "themed": dataclasses.replace(TORTURE, theme=THEME, metadata=dataclasses.replace(TORTURE.metadata, title="Other", publisher="Press")),
    "claims": CLAIMS,
    "plain": PLAIN,
    "arabic": ARABIC,
    "japanese": dataclasses.replace(PLAIN, metadata=dataclasses.replace(PLAIN.metadata, language="ja", title="手紙")),
}
DISCLAIMERS = {"short": DISCLAIMER, "long": LONG_DISCLAIMER, "arabic": ARABIC.disclaimer, "thai": THAI}


@functools.cache
def sealed(name: str, options: EpubOptions) -> DisclaimerParts:
    return exporter.disclaimer_of(exporter.seal(DISCLAIMERS[name], options).handout, "end")


def book(document: Document, disclaimer: Disclaimer = DISCLAIMER, options: EpubOptions = EMBEDDED, position: str = "end") -> bytes:
    changed = dataclasses.replace(document, disclaimer=disclaimer, disclaimer_position=position)  # type: ignore[arg-type]
    return exporter.export(changed, options, run())


# Fonts take seconds to cut: with them, one article for each disclaimer.
WITH_FONTS = (("themed", "short"), ("claims", "long"), ("japanese", "arabic"), ("arabic", "thai"))
CASES = [(article, name, EpubOptions()) for article in ARTICLES for name in DISCLAIMERS] + [(*names, EMBEDDED) for names in WITH_FONTS]


# With fonts of its own a book takes ten times as long.
@pytest.mark.parametrize(
    ("article", "disclaimer", "options", "position"),
    [(*case, position) for case in CASES for position in ("end", "front") if position == "end" or not case[2].embed_fonts],
)
def test_a_book_has_the_disclaimer_of_its_sealed_page(
    article: str, disclaimer: str, options: EpubOptions, position: Literal["end", "front"]
) -> None:
    found = exporter.disclaimer_of(book(ARTICLES[article], DISCLAIMERS[disclaimer], options, position), position)
    proof = prove_sealed(found, sealed(disclaimer, options), position)
    assert proof.first == proof.last == (1 if position == "front" else proof.pages)
    assert set(found.notices) == set(range(1, proof.pages + 1)) - {proof.first}


def test_other_disclaimers_and_other_fonts_are_other_parts() -> None:
    found = exporter.disclaimer_of(book(TORTURE), "end")
    for name, options in (("thai", EMBEDDED), ("short", EpubOptions())):
        with pytest.raises(ProofError, match="disclaimer-differs"):
            prove_sealed(found, sealed(name, options), "end")


Files = dict[str, bytes]
Edit = Callable[[Files], None]
PAGE, OPF, STYLE, ARTICLE = "EPUB/disclaimer.xhtml", "EPUB/content.opf", "EPUB/style.css", "EPUB/section-1-lists.xhtml"


def replaced(path: str, old: str, new: str) -> Edit:
    def edit(files: Files) -> None:
        assert old.encode() in files[path]
        files[path] = files[path].replace(old.encode(), new.encode(), 1)

    return edit


def added(name: str, content: bytes, item: str = "") -> Edit:
    """Return an edit that adds a file, and an item to the manifest where one is given."""

    def edit(files: Files) -> None:
        files[name] = content
        files[OPF] = files[OPF].replace(b"</manifest>", item.encode() + b"</manifest>")

    return edit


def both(*edits: Edit) -> Edit:
    def edit(files: Files) -> None:
        for one in edits:
            one(files)

    return edit


def page_added(content: bytes, kind: str, suffix: str, last: bool) -> Edit:
    """Return an edit that adds a page of another kind before or behind the disclaimer."""
    before, after = ("", '<itemref idref="void"/></spine>') if last else ('<spine toc="ncx"><itemref idref="void"/>', "")
    place = replaced(OPF, "</spine>", after) if last else replaced(OPF, '<spine toc="ncx">', before)
    return both(added(f"EPUB/images/void.{suffix}", content, f'<item id="void" href="images/void.{suffix}" media-type="{kind}"/>'), place)


def blank_pages(files: Files) -> None:
    """Add five hundred pages without a word but the notice."""
    start, _, rest = files[ARTICLE].partition(b'<div class="handbill-article">')
    blank = start + b'<div class="handbill-article"></div>' + rest[rest.index(b'<div class="handbill-notice"') :]
    numbers = range(500)
    files |= {f"EPUB/blank-{number}.xhtml": blank for number in numbers}
    items = "".join(f'<item href="blank-{n}.xhtml" id="blank-{n}" media-type="application/xhtml+xml"/>' for n in numbers)
    references = "".join(f'<itemref idref="blank-{n}"/>' for n in numbers)
    files[OPF] = files[OPF].replace(b"</manifest>", items.encode() + b"</manifest>")
    files[OPF] = files[OPF].replace(b'<itemref idref="item-7"/>', references.encode() + b'<itemref idref="item-7"/>')


def font_changed(change: Callable[[TTFont], None]) -> Edit:
    def edit(files: Files) -> None:
        path = "EPUB/fonts/disclaimer-serif-regular.ttf"
        font = TTFont(io.BytesIO(files[path]))
        change(font)
        buffer = io.BytesIO()
        font.save(buffer)
        files[path] = buffer.getvalue()

    return edit


def erase_not(font: TTFont) -> None:
    addOpenTypeFeaturesFromString(font, "feature liga { sub n o t by space; } liga;")


def swap_glyphs(font: TTFont) -> None:
    for table in font["cmap"].tables:
        table.cmap[ord("n")], table.cmap[ord("o")] = table.cmap[ord("o")], table.cmap[ord("n")]


def theme_rule(rule: str) -> Edit:
    def edit(files: Files) -> None:
        files["EPUB/theme.css"] += f"\n{rule}".encode()

    return edit


def style(declarations: str) -> Edit:
    return replaced(ARTICLE, "<h2 ", f'<h2 style="{declarations}" ')


def no_notice(files: Files) -> None:
    files[ARTICLE] = files[ARTICLE].partition(b'<div class="handbill-notice"')[0] + b"</body></html>\n"


HIDE = "EPUB/hide.css"
SMIL = b'<smil xmlns="http://www.w3.org/ns/SMIL" version="3.0"><body/></smil>'
EDITS: Mapping[str, Edit] = {
    "bdo": replaced(PAGE, "911", '<bdo dir="rtl">911</bdo>'),
    "dir": replaced(PAGE, "<p>", '<p dir="rtl">'),
    "bdi": replaced(PAGE, "911", "<bdi>911</bdi>"),
    "direction": replaced(STYLE, "p {", "p { direction: rtl;"),
    "isolates": replaced(PAGE, "call 911", "\u2067call\u2069 \u2067911\u2069"),
    "ligature": font_changed(erase_not),
    "glyphs": font_changed(swap_glyphs),
    "image behind": page_added(png(), "image/png", "png", last=True),
    "image before": page_added(png(), "image/png", "png", last=False),
    "drawing behind": page_added(SVG, "image/svg+xml", "svg", last=True),
    "blank pages": blank_pages,
    "one letter in 88 em": replaced(PAGE, "911", '<span style="font-size: 88em">9</span>11'),
    "one letter of the article in 88 em": style("font-size: 88em"),
    "script": both(
        added("EPUB/a.js", b"document.body.remove()", '<item id="js" href="a.js" media-type="text/javascript"/>'),
        replaced(ARTICLE, "</head>", '<script src="a.js"></script></head>'),
    ),
    "script element alone": replaced(ARTICLE, "</head>", "<script>document.body.remove()</script></head>"),
    "media overlay": both(
        added("EPUB/a.smil", SMIL, '<item id="smil" href="a.smil" media-type="application/smil+xml"/>'),
        replaced(OPF, '<item href="disclaimer.xhtml"', '<item media-overlay="smil" href="disclaimer.xhtml"'),
    ),
    "fixed layout": replaced(OPF, "</metadata>", '<meta property="rendition:layout">pre-paginated</meta></metadata>'),
    "scrolled": replaced(OPF, "</metadata>", '<meta property="rendition:flow">scrolled-doc</meta></metadata>'),
    "fixed layout of a page": replaced(OPF, 'idref="item-7"', 'idref="item-7" properties="rendition:layout-pre-paginated"'),
    "kindle's cover": replaced(OPF, "</metadata>", '<meta name="cover" content="item-7"/></metadata>'),
    "prefix": replaced(OPF, "<package ", '<package prefix="ibooks: https://example.org/" '),
    "an old version": replaced(OPF, 'version="3.0"', 'version="2.0"'),
    "encryption": added("META-INF/encryption.xml", b"<encryption/>"),
    "display options": added("META-INF/com.apple.ibooks.display-options.xml", b"<display_options/>"),
    "display options in the manifest": added(
        "META-INF/com.apple.ibooks.display-options.xml",
        b"<display_options/>",
        '<item id="x" href="../META-INF/com.apple.ibooks.display-options.xml" media-type="application/xml"/>',
    ),
    "display options as a licence": both(
        added("META-INF/com.apple.ibooks.display-options.xml", b"<display_options/>"),
        replaced(OPF, "</metadata>", '<link rel="record" href="../META-INF/com.apple.ibooks.display-options.xml"/></metadata>'),
    ),
    "second package": replaced(
        "META-INF/container.xml",
        "</rootfiles>",
        '<rootfile media-type="application/oebps-package+xml" full-path="EPUB/b.opf"/></rootfiles>',
    ),
    "other renditions": replaced("META-INF/container.xml", "</container>", '<links><link rel="mapping" href="a"/></links></container>'),
    "fallback": replaced(OPF, '<item href="disclaimer.xhtml"', '<item fallback="item-1" href="disclaimer.xhtml"'),
    "other type": replaced(OPF, 'id="item-7" media-type="application/xhtml+xml"', 'id="item-7" media-type="image/svg+xml"'),
    "out of order": replaced(OPF, 'idref="item-7"', 'idref="item-7" linear="no"'),
    "a second disclaimer that the notices lead to": both(
        added("EPUB/d.xhtml", b"", '<item id="d" href="d.xhtml" media-type="application/xhtml+xml"/>'),
        lambda files: files.update({"EPUB/d.xhtml": files[PAGE].replace(b"911", b"119")}),
    ),
    "collection": replaced(OPF, "</package>", '<collection role="preview"/></package>'),
    "second spine": replaced(OPF, "</package>", '<spine xmlns=""><itemref idref="item-1"/></spine></package>'),
    "turned from the other side": replaced(OPF, '<spine toc="ncx"', '<spine page-progression-direction="rtl" toc="ncx"'),
    "page numbers": replaced(
        "EPUB/nav.xhtml", "</body>", '<nav epub:type="page-list"><ol><li><a href="disclaimer.xhtml">VOID</a></li></ol></nav></body>'
    ),
    "a cover": replaced("EPUB/nav.xhtml", 'epub:type="notice"', 'epub:type="cover"'),
    "sibling rule": theme_rule(".handbill-article + div { display: none }"),
    "body rule": theme_rule("body { color: white }"),
    "notice rule": theme_rule(".handbill-notice { display: none }"),
    "fixed": theme_rule(".handbill-article p { position: fixed; inset: 0; background: white }"),
    "margin": theme_rule(".handbill-article { margin-bottom: -9em }"),
    "margin by a variable": theme_rule(".handbill-article { --gap: -9em; margin-bottom: var(--gap) }"),
    "margin by a fallback": theme_rule(".handbill-article { margin-bottom: var(--gap, -9em) }"),
    "margin by arithmetic": theme_rule(".handbill-article { margin-bottom: calc(-1 * var(--gap)) }"),
    "a line over everything": theme_rule(".handbill-article p { text-decoration: underline 99em white }"),
    "a thick line": theme_rule(".handbill-article p { text-decoration-line: underline; text-decoration-thickness: 99em }"),
    "a low line": theme_rule(".handbill-article p { text-underline-offset: 9em }"),
    "large type": theme_rule(".handbill-article p { font-size: 88em }"),
    "unclipped": theme_rule(".handbill-article { overflow: visible; overflow-y: visible }"),
    "an image of a mile": theme_rule(".handbill-article img { max-height: none; height: 99999em }"),
    "imported": theme_rule("@import url(style.css);"),
    "nested": theme_rule(".handbill-article p { & + div { display: none } }"),
    "page rule": theme_rule("@page { margin: 40% }"),
    "the disclaimer's font": theme_rule('@font-face { font-family: "handbill-disclaimer-serif"; src: url("fonts/serif-bold.ttf") }'),
    "the reader's font": theme_rule('@font-face { font-family: "Georgia"; src: url("fonts/serif-bold.ttf") }'),
    "the generic font": theme_rule('@font-face { font-family: "-webkit-serif"; src: url("fonts/serif-bold.ttf") }'),
    "a changed font size": theme_rule('@font-face { font-family: "Own"; src: url("fonts/serif-bold.ttf"); ascent-override: 900% }'),
    "inline": style("position: fixed; inset: 0"),
    "inline margin": style("margin-bottom: -9em"),
    "inline variable": style("--gap: -9em; margin-bottom: var(--gap)"),
    "classes of the notice": replaced(ARTICLE, "<h2 ", '<h2 class="handbill-notice" '),
    "style element": replaced(ARTICLE, "</head>", "<style>div { display: none }</style></head>"),
    "style sheet of another page": both(
        added(HIDE, b"div { display: none }", '<item id="hide" href="hide.css" media-type="text/css"/>'),
        replaced(ARTICLE, "</head>", '<link rel="stylesheet" type="text/css" href="hide.css"/></head>'),
    ),
    "attribute defaults": replaced(ARTICLE, "<!DOCTYPE html>", '<!DOCTYPE html [<!ATTLIST div style CDATA "display:none">]>'),
    "attribute defaults of the package": replaced(OPF, "<package ", '<!DOCTYPE package [<!ATTLIST itemref linear CDATA "no">]>\n<package '),
    "entities": replaced(ARTICLE, "Lists of", "<![CDATA[Lists]]> of"),
    "processing instruction": replaced(ARTICLE, "<html ", '<?xml-stylesheet href="theme.css"?><html '),
    "comment": replaced(ARTICLE, "<h2 ", "<!--><plaintext>--><h2 "),
    "open in HTML": replaced(ARTICLE, '</div><div class="handbill-notice"', '<section/></div><div class="handbill-notice"'),
    "dialog": replaced(ARTICLE, "<h2 ", '<h2 role="dialog" aria-modal="true" '),
    "frame": replaced(ARTICLE, "<h2 ", '<iframe src="title.xhtml"></iframe><h2 '),
    "changed notice": replaced(ARTICLE, "not medical advice.</p></div>", "medical advice.</p></div>"),
    "notice of another direction": replaced(ARTICLE, 'lang="en" dir="ltr"', 'lang="en" dir="rtl"'),
    "text behind the notice": replaced(ARTICLE, "</body>", "VOID</body>"),
    "block behind the notice": replaced(ARTICLE, "</body>", "<p>VOID</p></body>"),
    "box over the notice": replaced(
        ARTICLE, '<div class="handbill-notice"', '<div class="boxed-notice" style="position:fixed">VOID</div><div class="handbill-notice"'
    ),
    "no notice": no_notice,
    "same name in capitals": lambda files: files.update({"EPUB/Disclaimer.xhtml": files[PAGE]}),
    "no style sheet": lambda files: files.update({STYLE: b""}),
}


@functools.cache
def themed() -> bytes:
    return book(ARTICLES["themed"])


def packed(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def accepted(handout: bytes) -> None:
    prove_sealed(exporter.disclaimer_of(handout, "end"), sealed("short", EMBEDDED), "end")


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_that_could_change_the_disclaimer_is_refused(name: str) -> None:
    files = members(themed())
    EDITS[name](files)
    assert files != members(themed())
    with pytest.raises((ProofError, ExporterError)):
        accepted(packed(files))


def test_the_edited_book_is_accepted_unchanged_and_zipped_anew() -> None:
    accepted(themed())
    accepted(packed(members(themed())))
    accepted(packed(dict(reversed(members(themed()).items()))))


def test_another_title_another_day_and_other_words_of_the_article_are_accepted() -> None:
    files = members(themed())
    for path, old, new in (
        (OPF, "2026-11-22T00", "2031-01-02T03"),
        (OPF, ">Other</dc:title>", ">Another</dc:title>"),
        (ARTICLE, "Lists of every kind", "Lists of no kind"),
    ):
        replaced(path, old, new)(files)
    accepted(packed(files))


@pytest.mark.parametrize(
    "change",
    [
        lambda book: b"PK\3\4" + book,
        lambda book: book + b"x",
        lambda book: book[:-2] + b"\2\0ab",
        lambda book: book.replace(b"EPUB/disclaimer.xhtml", b"EPUB/discLaimer.xhtml", 1),
    ],
    ids=["in front", "behind", "comment", "another local name"],
)
def test_a_zip_file_that_can_be_read_in_two_ways_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ExporterError):
        accepted(change(themed()))


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: setattr(entry, "external_attr", 0o120777 << 16),
        # Info-ZIP's extra field of a name in Unicode (APPNOTE.TXT 6.3.10, 4.6.9)
        lambda entry: setattr(entry, "extra", b"\x75\x70\x06\x00\x01abcdx"),
        lambda entry: setattr(entry, "comment", b"x"),
    ],
    ids=["symbolic link", "another name", "comment"],
)
def test_an_entry_with_more_than_a_file_is_refused(change: Callable[[zipfile.ZipInfo], None]) -> None:
    entry = zipfile.ZipInfo(STYLE)
    change(entry)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members(themed()).items():
            archive.writestr(entry if name == STYLE else name, content)
    with pytest.raises(ExporterError, match=r"more than a plain file|two accounts"):
        accepted(buffer.getvalue())
