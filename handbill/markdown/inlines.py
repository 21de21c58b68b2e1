"""Inline patterns are looked for only in texts in which there can be any: half of reading an article was looking in vain."""

from __future__ import annotations

import re
from typing import Any

from markdown import Markdown
from markdown.treeprocessors import InlineProcessor

__all__ = ["let_plain_text_be"]

_TELLING = {
    "inline": (re.compile(r"[`\\\[<&*_~@]|  \n|://|(?i:www)"), 20),
    "smarty": (re.compile(r"['\"]|--|\.\.\."), 6),
}
"""What a text has one of in which any of the patterns of these processors can be found; and their priorities in Python-Markdown."""


def let_plain_text_be(converter: Markdown) -> None:
    """Let a converter that has all its extensions pass over texts in which no pattern can be found."""
    for name, (telling, priority) in _TELLING.items():
        if name in converter.treeprocessors:
            patterns: Any = converter.treeprocessors[name]
            processor = _Inline(converter)
            processor.inlinePatterns, processor.telling = patterns.inlinePatterns, telling
            converter.treeprocessors.register(processor, name, priority)


class _Inline(InlineProcessor):
    telling: re.Pattern[str]

    # Python-Markdown 3 has no door here. Should it call this something else one day, all is as slow as it was, and a test fails.
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if self.telling.search(data) is None:
            return data
        handled: str = super()._InlineProcessor__handleInline(data, patternIndex)  # type: ignore[misc]
        return handled
