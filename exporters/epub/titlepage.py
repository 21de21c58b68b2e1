"""The title page: what is known about the article, before its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from handbill.document import Document

from .xhtml import element

__all__ = ["title_page"]

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_WEB = re.compile(r"https?://\S+")


def title_page(document: Document) -> etree._Element:
    """Return the `<body>` of the title page."""
    metadata = document.metadata
    heading = document.heading_tree()
    heading.tail = "\n"
    page = element("section", {"class": "title-page", "epub:type": "titlepage"}, heading)
    if metadata.subtitle:
        page.append(element("p", {"class": "subtitle", "role": "doc-subtitle"}, metadata.subtitle))
    if metadata.authors:
        names = (element("span", {"class": "author"}, author) for author in metadata.authors)
        page.append(element("p", {"class": "authors"}, *_joined(names, ", ")))
    abstract = document.abstract_tree()
    if abstract is not None:
        page.append(element("div", {"class": "abstract", "epub:type": "abstract", "role": "doc-abstract"}, *_on_own_lines(abstract)))
    for name, lines in (("dates", list(_dates(document))), ("imprint", list(_imprint(document)))):
        if lines:
            page.append(element("div", {"class": name}, *lines))
    return element("body", {"epub:type": "frontmatter"}, page)


def _joined(pieces: Iterator[etree._Element], between: str) -> Iterator[str | etree._Element]:
    for number, piece in enumerate(pieces):
        if number:
            yield between
        yield piece


def _on_own_lines(parent: etree._Element) -> Iterator[etree._Element]:
    for child in list(parent):
        child.tail = "\n"
        yield child


def _dates(document: Document) -> Iterator[etree._Element]:
    metadata, words = document.metadata, document.words
    if metadata.version:
        yield element("p", None, words.version.format(version=metadata.version))
    for day, phrase in (
        (metadata.date, words.dated),
        (metadata.reviewed, words.reviewed),
        (metadata.facts_as_of, words.facts_as_of),
        (metadata.review_by, words.review_by),
    ):
        if day is not None:
            yield element("p", None, phrase.format(date=words.format_date(day)))


def _imprint(document: Document) -> Iterator[etree._Element]:
    metadata, words = document.metadata, document.words
    if metadata.publisher:
        yield element("p", None, metadata.publisher)
    if metadata.contact:
        before, _, after = words.contact.partition("{contact}")
        yield element("p", None, before, _contact(metadata.contact), after)
    if metadata.rights:
        yield element("p", None, metadata.rights)


def _contact(contact: str) -> str | etree._Element:
    if _MAIL.fullmatch(contact):
        return element("a", {"href": f"mailto:{contact}"}, contact)
    return element("a", {"href": contact}, contact) if _WEB.fullmatch(contact) else contact
