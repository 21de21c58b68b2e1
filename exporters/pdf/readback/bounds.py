"""Bounds of a PDF that is read back: the size of its pages, its objects and its fonts, looked at before anything is rendered.

They are far beyond what this exporter writes. The limits of time and memory of the process that reads hold for all else.
"""

from __future__ import annotations

from typing import Any

from .pdf_file import unreadable_pdf

__all__ = ["LARGEST_SIDE", "MOST_FONTS", "MOST_FONT_BYTES", "MOST_OBJECTS", "require_few_objects", "require_small_pages"]

LARGEST_SIDE = 3_400.0
"""Points: a little more than the long side of A0 (ISO 216; 1,189 mm). The largest sheets that this exporter writes are A4 and Letter."""

MOST_OBJECTS = 2_000_000
MOST_FONTS = 1_000
MOST_FONT_BYTES = 200_000_000
"""Of all embedded font programs together, as they stand in the file."""

_FONT_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


def require_small_pages(pdf: Any) -> None:
    """Raise ExporterError where a page of an opened PDF (pypdfium2) is larger than LARGEST_SIDE; no page is loaded for it."""
    for number in range(len(pdf)):
        width, height = pdf.get_page_size(number)
        # A size that is no number is not within bounds either.
        if not (0 <= width <= LARGEST_SIDE and 0 <= height <= LARGEST_SIDE):
            raise unreadable_pdf(f"page {number + 1} is {width:,.0f} by {height:,.0f} points; the bound is {LARGEST_SIDE:,.0f}")


def require_few_objects(pdf: Any) -> None:
    """Raise ExporterError where an opened PDF (pikepdf) has more objects or fonts, or larger fonts, than it may."""
    import pikepdf

    # The number in the trailer (ISO 32000-2, table 15) spares the work where it is too large.
    size = pdf.trailer.get("/Size", 0)
    count = max(int(size), 0) if isinstance(size, int) and size > MOST_OBJECTS else len(pdf.objects)
    if count > MOST_OBJECTS:
        raise unreadable_pdf(f"the PDF has {count:,} objects; the bound is {MOST_OBJECTS:,}")
    fonts = font_bytes = 0
    for one in pdf.objects:
        if not isinstance(one, pikepdf.Dictionary):
            continue
        fonts += one.get("/Type") == "/Font"
        programs = (one.get(key) for key in _FONT_PROGRAMS)
        font_bytes += sum(int(program.get("/Length", 0)) for program in programs if isinstance(program, pikepdf.Stream))
    if fonts > MOST_FONTS:
        raise unreadable_pdf(f"the PDF has {fonts:,} fonts; the bound is {MOST_FONTS:,}")
    if font_bytes > MOST_FONT_BYTES:
        raise unreadable_pdf(f"the PDF has fonts of {font_bytes:,} bytes; the bound is {MOST_FONT_BYTES:,}")
