"""The catalogue's web pages, as HTML without scripts: an index, a page for each article, and one for each withdrawn article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from lxml import etree

from handbill.document import direction, parse
from handbill.proof.manifest import Handout
from handbill.publishing.entries import Catalogue, Entry, article_page_path, handout_path, href, latest_path, site_address

__all__ = ["ATOM", "OPDS", "STYLE", "article_page", "index_page", "summary_of"]

STYLE = "style.css"

ATOM = "application/atom+xml"
OPDS = "application/atom+xml;profile=opds-catalog;kind=acquisition"
"""The media types of the catalogue's feeds (RFC 4287; OPDS 1.2)."""

_FORMATS = {"application/pdf": "PDF", "application/epub+zip": "EPUB", "text/plain": "Text"}
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


def _element(tag: str, *content: str | etree._Element, **attributes: str) -> etree._Element:
    """Return an element. A name of an attribute that is a keyword of Python ends in an underscore, and an underscore inside is a hyphen."""
    made = etree.Element(tag, {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value})
    for piece in content:
        if not isinstance(piece, str):
            made.append(piece)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + piece
        else:
            made.text = (made.text or "") + piece
    return made


def _language_attributes(language: str) -> dict[str, str]:
    """Return the attributes of an element in an article's language; the catalogue's own words are English."""
    return {"lang": language, "dir": direction(language)}


def _page(title: str, catalogue: Catalogue, path: str, *content: etree._Element) -> bytes:
    """Return a web page of the catalogue as HTML; links in it are relative to its `path`."""
    feeds = (("feed.xml", ATOM, "What changed"), ("opds.xml", OPDS, "Catalogue for e-readers"))
    head = _element(
        "head",
        _element("meta", charset="utf-8"),
        _element("title", title),
        _element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        _element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        _element("link", rel="stylesheet", href=href(STYLE, path)),
        *(_element("link", rel="alternate", type=kind, title=name, href=href(file, path)) for file, kind, name in feeds),
    )
    if catalogue.base_url:
        head.append(_element("link", rel="canonical", href=site_address(catalogue.base_url, "" if path == "index.html" else path)))
    footer = _element(
        "footer",
        _element(
            "p",
            _element("a", "What changed (Atom)", href=href("feed.xml", path)),
            " · ",
            _element("a", "For e-readers (OPDS)", href=href("opds.xml", path)),
            " · ",
            _element("a", "Manifest (JSON)", href=href("manifest.json", path)),
        ),
    )
    html = _element("html", head, _element("body", *content, footer), lang="en")
    return b"<!DOCTYPE html>\n" + etree.tostring(html, encoding="utf-8", method="html") + b"\n"


def summary_of(entry: Entry) -> list[etree._Element]:
    """Return the blocks of an article's abstract, without images, notes, and links inside the article."""
    if not entry.article.abstract:
        return []
    body = parse(entry.article.abstract.encode())
    for link in [link for link in body.iter("a") if link.get("href", "#").startswith("#")]:
        if link.get("class") == "noteref":
            link.text = None
        link.tag = "span"
        link.attrib.clear()
    for inner in body.iter():
        if "id" in inner.attrib:
            del inner.attrib["id"]
    etree.strip_elements(body, "img", with_tail=False)
    blocks = list(body)
    for block in blocks:
        block.tail = None
    return blocks


def _facts(entry: Entry) -> etree._Element | None:
    """Return what is known of an article as a description list; None where nothing is."""
    article = entry.article
    facts = (
        ("Language", article.language),
        ("Version", article.version),
        ("Reviewed", article.reviewed),
        ("Next review by", article.review_by),
        ("Facts as of", article.facts_as_of),
        ("Authors", ", ".join(article.authors)),
        ("Publisher", article.publisher),
        ("Contact", article.contact),
    )
    items = [piece for name, value in facts if value for piece in (_element("dt", name), _element("dd", value))]
    return _element("dl", *items, class_="facts") if items else None


def _size_text(size: int) -> str:
    return f"{size / 1000:,.0f} kB" if size >= 1000 else f"{size} bytes"


def _format_name(handout: Handout) -> str:
    kind = _FORMATS.get(handout.media_type, handout.exporter)
    return kind if handout.edition == handout.exporter else f"{kind}, {handout.edition.replace('-', ' ')}"


def _handout_table(entry: Entry, handouts: Sequence[Handout], path: str, caption: str, *, latest: bool) -> etree._Element:
    """Return a table of handouts. With `latest` each has a link to the newest one of its kind, else its version."""
    head = _element("tr", *(_element("th", name, scope="col") for name in ("Format", "Size", "Where the disclaimer stands", "SHA-256")))
    rows = []
    for handout in handouts:
        links: list[str | etree._Element] = [
            _element(
                "a",
                _format_name(handout),
                href=href(handout_path(handout), path),
                type=handout.media_type,
                hreflang=handout.language,
                download=PurePosixPath(handout.file).name,
            )
        ]
        if latest:
            links += [" (", _element("a", "always the newest", href=href(latest_path(entry.article, handout), path)), ")"]
        else:
            links += [f" version {handout.version}"]
        claims = [_element("p", ", ".join(handout.claims), class_="claims")] if handout.claims else []
        rows.append(
            _element(
                "tr",
                _element("th", *links, *claims, scope="row"),
                _element("td", _size_text(handout.size)),
                _element("td", str(handout.proof)),
                _element("td", _element("code", handout.sha256)),
            )
        )
    return _element(
        "div",
        _element("table", _element("caption", caption), _element("thead", head), _element("tbody", *rows)),
        class_="wide",
        role="region",
        tabindex="0",
        aria_label=caption,
    )


def _link_to(entry: Entry, path: str) -> etree._Element:
    article = entry.article
    return _element(
        "a", article.title, href=href(article_page_path(article), path), hreflang=article.language, **_language_attributes(article.language)
    )


def _list_item(entry: Entry, path: str) -> etree._Element:
    """Return an article's item in the list of the catalogue: its summary and handouts, or that it was withdrawn."""
    article = entry.article
    heading = _element("h2", _link_to(entry, path))
    if entry.withdrawn:
        return _element("li", heading, _element("p", f"Withdrawn{entry.since}. {entry.why}"))
    summary = _element("div", *summary_of(entry), **_language_attributes(article.language))
    summary_line = " · ".join(
        part
        for part in (
            article.language,
            f"version {article.version}" if article.version else "",
            f"reviewed {article.reviewed}" if article.reviewed else "",
        )
        if part
    )
    caption = f"Handouts of “{article.title}”, {article.language}"
    return _element(
        "li",
        heading,
        _element("p", summary_line, class_="about"),
        summary,
        _handout_table(entry, entry.handouts, path, caption, latest=True),
    )


def index_page(catalogue: Catalogue) -> bytes:
    """Return the index of all articles, in HTML."""
    path = "index.html"
    live = [_list_item(entry, path) for entry in catalogue.entries if not entry.withdrawn]
    gone = [_list_item(entry, path) for entry in catalogue.entries if entry.withdrawn]
    content = [_element("h1", catalogue.title), _element("ul", *live, class_="entries")] if live else [_element("h1", catalogue.title)]
    if not live:
        content.append(_element("p", "There is nothing here at present."))
    if gone:
        content += [_element("section", _element("h2", "Withdrawn"), _element("ul", *_lower_headings(gone), class_="entries"))]
    return _page(catalogue.title, catalogue, path, _element("main", *content))


def _lower_headings(items: Iterable[etree._Element]) -> list[etree._Element]:
    """Return list items whose headings are one level lower, below the heading of their section."""
    found = list(items)
    for item in found:
        for heading in item.iter("h2"):
            heading.tag = "h3"
    return found


def article_page(catalogue: Catalogue, entry: Entry) -> bytes:
    """Return an article's page, in HTML. The page of a withdrawn article says that it was withdrawn."""
    article, path = entry.article, article_page_path(entry.article)
    others = [
        other
        for other in catalogue.entries
        if other.article.base == article.base and other.article.key != article.key and not other.withdrawn
    ]
    content: list[etree._Element] = [_element("h1", article.title, **_language_attributes(article.language))]
    if entry.withdrawn:
        since = f",{entry.since}" if entry.since else ""
        content.append(_element("p", f"This handout was withdrawn{since}. {entry.why}", class_="withdrawn"))
        content.append(_element("p", "Copies of it, on paper too, should not be used or handed on."))
    else:
        if article.subtitle:
            content.append(_element("p", article.subtitle, class_="subtitle", **_language_attributes(article.language)))
        facts = _facts(entry)
        content += [facts] if facts is not None else []
        content.append(_element("section", *summary_of(entry), **_language_attributes(article.language)))
        content.append(_element("h2", "Handouts"))
        content.append(_handout_table(entry, entry.handouts, path, "Handouts of this version", latest=True))
        if entry.earlier:
            content.append(_element("h2", "Earlier versions"))
            content.append(_handout_table(entry, entry.earlier, path, "Handouts of earlier versions", latest=False))
    if others:
        links = [_element("li", _link_to(other, path)) for other in others]
        content += [_element("h2", "In other languages"), _element("ul", *links)]
    back = _element("nav", _element("a", catalogue.title, href=href("index.html", path)), aria_label="Catalogue")
    return _page(f"{article.title} · {catalogue.title}", catalogue, path, back, _element("main", *content))
