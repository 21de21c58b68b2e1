"""The files that an article shows: loaded from the publication, recognised by their content, measured."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from lxml import etree

from handbill.contract import Diagnostic, Severity
from handbill.document import Asset
from handbill.errors import MachineError, SourceError

__all__ = ["load_asset"]

_MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
"""Raster images that PDF (by WeasyPrint) and EPUB 3.3 (3.2, core media types) both take."""

_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = ("script", "foreignObject", "handler", "listener", "set", "animate", "animateMotion", "animateTransform")


def load_asset(root: Path, name: str) -> Asset:
    """Return the image at a POSIX path of the publication.

    Raises SourceError, its diagnostic without a line, where it is no image of a kind that every format takes.
    """
    try:
        content = (root / name).read_bytes()
    except IsADirectoryError:
        raise _refusal(name, "is a folder") from None
    except OSError as error:
        raise MachineError(
            Diagnostic(Severity.ERROR, "unreadable", f"cannot be read: {error.strerror}", name, hint="look at its owner and rights")
        ) from None
    if name.lower().endswith((".svg", ".svgz")) or content.lstrip()[:5] in (b"<?xml", b"<svg "):
        return _vector(name, content)
    return _raster(name, content)


def _refusal(name: str, why: str) -> SourceError:
    return SourceError(
        Diagnostic(
            Severity.ERROR, "bad-image", f"the image {name} {why}", hint="save it as PNG, JPEG, GIF, WebP or SVG, which every format shows"
        )
    )


def _raster(name: str, content: bytes) -> Asset:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=list(_MEDIA_TYPES)) as image:
            width, height = image.size
            kind = image.format or ""
            image.verify()
    except UnidentifiedImageError:
        raise _refusal(name, "is of no kind that handbill knows") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _refusal(name, f"is damaged: {error}") from None
    return Asset(name, _MEDIA_TYPES[kind], content, float(width), float(height))


def _vector(name: str, content: bytes) -> Asset:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(name, f"is not well-formed SVG: {error.msg}") from None
    if root.tag != f"{_SVG}svg":
        raise _refusal(name, "is XML, but not SVG (its root is svg in the SVG namespace)")
    document_type: Any = root.getroottree().docinfo.internalDTD
    if document_type is not None and list(document_type.entities()):
        raise _refusal(name, "has a document type with entities")
    if _clean(root) or document_type is not None:
        content = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    width, height = _size(root)
    return Asset(name, "image/svg+xml", content, width, height)


def _clean(root: etree._Element) -> bool:
    """Remove what acts or reaches outside; tell whether there was any."""
    changed = False
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        local = etree.QName(element).localname
        parent = element.getparent()
        if local in _ACTIVE and parent is not None:
            parent.remove(element)
            changed = True
            continue
        for attribute, value in list(element.attrib.items()):
            plain = etree.QName(str(attribute)).localname.lower()
            outside = plain in ("href", "src", "base") and not str(value).strip().startswith(("#", "data:image/"))
            link = local == "a" and str(value).strip().startswith(("http:", "https:"))
            if plain.startswith("on") or (outside and not link) or _reaches_out(str(value)):
                del element.attrib[attribute]
                changed = True
        if local == "style" and _reaches_out(element.text or ""):
            element.text = re.sub(r"@import[^;]*;?|url\(\s*['\"]?(?!#)[^)]*\)", "none", element.text or "", flags=re.IGNORECASE)
            changed = True
    return changed


def _reaches_out(style: str) -> bool:
    return re.search(r"@import|url\(\s*['\"]?(?!#|['\"])", style, re.IGNORECASE) is not None


def _size(root: etree._Element) -> tuple[float | None, float | None]:
    """Return width and height in CSS pixels: the attributes' (SVG 2, 8.2), else the view box's."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    sizes = [_pixels(root.get(name, "")) for name in ("width", "height")]
    if len(box) == 4 and all(re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?", number, re.ASCII) for number in box):
        width, height = float(box[2]), float(box[3])
        if sizes[0] is None and sizes[1] is None:
            return width, height
        if sizes[0] is None and sizes[1] is not None and height:
            return sizes[1] * width / height, sizes[1]
        if sizes[1] is None and sizes[0] is not None and width:
            return sizes[0], sizes[0] * height / width
    return sizes[0], sizes[1]


_UNITS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6}


def _pixels(length: str) -> float | None:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?|\.\d+)([a-zA-Z]*)\s*", length)
    return float(found[1]) * _UNITS[found[2].lower()] if found and found[2].lower() in _UNITS else None
