"""The PDF exporter: WeasyPrint makes the pages of a document, PDFium and qpdf read a finished handout back.

Each method imports what it needs when it is called, so that the command line can ask for the exporter's name and options at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from handbill.contract import DisclaimerParts, Page, Run, Sealed
from handbill.document import Disclaimer, Document, Theme

from .options import PdfOptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["PdfExporter", "PdfOptions", "exporter"]


class PdfExporter:
    """The exporter `pdf`, as `handbill.contract` describes exporters."""

    name = "pdf"
    suffix = ".pdf"
    media_type = "application/pdf"
    options_type = PdfOptions
    modules = (
        f"{__name__}.render",
        f"{__name__}.readback.reading",
        f"{__name__}.readback.sealed_parts",
        f"{__name__}.readback.conformance",
        "pypdfium2",
        "pikepdf",
    )

    @property
    def environment(self) -> Mapping[str, str]:
        """The versions of the shared libraries that lay out the pages, and the digest of the installed font files."""
        from .fonts.machine_fingerprint import environment

        return environment()

    def environment_of(self, theme: Theme) -> Mapping[str, str]:
        """Return the digests of those fonts of the machine that the theme allows by name."""
        from .fonts.files import system_digests

        return system_digests(theme.system_fonts)

    def export(self, document: Document, options: PdfOptions, run: Run) -> bytes:
        """Return the handout as PDF. Raises ExporterError."""
        from .render import render

        return render(document, options, run)

    def pages(self, handout: bytes) -> Sequence[Page]:
        """Return the visible text of each sheet. Raises ExporterError where the bytes are no readable PDF."""
        from .readback.reading import read_pages

        return read_pages(handout)

    def seal(self, disclaimer: Disclaimer, options: PdfOptions) -> Sealed:
        """Return the sealed page. Raises ExporterError as `export` does."""
        from .render import seal

        return Sealed(seal(disclaimer, options))

    def disclaimer_of(self, handout: bytes, position: Literal["end", "front"]) -> DisclaimerParts:
        """Return the disclaimer's pages with all their objects and as they are shown, and the notices of the other pages.

        Raises ExporterError: `unreadable-pdf`, `foreign-content`.
        """
        from .readback.sealed_parts import read_parts

        return read_parts(handout, position)

    def claims(self, handout: bytes) -> Sequence[str]:
        """Return the names of the standards that the handout states ("PDF/A-2a"). Raises ExporterError where the bytes are no PDF."""
        from .readback.conformance import read_conformance

        return read_conformance(handout)


exporter = PdfExporter()
