"""Links and images whose brackets are paired in linear time: what is nested too deep, or never closed, is text.

Python-Markdown looks for the end of each bracket up to the end of the paragraph, also where a thousand stand in one another.
"""

from __future__ import annotations

import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    LINK_RE,
    REFERENCE_RE,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
from markdown.treeprocessors import InlineProcessor

__all__ = ["Brackets", "let_plain_text_be"]

_DEEPEST = 32
"""How many brackets may be open at once; cmark, the reference implementation of CommonMark, stops at as many parentheses."""

_SQUARE = re.compile(r"[\[\]]")
_ROUND = re.compile(r"[()]")


class _Shallow(LinkInlineProcessor):
    def getText(self, data: str, index: int) -> tuple[str, int, bool]:
        depth = 1
        for bracket in _SQUARE.finditer(data, index):
            depth += 1 if bracket[0] == "[" else -1
            if depth == 0:
                return data[index : bracket.start()], bracket.end(), True
            if depth > _DEEPEST:
                break
        return "", index, False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        depth = 0
        for bracket in _ROUND.finditer(data, index):
            depth += 1 if bracket[0] == "(" else -1
            if depth <= 0:
                break
            if depth > _DEEPEST:
                return "", None, index, False
        return super().getLink(data, index)


class _Link(_Shallow):
    pass


class _Image(_Shallow, ImageInlineProcessor):
    pass


class _Reference(_Shallow, ReferenceInlineProcessor):
    pass


class _ShortReference(_Shallow, ShortReferenceInlineProcessor):
    pass


class _ImageReference(_Shallow, ImageReferenceInlineProcessor):
    pass


class _ShortImageReference(_Shallow, ShortImageReferenceInlineProcessor):
    pass


class Brackets(Extension):
    """Puts these in the place of Python-Markdown's own, under their names and in their order."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.inlinePatterns.register(_Reference(REFERENCE_RE, md), "reference", 170)
        md.inlinePatterns.register(_Link(LINK_RE, md), "link", 160)
        md.inlinePatterns.register(_Image(IMAGE_LINK_RE, md), "image_link", 150)
        md.inlinePatterns.register(_ImageReference(IMAGE_REFERENCE_RE, md), "image_reference", 140)
        md.inlinePatterns.register(_ShortReference(REFERENCE_RE, md), "short_reference", 130)
        md.inlinePatterns.register(_ShortImageReference(IMAGE_REFERENCE_RE, md), "short_image_ref", 125)


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
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N803
        if self.telling.search(data) is None:
            return data
        handled: str = super()._InlineProcessor__handleInline(data, patternIndex)  # type: ignore[misc]
        return handled
