"""The title page: what is known about the article, before its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from handbill.document import Document

from .language import in_language
from .xhtml import element

__all__ = ["title_page"]

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_WEB = re.compile(r"https?://\S+")


def title_page(document: Document) -> etree._Element:
    """Return the `<body>` of the title page."""
    metadata = document.metadata
    page = element("section", {"class": "title-page", "epub:type": "titlepage"}, *_logo(document))
    heading = document.heading_tree()
    heading.tail = "\n"
    page.append(heading)
    if metadata.subtitle:
        page.append(element("p", {"class": "subtitle", "role": "doc-subtitle"}, metadata.subtitle))
    if metadata.authors:
        names = (element("bdi", {"class": "author"}, author) for author in metadata.authors)
        page.append(element("p", {"class": "authors"}, *_joined(names, document.words.separator)))
    abstract = document.abstract_tree()
    if abstract is not None:
        page.append(element("div", {"class": "abstract", "epub:type": "abstract", "role": "doc-abstract"}, *_on_own_lines(abstract)))
    for name, lines in (("dates", list(_dates(document))), ("imprint", list(_imprint(document)))):
        if lines:
            page.append(element("div", {"class": name}, *lines))
    return element("body", {"epub:type": "frontmatter"}, page)


def _logo(document: Document) -> Iterator[etree._Element]:
    theme = document.theme
    if theme.logo is not None:
        attributes = {"src": theme.logo.name, "alt": theme.logo_text}
        if not theme.logo_text.strip():
            attributes["role"] = "presentation"
        yield element("p", {"class": "logo"}, element("img", attributes))


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
        yield _said(document, *_filled(words.version, "version", element("bdi", None, metadata.version)))
    for day, phrase in (
        (metadata.date, words.dated),
        (metadata.reviewed, words.reviewed),
        (metadata.facts_as_of, words.facts_as_of),
        (metadata.review_by, words.review_by),
    ):
        if day is not None:
            yield _said(document, phrase.format(date=words.format_date(day)))


def _imprint(document: Document) -> Iterator[etree._Element]:
    metadata, words = document.metadata, document.words
    if metadata.publisher:
        yield element("p", None, element("bdi", None, metadata.publisher))
    if metadata.contact:
        yield _said(document, *_filled(words.contact, "contact", element("bdi", None, _contact(metadata.contact))))
    if metadata.rights:
        yield element("p", None, element("bdi", None, metadata.rights))
    if metadata.latest:
        link = element("a", {"href": metadata.latest}, metadata.latest)
        yield _said(document, *_filled(words.latest, "address", element("bdi", None, link)))


def _said(document: Document, *words: str | etree._Element) -> etree._Element:
    """Return a paragraph of handbill's words, which may be in another language than the article."""
    other = in_language(document.words.language, document.metadata.language)
    return element("p", None, element("span", other, *words)) if other else element("p", None, *words)


def _filled(phrase: str, name: str, value: etree._Element) -> tuple[str | etree._Element, ...]:
    """Return the phrase with an element where the braces stand: a `bdi`, whose direction nothing around it shares."""
    before, _, after = phrase.partition(f"{{{name}}}")
    return before, value, after


def _contact(contact: str) -> str | etree._Element:
    if _MAIL.fullmatch(contact):
        return element("a", {"href": f"mailto:{contact}"}, contact)
    return element("a", {"href": contact}, contact) if _WEB.fullmatch(contact) else contact
