"""Converter of handbill's Markdown: Python-Markdown with the extensions of the dialect.

Takes a Markdown text and its language, returns HTML text, the footnotes and what is wrong with the text. docs/reference/markdown.md
describes the dialect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handbill.markdown.commonmark import python_markdown_layout
from handbill.markdown.extensions import Notes, dialect_extensions, smart_punctuation
from handbill.markdown.inline_patterns import skip_plain_text
from handbill.markdown.syntax_findings import SyntaxFindings
from handbill.system.bounds import DEFAULT_BOUNDS, Bounds
from markdown import Markdown

__all__ = ["Note", "Rendered", "render"]


_CODE = '<pre class="highlight">'
"""The beginning of the HTML of fenced code, which Python-Markdown stores together with raw HTML."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its label and its content as HTML."""

    label: str
    html: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """The HTML of a Markdown text, and what is wrong with the text.

    `notes` are the footnotes in the order of their definition; the first is number 1. `raw_html` are the pieces of raw HTML.
    `undefined_notes` and `duplicate_notes` are labels, `unclosed_blocks` the lines that open blocks for some formats, `unclosed_tags` the
    start tags of block elements without an end tag, `long_rows` and `short_rows` the table rows with more or fewer cells than the head.
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


def render(text: str, language: str, bounds: Bounds = DEFAULT_BOUNDS, *, typographic: bool = True) -> Rendered:
    """Return the HTML of a Markdown text; raw HTML passes unchanged.

    With `typographic`, straight quotation marks, `--`, `---` and `...` become the typographic characters of the language (BCP 47).
    Raises BoundError where the text exceeds one of the bounds, and RecursionError for excessive nesting.
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
    skip_plain_text(converter)
    body, *pieces = converter.convert(python_markdown_layout(text, findings.unclosed_tags)).split(f'<hr id="{marker}" />')
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
