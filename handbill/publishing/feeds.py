"""The catalogue for programs: an Atom feed of changes (RFC 4287), and an OPDS 1.2 catalogue, to which e-reading apps subscribe."""

from __future__ import annotations

import uuid

from lxml import etree

from handbill.document import text_of
from handbill.publishing.entries import Catalogue, Entry, article_page_path, handout_path, site_address
from handbill.publishing.pages import ATOM, OPDS, summary_of

__all__ = ["atom_feed", "opds_catalogue"]

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
    _add(feed, "link", rel="self", type=kind, href=site_address(catalogue.base_url, path))
    _add(feed, "link", rel="alternate", type="text/html", href=site_address(catalogue.base_url, "index.html"))
    author = _add(feed, "author")
    _add(author, "name", next((entry.article.publisher for entry in catalogue.entries if entry.article.publisher), catalogue.title))
    return feed


def _entry(feed: etree._Element, catalogue: Catalogue, entry: Entry, seen: set[str]) -> etree._Element:
    """Add an article's entry to a feed, and return it. `seen` are the identifiers of the entries before; its own is added."""
    article = entry.article
    node = _add(feed, "entry")
    node.set(_LANGUAGE, article.language)
    # An id names one entry of the feed for good (RFC 4287, 4.2.6).
    identifier = article.identifier if article.identifier not in seen else f"{article.identifier}#{article.name}"
    seen.add(identifier)
    _add(node, "id", identifier)
    _add(node, "title", article.title)
    _add(node, "updated", entry.updated)
    for name in article.authors:
        _add(_add(node, "author"), "name", name)
    for keyword in article.keywords:
        _add(node, "category", term=keyword)
    if article.rights:
        _add(node, "rights", article.rights)
    _add(
        node,
        "link",
        rel="alternate",
        type="text/html",
        hreflang=article.language,
        href=site_address(catalogue.base_url, article_page_path(article)),
    )
    return node


def _serialise(feed: etree._Element) -> bytes:
    return etree.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n"


def atom_feed(catalogue: Catalogue) -> bytes:
    """Return the Atom feed of the last changes, the newest first (RFC 4287), as XML in UTF-8."""
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
                href=site_address(catalogue.base_url, handout_path(handout)),
            )
    return _serialise(feed)


def opds_catalogue(catalogue: Catalogue) -> bytes:
    """Return the acquisition feed of all handouts (OPDS 1.2, 2.3 and 5), as XML in UTF-8."""
    feed = _feed(catalogue, "opds.xml", OPDS)
    _add(feed, "link", rel="start", type=OPDS, href=site_address(catalogue.base_url, "opds.xml"))
    seen: set[str] = set()
    for entry in catalogue.live:
        node, article = _entry(feed, catalogue, entry, seen), entry.article
        _add(node, "dc:language", article.language)
        if article.publisher:
            _add(node, "dc:publisher", article.publisher)
        if article.date:
            _add(node, "dc:issued", article.date)
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
                href=site_address(catalogue.base_url, handout_path(handout)),
            )
    return _serialise(feed)
