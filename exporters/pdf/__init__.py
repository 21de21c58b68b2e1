"""The PDF exporter: pages made by WeasyPrint, read back by PDFium."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handbill.contract import Page, Run
from handbill.document import Document, Theme

from .options import PdfOptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["PdfExporter", "PdfOptions", "exporter"]


class PdfExporter:
    """Handouts in PDF."""

    name = "pdf"
    suffix = ".pdf"
    media_type = "application/pdf"
    options_type = PdfOptions
    modules = (f"{__name__}.render", f"{__name__}.readback.reading", f"{__name__}.readback.conformance", "pypdfium2", "pikepdf")

    @property
    def environment(self) -> Mapping[str, str]:
        """The versions of the shared libraries, and the digest of the fonts, that shape the pages."""
        from .fonts.environment import environment

        return environment()

    def environment_of(self, theme: Theme) -> Mapping[str, str]:
        """Return the digests of the machine's fonts that the publication allows."""
        from .fonts.files import system_digest

        return system_digest(theme.system_fonts)

    def export(self, document: Document, options: PdfOptions, run: Run) -> bytes:
        """Return the handout as PDF. Raises ExporterError."""
        from .render import render

        return render(document, options, run)

    def pages(self, handout: bytes) -> Sequence[Page]:
        """Return what a person sees on each sheet. Raises ExporterError where the bytes are no readable PDF."""
        from .readback.reading import read_pages

        return read_pages(handout)

    def claims(self, handout: bytes) -> Sequence[str]:
        """Return the standards that the handout says it conforms to ("PDF/A-2a"). Raises ExporterError where the bytes are no PDF."""
        from .readback.conformance import read_conformance

        return read_conformance(handout)


exporter = PdfExporter()
