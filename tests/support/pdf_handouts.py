"""PDF handouts for tests: documents with a body of their own, exported once in a process, without a diagnostic."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

from handbill.exporters.pdf import PdfOptions, exporter

from handbill.contract import Page
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Document
from handbill.testing import documents as samples

__all__ = ["DEFAULT", "document_with_body", "export_pdf", "pdf_pages"]

DEFAULT = PdfOptions()


def document_with_body(body: str, **changes: Any) -> Document:
    """Return the plain sample document with this content as its article, and with these other fields."""
    return dataclasses.replace(samples.PLAIN, body=f"<body>{body}</body>".encode(), **changes)


@functools.cache
def _exported(document: Document, options: PdfOptions) -> bytes:
    reported: list[Diagnostic] = []
    content = exporter.export(document, options, samples.run(reported))
    assert [str(diagnostic) for diagnostic in reported] == []
    return content


@functools.cache
def _pages(document: Document, options: PdfOptions) -> tuple[Page, ...]:
    return tuple(exporter.pages(_exported(document, options)))


def export_pdf(document: Document, options: PdfOptions = DEFAULT) -> bytes:
    """Return the document as PDF. Fails where the exporter reports anything."""
    return _exported(document, options)


def pdf_pages(document: Document, options: PdfOptions = DEFAULT) -> tuple[Page, ...]:
    """Return the pages that are read back from the document as PDF."""
    return _pages(document, options)
