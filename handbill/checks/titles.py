"""An article's title and its summary: one first-level heading, and a few words of what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from handbill.checks.finding import Finding
from handbill.document import text_of
from handbill.markdown.tree.annotations import DEMOTED
from handbill.markdown.tree.elements import HEADINGS

__all__ = ["titles"]


def titles(parts: Sequence[etree._Element]) -> Iterator[Finding]:
    """Yield each first-level heading beside the title, which stands as one of level two, and the want of a summary.

    The title is the one heading of level one in every format. A summary says the main message first, as guidance for patients asks
    (CDC Clear Communication Index, items 1 and 2), and is what catalogues show.
    """
    for heading in (heading for part in parts for heading in part.iter(*HEADINGS) if heading.get(DEMOTED)):
        words = text_of(heading)
        message = f"the heading “{' '.join(words.split())}” is of level 1, like the title; it stands as one of level 2"
        hint = "write it with ##, and the headings below it with one # more"
        yield Finding("second-title", message, hint, False, heading, "heading", words)
    if len(parts) < 3:
        hint = "say in a few sentences what it tells: abstract: in the front matter"
        yield Finding("no-summary", "the article has no summary", hint, False, parts[0], "article")
