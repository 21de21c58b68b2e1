"""A PDF that reads as its article does, and says which standards it keeps: WeasyPrint's pages written with our tags."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from handbill.contract import Run, diagnostic

from ..conformance import Conformance
from ..tags.content import painted_pages, painting
from ..tags.model import Tag
from ..tags.structure import ROLES, structure
from ..tags.writing import write_tags
from .attachment import source_attachment
from .pdfa import COLOURS, colour_profile, deepest_state, has_press_colours, own_references, set_metadata, smooth_nothing
from .xmp import packet

if TYPE_CHECKING:
    from handbill.document import Document

    from ..fonts.glyph_codes import CodedFonts
    from ..options import PdfOptions

__all__ = ["claims_for", "write_tagged"]

# WeasyPrint's own means for what PDF/A asks for beside tags: the output intent, printed annotations, associated files.
_VARIANTS = {"accessible-archive": "pdf/a-2a", "a-3a": "pdf/a-3a"}
# ISO 32000-1, annex C; ISO 19005-2, 6.1.13.
_DEEPEST_STATE = 28
_TOO_DEEP = diagnostic(
    "deep-drawing",
    f"an SVG image has groups in groups more than {_DEEPEST_STATE} deep in all; the file is no PDF/A",
    hint="ungroup its parts in the program that drew it",
)
_PRESS_COLOURS = diagnostic(
    "press-colours",
    "a style sheet or an SVG image has colours for printing presses (device-cmyk); the file is no PDF/A",
    hint="write them as #rrggbb",
)
_LEVELS = {f"H{level}": level for level in range(1, 7)}


def claims_for(options: PdfOptions, *, accessible: bool, private: bool = False, archival: bool = True) -> Conformance:
    """Return what a PDF may claim in an edition.

    One that is not `accessible` is no PDF/UA. It stays of PDF/A's level A, which asks for structure, but not for alternatives and
    for levels of headings (ISO 19005-2, 6.7). With `private` use characters, which nothing can read aloud, it is of level U (6.2.11.7.3).
    """
    if options.profile == "plain":
        return Conformance()
    if options.profile == "ua-1" or not archival:
        return Conformance(accessible=accessible)
    return Conformance("3" if options.profile == "a-3a" else "2", "U" if private else "A", accessible)


def _is_accessible(tags: Sequence[Tag]) -> bool:
    """Tell whether headings begin at the first level and skip none (ISO 14289-1, 7.4.2), and each figure has its alternative (7.3)."""
    last = 0
    waiting = [*reversed(tags)]
    while waiting:
        tag = waiting.pop()
        if tag.kind in _LEVELS:
            if _LEVELS[tag.kind] > last + 1:
                return False
            last = _LEVELS[tag.kind]
        if tag.kind == "Figure" and not tag.alternative:
            return False
        waiting.extend(kid for kid in reversed(tag.kids) if isinstance(kid, Tag))
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
    finish: Callable[[Any], None],
) -> bytes:
    """Return a laid-out WeasyPrint document as the bytes of a PDF with our tags and metadata.

    `fonts` is filled with the fonts that the pages are drawn with. `finish` is called with the pydyf PDF once all pages are painted.
    Reports to the run what keeps an edition that should be PDF/A from it. Raises ExporterError where the profile attaches the
    document's source and it has none.
    """
    variant = _VARIANTS.get(options.profile)
    pages = painted_pages(laid_out.pages)

    def finisher(_weasyprint_document: Any, pdf: Any) -> None:
        finish(pdf)
        painted = painting(pages)
        tags = structure(painted.root, document.metadata.language, document.words)
        write_tags(pdf, pages, painted, tags, ROLES)
        own_references(pdf)
        obstacles = [_TOO_DEEP] if deepest_state(pdf) > _DEEPEST_STATE else []
        obstacles += [_PRESS_COLOURS] if has_press_colours(pdf) else []
        if variant is not None:
            for obstacle in obstacles:
                run.report(obstacle)
        private = any(unicodedata.category(character) == "Co" for text in fonts.texts() for character in text)
        accessible = not document.barriers and not private and _is_accessible(tags)
        claims = claims_for(options, accessible=accessible, private=private, archival=not obstacles)
        if claims.part:
            smooth_nothing(pdf)
        if painted.root.element.get("dir") == "rtl":
            pdf.catalog["ViewerPreferences"]["Direction"] = "/R2L"
        set_metadata(pdf, packet(document.metadata, run.timestamp, claims, str(pdf.info["Producer"].string)))

    recorded = laid_out.copy(pages)
    recorded.fonts = fonts
    if variant is not None:
        recorded.color_profiles = {**laid_out.color_profiles, COLOURS: colour_profile()}
        recorded.output_intent = COLOURS
    content: bytes = recorded.write_pdf(
        finisher=finisher,
        pdf_variant=variant,
        output_intent=COLOURS,
        pdf_tags=True,
        pdf_identifier=_file_identifier(document),
        attachments=[source_attachment(document, run.timestamp)] if options.profile == "a-3a" else None,
    )
    return content
