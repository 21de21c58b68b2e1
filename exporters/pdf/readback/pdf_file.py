"""Opening the bytes of a handout: the check of the header, qpdf's view of the file, and the error for bytes that are no readable PDF."""

from __future__ import annotations

import io
import threading
from typing import Any

from handbill.contract import ExporterError, diagnostic

__all__ = ["PDFIUM_LOCK", "open_with_qpdf", "require_header", "unreadable_pdf"]


PDFIUM_LOCK = threading.Lock()
"""Held while PDFium works: it is not thread-safe, not even for two documents (fpdfview.h): with two threads it returns wrong text."""


def unreadable_pdf(reason: str) -> ExporterError:
    """Return the error for a file that cannot be read, with this reason as its message."""
    return ExporterError(diagnostic("unreadable-pdf", reason, hint="build it anew"))


def require_header(handout: bytes) -> None:
    """Raise ExporterError where the bytes do not begin as a PDF does (ISO 32000-2, 7.5.2)."""
    if not handout.startswith(b"%PDF-"):
        raise unreadable_pdf("these bytes are no PDF")


def open_with_qpdf(handout: bytes) -> Any:
    """Return a pikepdf.Pdf, to be closed by the caller. Raises pikepdf.PdfError for a damaged file.

    A damaged file is not repaired: what is read from it has to be in its bytes.
    """
    import pikepdf

    return pikepdf.Pdf.open(io.BytesIO(handout), attempt_recovery=False, suppress_warnings=True)
