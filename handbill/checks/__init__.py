"""What an editor is told of an article: checks of its tree, each finding located, some of them barriers.

A barrier keeps people from reading, and costs the handout its claim of accessibility; docs/accessibility.md lists the codes, and by which
rule each is one. The rest is advice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lxml import etree

from handbill.checks.characters import characters
from handbill.checks.finding import Finding
from handbill.checks.headings import headings
from handbill.checks.health_claims import health_claims
from handbill.checks.images import images
from handbill.checks.languages import languages
from handbill.checks.links import links
from handbill.checks.sections import sections
from handbill.checks.tables import tables
from handbill.config import ClaimSettings
from handbill.document import Disclaimer

__all__ = ["Finding", "advice", "barriers", "barriers_of_disclaimer", "findings"]


def findings(parts: Sequence[etree._Element], language: str, texts: Sequence[str] = ()) -> list[Finding]:
    """Return what is found in the parts of a document (title, body, abstract) wherever they stand: all but the order of headings.

    `language` is that of the document; `texts` are what else it says.
    """
    return [*images(parts), *links(parts, language), *tables(parts), *languages(parts), *characters(parts, texts)]


def advice(parts: Sequence[etree._Element], language: str, claims: ClaimSettings) -> list[Finding]:
    """Return what an editor is told of the same parts that is no barrier. `claims` is what the publication says of health claims."""
    return [*sections(parts), *health_claims(parts, language, claims)]


def barriers(parts: Sequence[etree._Element], language: str, texts: Sequence[str] = ()) -> Counter[str]:
    """Return the codes of what keeps a document of these parts from a claim of accessibility, with how many there are of each."""
    in_order = [*parts[:1], *parts[2:], *parts[1:2]]
    return Counter(found.code for found in [*findings(parts, language, texts), *headings(in_order)] if found.barrier)


def barriers_of_disclaimer(disclaimer: Disclaimer) -> Counter[str]:
    """Return the same of a disclaimer."""
    texts = (disclaimer.title, disclaimer.notice, disclaimer.contact)
    return barriers([disclaimer.tree()], disclaimer.language, texts)
