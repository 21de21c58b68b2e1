"""Inline patterns in linear time: an extension for links and images with bounded nesting, and a short cut for plain text.

Brackets that are nested too deep or never closed are text. Python-Markdown itself looks for the end of each bracket up to the end of the
paragraph, which takes quadratic time where many are nested.
"""

from __future__ import annotations

import re
from typing import Any

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

from markdown import Markdown

__all__ = ["Brackets", "skip_plain_text"]

_DEEPEST = 32
"""How many brackets may be open at once; cmark, the reference implementation of CommonMark, stops at as many parentheses."""

_SQUARE = re.compile(r"[\[\]]")
_ROUND = re.compile(r"[()]")


class _BoundedNesting(LinkInlineProcessor):
    """Pairs brackets in linear time, up to a depth."""

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


class _Link(_BoundedNesting):
    pass


class _Image(_BoundedNesting, ImageInlineProcessor):
    pass


class _Reference(_BoundedNesting, ReferenceInlineProcessor):
    pass


class _ShortReference(_BoundedNesting, ShortReferenceInlineProcessor):
    pass


class _ImageReference(_BoundedNesting, ImageReferenceInlineProcessor):
    pass


class _ShortImageReference(_BoundedNesting, ShortImageReferenceInlineProcessor):
    pass


class Brackets(Extension):
    """The extension; it replaces the patterns of Python-Markdown for links and images, under their names and priorities."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.inlinePatterns.register(_Reference(REFERENCE_RE, md), "reference", 170)
        md.inlinePatterns.register(_Link(LINK_RE, md), "link", 160)
        md.inlinePatterns.register(_Image(IMAGE_LINK_RE, md), "image_link", 150)
        md.inlinePatterns.register(_ImageReference(IMAGE_REFERENCE_RE, md), "image_reference", 140)
        md.inlinePatterns.register(_ShortReference(REFERENCE_RE, md), "short_reference", 130)
        md.inlinePatterns.register(_ShortImageReference(IMAGE_REFERENCE_RE, md), "short_image_ref", 125)


_REQUIRED_TEXT = {
    "inline": (re.compile(r"[`\\\[<&*_~@]|  \n|://|(?i:www)"), 20),
    "smarty": (re.compile(r"['\"]|--|\.\.\."), 6),
}
"""By processor: what a text must contain for any of its patterns to match, and the priority of the processor in Python-Markdown."""


def skip_plain_text(converter: Markdown) -> None:
    """Make a converter with all its extensions skip the texts in which no pattern can match."""
    for name, (required, priority) in _REQUIRED_TEXT.items():
        if name in converter.treeprocessors:
            patterns: Any = converter.treeprocessors[name]
            processor = _SkippingInlineProcessor(converter)
            processor.inlinePatterns, processor.required = patterns.inlinePatterns, required
            converter.treeprocessors.register(processor, name, priority)


class _SkippingInlineProcessor(InlineProcessor):
    """Runs the inline patterns only on texts that match `required`."""

    required: re.Pattern[str]

    # Python-Markdown 3 has no public hook here. If a later version renames the method, a test fails; the output stays the same.
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N803
        if self.required.search(data) is None:
            return data
        handled: str = super()._InlineProcessor__handleInline(data, patternIndex)  # type: ignore[misc]
        return handled
