"""An EPUB as one page: the items of its spine one after the other, with its own styles and images."""

from __future__ import annotations

import base64
import io
import posixpath
import zipfile
from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree

__all__ = ["book_page"]

_CONTAINER = "META-INF/container.xml"
_NAMES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "o": "http://www.idpf.org/2007/opf",
    "h": "http://www.w3.org/1999/xhtml",
}
_IMAGES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}


def _parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def book_page(book: bytes) -> bytes:
    """Return one XHTML page of a book's spine that asks for nothing else; links lead about in it, and nowhere else.

    Raises what a damaged book raises.
    """
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        html = f"{{{_NAMES['h']}}}"
        root = etree.Element(f"{html}html", nsmap={None: _NAMES["h"]})  # type: ignore[dict-item] # the stubs know no default namespace
        head, body = etree.SubElement(root, f"{html}head"), etree.SubElement(root, f"{html}body")
        sheets: dict[str, None] = {}
        # No id of an article has an underscore.
        parts = {path: f"part_{number}" for number, path in enumerate(_spine(archive), 1)}
        for path, name in parts.items():
            tree, folder = _parsed(archive.read(path)), posixpath.dirname(path)
            links = tree.iterfind(".//h:head/h:link[@rel='stylesheet']", _NAMES)
            sheets |= dict.fromkeys(_below(folder, link.get("href", "")) for link in links)
            part = tree.find("h:body", _NAMES)
            if part is not None:
                _enclose(part, folder, archive)
                _connect(part, path, parts)
                part.tag = f"{html}div"
                # What the whole document says of itself: its language, the way it runs, what styles go by.
                whole = etree.SubElement(
                    body, f"{html}div", {key: tree.get(key, "") for key in ("lang", "dir", "class") if key in tree.attrib}
                )
                whole.set("id", name)
                whole.append(part)
                etree.SubElement(body, f"{html}hr")
        for sheet in sheets:
            etree.SubElement(head, f"{html}style").text = archive.read(sheet).decode()
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _spine(archive: zipfile.ZipFile) -> list[str]:
    """Return the paths of the spine's items (EPUB 3.3, 5.7), by the package document that the container names (4.2.6.3.1)."""
    rootfile = _parsed(archive.read(_CONTAINER)).find(".//c:rootfile", _NAMES)
    path = "" if rootfile is None else rootfile.get("full-path", "")
    package = _parsed(archive.read(path))
    items = {one.get("id"): one.get("href", "") for one in package.iterfind(".//o:manifest/o:item", _NAMES)}
    references = [one.get("idref") for one in package.iterfind(".//o:spine/o:itemref", _NAMES)]
    return [_below(posixpath.dirname(path), items[name]) for name in references if name in items]


def _below(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(href)))


def _enclose(body: etree._Element, folder: str, archive: zipfile.ZipFile) -> None:
    """Put a page's images into it."""
    for image in body.iter(f"{{{_NAMES['h']}}}img"):
        path = _below(folder, image.get("src", ""))
        media_type = _IMAGES.get(posixpath.splitext(path)[1].lower(), "application/octet-stream")
        image.set("src", f"data:{media_type};base64,{base64.b64encode(archive.read(path)).decode()}")


def _connect(body: etree._Element, path: str, parts: Mapping[str, str]) -> None:
    """Let links lead to the same places in the one page; those to elsewhere ask for a window, which a frame does not get."""
    for link in body.iter(f"{{{_NAMES['h']}}}a"):
        target, _, fragment = link.get("href", "").partition("#")
        if ":" in target:
            link.set("target", "_blank")
        elif "href" in link.attrib:
            page = _below(posixpath.dirname(path), target) if target else path
            link.set("href", f"#{fragment or parts.get(page, '')}")
