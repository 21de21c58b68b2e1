"""Pages as PDFium shows them: their text, and their pixels on a screen and on paper, for comparison with the sealed page.

The page's number, which may differ, is left out of the pixels: the number is compared by its objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handbill.contract import Part

from .bounds import require_small_pages
from .pdf_file import PDFIUM_LOCK, unreadable_pdf

__all__ = ["Band", "picture_parts"]

Band = tuple[float, float, float, float]
"""A rectangle in points from a page's lower left: left, lower, right, upper."""

# Pixels per point: 96 dpi.
_SCALE = 4 / 3
_SCREEN, _PAPER = None, "print"
_WAYS = {_SCREEN: "on a screen", _PAPER: "on paper"}


def picture_parts(handout: bytes, undirected: bytes, pages: int, bands: Sequence[tuple[int, Band]]) -> list[list[Part]]:
    """Return the parts of some pages of a PDF: text, picture on a screen, picture on paper.

    `undirected` is the same PDF without a reading direction of its pages: the text is read from it. `pages` is the number of all pages.
    `bands` are the indices of the pages that are shown, each with the band of its number. Raises ExporterError (`unreadable-pdf`) where
    PDFium cannot show them, or finds another number of pages.
    """
    import pypdfium2

    with PDFIUM_LOCK:
        try:
            pdf = pypdfium2.PdfDocument(handout)
            readable = pdf if undirected is handout else pypdfium2.PdfDocument(undirected)
        except pypdfium2.PdfiumError as error:
            raise unreadable_pdf(f"PDFium cannot open the PDF: {error}") from None
        try:
            if {len(pdf), len(readable)} != {pages}:
                raise unreadable_pdf(f"PDFium finds {len(pdf)} pages in the PDF, qpdf {pages}")
            require_small_pages(pdf)
            return [
                [_text_part(readable[index], band, number), *_pictures(pdf[index], band, number)]
                for number, (index, band) in enumerate(bands, 1)
            ]
        except pypdfium2.PdfiumError as error:
            raise unreadable_pdf(f"PDFium cannot read the PDF: {error}") from None
        finally:
            readable.close()
            pdf.close()


def _text_part(page: Any, band: Band, number: int) -> Part:
    text_page = page.get_textpage()
    left, _, right, top = page.get_cropbox()
    try:
        text = text_page.get_text_bounded(left, band[3], right, top).replace("\r\n", "\n")
    finally:
        text_page.close()
        page.close()
    return Part(f"the text of page {number}", "text/plain", text.encode("utf-8", "replace"))


def _pictures(page: Any, band: Band, number: int) -> list[Part]:
    top, parts = page.get_cropbox()[3], []
    try:
        for way, name in _WAYS.items():
            drawn = page.render(scale=_SCALE, draw_annots=True, maybe_alpha=False, rev_byteorder=True, optimize_mode=way)
            rows = range(max(0, int((top - band[3]) * _SCALE)), min(drawn.height, int((top - band[1]) * _SCALE) + 1))
            parts.append(Part(f"page {number} {name}", "image/x-portable-pixmap", _pixmap(drawn, rows)))
    finally:
        page.close()
    return parts


def _pixmap(drawn: Any, whitened: range) -> bytes:
    """Return a bitmap of PDFium, with red, green and blue, as a portable pixmap in which some rows are white."""
    length, stride, content = drawn.width * 3, drawn.stride, memoryview(drawn.buffer).cast("B")
    white = b"\xff" * (length * len(whitened))
    if not whitened:
        whitened = range(drawn.height, drawn.height)
    if stride == length:
        kept = [content[: whitened.start * length], white, content[whitened.stop * length : drawn.height * length]]
    else:
        lines = [content[row * stride : row * stride + length] for row in range(drawn.height) if row not in whitened]
        kept = [*lines[: whitened.start], white, *lines[whitened.start :]]
    return b"".join((b"P6\n%d %d\n255\n" % (drawn.width, drawn.height), *kept))
