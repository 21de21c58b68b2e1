"""What a check finds: what is wrong, what to do, whether it costs the claim of accessibility, and what to look for in the source."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from handbill.manuscript.positions import Kind

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding in a tree.

    `barrier` tells that a handout with this in it cannot claim to be accessible; otherwise it is advice. `kind`, `words` and `address`
    say what stands in the source: an image, a link, a heading, a table, a language tag, a passage of running text or any text, its
    words, and the address (or the tag) as it was written, or for a passage the words that follow it; `article` is the whole, and
    `reported` what the reader has reported already.
    `element` is where it is in the tree.
    """

    code: str
    message: str
    hint: str
    barrier: bool
    element: etree._Element
    kind: Kind = "text"
    words: str = ""
    address: str = ""
