"""PDF handouts of sample documents, exported in this process and kept, so that the tests of a worker export each one once."""

from __future__ import annotations

import functools

from handbill.exporters.pdf import PdfOptions, exporter

from handbill.contract import Page
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Document
from handbill.testing import documents as samples

__all__ = ["DEFAULT", "pdf_handout", "pdf_pages"]

DEFAULT = PdfOptions()


def pdf_handout(document: Document, options: PdfOptions = DEFAULT) -> bytes:
    """Return a document's PDF; assert that the exporter has reported nothing."""
    return _export(document, options)


def pdf_pages(document: Document, options: PdfOptions = DEFAULT) -> tuple[Page, ...]:
    """Return the pages of a document's PDF, as the exporter reads them back."""
    return _read_back(document, options)


# The caches take both arguments by position, so that a default counts as the same call.


@functools.cache
def _export(document: Document, options: PdfOptions) -> bytes:
    reported: list[Diagnostic] = []
    content = exporter.export(document, options, samples.run(reported))
    assert [str(diagnostic) for diagnostic in reported] == []
    return content


@functools.cache
def _read_back(document: Document, options: PdfOptions) -> tuple[Page, ...]:
    return tuple(exporter.pages(_export(document, options)))
