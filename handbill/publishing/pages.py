"""The catalogue's web pages: an index, a page for each article, and one for each that was withdrawn. They work without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from lxml import etree

from handbill.document import direction, parse
from handbill.proof.manifest import Handout
from handbill.publishing.entries import Catalogue, Entry, address_of, href, in_full, latest_of, page_of

__all__ = ["STYLE", "article_page", "index_page", "summary_of"]

STYLE = "style.css"

_FORMATS = {"application/pdf": "PDF", "application/epub+zip": "EPUB", "text/plain": "Text"}
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


def _element(tag: str, *content: str | etree._Element, **attributes: str) -> etree._Element:
    """Return an element; names of attributes end in an underscore where Python needs it."""
    made = etree.Element(tag, {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value})
    for piece in content:
        if not isinstance(piece, str):
            made.append(piece)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + piece
        else:
            made.text = (made.text or "") + piece
    return made


def _in(language: str) -> dict[str, str]:
    """Return the attributes of what is in an article's language; the catalogue's own words are English."""
    return {"lang": language, "dir": direction(language)}


def _page(title: str, catalogue: Catalogue, path: str, *content: etree._Element) -> bytes:
    feeds = (("feed.xml", "application/atom+xml", "What changed"), ("opds.xml", _OPDS, "Catalogue for e-readers"))
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
        head.append(_element("link", rel="canonical", href=in_full(catalogue.base_url, "" if path == "index.html" else path)))
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


_OPDS = "application/atom+xml;profile=opds-catalog;kind=acquisition"


def summary_of(entry: Entry) -> list[etree._Element]:
    """Return the blocks of an article's abstract, without what leads into the article: images, notes, links inside it."""
    if not entry.about.abstract:
        return []
    body = parse(entry.about.abstract.encode())
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
    about = entry.about
    facts = (
        ("Language", about.language),
        ("Version", about.version),
        ("Reviewed", about.reviewed),
        ("Next review by", about.review_by),
        ("Facts as of", about.facts_as_of),
        ("Authors", ", ".join(about.authors)),
        ("Publisher", about.publisher),
        ("Contact", about.contact),
    )
    said = [piece for name, value in facts if value for piece in (_element("dt", name), _element("dd", value))]
    return _element("dl", *said, class_="facts") if said else None


def _size(size: int) -> str:
    return f"{size / 1000:,.0f} kB" if size >= 1000 else f"{size} bytes"


def _name(handout: Handout) -> str:
    kind = _FORMATS.get(handout.media_type, handout.exporter)
    return kind if handout.edition == handout.exporter else f"{kind}, {handout.edition.replace('-', ' ')}"


def _table(entry: Entry, handouts: Sequence[Handout], path: str, caption: str, *, latest: bool) -> etree._Element:
    head = _element("tr", *(_element("th", name, scope="col") for name in ("Format", "Size", "Where the disclaimer stands", "SHA-256")))
    rows = []
    for handout in handouts:
        links: list[str | etree._Element] = [
            _element(
                "a",
                _name(handout),
                href=href(address_of(handout), path),
                type=handout.media_type,
                hreflang=handout.language,
                download=PurePosixPath(handout.file).name,
            )
        ]
        if latest:
            links += [" (", _element("a", "always the newest", href=href(latest_of(entry.about, handout), path)), ")"]
        else:
            links += [f" version {handout.version}"]
        claims = [_element("p", ", ".join(handout.claims), class_="claims")] if handout.claims else []
        rows.append(
            _element(
                "tr",
                _element("th", *links, *claims, scope="row"),
                _element("td", _size(handout.size)),
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
    about = entry.about
    return _element("a", about.title, href=href(page_of(about), path), hreflang=about.language, **_in(about.language))


def _listed(entry: Entry, path: str) -> etree._Element:
    about = entry.about
    heading = _element("h2", _link_to(entry, path))
    if entry.withdrawn:
        return _element("li", heading, _element("p", f"Withdrawn{entry.since}. {entry.why}"))
    summary = _element("div", *summary_of(entry), **_in(about.language))
    about_it = " · ".join(
        part
        for part in (
            about.language,
            f"version {about.version}" if about.version else "",
            f"reviewed {about.reviewed}" if about.reviewed else "",
        )
        if part
    )
    caption = f"Handouts of “{about.title}”, {about.language}"
    return _element(
        "li", heading, _element("p", about_it, class_="about"), summary, _table(entry, entry.handouts, path, caption, latest=True)
    )


def index_page(catalogue: Catalogue) -> bytes:
    """Return the index of all articles, in HTML."""
    path = "index.html"
    live = [_listed(entry, path) for entry in catalogue.entries if not entry.withdrawn]
    gone = [_listed(entry, path) for entry in catalogue.entries if entry.withdrawn]
    content = [_element("h1", catalogue.title), _element("ul", *live, class_="entries")] if live else [_element("h1", catalogue.title)]
    if not live:
        content.append(_element("p", "There is nothing here at present."))
    if gone:
        content += [_element("section", _element("h2", "Withdrawn"), _element("ul", *_lowered(gone), class_="entries"))]
    return _page(catalogue.title, catalogue, path, _element("main", *content))


def _lowered(items: Iterable[etree._Element]) -> list[etree._Element]:
    """Return list items whose headings stand one level lower: below the section's own."""
    found = list(items)
    for item in found:
        for heading in item.iter("h2"):
            heading.tag = "h3"
    return found


def article_page(catalogue: Catalogue, entry: Entry) -> bytes:
    """Return an article's own page, in HTML; of one that was withdrawn, the page that says so."""
    about, path = entry.about, page_of(entry.about)
    others = [
        other for other in catalogue.entries if other.about.base == about.base and other.about.key != about.key and not other.withdrawn
    ]
    content: list[etree._Element] = [_element("h1", about.title, **_in(about.language))]
    if entry.withdrawn:
        since = f",{entry.since}" if entry.since else ""
        content.append(_element("p", f"This handout was withdrawn{since}. {entry.why}", class_="withdrawn"))
        content.append(_element("p", "Copies of it, on paper too, should not be used or handed on."))
    else:
        if about.subtitle:
            content.append(_element("p", about.subtitle, class_="subtitle", **_in(about.language)))
        facts = _facts(entry)
        content += [facts] if facts is not None else []
        content.append(_element("section", *summary_of(entry), **_in(about.language)))
        content.append(_element("h2", "Handouts"))
        content.append(_table(entry, entry.handouts, path, "Handouts of this version", latest=True))
        if entry.earlier:
            content.append(_element("h2", "Earlier versions"))
            content.append(_table(entry, entry.earlier, path, "Handouts of earlier versions", latest=False))
    if others:
        links = [_element("li", _link_to(other, path)) for other in others]
        content += [_element("h2", "In other languages"), _element("ul", *links)]
    back = _element("nav", _element("a", catalogue.title, href=href("index.html", path)), aria_label="Catalogue")
    return _page(f"{about.title} · {catalogue.title}", catalogue, path, back, _element("main", *content))
