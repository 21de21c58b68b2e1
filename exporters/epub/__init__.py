"""The exporter `epub`: EPUB 3.3 handouts that reflow, with pop-up notes and the disclaimer on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence

from handbill.contract import Page, Run
from handbill.document import Document

from .options import EpubOptions

__all__ = ["EpubExporter", "EpubOptions", "exporter"]


class EpubExporter:
    """The exporter `epub`."""

    name = "epub"
    suffix = ".epub"
    media_type = "application/epub+zip"
    options_type = EpubOptions
    modules = (f"{__name__}.writing", f"{__name__}.readback.reading")

    def export(self, document: Document, options: EpubOptions, run: Run) -> bytes:
        """Return the EPUB. Raises ExporterError for an image that EPUB cannot hold."""
        from .writing import write

        return write(document, options, run)

    def pages(self, handout: bytes) -> Sequence[Page]:
        """Return a page for each item of the spine in the reading order, with the text that a person sees there.

        Raises ExporterError (`unreadable-epub`) where the bytes are no EPUB.
        """
        from .readback.reading import read_pages

        return read_pages(handout)

    def claims(self, handout: bytes) -> Sequence[str]:
        """Return the publication's conformance statements: versions of EPUB Accessibility with their levels of WCAG.

        Raises ExporterError (`unreadable-epub`) where the bytes are no EPUB.
        """
        from .readback.claims import conformance_claims
        from .readback.container import open_book

        return conformance_claims(open_book(handout).package)


exporter = EpubExporter()
