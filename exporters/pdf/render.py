"""Document to PDF: `render` lays out the pages with WeasyPrint and returns the bytes of the handout.

WeasyPrint may use the allowed fonts and the document's assets, and nothing else. What it logs becomes diagnostics.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import os
from typing import TYPE_CHECKING, Any

from lxml import etree

from handbill.contract import ExporterError, Run, Severity, diagnostic
from handbill.document import Document, Metadata, direction, take_boxed_notice, text_of

from .engine import CSS, HTML, FatalURLFetchingError, FontConfiguration
from .fonts.files import system_files, theme_files
from .fonts.fontconfig import fontconfig_file, temporary_environment
from .fonts.glyph_codes import CodedFonts, code_assignment
from .fonts.instances import static_instances
from .log import Log, collected_log
from .pages.boxed_notice import boxed_footer_rules, claims_by_page, smallest_type_size
from .pages.elements import element, standard_tree
from .pages.layers import layer_markup, layer_rules
from .pages.markup import Markup, markup
from .standards.sealing import Sealing
from .standards.tagged_pdf import write_tagged
from .style.fetcher import confined_fetcher
from .style.geometry import page_geometry
from .style.ornaments import DRAWINGS, LATEST_CODE, qr_code
from .style.stylesheet import stylesheet
from .style.theme import assets_by_name, theme_rules

if TYPE_CHECKING:
    from handbill.document import Disclaimer

    from .options import PdfOptions

__all__ = ["render", "seal"]

# fontTools writes this time into the fonts that it instantiates (head.modified), so that the bytes do not depend on the day.
_EPOCH = "0"
_SEALED_TIME = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
# Entries of each cache: few publications have more than two style sheets or sets of fonts.
_CACHE_SIZE = 8


def _weasyprint_html(root: Any, url_fetcher: Any) -> Any:
    """Return WeasyPrint's HTML object for an lxml tree. It is made without its constructor, which would parse HTML text."""
    import cssselect2

    html = HTML.__new__(HTML)
    html.base_url = None
    html.url_fetcher = url_fetcher
    html.media_type = "print"
    html.wrapper_element = cssselect2.ElementWrapper.from_html_root(standard_tree(root), content_language=None)
    html.etree_element = html.wrapper_element.etree_element
    return html


@functools.lru_cache(maxsize=_CACHE_SIZE)
def _font_configuration(configuration_file: str) -> Any:
    """Return WeasyPrint's fonts for the fonts.conf that FONTCONFIG_FILE names now.

    `configuration_file` is the cache key: Pango keeps the fonts that it has looked up in the returned object.
    """
    return FontConfiguration()


@functools.lru_cache(maxsize=_CACHE_SIZE)
def _parse_style_sheet(css: str, configuration_file: str) -> tuple[Any, tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the parsed style sheet, the messages logged while parsing, and the refused URLs; no sheet where a refusal ended the parsing.

    Parsing may fetch nothing.
    """
    refused: list[str] = []
    sheet = None
    with collected_log() as log, contextlib.suppress(FatalURLFetchingError):
        sheet = CSS(string=css, font_config=_font_configuration(configuration_file), url_fetcher=confined_fetcher({}, refused, {}))
    return sheet, tuple(log.messages), tuple(refused)


def _lay_out(tree: etree._Element, css: str, url_fetcher: Any, refused: list[str], log: Log) -> Any:
    html = _weasyprint_html(tree, url_fetcher)
    font_config = _font_configuration(os.environ["FONTCONFIG_FILE"])
    sheet, messages, addresses = _parse_style_sheet(css, os.environ["FONTCONFIG_FILE"])
    log.messages.extend(messages)
    refused.extend(addresses)
    if sheet is None:
        raise FatalURLFetchingError
    # Lists have `start`, `type` and `value` from presentational hints.
    return html.render(font_config=font_config, stylesheets=[sheet], presentational_hints=True)


def _misplaced_footnotes(weasyprint_document: Any, page_tree: Markup) -> set[str]:
    """Return the ids of the footnotes that are not on exactly one page, that overflow their page, or that come after a later footnote."""
    places: dict[str, list[tuple[int, float]]] = {note: [] for note in page_tree.footnotes}
    misplaced = set()
    for number, page in enumerate(weasyprint_document.pages):
        for name, (_, top, _, bottom) in page.anchors.items():
            if name in places:
                places[name].append((number, top))
                if top < 0 or bottom > page.height:
                    misplaced.add(name)
    misplaced |= {note for note, on_pages in places.items() if len(on_pages) != 1}
    # From the last call to the first: WeasyPrint swaps some footnotes that it moves on to the next page.
    first = (len(weasyprint_document.pages), 0.0)
    for note in reversed(page_tree.footnotes):
        if note not in misplaced:
            (place,) = places[note]
            if place > first:
                misplaced.add(note)
            first = min(first, place)
    return misplaced


def _write(laid_out: Any, document: Document, options: PdfOptions, run: Run) -> bytes:
    with code_assignment(), static_instances():
        return write_tagged(laid_out, CodedFonts(), document, options, run, _sealing(laid_out, document, options))


def _sealing(laid_out: Any, document: Document, options: PdfOptions) -> Sealing:
    """Return what paints the disclaimer's part of a laid-out document: no theme has a say in it."""
    disclaimer = document.disclaimer
    pages = [index for index, page in enumerate(laid_out.pages) if page._page_box.page_type.name == "disclaimer"]
    tree = layer_markup(disclaimer, [index + 1 for index in pages], len(laid_out.pages))
    css = stylesheet(options, page_geometry(options, disclaimer), direction(disclaimer.language)) + layer_rules(len(pages))
    refused: list[str] = []
    with collected_log() as log:
        layers = _lay_out(tree, css, confined_fetcher({}, refused, DRAWINGS), refused, log)
    return Sealing(pages, layers.pages, disclaimer.words)


def _render_pdf(document: Document, options: PdfOptions, run: Run, extra_css: str, log: Log) -> bytes:
    box = take_boxed_notice(document.tree())
    boxed = ("", 0.0) if box is None else (text_of(box), smallest_type_size())
    geometry = page_geometry(options, document.disclaimer, *boxed)
    css = stylesheet(options, geometry, direction(document.metadata.language)) + theme_rules(document.theme) + extra_css
    refused: list[str] = []
    latest = document.metadata.latest
    url_fetcher = confined_fetcher(assets_by_name(document), refused, {**DRAWINGS, **({LATEST_CODE: qr_code(latest)} if latest else {})})
    endnotes: set[str] = set()
    try:
        while True:
            page_tree = markup(document, options, geometry, run.timestamp, endnotes)
            laid_out = _lay_out(page_tree.root, css, url_fetcher, refused, log)
            misplaced = _misplaced_footnotes(laid_out, page_tree)
            if not misplaced:
                break
            # Each round moves at least one more note to the article's end, so that the loop ends.
            endnotes |= misplaced
            log.messages.clear()
        if box is not None:
            # The lower margin has room for the box on every page: adding the boxes moves no text.
            page_claims = claims_by_page(laid_out.pages)
            log.messages.clear()
            page_tree = markup(document, options, geometry, run.timestamp, endnotes, page_claims)
            laid_out = _lay_out(page_tree.root, css + boxed_footer_rules(page_claims), url_fetcher, refused, log)
        content = _write(laid_out, document, options, run)
    except FatalURLFetchingError:
        # A BaseException of WeasyPrint. The refused URL is in `refused`.
        content = b""
    # WeasyPrint only logs a refusal inside an SVG image.
    if refused:
        raise ExporterError(
            diagnostic(
                "missing-resource",
                f"the document does not hold {url}",
                hint="an article can show only images of its publication",
                excerpt=url,
            )
            for url in dict.fromkeys(refused)
        )
    return content


def seal(disclaimer: Disclaimer, options: PdfOptions) -> bytes:
    """Return the sealed page: the PDF of a document whose article is empty. Raises ExporterError as `render` does."""
    document = Document(
        name="sealed",
        metadata=Metadata(disclaimer.title, disclaimer.language, "urn:handbill:sealed-page"),
        heading=etree.tostring(element("h1", disclaimer.title)),
        body=b"<body/>",
        disclaimer=disclaimer,
        words=disclaimer.words,
        # A profile may attach it.
        source=b"\n",
    )
    return render(document, options, Run(_SEALED_TIME, lambda found: None))


def render(document: Document, options: PdfOptions, run: Run, extra_css: str = "") -> bytes:
    """Return the PDF of the document. `extra_css` follows all other style rules; tests alone give any.

    Raises ExporterError for a resource that the document does not hold, an image or a font that cannot be read, a font that this
    machine does not have, and characters that no font has. Messages of WeasyPrint and fontTools are reported to the run. While it
    runs, FONTCONFIG_FILE and SOURCE_DATE_EPOCH are set in the environment of this process.
    """
    theme_fonts = theme_files(document.theme.fonts) + system_files(document.theme.system_fonts)
    variables = {"FONTCONFIG_FILE": str(fontconfig_file(theme_fonts)), "SOURCE_DATE_EPOCH": _EPOCH}
    with temporary_environment(variables), collected_log() as log:
        content = _render_pdf(document, options, run, extra_css, log)
    diagnostics = log.diagnostics()
    if errors := [one for one in diagnostics if one.severity is Severity.ERROR]:
        raise ExporterError(errors)
    for warning in diagnostics:
        run.report(warning)
    return content
