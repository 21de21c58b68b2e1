"""Makes SVG drawings fit for a package: self-contained, without scripts, with valid ids."""

from __future__ import annotations

import re

from lxml import etree

from handbill.contract import ExporterError, diagnostic

__all__ = ["self_contained_svg"]

_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_WHITE_BACKGROUND = "background-color: #fff"
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_IMPORT = re.compile(r"@import\b[^;]*;?", re.IGNORECASE)
_OUTSIDE_URL = re.compile(r"url\(\s*(?![\"']?\s*(?:#|data:))[^)]*\)", re.IGNORECASE)


def self_contained_svg(name: str, content: bytes, *, background: bool = False) -> bytes:
    """Return the drawing in UTF-8 without scripts and references to other files, its ids unique and XML names.

    Reading systems show an image without running scripts or loading anything (SVG 2, 2.7.1, secure static mode): it looks the same.
    A drawing without anything of the kind keeps its bytes. With `background` it gets a white one: drawings are made for white paper,
    and a reading system that turns the page dark overrides the backgrounds of style sheets, but does not reach into an image. A drawing
    with a background of its own, or with rules for a dark theme, gets none. `name` stands in messages.

    Raises ExporterError (`bad-image`) where the drawing is not XML.
    """
    parser = etree.XMLParser(resolve_entities="internal", no_network=True)  # type: ignore[arg-type]
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        message, hint = f"{name} is no SVG: {error.msg}", "save it anew with the program that drew it"
        raise ExporterError(diagnostic("bad-image", message, hint=hint, excerpt=name)) from error
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    before = etree.tostring(root.getroottree())
    ids: set[str] = set()
    for element in list(root.iter(etree.Element)):
        if str(element.tag).lower() == f"{_SVG}script":
            _remove_keeping_tail(element)
        else:
            _clean_element(element, ids)
    if background and b"prefers-color-scheme" not in content and "background" not in (root.get("style") or ""):
        own = (root.get("style") or "").strip().rstrip(";")
        root.set("style", f"{own}; {_WHITE_BACKGROUND}" if own else _WHITE_BACKGROUND)
    styled = any(isinstance(node, etree._ProcessingInstruction) for node in root.itersiblings(preceding=True))
    if encoding == "UTF-8" and not styled and etree.tostring(root.getroottree()) == before:
        return content
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, with_tail=False)


def _remove_keeping_tail(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        element.tail, tail = None, element.tail
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + (tail or "")
        else:
            parent.text = (parent.text or "") + (tail or "")
        parent.remove(element)


def _clean_element(element: etree._Element, ids: set[str]) -> None:
    """Remove the element's attributes that run a script or refer to other files, and an id that is no XML name or is in `ids`.

    An id that stays is added to `ids`.
    """
    for name, value in list(element.attrib.items()):
        text = str(value)
        leads_out = name in _HREFS and element.tag != f"{_SVG}a" and not text.strip().startswith(("#", "data:"))
        runs = str(name).lower().startswith("on") or (name in _HREFS and text.strip().lower().startswith("javascript:"))
        bad_id = name == "id" and (text in ids or not _NAME.fullmatch(text))
        if leads_out or runs or bad_id:
            del element.attrib[name]
        elif name == "id":
            ids.add(text)
        elif "url(" in text.lower():
            element.set(str(name), _OUTSIDE_URL.sub("none", text))
    if element.tag == f"{_SVG}style" and element.text:
        element.text = _OUTSIDE_URL.sub("none", _IMPORT.sub("", element.text))
