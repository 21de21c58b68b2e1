"""The exporter `text`: plain-text handouts for people who read in a terminal, in an editor or with a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from handbill.contract import DisclaimerParts, Page, Run, Sealed
from handbill.document import Disclaimer, Document

from .options import TextOptions

__all__ = ["TextExporter", "TextOptions", "exporter"]


class TextExporter:
    """The exporter `text`."""

    name = "text"
    suffix = ".txt"
    media_type = "text/plain"
    options_type = TextOptions

    def export(self, document: Document, options: TextOptions, run: Run) -> bytes:
        """Return the handout: UTF-8 without a byte order mark, lines that end with a line feed, pages parted by form feeds.

        Raises ExporterError: `not-ascii` where ASCII is asked for and the text has characters without a replacement, or the disclaimer
        has characters that could not be proven; `taken-for-rule` where a line of the disclaimer reads as a rule.
        """
        from .writing import write

        return write(document, options, run)

    def pages(self, handout: bytes) -> Sequence[Page]:
        """Return the pages: the text between form feeds, without underlines and rules; U+FFFD stands for what a person may not see.

        Raises ExporterError (`not-utf-8`) where the bytes are not UTF-8.
        """
        from .readback.reading import read_pages

        return read_pages(handout)

    def seal(self, disclaimer: Disclaimer, options: TextOptions) -> Sealed:
        """Return the sealed page. Raises ExporterError as `export` does."""
        from .writing import seal

        return Sealed(seal(disclaimer, options))

    def disclaimer_of(self, handout: bytes, position: Literal["end", "front"]) -> DisclaimerParts:
        """Return the disclaimer's page, to the byte, and the notice that ends the article's page.

        Raises ExporterError: `not-utf-8`; `foreign-content` where the file has not exactly two pages, or a control character.
        """
        from .readback.sealed_parts import read_parts

        return read_parts(handout, position)


exporter = TextExporter()
