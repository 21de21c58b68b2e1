"""The parts of a document as trees: its title, its body and its abstract, and the orders in which code goes through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

__all__ = ["Parts"]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The trees of one document: the title's `h1`, the body with its notes, and the abstract, None where there is none."""

    heading: etree._Element
    body: etree._Element
    abstract: etree._Element | None = None

    @classmethod
    def without_title(cls, body: etree._Element) -> Parts:
        """Return the parts of a document that is a body alone; its title is empty."""
        return cls(etree.Element("h1"), body)

    def trees(self) -> Iterator[etree._Element]:
        """Yield the title, the body and the abstract: the order in which findings are reported."""
        yield from self.in_article_text()
        if self.abstract is not None:
            yield self.abstract

    def in_article_text(self) -> Iterator[etree._Element]:
        """Yield the title and the body, which stand in the Markdown text; the abstract stands in the front matter."""
        yield self.heading
        yield self.body

    def in_reading_order(self) -> Iterator[etree._Element]:
        """Yield the title, the abstract and the body: the order in which a handout shows them."""
        yield self.heading
        if self.abstract is not None:
            yield self.abstract
        yield self.body
