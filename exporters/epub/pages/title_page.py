"""Builds the title page: the article's metadata and abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from handbill.document import Document

from .language import language_attribute
from .xhtml import element

__all__ = ["title_page"]

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_WEB = re.compile(r"https?://\S+")


def title_page(document: Document) -> etree._Element:
    """Return the `<body>` of the title page."""
    metadata = document.metadata
    page = element("section", {"class": "handbill-title-page", "epub:type": "titlepage"}, *_logo(document))
    heading = document.heading_tree()
    heading.tail = "\n"
    page.append(heading)
    if metadata.subtitle:
        page.append(element("p", {"class": "handbill-subtitle", "role": "doc-subtitle"}, metadata.subtitle))
    if metadata.authors:
        names = (element("bdi", {"class": "handbill-author"}, author) for author in metadata.authors)
        page.append(element("p", {"class": "handbill-authors"}, *_separated(names, document.words.separator)))
    abstract = document.abstract_tree()
    if abstract is not None:
        page.append(
            element("div", {"class": "handbill-abstract", "epub:type": "abstract", "role": "doc-abstract"}, *_on_own_lines(abstract))
        )
    for name, lines in (("handbill-dates", list(_dates(document))), ("handbill-imprint", list(_imprint(document)))):
        if lines:
            page.append(element("div", {"class": name}, *lines))
    return element("body", {"epub:type": "frontmatter"}, page)


def _logo(document: Document) -> Iterator[etree._Element]:
    theme = document.theme
    if theme.logo is not None:
        attributes = {"src": theme.logo.name, "alt": theme.logo_text}
        if not theme.logo_text.strip():
            attributes["role"] = "presentation"
        yield element("p", {"class": "handbill-logo"}, element("img", attributes))


def _separated(pieces: Iterator[etree._Element], separator: str) -> Iterator[str | etree._Element]:
    for number, piece in enumerate(pieces):
        if number:
            yield separator
        yield piece


def _on_own_lines(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the parent's children, a line feed behind each."""
    for child in list(parent):
        child.tail = "\n"
        yield child


def _dates(document: Document) -> Iterator[etree._Element]:
    metadata, words = document.metadata, document.words
    if metadata.version:
        yield _phrase(document, *_fill_in(words.version, "version", element("bdi", None, metadata.version)))
    for day, phrase in (
        (metadata.date, words.dated),
        (metadata.reviewed, words.reviewed),
        (metadata.facts_as_of, words.facts_as_of),
        (metadata.review_by, words.review_by),
    ):
        if day is not None:
            yield _phrase(document, phrase.format(date=words.format_date(day)))


def _imprint(document: Document) -> Iterator[etree._Element]:
    metadata, words = document.metadata, document.words
    if metadata.publisher:
        yield element("p", None, element("bdi", None, metadata.publisher))
    if metadata.contact:
        yield _phrase(document, *_fill_in(words.contact, "contact", element("bdi", None, _contact(metadata.contact))))
    if metadata.rights:
        yield element("p", None, element("bdi", None, metadata.rights))
    if metadata.latest:
        link = element("a", {"href": metadata.latest}, metadata.latest)
        yield _phrase(document, *_fill_in(words.latest, "address", element("bdi", None, link)))


def _phrase(document: Document, *words: str | etree._Element) -> etree._Element:
    """Return a paragraph of handbill's words, marked with their language where it is not the article's."""
    other = language_attribute(document.words.language, document.metadata.language)
    return element("p", None, element("span", other, *words)) if other else element("p", None, *words)


def _fill_in(phrase: str, name: str, value: etree._Element) -> tuple[str | etree._Element, ...]:
    """Return the phrase in parts, with `value`, an isolated element, in place of `{name}`."""
    before, _, after = phrase.partition(f"{{{name}}}")
    return before, value, after


def _contact(contact: str) -> str | etree._Element:
    if _MAIL.fullmatch(contact):
        return element("a", {"href": f"mailto:{contact}"}, contact)
    return element("a", {"href": contact}, contact) if _WEB.fullmatch(contact) else contact
