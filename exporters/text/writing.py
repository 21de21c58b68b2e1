"""A document to the bytes of a text handout."""

from __future__ import annotations

from handbill.contract import Run, diagnostic
from handbill.document import Document

from .layout.article import set_article
from .layout.ascii import require_ascii
from .layout.characters import ASCII, UNICODE, concealing
from .layout.disclaimer import set_disclaimer
from .options import TextOptions

__all__ = ["write"]


def write(document: Document, options: TextOptions, run: Run) -> bytes:
    """Return the handout. Raises ExporterError (`not-ascii`, `taken-for-rule`)."""
    _report_concealing(document, run)
    characters = ASCII if options.ascii else UNICODE
    article = set_article(document, options.width, characters)
    disclaimer = set_disclaimer(document.disclaimer, options.width, characters, document.words)
    order = (disclaimer, article) if document.disclaimer_position == "front" else (article, disclaimer)
    text = "\f\n".join("".join(f"{characters.line(line)}\n" for line in page) for page in order)
    if options.ascii:
        require_ascii(text)
    return text.encode()


def _report_concealing(document: Document, run: Run) -> None:
    parts = (document.heading, document.abstract, document.body, document.disclaimer.body)
    found = {char: None for part in parts for char in concealing(part.decode())}
    if found:
        named = ", ".join("+".join(f"U+{ord(char):04X}" for char in each) for each in found)
        run.report(
            diagnostic(
                "concealing-character",
                f"left out of the text: {named}, which nobody sees and which can conceal or reorder what stands around it",
                hint="delete the character from the source",
                excerpt=next(iter(found)),
            )
        )
