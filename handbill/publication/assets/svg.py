"""SVG images: reduced to elements that draw, without scripts and references to other files, and measured.

As in SVG's secure static mode (SVG 2, 2.2, processing modes), nothing runs and nothing is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from handbill.publication.assets.css_tokens import nested_tokens
from handbill.system.bounds import BoundError, Bounds

__all__ = ["InvalidImageError", "clean_svg"]

_SVG = "{http://www.w3.org/2000/svg}"
_NAMESPACES = ("", "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace")
"""The namespaces of attributes that SVG defines a meaning for."""

_ELEMENTS = frozenset(
    (
        "a altGlyph altGlyphDef altGlyphItem circle clipPath color-profile cursor defs desc ellipse filter font font-face font-face-name "
        "g glyph glyphRef hkern image line linearGradient marker mask metadata missing-glyph path pattern polygon polyline radialGradient "
        "rect solidcolor stop style svg switch symbol text textPath title tref tspan use view vkern "
        "feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight "
        "feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset "
        "fePointLight feSpecularLighting feSpotLight feTile feTurbulence"
    ).split()
)
"""The elements of SVG 1.1 that are drawn, or define how; without animation, scripts, and foreign content."""

_EMBEDDED_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_LOCAL_REFERENCE = re.compile(r"url\(\s*[\"']?\s*#([^)\"']+)")


class InvalidImageError(Exception):
    """An image that cannot be shown; the text says why, a predicate."""


def clean_svg(content: bytes, bounds: Bounds) -> tuple[bytes, float | None, float | None]:
    """Return an SVG image's bytes without unsafe parts, and its width and height in CSS pixels, None where it has none.

    An image without unsafe parts keeps its bytes. Raises InvalidImageError, BoundError.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidImageError(f"is not well-formed SVG: {error.msg}") from None
    if root.tag != f"{_SVG}svg":
        raise InvalidImageError("is XML, but not SVG (its root is svg in the SVG namespace)")
    document_type: Any = root.getroottree().docinfo.internalDTD
    if document_type is not None and list(document_type.entities()):
        raise InvalidImageError("has a document type with entities")
    _check_depth(root, bounds.nesting)
    beside = [*root.itersiblings(preceding=True), *root.itersiblings()]
    instructed = any(isinstance(node, etree._ProcessingInstruction) for node in (*beside, *root.iter(etree.ProcessingInstruction)))
    if _remove_unsafe(root) or document_type is not None or instructed:
        # Processing instructions (style sheets among them) and the document type are left out.
        etree.strip_tags(root, etree.ProcessingInstruction)
        content = etree.tostring(root, encoding="utf-8", xml_declaration=True, with_tail=False)
    _check_drawn_elements(root, bounds.svg_elements)
    return (content, *_size(root))


def _check_depth(root: etree._Element, deepest: int) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > deepest:
            raise InvalidImageError(f"has elements nested more than {deepest} deep")


def _remove_unsafe(root: etree._Element) -> bool:
    """Remove elements and attributes that do not draw, or that refer to other files. Return whether there were any."""
    changed = False
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element)
        if element is not root and (f"{{{name.namespace}}}" != _SVG or name.localname not in _ELEMENTS):
            _remove(element)
            changed = True
            continue
        for attribute, value in list(element.attrib.items()):
            if not _is_safe_attribute(name.localname, etree.QName(str(attribute)), str(value)):
                del element.attrib[attribute]
                changed = True
        if name.localname == "style" and _has_external_reference("".join(map(str, element.itertext())), sheet=True):
            parent = element.getparent()
            if parent is not None:
                _remove(element)
            changed = True
    return changed


def _remove(element: etree._Element) -> None:
    """Remove an element with its content; the text after it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _is_safe_attribute(element: str, attribute: etree.QName, value: str) -> bool:
    local, address = attribute.localname.lower(), value.strip()
    if (attribute.namespace or "") not in _NAMESPACES or local.startswith("on"):
        return False
    if local in ("src", "base"):
        return False
    if local == "href":
        is_safe = address.startswith(("http://", "https://")) if element == "a" else element == "image" and _EMBEDDED_IMAGE.match(address)
        return address.startswith("#") or bool(is_safe)
    return not _has_external_reference(value)


def _has_external_reference(css: str, *, sheet: bool = False) -> bool:
    """Return whether a value, or a style sheet, refers to anything outside the image itself."""
    if not sheet and "(" not in css and "\\" not in css:
        return False
    import tinycss2

    return any(_is_external(token) for token in nested_tokens(tinycss2.parse_component_value_list(css)))


def _is_external(token: Any) -> bool:
    if token.type == "at-keyword":
        return str(token.lower_value) in ("import", "namespace", "font-face")
    if token.type == "url":
        return not str(token.value).strip().startswith("#")
    if token.type == "function" and token.lower_name in ("url", "src", "image", "image-set", "cross-fade", "element", "expression"):
        return not any(inner.type == "string" and str(inner.value).strip().startswith("#") for inner in token.arguments)
    return bool(token.type == "error")


def _check_drawn_elements(root: etree._Element, most: int) -> None:
    """Raise BoundError where more elements are drawn than `most`, each counted as often as it is; InvalidImageError for a cycle."""
    named = {element.get("id"): element for element in root.iter(etree.Element) if element.get("id")}
    sizes: dict[etree._Element, int] = {}
    ancestors: set[etree._Element] = set()

    def size(element: etree._Element) -> int:
        """Return how many elements are drawn for an element: itself, its children and what they refer to."""
        if element in sizes:
            return sizes[element]
        if element in ancestors:
            raise InvalidImageError("draws something inside itself")
        ancestors.add(element)
        total = 1 + sum(size(child) for child in element.iterchildren(etree.Element))
        for target in _referenced_ids(element):
            if target in named and named[target] is not element:
                total += size(named[target])
                if total > most:
                    raise BoundError("svg_elements", f"draws more than {most:,} elements")
        ancestors.discard(element)
        sizes[element] = total
        return total

    try:
        if size(root) > most:
            raise BoundError("svg_elements", f"draws more than {most:,} elements")
    except RecursionError:
        raise InvalidImageError("has references nested too deeply") from None


def _referenced_ids(element: etree._Element) -> Iterator[str]:
    """Yield the ids of the elements that are drawn with an element: those it uses, and its patterns, masks, markers and filters."""
    for attribute, value in element.attrib.items():
        if etree.QName(str(attribute)).localname == "href" and str(value).strip().startswith("#"):
            yield str(value).strip()[1:]
        for found in _LOCAL_REFERENCE.finditer(str(value)):
            yield found[1].strip()


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
