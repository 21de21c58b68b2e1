"""The result of a check: `Finding`, which says what is wrong, where in the tree, and how its place in the source is found."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from handbill.manuscript.source_places import Kind

__all__ = ["EXCERPT_LENGTH", "Finding"]

EXCERPT_LENGTH = 80
"""How many characters of a passage, from the finding on, its `words` give so that its place in the source is found again."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding in a tree.

    `code`, `message` and `hint` are those of the diagnostic that is made of it. `barrier` is True where a handout that contains this
    cannot claim to be accessible; otherwise the finding is advice. `element` is the element of the tree that it is about.

    `kind`, `words` and `address` describe what to look for in the source. `kind` is the kind of thing: an image, a link, a heading, a
    table, a language tag, a character, a passage of running text or any text; "article" is the article as a whole, "reported" what the
    reader has reported already. `words` are its words. `address` is its address or its language tag as the author wrote it; for a
    passage, the words that follow it.
    """

    code: str
    message: str
    hint: str
    barrier: bool
    element: etree._Element
    kind: Kind = "text"
    words: str = ""
    address: str = ""
