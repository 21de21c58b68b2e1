"""The links to the web of articles and disclaimers with their places, and the diagnostics of those that were requested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.checks.finding import Finding
from handbill.diagnostics.diagnostic import Diagnostic, Place
from handbill.diagnostics.rules import diagnostic
from handbill.document import text_of
from handbill.linkcheck.check import RequestLinks
from handbill.linkcheck.fetch import Answer, Verdict
from handbill.manuscript.source_file import Source, read_source
from handbill.manuscript.suppressions import apply_suppressions
from handbill.markdown.tree.annotations import WRITTEN_ADDRESS
from handbill.markdown.tree.document_parts import Parts
from handbill.reader.article_checks import locate_findings

if TYPE_CHECKING:
    from handbill.reader.article import Article
    from handbill.reader.disclaimer_file import ReadDisclaimer
    from handbill.reader.disclaimers import Disclaimers

__all__ = ["Link", "answer_diagnostics", "link_diagnostics", "links_of_article", "links_of_disclaimer"]

_CODES: Mapping[Verdict, str] = {
    "moved": "moved-link",
    "broken": "broken-link",
    "unreachable": "unreachable-link",
    "refused": "refused-link",
    "unasked": "unasked-link",
}
_MESSAGES: Mapping[Verdict, tuple[str, str]] = {
    "moved": ("the link {address} has moved for good, to {detail}", "write its new address"),
    "broken": ("the link {address} leads to nothing: {detail}", "give its new address, or take the link out"),
    "unreachable": ("the link {address} could not be followed: {detail}", "look whether it works in a browser; it may pass"),
    "refused": ("the link {address} {detail}; it was not asked", "--allow-network names networks that may be asked all the same"),
    "unasked": ("the link {address} was not asked: {detail}", "ask again, one article at a time"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the web: its address, and where it stands."""

    address: str
    place: Place


def links_of_article(article: Article) -> list[Link]:
    """Return the links of an article to the web, each with its place, also those for some formats only."""
    return _links(article.parts(), article.source, article.source.place_of_key("abstract"))


def links_of_disclaimer(root: Path, read: ReadDisclaimer) -> list[Link]:
    """Return the links to the web of a disclaimer of the publication in `root`, each with its place."""
    source = read_source(root, read.path, includes=False)
    links = _links(Parts.without_title(read.disclaimer.tree()), source, source.place_of_key("title"))
    # A link whose address is spelt otherwise in the file is reported where the title is.
    return [link if link.place[1] is not None else replace(link, place=source.place_of_key("title")) for link in links]


def _links(parts: Parts, source: Source, elsewhere: Place) -> list[Link]:
    found = [
        Finding("", address, "", barrier=False, element=link, kind="link", words=text_of(link), address=link.get(WRITTEN_ADDRESS, address))
        for part in parts.trees()
        for link in part.iter("a")
        if (address := link.get("href", "")).startswith(("http://", "https://"))
    ]
    return [Link(finding.message, place) for finding, place in locate_findings(found, parts, source, elsewhere)]


def answer_diagnostics(links: Iterable[Link], answers: Mapping[str, Answer], article: Article | None = None) -> list[Diagnostic]:
    """Return the diagnostics of links whose answer is not that they are there, without those that their article suppresses."""
    found = []
    for link in links:
        answer = answers[link.address]
        if answer.verdict != "there":
            message, hint = _MESSAGES[answer.verdict]
            code = _CODES[answer.verdict]
            text = message.format(address=link.address, detail=answer.detail)
            found.append(diagnostic(code, text, link.place, hint))
    return found if article is None else apply_suppressions(found, article.source, article.suppressions)[0]


def link_diagnostics(articles: Sequence[Article], disclaimers: Disclaimers, ask: RequestLinks) -> list[Diagnostic]:
    """Return the diagnostics of the links to the web of articles and of their disclaimers; `ask` requests each address once."""
    links = [links_of_article(article) for article in articles]
    read = {one.path: one for one in (disclaimers.find_read(article.disclaimer.id, article.metadata.language) for article in articles)}
    common = [link for one in read.values() for link in links_of_disclaimer(disclaimers.root, one)]
    answers = ask({link.address for group in (*links, common) for link in group})
    found = [one for article, group in zip(articles, links, strict=True) for one in answer_diagnostics(group, answers, article)]
    return [*found, *answer_diagnostics(common, answers)]
