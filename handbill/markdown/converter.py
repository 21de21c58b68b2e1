"""handbill's Markdown: Python-Markdown with its extensions, and the few of our own, to HTML text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markdown import Markdown

from handbill.markdown.commonmark import lay_out
from handbill.markdown.extensions import Notes, dialect_extensions, smart_punctuation
from handbill.markdown.inline_patterns import let_plain_text_be
from handbill.markdown.syntax_findings import SyntaxFindings
from handbill.system.limits import DEFAULTS, Bounds

__all__ = ["Note", "Rendered", "render"]


_CODE = '<pre class="highlight">'
"""How the HTML of fenced code begins, which is set aside together with raw HTML."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its label, and its text as HTML."""

    label: str
    html: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """The HTML of a Markdown text, and what was wrong with the text's own structure.

    `notes` are the footnotes in the order of their definition: the first is number 1. `undefined_notes` and `duplicate_notes` are
    labels, `unclosed_blocks` the texts of the lines that open them, `unclosed_tags` the tags of block elements that have no end,
    `long_rows` and `short_rows` table rows with more or fewer cells than the head has, `raw_html` the pieces of raw HTML.
    """

    html: str
    notes: Sequence[Note]
    raw_html: Sequence[str]
    undefined_notes: Sequence[str]
    duplicate_notes: Sequence[str]
    unclosed_blocks: Sequence[str]
    unclosed_tags: Sequence[str]
    long_rows: Sequence[str]
    short_rows: Sequence[str]


def render(text: str, language: str, bounds: Bounds = DEFAULTS, *, typographic: bool = True) -> Rendered:
    """Return the HTML of a Markdown text. Raw HTML is passed through as it is. Raises RecursionError for absurd nesting, and BoundError.

    With `typographic`, straight quotation marks, `--`, `---` and `...` become the language's typographic characters.
    """
    findings = SyntaxFindings()
    marker = "fn-handbill-marker"
    while marker in text:
        marker += "-"
    notes = Notes(findings, marker)
    extensions = dialect_extensions(findings, notes, bounds)
    if typographic:
        extensions.append(smart_punctuation(language))
    converter = Markdown(extensions=extensions, output_format="xhtml")
    let_plain_text_be(converter)
    body, *pieces = converter.convert(lay_out(text, findings.unclosed_tags)).split(f'<hr id="{marker}" />')
    return Rendered(
        html=body,
        notes=[Note(label, html) for label, html in zip(notes.footnotes, pieces, strict=True)],
        raw_html=[raw for raw in map(str, converter.htmlStash.rawHtmlBlocks) if raw.startswith("<") and not raw.startswith(_CODE)],
        undefined_notes=findings.undefined_notes,
        duplicate_notes=findings.duplicate_notes,
        unclosed_blocks=findings.unclosed_blocks,
        unclosed_tags=findings.unclosed_tags,
        long_rows=findings.long_rows,
        short_rows=findings.short_rows,
    )
