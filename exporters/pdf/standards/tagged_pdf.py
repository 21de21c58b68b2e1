"""Laid-out pages to PDF. WeasyPrint writes the file; its finisher, a function called before that, adds tag tree and metadata."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handbill.contract import Run, diagnostic

from ..conformance import Conformance
from ..fonts.glyph_codes import write_glyph_codes
from ..fonts.missing_glyphs import refuse_missing_glyphs
from ..tags.model import Tag
from ..tags.painted_content import painted_document, painted_pages
from ..tags.structure import ROLES, structure_elements
from ..tags.writing import write_tags
from .attachment import source_attachment
from .pdfa import (
    OUTPUT_PROFILE,
    deduplicate_associated_files,
    forbid_interpolation,
    graphics_state_depth,
    has_cmyk_colours,
    output_profile,
    set_metadata,
)
from .xmp import xmp_packet

if TYPE_CHECKING:
    from handbill.document import Document

    from ..fonts.glyph_codes import CodedFonts
    from ..options import PdfOptions
    from .sealing import Sealing

__all__ = ["stated_conformance", "write_tagged"]

# WeasyPrint's variants, for what PDF/A requires beside tags: the output intent, printed annotations, associated files.
_VARIANTS = {"accessible-archive": "pdf/a-2a", "a-3a": "pdf/a-3a"}
# The limit on nested graphics states (ISO 32000-1, annex C; ISO 19005-2, 6.1.13).
_DEEPEST_GRAPHICS_STATE = 28
_DEEP_DRAWING = diagnostic(
    "deep-drawing",
    f"an SVG image has groups in groups more than {_DEEPEST_GRAPHICS_STATE} deep in all; the file is no PDF/A",
    hint="ungroup its parts in the program that drew it",
)
_PRESS_COLOURS = diagnostic(
    "press-colours",
    "a style sheet or an SVG image has colours for printing presses (device-cmyk); the file is no PDF/A",
    hint="write them as #rrggbb",
)
_LEVELS = {f"H{level}": level for level in range(1, 7)}


def stated_conformance(options: PdfOptions, *, accessible: bool, private_use: bool = False, archival: bool = True) -> Conformance:
    """Return the standards that the PDF of an edition may state.

    A PDF that is not `accessible` does not state PDF/UA. It keeps level A of PDF/A, which requires a tag tree, but neither alternatives
    nor an order of heading levels (ISO 19005-2, 6.7). With private use characters, which have no meaning to read aloud, PDF/A is of
    level U (6.2.11.7.3). A PDF that is not `archival` states no PDF/A.
    """
    if options.profile == "plain":
        return Conformance()
    if options.profile == "ua-1" or not archival:
        return Conformance(accessible=accessible)
    return Conformance("3" if options.profile == "a-3a" else "2", "U" if private_use else "A", accessible)


def _is_accessible(tags: Sequence[Tag]) -> bool:
    """Return whether heading levels begin at 1 and skip none (ISO 14289-1, 7.4.2), and each figure has an alternative (7.3)."""
    last = 0
    stack = [*reversed(tags)]
    while stack:
        tag = stack.pop()
        if tag.kind in _LEVELS:
            if _LEVELS[tag.kind] > last + 1:
                return False
            last = _LEVELS[tag.kind]
        if tag.kind == "Figure" and not tag.alternative:
            return False
        stack.extend(kid for kid in reversed(tag.kids) if isinstance(kid, Tag))
    return True


def _file_identifier(document: Document) -> bytes:
    """Return 16 bytes that identify the file (ISO 32000-1, 14.4): a digest of the edition's identity, not of the day it is made."""
    metadata = document.metadata
    identity = "\0".join((metadata.identifier, metadata.version, metadata.language, document.name)).encode()
    return hashlib.sha256(identity).digest()[:16]


def write_tagged(
    laid_out: Any,
    fonts: CodedFonts,
    document: Document,
    options: PdfOptions,
    run: Run,
    sealing: Sealing,
) -> bytes:
    """Return a laid-out WeasyPrint document as the bytes of a PDF with our tags and metadata.

    `fonts` is filled with the fonts that the article's pages are drawn with. `sealing` paints the disclaimer's pages.
    What prevents conformance to PDF/A, where the profile asks for it, is reported to the run. Raises ExporterError where the profile
    attaches the document's source and there is none.
    """
    variant = _VARIANTS.get(options.profile)
    pages = painted_pages(laid_out.pages, sealing.own_resources())

    def finisher(_weasyprint_document: Any, pdf: Any) -> None:
        refuse_missing_glyphs([fonts, sealing.fonts], document)
        write_glyph_codes(fonts, pdf)
        sealing.write(pdf, [page.stream for page in pages])
        painted = painted_document(pages)
        tags = structure_elements(painted.root, document.metadata.language, document.words)
        write_tags(pdf, pages, painted, tags, ROLES)
        deduplicate_associated_files(pdf)
        obstacles = [_DEEP_DRAWING] if graphics_state_depth(pdf) > _DEEPEST_GRAPHICS_STATE else []
        obstacles += [_PRESS_COLOURS] if has_cmyk_colours(pdf) else []
        if variant is not None:
            for obstacle in obstacles:
                run.report(obstacle)
        private_use = any(
            unicodedata.category(character) == "Co" for text in (*fonts.texts(), *sealing.fonts.texts()) for character in text
        )
        accessible = not document.barriers and not private_use and _is_accessible(tags)
        conformance = stated_conformance(options, accessible=accessible, private_use=private_use, archival=not obstacles)
        if conformance.part:
            forbid_interpolation(pdf)
        if painted.root.element.get("dir") == "rtl":
            pdf.catalog["ViewerPreferences"]["Direction"] = "/R2L"
        set_metadata(pdf, xmp_packet(document.metadata, run.timestamp, conformance, str(pdf.info["Producer"].string)))

    recorded = laid_out.copy(pages)
    recorded.fonts = fonts
    if variant is not None:
        recorded.color_profiles = {**laid_out.color_profiles, OUTPUT_PROFILE: output_profile()}
        recorded.output_intent = OUTPUT_PROFILE
    sealing.paint(recorded.color_profiles, recorded.output_intent)
    content: bytes = recorded.write_pdf(
        finisher=finisher,
        pdf_variant=variant,
        output_intent=OUTPUT_PROFILE,
        pdf_tags=True,
        pdf_identifier=_file_identifier(document),
        attachments=[source_attachment(document, run.timestamp)] if options.profile == "a-3a" else None,
    )
    return content
