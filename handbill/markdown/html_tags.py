"""HTML tags in Markdown text: facts of HTML's syntax, an index of end tags, and a bounded search for raw HTML.

Python-Markdown looks for tags in time that grows with the square of the text; these functions take linear time.
"""

from __future__ import annotations

import bisect
import re
import xml.etree.ElementTree as etree
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markdown.extensions.md_in_html import HtmlBlockPreprocessor, MarkdownInHtmlExtension

from markdown import Markdown

__all__ = ["CLOSED_BY_CONTEXT", "VOID", "WITHOUT_CONTENT", "EndTagIndex", "MarkdownInHtml", "escape_unclosed_tags"]


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
"""Elements without content and end tag (WHATWG HTML, 13.1.2)."""


WITHOUT_CONTENT = {"script", "style"}
"""Elements whose content is code, not text of the article."""


CLOSED_BY_CONTEXT = {
    "li",
    "p",
    "td",
    "th",
    "tr",
    "dt",
    "dd",
    "tbody",
    "thead",
    "tfoot",
    "option",
    "html",
    "body",
    "head",
    "rt",
    "rp",
}
"""Elements whose end tag may be omitted (WHATWG HTML, 13.1.2.4)."""


@dataclass(slots=True)
class _Tags:
    """The start and end tags of one name, in order: `lines` are their line numbers.

    `closing[n]` is the number of the first tag after which fewer elements are open than before tag n; the number of tags where there is
    none.
    """

    lines: list[int] = field(default_factory=list)
    closing: list[int] = field(default_factory=list)


@dataclass(slots=True)
class EndTagIndex:
    """An index of the tags in the lines of a text, without those in the lines `without` (fenced code)."""

    texts: Sequence[str]
    without: frozenset[int]
    _known: dict[str, _Tags] = field(default_factory=dict)

    def end_line(self, number: int, tag: str, depth: int) -> int:
        """Return the number of the line in which an element named `tag` ends; -1 where it does not end.

        `depth` is 1 where the element is open at the beginning of line `number`, 0 where its start tag is the first in that line.
        """
        tags = self._tags(tag)
        first = bisect.bisect_left(tags.lines, number) + (1 - depth)
        at = tags.closing[first] if first < len(tags.closing) else len(tags.lines)
        return tags.lines[at] if at < len(tags.lines) else -1

    def _tags(self, tag: str) -> _Tags:
        if tag not in self._known:
            pattern = re.compile(rf"<(/?){tag}(?=[\s/>]|$)", re.IGNORECASE)
            found = [
                (number, -1 if one[1] else 1)
                for number, text in enumerate(self.texts)
                if number not in self.without
                for one in pattern.finditer(text)
            ]
            self._known[tag] = _Tags([number for number, _ in found], _closing([step for _, step in found]))
        return self._known[tag]


def _closing(steps: Iterable[int]) -> list[int]:
    """Return for each step (1 or -1) the first step after which the sum is below the sum before it; the number of steps without one."""
    steps = list(steps)
    closing = [len(steps)] * len(steps)
    waiting: list[tuple[int, int]] = []
    before = 0
    for at, step in enumerate(steps):
        waiting.append((before, at))
        before += step
        while waiting and waiting[-1][0] > before:
            closing[waiting.pop()[1]] = at
    return closing


_FIRST_PRIVATE = 0xF0000
"""The first code point of a plane of private-use characters (Unicode 16.0, 23.5)."""


def escape_unclosed_tags(markup: str, stand_in: str = "&lt;") -> str:
    """Return HTML text with `stand_in` for each `<` after the last `>`: without an end, it opens no tag."""
    end = markup.rfind(">") + 1
    return markup[:end] + markup[end:].replace("<", stand_in)


class MarkdownInHtml(MarkdownInHtmlExtension):
    """The extension for Markdown in raw HTML. Tags are looked for up to the end of the last tag only."""

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.preprocessors.register(_RawHtml(md), "html_block", 20)


def _restore(kept: str | etree.Element, stand_in: str) -> str | etree.Element:
    """Return stored HTML with `<` in place of each stand-in."""
    if isinstance(kept, str):
        return kept.replace(stand_in, "<")
    for element in kept.iter():
        element.text = element.text and element.text.replace(stand_in, "<")
        element.tail = element.tail and element.tail.replace(stand_in, "<")
    return kept


class _RawHtml(HtmlBlockPreprocessor):
    """Stores raw HTML; a `<` that opens no tag is replaced by a private-use character meanwhile."""

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if "<" not in text[text.rfind(">") + 1 :]:
            return super().run(lines)
        stash = self.md.htmlStash.rawHtmlBlocks
        before = len(stash)
        stand_in = chr(next(code for code in range(_FIRST_PRIVATE, 0x110000) if chr(code) not in text))
        found = super().run(escape_unclosed_tags(text, stand_in).split("\n"))
        for number in range(before, len(stash)):
            stash[number] = _restore(stash[number], stand_in)
        return [line.replace(stand_in, "<") for line in found]
