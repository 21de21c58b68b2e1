"""Handouts as HTML: one file per document, with its style sheet and its images inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from handbill.contract import Page, Run
from handbill.document import Document
from handbill_html.reading import pages_of
from handbill_html.writing import write

__all__ = ["HtmlExporter", "Options", "exporter"]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of an HTML edition."""

    contents: bool = field(default=False, metadata={"help": "Whether a list of the sections stands before the text."})


class HtmlExporter:
    """Document to HTML, and HTML back to pages: one for each section that stands on its own."""

    name = "html"
    suffix = ".html"
    media_type = "text/html"
    options_type = Options

    def export(self, document: Document, options: Options, run: Run) -> bytes:
        """Return the document as one HTML file in UTF-8."""
        return write(document, contents=options.contents).encode()

    def pages(self, handout: bytes) -> Sequence[Page]:
        """Return the sections. Raises ExporterError where the bytes are not what this exporter writes."""
        return pages_of(handout)


exporter = HtmlExporter()
