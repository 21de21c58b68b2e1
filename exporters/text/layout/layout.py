"""What every block of a handout is set with, and how blocks are parted and joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from handbill.document import Words

from .characters import Characters
from .references import References

__all__ = ["BLOCKS", "NARROWEST", "Layout", "Run", "SetBlock", "flow", "indent", "join", "runs"]

NARROWEST = 20
"""Indents stop growing where they would leave text fewer cells than this."""

BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section "
    "table ul".split()
)
"""The elements that stand on lines of their own."""

Run = list[str | etree._Element]
"""Inline content in order: texts and elements (whose tails are texts of their own)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How content is set where it stands.

    With `inline_addresses` a link's address follows its text, instead of a number. `bullet` counts the bulleted lists around.
    """

    characters: Characters
    words: Words
    references: References
    inline_addresses: bool = False
    bullet: int = 0
    in_item: bool = False
    in_cell: bool = False
    in_figure: bool = False


SetBlock = Callable[[etree._Element, int, Layout], list[str]]
SetInline = Callable[[Run, int, Layout], list[str]]


def runs(parent: etree._Element) -> Iterator[Run | etree._Element]:
    """Yield what stands in a container: its block elements, and between them the runs of inline content that are not blank."""
    run: Run = [parent.text or ""]
    for child in parent:
        if child.tag in BLOCKS:
            if not _blank(run):
                yield run
            run = []
            yield child
        else:
            run.append(child)
        run.append(child.tail or "")
    if not _blank(run):
        yield run


def _blank(run: Run) -> bool:
    return all(isinstance(piece, str) and not piece.strip(" \t\r\n") for piece in run)


def flow(parent: etree._Element, width: int, layout: Layout, block: SetBlock, inline: SetInline, *, tight: bool = False) -> list[str]:
    """Return the lines of a container's content."""
    blocks = [
        (str(part.tag), block(part, width, layout)) if not isinstance(part, list) else ("", inline(part, width, layout))
        for part in runs(parent)
    ]
    return join(blocks, tight=tight)


def join(blocks: Sequence[tuple[str, list[str]]], *, tight: bool = False) -> list[str]:
    """Return the lines of blocks (each with its element's name) that follow each other, with blank lines between them.

    Before a heading of a section stand two. In a tight list item, a nested list follows its text at once.
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
    """Return the lines with `first` before the first, and `rest` (else as many blanks) before the others that are not blank."""
    other = " " * len(first) if rest is None else rest
    return [(other if number else first) + line if line or not number or rest is not None else line for number, line in enumerate(lines)]
