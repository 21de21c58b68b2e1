"""Tree to bytes: WeasyPrint confined to our fonts and the document's assets, and what it logs told as diagnostics."""

from __future__ import annotations

import contextlib
import functools
import os
from typing import TYPE_CHECKING, Any

from handbill.contract import ExporterError, Run, Severity, diagnostic
from handbill.document import direction, take_boxed_notice, text_of

from .engine import CSS, HTML, FatalURLFetchingError, FontConfiguration
from .fonts.files import system_files, theme_files
from .fonts.fontconfig import configuration, environment_variables
from .fonts.glyph_codes import CodedFonts, coded_text, write_codes
from .fonts.instances import kept_instances
from .fonts.missing_glyphs import refuse_missing_glyphs
from .log import Log, collected_log
from .pages.boxed_notice import pages_of_claims, placing, smallest_type
from .pages.elements import standard_tree
from .pages.markup import Markup, markup
from .standards.tagged_pdf import write_tagged
from .style.fetcher import fetcher
from .style.geometry import Geometry
from .style.marks import LATEST, MARKS, qr_code
from .style.stylesheet import stylesheet
from .style.theme import served, theme_rules

if TYPE_CHECKING:
    from handbill.document import Document

    from .options import PdfOptions

__all__ = ["render"]

# fontTools stamps the fonts that it instantiates (head.modified) with this time, whatever the day.
_EPOCH = "0"
# Style sheets and sets of fonts, which few publications have more than two of.
_KEPT = 8


def _html(root: Any, url_fetcher: Any) -> Any:
    """Return WeasyPrint's HTML object for a tree, without a way through its HTML parser."""
    import cssselect2

    html = HTML.__new__(HTML)
    html.base_url = None
    html.url_fetcher = url_fetcher
    html.media_type = "print"
    html.wrapper_element = cssselect2.ElementWrapper.from_html_root(standard_tree(root), content_language=None)
    html.etree_element = html.wrapper_element.etree_element
    return html


@functools.lru_cache(maxsize=_KEPT)
def _known_fonts(configuration_file: str) -> Any:
    """Return WeasyPrint's fonts of a fonts.conf, which FONTCONFIG_FILE names now; Pango keeps in it what it has looked up."""
    return FontConfiguration()


@functools.lru_cache(maxsize=_KEPT)
def _parsed(css: str, configuration_file: str) -> tuple[Any, tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return a style sheet as WeasyPrint takes it, what was logged meanwhile, and what it would have fetched: it may fetch nothing."""
    refused: list[str] = []
    sheet = None
    with collected_log() as log, contextlib.suppress(FatalURLFetchingError):
        sheet = CSS(string=css, font_config=_known_fonts(configuration_file), url_fetcher=fetcher({}, refused, {}))
    return sheet, tuple(log.messages), tuple(refused)


def _laid_out(page_tree: Markup, css: str, url_fetcher: Any, refused: list[str], log: Log) -> Any:
    html = _html(page_tree.root, url_fetcher)
    font_config = _known_fonts(os.environ["FONTCONFIG_FILE"])
    sheet, messages, addresses = _parsed(css, os.environ["FONTCONFIG_FILE"])
    log.messages.extend(messages)
    refused.extend(addresses)
    if sheet is None:
        raise FatalURLFetchingError
    # Presentational hints give lists their start, type and value.
    return html.render(font_config=font_config, stylesheets=[sheet], presentational_hints=True)


def _misplaced_footnotes(weasyprint_document: Any, page_tree: Markup) -> set[str]:
    """Return the footnotes that are not on exactly one page, that run off theirs, or that stand after a later one."""
    places: dict[str, list[tuple[int, float]]] = {note: [] for note in page_tree.footnotes}
    misplaced = set()
    for number, page in enumerate(weasyprint_document.pages):
        for name, (_, top, _, bottom) in page.anchors.items():
            if name in places:
                places[name].append((number, top))
                if top < 0 or bottom > page.height:
                    misplaced.add(name)
    misplaced |= {note for note, found in places.items() if len(found) != 1}
    # In the order of their calls, from the last: WeasyPrint turns some about that it carries over to the next page.
    first = (len(weasyprint_document.pages), 0.0)
    for note in reversed(page_tree.footnotes):
        if note not in misplaced:
            (place,) = places[note]
            if place > first:
                misplaced.add(note)
            first = min(first, place)
    return misplaced


def _written(laid_out: Any, document: Document, options: PdfOptions, run: Run) -> bytes:
    fonts = CodedFonts()

    def finish(pdf: Any) -> None:
        refuse_missing_glyphs(fonts, document)
        write_codes(fonts, pdf)

    with coded_text(fonts), kept_instances():
        return write_tagged(laid_out, fonts, document, options, run, finish)


def _rendered(document: Document, options: PdfOptions, run: Run, extra_css: str, log: Log) -> bytes:
    notice = f"{document.disclaimer.notice} {document.words.see_disclaimer}" if document.disclaimer.notice else ""
    box = take_boxed_notice(document.tree())
    geometry = Geometry.of(options, notice) if box is None else Geometry.of(options, notice, text_of(box), smallest_type())
    css = stylesheet(options, geometry, direction(document.metadata.language)) + theme_rules(document.theme) + extra_css
    refused: list[str] = []
    latest = document.metadata.latest
    url_fetcher = fetcher(served(document), refused, {**MARKS, **({LATEST: qr_code(latest)} if latest else {})})
    kept: set[str] = set()
    try:
        while True:
            page_tree = markup(document, options, geometry, run.timestamp, kept)
            laid_out = _laid_out(page_tree, css, url_fetcher, refused, log)
            misplaced = _misplaced_footnotes(laid_out, page_tree)
            if not misplaced:
                break
            # Each round moves at least one note to the article's end: this ends.
            kept |= misplaced
            log.messages.clear()
        if box is not None:
            # The boxes stand in margins that are as wide on every page: they move nothing.
            bearing = pages_of_claims(laid_out.pages)
            log.messages.clear()
            page_tree = markup(document, options, geometry, run.timestamp, kept, bearing)
            laid_out = _laid_out(page_tree, css + placing(bearing), url_fetcher, refused, log)
        content = _written(laid_out, document, options, run)
    except FatalURLFetchingError:
        # It is a BaseException, and its address is among those refused.
        content = b""
    # Inside SVG images, what was refused is only logged.
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


def render(document: Document, options: PdfOptions, run: Run, extra_css: str = "") -> bytes:
    """Return the PDF of the document. `extra_css` comes after the design's rules; the exporter itself gives none.

    Raises ExporterError for a resource that the document does not hold, an image or a font that cannot be read, a font that this
    machine has not, and characters that no font has. What WeasyPrint and fontTools log is reported to the run. While it runs,
    FONTCONFIG_FILE and SOURCE_DATE_EPOCH are set in this process's environment.
    """
    own = theme_files(document.theme.fonts) + system_files(document.theme.system_fonts)
    variables = {"FONTCONFIG_FILE": str(configuration(own)), "SOURCE_DATE_EPOCH": _EPOCH}
    with environment_variables(variables), collected_log() as log:
        content = _rendered(document, options, run, extra_css, log)
    found = log.diagnostics()
    if errors := [one for one in found if one.severity is Severity.ERROR]:
        raise ExporterError(errors)
    for remark in found:
        run.report(remark)
    return content
