"""Where the elements of raw HTML end, each looked for in time that does not grow with the text."""

from __future__ import annotations

import bisect
import re
import xml.etree.ElementTree as etree
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markdown import Markdown
from markdown.extensions.md_in_html import HtmlBlockPreprocessor, MarkdownInHtmlExtension

__all__ = ["CLOSED_BY_CONTEXT", "VOID", "WITHOUT_CONTENT", "Ends", "MarkdownInHtml", "without_open_tags"]


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}


WITHOUT_CONTENT = {"script", "style"}
"""Elements whose text is no text of the article."""


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
"""Elements whose end tag HTML lets one leave out (WHATWG HTML, 13.1.2.4)."""


@dataclass(slots=True)
class _Tags:
    """The start and end tags of one name: the line of each, how many are open before each, and which one closes what is open there.

    `closing[n]` is the first tag after which fewer are open than before tag n; the number of tags where there is none.
    """

    lines: list[int] = field(default_factory=list)
    closing: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Ends:
    """The tags in the lines of a text, those in the lines `without` left out (fenced code)."""

    texts: Sequence[str]
    without: frozenset[int]
    _known: dict[str, _Tags] = field(default_factory=dict)

    def line(self, number: int, tag: str, depth: int) -> int:
        """Return the number of the line in which an element of that name ends; -1 where it does not.

        `depth` is 1 where it is open at the beginning of the line of the given number, 0 where its start tag is the first in it.
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
    """Return for each step the first one after which the sum is below what it was before that step; their number where there is none."""
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
