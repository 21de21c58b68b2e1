"""Syntax findings: a record of what is wrong with a Markdown text, which the extensions fill during the conversion."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class SyntaxFindings:
    """Excerpts of the text by what is wrong with them, each list in the order of the text (see `converter.Rendered`)."""

    undefined_notes: list[str] = field(default_factory=list)
    duplicate_notes: list[str] = field(default_factory=list)
    unclosed_blocks: list[str] = field(default_factory=list)
    unclosed_tags: list[str] = field(default_factory=list)
    long_rows: list[str] = field(default_factory=list)
    short_rows: list[str] = field(default_factory=list)
