"""One XHTML page of an EPUB, for a frame of the preview: the items of its spine in order, with its style sheets and images embedded.

`book_page` takes the bytes of a book and returns the page. The page requests nothing: its links lead within it or into a new window.
"""

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
_NAMESPACES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "o": "http://www.idpf.org/2007/opf",
    "h": "http://www.w3.org/1999/xhtml",
}
_IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}


def _parse(content: bytes) -> etree._Element:
    """Return the root of an XML document, without external entities."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def book_page(book: bytes) -> bytes:
    """Return the page of a book. Raises what the parsers raise for a damaged book: BadZipFile, KeyError, XMLSyntaxError."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        html = f"{{{_NAMESPACES['h']}}}"
        root = etree.Element(f"{html}html", nsmap={None: _NAMESPACES["h"]})  # type: ignore[dict-item] # the stubs know no default namespace
        head, body = etree.SubElement(root, f"{html}head"), etree.SubElement(root, f"{html}body")
        sheets: dict[str, None] = {}
        # An id with an underscore cannot clash: no id of an article has one.
        parts = {path: f"part_{number}" for number, path in enumerate(_spine(archive), 1)}
        for path, name in parts.items():
            tree, folder = _parse(archive.read(path)), posixpath.dirname(path)
            links = tree.iterfind(".//h:head/h:link[@rel='stylesheet']", _NAMESPACES)
            sheets |= dict.fromkeys(_resolve(folder, link.get("href", "")) for link in links)
            part = tree.find("h:body", _NAMESPACES)
            if part is not None:
                _embed_images(part, folder, archive)
                _rewrite_links(part, path, parts)
                part.tag = f"{html}div"
                # The attributes of the root element: language, direction, and the classes that style sheets select.
                division = etree.SubElement(
                    body, f"{html}div", {key: tree.get(key, "") for key in ("lang", "dir", "class") if key in tree.attrib}
                )
                division.set("id", name)
                division.append(part)
                etree.SubElement(body, f"{html}hr")
        for sheet in sheets:
            etree.SubElement(head, f"{html}style").text = archive.read(sheet).decode()
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _spine(archive: zipfile.ZipFile) -> list[str]:
    """Return the paths of the spine's items (EPUB 3.3, 5.7), by the package document that the container names (4.2.6.3.1)."""
    rootfile = _parse(archive.read(_CONTAINER)).find(".//c:rootfile", _NAMESPACES)
    path = "" if rootfile is None else rootfile.get("full-path", "")
    package = _parse(archive.read(path))
    items = {one.get("id"): one.get("href", "") for one in package.iterfind(".//o:manifest/o:item", _NAMESPACES)}
    references = [one.get("idref") for one in package.iterfind(".//o:spine/o:itemref", _NAMESPACES)]
    return [_resolve(posixpath.dirname(path), items[name]) for name in references if name in items]


def _resolve(folder: str, href: str) -> str:
    """Return the path in the archive of a reference from a file in a folder."""
    return posixpath.normpath(posixpath.join(folder, unquote(href)))


def _embed_images(body: etree._Element, folder: str, archive: zipfile.ZipFile) -> None:
    """Replace the addresses of images by data URLs (RFC 2397)."""
    for image in body.iter(f"{{{_NAMESPACES['h']}}}img"):
        path = _resolve(folder, image.get("src", ""))
        media_type = _IMAGE_TYPES.get(posixpath.splitext(path)[1].lower(), "application/octet-stream")
        image.set("src", f"data:{media_type};base64,{base64.b64encode(archive.read(path)).decode()}")


def _rewrite_links(body: etree._Element, path: str, parts: Mapping[str, str]) -> None:
    """Point links between items of the spine to places of the page. Others ask for a new window, which the frame's sandbox denies."""
    for link in body.iter(f"{{{_NAMESPACES['h']}}}a"):
        target, _, fragment = link.get("href", "").partition("#")
        if ":" in target:
            link.set("target", "_blank")
        elif "href" in link.attrib:
            page = _resolve(posixpath.dirname(path), target) if target else path
            link.set("href", f"#{fragment or parts.get(page, '')}")
