"""The catalogue for programs: what changed, as an Atom feed, and what there is, as an OPDS catalogue that e-readers subscribe to."""

from __future__ import annotations

import uuid

from lxml import etree

from handbill.document import text_of
from handbill.publishing.entries import Catalogue, Entry, address_of, in_full, page_of
from handbill.publishing.pages import summary_of

__all__ = ["ATOM", "OPDS", "atom_feed", "opds_catalogue"]

ATOM = "application/atom+xml"
OPDS = "application/atom+xml;profile=opds-catalog;kind=acquisition"

_ATOM, _DC, _XHTML = "http://www.w3.org/2005/Atom", "http://purl.org/dc/terms/", "http://www.w3.org/1999/xhtml"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_OPEN_ACCESS = "http://opds-spec.org/acquisition/open-access"
_MOST_CHANGES = 50


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    namespace, _, local = name.rpartition(":")
    child = etree.SubElement(
        parent, f"{{{_DC if namespace else _ATOM}}}{local}", {key: value for key, value in attributes.items() if value}
    )
    child.text = text or None
    return child


def _feed(catalogue: Catalogue, path: str, kind: str) -> etree._Element:
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM, "dc": _DC})  # type: ignore[dict-item] # the stubs know no default namespace
    _add(feed, "id", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{catalogue.base_url}{catalogue.title}/{path}')}")
    _add(feed, "title", catalogue.title)
    _add(feed, "updated", catalogue.updated)
    _add(feed, "link", rel="self", type=kind, href=in_full(catalogue.base_url, path))
    _add(feed, "link", rel="alternate", type="text/html", href=in_full(catalogue.base_url, "index.html"))
    author = _add(feed, "author")
    _add(author, "name", next((entry.about.publisher for entry in catalogue.entries if entry.about.publisher), catalogue.title))
    return feed


def _entry(feed: etree._Element, catalogue: Catalogue, entry: Entry, seen: set[str]) -> etree._Element:
    about = entry.about
    node = _add(feed, "entry")
    node.set(_LANGUAGE, about.language)
    # An id names one entry of the feed for good (RFC 4287, 4.2.6).
    identifier = about.identifier if about.identifier not in seen else f"{about.identifier}#{about.name}"
    seen.add(identifier)
    _add(node, "id", identifier)
    _add(node, "title", about.title)
    _add(node, "updated", entry.updated)
    for name in about.authors:
        _add(_add(node, "author"), "name", name)
    for keyword in about.keywords:
        _add(node, "category", term=keyword)
    if about.rights:
        _add(node, "rights", about.rights)
    _add(node, "link", rel="alternate", type="text/html", hreflang=about.language, href=in_full(catalogue.base_url, page_of(about)))
    return node


def _written(feed: etree._Element) -> bytes:
    return etree.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n"


def atom_feed(catalogue: Catalogue) -> bytes:
    """Return the feed of what changed, the newest first (RFC 4287)."""
    feed = _feed(catalogue, "feed.xml", ATOM)
    seen: set[str] = set()
    for entry in sorted(catalogue.entries, key=lambda entry: entry.updated, reverse=True)[:_MOST_CHANGES]:
        node = _entry(feed, catalogue, entry, seen)
        if entry.withdrawn:
            _add(node, "summary", f"Withdrawn{entry.since}. {entry.why}")
            continue
        blocks = summary_of(entry)
        if blocks:
            content = _add(node, "summary", type="xhtml")
            division = etree.SubElement(content, f"{{{_XHTML}}}div", nsmap={None: _XHTML})  # type: ignore[dict-item]
            for block in blocks:
                for inner in block.iter():
                    inner.tag = f"{{{_XHTML}}}{inner.tag}"
                division.append(block)
        for handout in entry.handouts:
            _add(
                node,
                "link",
                rel="enclosure",
                type=handout.media_type,
                length=str(handout.size),
                hreflang=handout.language,
                href=in_full(catalogue.base_url, address_of(handout)),
            )
    return _written(feed)


def opds_catalogue(catalogue: Catalogue) -> bytes:
    """Return the acquisition feed of all that can be had (OPDS 1.2, 2.3 and 5)."""
    feed = _feed(catalogue, "opds.xml", OPDS)
    _add(feed, "link", rel="start", type=OPDS, href=in_full(catalogue.base_url, "opds.xml"))
    seen: set[str] = set()
    for entry in catalogue.live:
        node, about = _entry(feed, catalogue, entry, seen), entry.about
        _add(node, "dc:language", about.language)
        if about.publisher:
            _add(node, "dc:publisher", about.publisher)
        if about.date:
            _add(node, "dc:issued", about.date)
        summary = " ".join(" ".join(text_of(block).split()) for block in summary_of(entry))
        if summary:
            _add(node, "summary", summary)
        for handout in entry.handouts:
            title = "" if handout.edition == handout.exporter else handout.edition.replace("-", " ")
            _add(
                node,
                "link",
                rel=_OPEN_ACCESS,
                type=handout.media_type,
                length=str(handout.size),
                title=title,
                href=in_full(catalogue.base_url, address_of(handout)),
            )
    return _written(feed)
