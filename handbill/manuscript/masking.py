"""Masks code and comments of a Markdown text: replaces them by spaces, so that every other character keeps its offset."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["without_code", "without_comments"]

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_INDENTED = re.compile(r"(?: {0,3}\t| {4})")
_CONTAINER = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)]|\[\^[^\]]+\]:|:|!!!|>)(?:[ \t]|$)")
"""The first line of a block that may go on in indented lines: an item of a list, a note, a definition, a callout."""


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def without_code(text: str) -> str:
    """Return the text with fenced code, indented code and code spans replaced by spaces (CommonMark, 4.4, 4.5 and 6.1)."""
    out: list[str] = []
    paragraph: list[str] = []
    fence = ""
    after_blank, container = True, False
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        mark = _FENCE.match(line)
        indented = _INDENTED.match(line) is not None
        if line.strip() and not indented and after_blank:
            container = _CONTAINER.match(line) is not None
        if mark or fence or not line.strip() or (indented and after_blank and not container):
            out.append(_without_spans("".join(paragraph)))
            paragraph.clear()
            out.append(_blank(line))
            if mark and not fence:
                fence = mark[1]
            elif mark and mark[1].startswith(fence):
                fence = ""
            after_blank = True
        else:
            paragraph.append(line)
            after_blank = False
    out.append(_without_spans("".join(paragraph)))
    return "".join(out)


def _without_spans(paragraph: str) -> str:
    """Return a paragraph with code spans replaced by spaces: a run of backticks is closed by the next run of the same length."""
    runs = [found.span() for found in re.finditer(r"(?<!\\)`+", paragraph)]
    waiting: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        waiting.setdefault(runs[number][1] - runs[number][0], []).append(number)
    out: list[str] = []
    done = number = 0
    while number < len(runs):
        start, end = runs[number]
        alike = waiting[end - start]
        while alike and alike[-1] <= number:
            alike.pop()
        if alike:
            closing = alike.pop()
            out += [paragraph[done:start], _blank(paragraph[start : runs[closing][1]])]
            done, number = runs[closing][1], closing
        number += 1
    return "".join([*out, paragraph[done:]])


def without_comments(text: str) -> str:
    """Return the text with HTML comments replaced by spaces."""
    return "".join(_pieces_without_comments(text))


def _pieces_without_comments(text: str) -> Iterator[str]:
    done = 0
    while (start := text.find("<!--", done)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        yield text[done:start]
        yield _blank(text[start : end + 3])
        done = end + 3
    yield text[done:]
