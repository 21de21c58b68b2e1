"""The exporter `epub`: EPUB 3.3 handouts that reflow, with pop-up notes and the disclaimer on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from handbill.contract import DisclaimerParts, Page, Run, Sealed
from handbill.document import Disclaimer, Document

from .options import EpubOptions

__all__ = ["EpubExporter", "EpubOptions", "exporter"]


class EpubExporter:
    """The exporter `epub`."""

    name = "epub"
    suffix = ".epub"
    media_type = "application/epub+zip"
    options_type = EpubOptions
    modules = (f"{__name__}.writing", f"{__name__}.readback.reading", f"{__name__}.readback.sealed_parts")

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

    def seal(self, disclaimer: Disclaimer, options: EpubOptions) -> Sealed:
        """Return the sealed page. Raises ExporterError as `export` does."""
        from .writing import seal

        return Sealed(seal(disclaimer, options))

    def disclaimer_of(self, handout: bytes, position: Literal["end", "front"]) -> DisclaimerParts:
        """Return the disclaimer's page with its style sheets and fonts, to the byte, and the notices of the other pages.

        Raises ExporterError: `unreadable-epub`, `foreign-content`.
        """
        from .readback.sealed_parts import read_parts

        return read_parts(handout, position)

    def claims(self, handout: bytes) -> Sequence[str]:
        """Return the publication's conformance statements: versions of EPUB Accessibility with their levels of WCAG.

        Raises ExporterError (`unreadable-epub`) where the bytes are no EPUB.
        """
        from .readback.claims import conformance_claims
        from .readback.container import open_book

        return conformance_claims(open_book(handout).package)


exporter = EpubExporter()
