"""What an editor is told of an article: checks of its tree, each finding located, some of them barriers.

A barrier keeps people from reading, and costs the handout its claim of accessibility; docs/reference/accessibility.md lists the codes, and
by which rule each is one. The rest is advice.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

from handbill.checks.characters import characters
from handbill.checks.finding import Finding
from handbill.checks.headings import headings
from handbill.checks.health_claims import health_claims
from handbill.checks.images import images
from handbill.checks.insecure import insecure
from handbill.checks.languages import languages
from handbill.checks.links import links
from handbill.checks.plainwords import plain_words
from handbill.checks.readability import readability, texts
from handbill.checks.sections import sections
from handbill.checks.sentences import spoken
from handbill.checks.tables import tables
from handbill.checks.targets import targets
from handbill.checks.titles import titles
from handbill.document import Disclaimer
from handbill.editorial import ClaimSettings, Links, PlainLanguage
from handbill.figures import Figures

__all__ = ["Finding", "advice", "barriers", "barriers_of_disclaimer", "findings"]

_MOST = 100
"""Findings of one code. To place each takes time that grows with the text."""


def findings(parts: Sequence[etree._Element], language: str, texts: Sequence[str] = ()) -> list[Finding]:
    """Return what is found in the parts of a document (title, body, abstract) wherever they stand: all but the order of headings.

    `language` is that of the document; `texts` are what else it says.
    """
    return [*images(parts), *links(parts, language), *tables(parts), *languages(parts), *characters(parts, texts)]


def advice(
    parts: Sequence[etree._Element], language: str, plain_language: PlainLanguage, addresses: Links, claims: ClaimSettings
) -> tuple[Figures, list[Finding]]:
    """Return an article's figures, and what its editor is told of the same parts that is no barrier."""
    said = spoken(parts)
    own = list(texts(said))
    figures, hard = readability(parts[0], own, language, plain_language)
    words = plain_words(own, language, plain_language)
    claimed = health_claims(parts, said, language, claims)
    structure = [*titles(parts), *sections(parts), *targets(parts), *insecure(parts, addresses)]
    return figures, list(_bounded([*structure, *hard, *words, *claimed]))


def _bounded(found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield findings, of each code as many as somebody reads; the last of these says how many more there are."""
    counts, seen = Counter(one.code for one in found), Counter[str]()
    for one in found:
        seen[one.code] += 1
        if seen[one.code] == _MOST < counts[one.code]:
            yield dataclasses.replace(one, message=f"{one.message}; {counts[one.code] - _MOST} more such findings are not told one by one")
        elif seen[one.code] <= _MOST:
            yield one


def barriers(parts: Sequence[etree._Element], language: str, texts: Sequence[str] = ()) -> Counter[str]:
    """Return the codes of what keeps a document of these parts from a claim of accessibility, with how many there are of each."""
    in_order = [*parts[:1], *parts[2:], *parts[1:2]]
    return Counter(found.code for found in [*findings(parts, language, texts), *headings(in_order)] if found.barrier)


def barriers_of_disclaimer(disclaimer: Disclaimer) -> Counter[str]:
    """Return the same of a disclaimer."""
    texts = (disclaimer.title, disclaimer.notice, disclaimer.contact)
    return barriers([disclaimer.tree()], disclaimer.language, texts)
