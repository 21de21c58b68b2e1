"""The context in which content is laid out: the handout's characters, words and references, and the blocks around the content."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from handbill.document import Words

from .characters import Characters
from .reference_numbers import References

__all__ = ["BLOCKS", "NARROWEST", "InlineRun", "Layout"]

NARROWEST = 20
"""Blocks are not indented further where that would leave their text fewer cells than this."""

BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section "
    "table ul".split()
)
"""The elements that stand on lines of their own."""

InlineRun = list[str | etree._Element]
"""Inline content in order: texts, and elements. An element's tail is a text of its own."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The context of a piece of content.

    With `inline_addresses` a link's address follows its text, in place of a number. `bullet` is the number of bulleted lists around the
    content. `in_item`, `in_cell` and `in_figure` are true inside of a list item, of a table's cell and of a figure.
    """

    characters: Characters
    words: Words
    references: References
    inline_addresses: bool = False
    bullet: int = 0
    in_item: bool = False
    in_cell: bool = False
    in_figure: bool = False
