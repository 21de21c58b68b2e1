"""The title block before the article and the colophon after it, made of the article's metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..style.fetcher import DRAWING_SCHEME, asset_url
from ..style.ornaments import LATEST_CODE
from .elements import element

if TYPE_CHECKING:
    from lxml import etree

    from handbill.document import Document

__all__ = ["colophon", "edition_facts", "title_block"]

_SEPARATOR = " · "


def edition_facts(document: Document) -> list[str]:
    """Return the version and its dates (published, reviewed, facts as of), each as a phrase in the document's language."""
    metadata, words = document.metadata, document.words
    facts = [words.version.format(version=metadata.version)] if metadata.version else []
    facts.extend(
        template.format(date=words.format_date(day))
        for template, day in (
            (words.dated, metadata.date),
            (words.reviewed, metadata.reviewed),
            (words.facts_as_of, metadata.facts_as_of),
        )
        if day is not None
    )
    return facts


def _separated_line(name: str, parts: list[str]) -> etree._Element:
    """Return a paragraph of these parts with separators between them. Lines break only between parts."""
    line = element("p", attributes={"class": name})
    for index, part in enumerate(parts):
        span = element("span", part + (_SEPARATOR.rstrip() if index < len(parts) - 1 else ""), {"class": "handbill-part"})
        span.tail = " " if index < len(parts) - 1 else None
        line.append(span)
    return line


def _logo(document: Document) -> list[etree._Element]:
    theme = document.theme
    if theme.logo is None:
        return []
    image = element("img", attributes={"src": asset_url(theme.logo.name), "alt": theme.logo_text})
    return [element("p", attributes={"class": "handbill-logo"}, children=[image])]


def title_block(document: Document, heading: etree._Element) -> etree._Element:
    """Return the header: logo, title, subtitle, authors, version and dates. The title keeps its id, to which the article may link."""
    metadata = document.metadata
    block = element("header", attributes={"class": "handbill-title-block"}, children=[*_logo(document), heading])
    if metadata.subtitle:
        block.append(element("p", metadata.subtitle, {"class": "handbill-subtitle"}))
    if metadata.authors:
        block.append(element("p", document.words.separator.join(metadata.authors), {"class": "handbill-authors"}))
    if dated := edition_facts(document):
        block.append(_separated_line("handbill-edition", dated))
    return block


def colophon(document: Document) -> etree._Element | None:
    """Return publisher, rights, contact, next review, keywords and the latest version's address; None where the metadata have none."""
    metadata, words = document.metadata, document.words
    source = [text for text in (metadata.publisher, metadata.rights) if text]
    if metadata.contact:
        source.append(words.contact.format(contact=metadata.contact))
    lines = [source] if source else []
    if metadata.review_by is not None:
        lines.append([words.review_by.format(date=words.format_date(metadata.review_by))])
    if metadata.keywords:
        lines.append([words.keywords.format(keywords=words.separator.join(metadata.keywords))])
    if not lines and not metadata.latest:
        return None
    return element(
        "footer",
        attributes={"class": "handbill-colophon"},
        children=[*_latest_version(document), *(_separated_line("handbill-line", line) for line in lines)],
    )


def _latest_version(document: Document) -> list[etree._Element]:
    """Return the address of the latest version, in words and as a QR code, for readers of the printed article."""
    address, words = document.metadata.latest, document.words
    if not address:
        return []
    code = element(
        "img", attributes={"class": "handbill-code", "src": DRAWING_SCHEME + LATEST_CODE, "alt": words.latest_code.format(address=address)}
    )
    before, _, after = words.latest.partition("{address}")
    link = element("a", address, {"href": address, "class": "handbill-address"})
    link.tail = after
    sentence = element("span", before, children=[link])
    return [element("p", attributes={"class": "handbill-latest"}, children=[code, sentence])]
