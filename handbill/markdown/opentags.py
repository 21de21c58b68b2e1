"""Tags that nothing ends, kept from HTML parsers: each would be looked through to the end of the text."""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions.md_in_html import HtmlBlockPreprocessor, MarkdownInHtmlExtension

__all__ = ["MarkdownInHtml", "without_open_tags"]

_FIRST_PRIVATE = 0xF0000
"""Where a plane of characters begins that mean nothing to anybody (Unicode 16.0, 23.5)."""


def without_open_tags(markup: str, stand_in: str = "&lt;") -> str:
    """Return HTML text with something else for each `<` after the last `>`, which opens no tag, as there is no end to one."""
    end = markup.rfind(">") + 1
    return markup[:end] + markup[end:].replace("<", stand_in)


class MarkdownInHtml(MarkdownInHtmlExtension):
    """Markdown in raw HTML, with the text before the last tag's end alone looked through for tags."""

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.preprocessors.register(_RawHtml(md), "html_block", 20)


def _put_back(kept: str | etree.Element, stand_in: str) -> str | etree.Element:
    if isinstance(kept, str):
        return kept.replace(stand_in, "<")
    for element in kept.iter():
        element.text = element.text and element.text.replace(stand_in, "<")
        element.tail = element.tail and element.tail.replace(stand_in, "<")
    return kept


class _RawHtml(HtmlBlockPreprocessor):
    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if "<" not in text[text.rfind(">") + 1 :]:
            return super().run(lines)
        stash = self.md.htmlStash.rawHtmlBlocks
        before = len(stash)
        stand_in = chr(next(code for code in range(_FIRST_PRIVATE, 0x110000) if chr(code) not in text))
        found = super().run(without_open_tags(text, stand_in).split("\n"))
        for number in range(before, len(stash)):
            stash[number] = _put_back(stash[number], stand_in)
        return [line.replace(stand_in, "<") for line in found]
