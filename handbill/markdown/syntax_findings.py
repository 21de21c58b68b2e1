"""What the dialect finds wrong in a Markdown text while it converts it, as excerpts of the text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class SyntaxFindings:
    """Excerpts by what is wrong with them; the extensions fill the lists, in the order of the text."""

    undefined_notes: list[str] = field(default_factory=list)
    duplicate_notes: list[str] = field(default_factory=list)
    unclosed_blocks: list[str] = field(default_factory=list)
    unclosed_tags: list[str] = field(default_factory=list)
    long_rows: list[str] = field(default_factory=list)
    short_rows: list[str] = field(default_factory=list)
