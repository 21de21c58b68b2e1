"""Lays out the content of a container: its blocks and runs of inline content one below the other, with blank lines between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lxml import etree

from .context import BLOCKS, InlineRun, Layout
from .inline import set_inline

__all__ = ["SetBlock", "flow", "indent", "join", "parts"]

SetBlock = Callable[[etree._Element, int, Layout], list[str]]
"""Returns the lines of a block element at a width in cells. It is handed in, since blocks hold lists and tables, and these blocks."""


def parts(parent: etree._Element) -> Iterator[InlineRun | etree._Element]:
    """Yield the content of a container: its block elements, and between them the runs of inline content that are not blank."""
    run: InlineRun = [parent.text or ""]
    for child in parent:
        if child.tag in BLOCKS:
            if not _is_blank(run):
                yield run
            run = []
            yield child
        else:
            run.append(child)
        run.append(child.tail or "")
    if not _is_blank(run):
        yield run


def _is_blank(run: InlineRun) -> bool:
    return all(isinstance(piece, str) and not piece.strip(" \t\r\n") for piece in run)


def flow(parent: etree._Element, width: int, layout: Layout, set_block: SetBlock, *, tight: bool = False) -> list[str]:
    """Return the lines of a container's content at a width in cells. `tight` is as in `join`."""
    blocks = [
        (str(part.tag), set_block(part, width, layout)) if not isinstance(part, list) else ("", set_inline(part, width, layout))
        for part in parts(parent)
    ]
    return join(blocks, tight=tight)


def join(blocks: Sequence[tuple[str, list[str]]], *, tight: bool = False) -> list[str]:
    """Return the lines of blocks, each given with its element's name, with a blank line between them, and two before an h2.

    With `tight`, as in an item of a list without paragraphs, a nested list follows a text or another list without a blank line.
    """
    lines: list[str] = []
    before = ""
    for tag, block in blocks:
        if not block:
            continue
        if lines and not (tight and tag in ("ul", "ol") and before in ("", "ul", "ol")):
            lines += [""] * (2 if tag == "h2" else 1)
        lines += block
        before = tag
    return lines


def indent(lines: Sequence[str], first: str, rest: str | None = None) -> list[str]:
    """Return the lines with `first` before the first one, and `rest` before the others.

    Without `rest`, others that are not blank have as many blanks before them as `first` is long.
    """
    other = " " * len(first) if rest is None else rest
    return [(other if number else first) + line if line or not number or rest is not None else line for number, line in enumerate(lines)]
