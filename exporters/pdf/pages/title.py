"""What is said about the article: the title block before it and the colophon after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..style.fetcher import MARK, asset_url
from ..style.marks import LATEST
from .elements import element

if TYPE_CHECKING:
    from lxml import etree

    from handbill.document import Document

__all__ = ["colophon", "edition_line", "title_block"]

_SEPARATOR = " · "


def edition_line(document: Document) -> list[str]:
    """Return what dates this version, each in words: version, date, review, facts."""
    metadata, words = document.metadata, document.words
    said = [words.version.format(version=metadata.version)] if metadata.version else []
    said.extend(
        template.format(date=words.format_date(day))
        for template, day in (
            (words.dated, metadata.date),
            (words.reviewed, metadata.reviewed),
            (words.facts_as_of, metadata.facts_as_of),
        )
        if day is not None
    )
    return said


def _separated(name: str, parts: list[str]) -> etree._Element:
    """Return a line whose parts stay whole at its breaks."""
    line = element("p", attributes={"class": name})
    for index, part in enumerate(parts):
        span = element("span", part + (_SEPARATOR.rstrip() if index < len(parts) - 1 else ""), {"class": "part"})
        span.tail = " " if index < len(parts) - 1 else None
        line.append(span)
    return line


def _logo(document: Document) -> list[etree._Element]:
    theme = document.theme
    if theme.logo is None:
        return []
    image = element("img", attributes={"src": asset_url(theme.logo.name), "alt": theme.logo_text})
    return [element("p", attributes={"class": "logo"}, children=[image])]


def title_block(document: Document, heading: etree._Element) -> etree._Element:
    """Return the logo, title, subtitle, authors and the line that dates the version. The title keeps its id: the article may link to it."""
    metadata = document.metadata
    block = element("header", attributes={"class": "title-block"}, children=[*_logo(document), heading])
    if metadata.subtitle:
        block.append(element("p", metadata.subtitle, {"class": "subtitle"}))
    if metadata.authors:
        block.append(element("p", document.words.separator.join(metadata.authors), {"class": "authors"}))
    if dated := edition_line(document):
        block.append(_separated("edition", dated))
    return block


def colophon(document: Document) -> etree._Element | None:
    """Return what stands small at the article's end, or None where there is nothing to say."""
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
    return element("footer", attributes={"class": "colophon"}, children=[*_latest(document), *(_separated("line", line) for line in lines)])


def _latest(document: Document) -> list[etree._Element]:
    """Return the address of the newest version, for whoever has the article on paper: to read, and to point a telephone at."""
    address, words = document.metadata.latest, document.words
    if not address:
        return []
    code = element("img", attributes={"class": "code", "src": MARK + LATEST, "alt": words.latest_code.format(address=address)})
    before, _, after = words.latest.partition("{address}")
    link = element("a", address, {"href": address, "class": "address"})
    link.tail = after
    said = element("span", before, children=[link])
    return [element("p", attributes={"class": "latest"}, children=[code, said])]
