"""Writes a document as the bytes of a text handout: lays out its two pages, and makes sure that the disclaimer can be read back."""

from __future__ import annotations

from collections.abc import Sequence

from handbill.contract import ExporterError, Run, diagnostic
from handbill.document import Disclaimer, Document

from .layout.article import set_article
from .layout.ascii_refusals import require_ascii
from .layout.characters import ASCII, UNICODE, Characters, concealing_characters
from .layout.disclaimer import set_disclaimer, set_notice
from .options import TextOptions
from .readback.reading import read_pages

__all__ = ["seal", "write"]


def write(document: Document, options: TextOptions, run: Run) -> bytes:
    """Return the handout's bytes, in UTF-8.

    Raises ExporterError (`not-ascii`, `taken-for-rule`). Reports `concealing-character` for characters that are left out.
    """
    _report_concealing_characters(document, run)
    characters = _characters(options)
    article = set_article(document, options.width, characters)
    disclaimer = _disclaimer_lines(document.disclaimer, options.width, characters)
    front = document.disclaimer_position == "front"
    return _joined((disclaimer, article) if front else (article, disclaimer), options)


def seal(disclaimer: Disclaimer, options: TextOptions) -> bytes:
    """Return the bytes of the sealed page, in UTF-8: a page with the notice alone, and the disclaimer's.

    Raises ExporterError (`not-ascii`, `taken-for-rule`).
    """
    characters = _characters(options)
    return _joined((set_notice(disclaimer, options.width, characters), _disclaimer_lines(disclaimer, options.width, characters)), options)


def _characters(options: TextOptions) -> Characters:
    """Return the characters that handouts with these options are set in."""
    return ASCII if options.ascii else UNICODE


def _disclaimer_lines(disclaimer: Disclaimer, width: int, characters: Characters) -> Sequence[str]:
    """Return the lines of the disclaimer's page. Raises ExporterError where they could not be read back."""
    page = set_disclaimer(disclaimer, width, characters)
    for block in page.blocks:
        _require_readable(block)
    return page.lines


def _joined(pages: Sequence[Sequence[str]], options: TextOptions) -> bytes:
    """Return the bytes of pages, given as lines. Raises ExporterError (`not-ascii`)."""
    characters = _characters(options)
    text = "\f\n".join("".join(f"{characters.line(line)}\n" for line in page) for page in pages)
    if options.ascii:
        require_ascii(text)
    return text.encode()


def _require_readable(lines: Sequence[str]) -> None:
    """Raise ExporterError (`taken-for-rule`) where a part of these lines is read back as a rule, an underline or a table's frame.

    ASCII lists have asterisks as bullets, which are read back as bullets: the two count as one character.
    """
    written = "\n".join(lines)
    read = "".join(page.body for page in read_pages(written.encode()))
    if "".join(read.split()).replace("*", "•") == "".join(written.split()).replace("*", "•"):
        return
    raise ExporterError(
        diagnostic(
            "taken-for-rule",
            "the disclaimer has a line that reads as a rule, an underline or a frame, so that it could not be proven whole",
            hint="leave out the line of dashes, or put words into it",
            excerpt=next((line for line in lines if line.strip() and not any(map(str.isalnum, line))), lines[0]),
        )
    )


def _report_concealing_characters(document: Document, run: Run) -> None:
    parts = (document.heading, document.abstract, document.body, document.disclaimer.body)
    found = {character: None for part in parts for character in concealing_characters(part.decode())}
    if found:
        named = ", ".join("+".join(f"U+{ord(character):04X}" for character in each) for each in found)
        run.report(
            diagnostic(
                "concealing-character",
                f"left out of the text: {named}, which nobody sees and which can conceal or reorder what stands around it",
                hint="delete the character from the source",
                excerpt=next(iter(found)),
            )
        )
