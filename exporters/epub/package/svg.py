"""SVG drawings as a package may hold them: on their own, without scripts."""

from __future__ import annotations

import re

from lxml import etree

from handbill.contract import ExporterError, diagnostic

__all__ = ["self_contained"]

_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_GROUND = "background-color: #fff"
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_IMPORT = re.compile(r"@import\b[^;]*;?", re.IGNORECASE)
_OUTSIDE = re.compile(r"url\(\s*(?![\"']?\s*(?:#|data:))[^)]*\)", re.IGNORECASE)


def self_contained(name: str, content: bytes, *, ground: bool = False) -> bytes:
    """Return the drawing without what leads out of it or runs, with ids that are XML names and unique, in UTF-8.

    An image runs no script and loads nothing (SVG 2, 2.7.1, secure static mode), so that what is seen stays the same. A drawing
    with nothing of the kind keeps its bytes, but for the `ground`: drawings are made for white paper, and reading systems that
    turn the page dark take away the ground that a style sheet gives; they do not reach into an image. A drawing that says what it
    looks like in the dark, or has a ground of its own, is left as it is. Raises ExporterError where it is not XML.
    """
    parser = etree.XMLParser(resolve_entities="internal", no_network=True)  # type: ignore[arg-type]
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        message, hint = f"{name} is no SVG: {error.msg}", "save it anew with the program that drew it"
        raise ExporterError(diagnostic("bad-image", message, hint=hint, excerpt=name)) from error
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    before = etree.tostring(root.getroottree())
    seen: set[str] = set()
    for element in list(root.iter(etree.Element)):
        if str(element.tag).lower() == f"{_SVG}script":
            _remove(element)
        else:
            _detach(element, seen)
    if ground and b"prefers-color-scheme" not in content and "background" not in (root.get("style") or ""):
        own = (root.get("style") or "").strip().rstrip(";")
        root.set("style", f"{own}; {_GROUND}" if own else _GROUND)
    styled = any(isinstance(node, etree._ProcessingInstruction) for node in root.itersiblings(preceding=True))
    if encoding == "UTF-8" and not styled and etree.tostring(root.getroottree()) == before:
        return content
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, with_tail=False)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        element.tail, tail = None, element.tail
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + (tail or "")
        else:
            parent.text = (parent.text or "") + (tail or "")
        parent.remove(element)


def _detach(element: etree._Element, seen: set[str]) -> None:
    for name, value in list(element.attrib.items()):
        text = str(value)
        leads_out = name in _HREFS and element.tag != f"{_SVG}a" and not text.strip().startswith(("#", "data:"))
        runs = str(name).lower().startswith("on") or (name in _HREFS and text.strip().lower().startswith("javascript:"))
        bad_id = name == "id" and (text in seen or not _NAME.fullmatch(text))
        if leads_out or runs or bad_id:
            del element.attrib[name]
        elif name == "id":
            seen.add(text)
        elif "url(" in text.lower():
            element.set(str(name), _OUTSIDE.sub("none", text))
    if element.tag == f"{_SVG}style" and element.text:
        element.text = _OUTSIDE.sub("none", _IMPORT.sub("", element.text))
