"""The metadata packet (XMP): what the document is, and the standards that it claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree

from ..conformance import PDFA_NAMESPACE, PDFUA_NAMESPACE, RDF_NAMESPACE

if TYPE_CHECKING:
    from datetime import datetime

    from handbill.document import Metadata

    from ..conformance import Conformance

__all__ = ["NAMESPACES", "packet"]

NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": RDF_NAMESPACE,
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": PDFA_NAMESPACE,
    "pdfuaid": PDFUA_NAMESPACE,
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
"""The namespaces of the properties, by the prefixes that the standards ask for."""

_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'.encode()
_END = b'\n<?xpacket end="r"?>'


def _name(qualified: str) -> str:
    prefix, _, local = qualified.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _simple(parent: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(parent, _name(name)).text = text


def _array(parent: etree._Element, name: str, kind: str, texts: Sequence[str]) -> None:
    """Add a property of several values (XMP, ISO 16684-1, 7.7): `Bag`, `Seq`, or `Alt` with a text for any language."""
    if not any(texts):
        return
    items = etree.SubElement(etree.SubElement(parent, _name(name)), _name(f"rdf:{kind}"))
    for text in texts:
        item = etree.SubElement(items, _name("rdf:li"))
        item.text = text
        if kind == "Alt":
            item.set("{http://www.w3.org/XML/1998/namespace}lang", "x-default")


def _resource(parent: etree._Element, name: str) -> etree._Element:
    made = etree.SubElement(parent, _name(name))
    made.set(_name("rdf:parseType"), "Resource")
    return made


def _extension(description: etree._Element) -> None:
    """Describe the PDF/UA identification schema, which PDF/A does not know (ISO 19005-2, 6.6.2.3.3; ISO 14289-1, 5)."""
    schemas = etree.SubElement(etree.SubElement(description, _name("pdfaExtension:schemas")), _name("rdf:Bag"))
    schema = _resource(schemas, "rdf:li")
    _simple(schema, "pdfaSchema:schema", "PDF/UA Universal Accessibility Schema")
    _simple(schema, "pdfaSchema:namespaceURI", NAMESPACES["pdfuaid"])
    _simple(schema, "pdfaSchema:prefix", "pdfuaid")
    properties = etree.SubElement(etree.SubElement(schema, _name("pdfaSchema:property")), _name("rdf:Seq"))
    part = _resource(properties, "rdf:li")
    _simple(part, "pdfaProperty:name", "part")
    _simple(part, "pdfaProperty:valueType", "Integer")
    _simple(part, "pdfaProperty:category", "internal")
    _simple(part, "pdfaProperty:description", "The part of ISO 14289 to which the document conforms")


def packet(metadata: Metadata, timestamp: datetime, claims: Conformance, producer: str) -> bytes:
    """Return the packet with the document's metadata and these claims, in UTF-8. `timestamp` is in UTC."""
    root = etree.Element(_name("x:xmpmeta"), nsmap={"x": NAMESPACES["x"]})
    rdf = etree.SubElement(root, _name("rdf:RDF"), nsmap={"rdf": NAMESPACES["rdf"]})
    used = {prefix: uri for prefix, uri in NAMESPACES.items() if prefix not in ("x", "rdf")}
    if not (claims.part and claims.accessible):
        used = {prefix: uri for prefix, uri in used.items() if not prefix.startswith(("pdfaE", "pdfaS", "pdfaP"))}
    description = etree.SubElement(rdf, _name("rdf:Description"), nsmap=used)
    description.set(_name("rdf:about"), "")
    if claims.part:
        _simple(description, "pdfaid:part", claims.part)
        _simple(description, "pdfaid:conformance", claims.level)
    if claims.accessible:
        _simple(description, "pdfuaid:part", "1")
        if claims.part:
            _extension(description)
    stamp = timestamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    _array(description, "dc:title", "Alt", [metadata.title])
    _array(description, "dc:creator", "Seq", metadata.authors)
    _array(description, "dc:description", "Alt", [metadata.subtitle])
    _array(description, "dc:publisher", "Bag", [metadata.publisher])
    _array(description, "dc:rights", "Alt", [metadata.rights])
    _array(description, "dc:language", "Bag", [metadata.language])
    _simple(description, "dc:format", "application/pdf")
    _simple(description, "dc:identifier", metadata.identifier)
    _array(description, "dc:subject", "Bag", metadata.keywords)
    _simple(description, "pdf:Keywords", ", ".join(metadata.keywords))
    _simple(description, "pdf:Producer", producer)
    _simple(description, "xmp:CreatorTool", "handbill")
    _simple(description, "xmp:CreateDate", stamp)
    _simple(description, "xmp:ModifyDate", stamp)
    _simple(description, "xmp:MetadataDate", stamp)
    return _BEGIN + etree.tostring(root, encoding="utf-8", pretty_print=True) + _END
