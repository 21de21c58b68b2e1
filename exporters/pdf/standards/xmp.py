"""The XMP packet of a PDF (ISO 16684-1): the document's metadata, and the standards that the file states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree

from ..conformance import PDFA_NAMESPACE, PDFUA_NAMESPACE, RDF_NAMESPACE

if TYPE_CHECKING:
    from datetime import datetime

    from handbill.document import Metadata

    from ..conformance import Conformance

__all__ = ["NAMESPACES", "xmp_packet"]

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
"""The namespaces of the properties, by the prefixes that the standards require."""

_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'.encode()
_END = b'\n<?xpacket end="r"?>'


def _qualified_name(qualified: str) -> str:
    prefix, _, local = qualified.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _add_text(parent: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(parent, _qualified_name(name)).text = text


def _add_array(parent: etree._Element, name: str, kind: str, texts: Sequence[str]) -> None:
    """Add an array property (ISO 16684-1, 7.7), if there are values: `Bag`, `Seq`, or `Alt` with the value for any language."""
    if not any(texts):
        return
    items = etree.SubElement(etree.SubElement(parent, _qualified_name(name)), _qualified_name(f"rdf:{kind}"))
    for text in texts:
        item = etree.SubElement(items, _qualified_name("rdf:li"))
        item.text = text
        if kind == "Alt":
            item.set("{http://www.w3.org/XML/1998/namespace}lang", "x-default")


def _add_resource(parent: etree._Element, name: str) -> etree._Element:
    resource = etree.SubElement(parent, _qualified_name(name))
    resource.set(_qualified_name("rdf:parseType"), "Resource")
    return resource


def _add_extension_schema(description: etree._Element) -> None:
    """Describe the PDF/UA identification schema, as PDF/A requires of schemas not its own (ISO 19005-2, 6.6.2.3.3; ISO 14289-1, 5)."""
    schemas = etree.SubElement(etree.SubElement(description, _qualified_name("pdfaExtension:schemas")), _qualified_name("rdf:Bag"))
    schema = _add_resource(schemas, "rdf:li")
    _add_text(schema, "pdfaSchema:schema", "PDF/UA Universal Accessibility Schema")
    _add_text(schema, "pdfaSchema:namespaceURI", NAMESPACES["pdfuaid"])
    _add_text(schema, "pdfaSchema:prefix", "pdfuaid")
    properties = etree.SubElement(etree.SubElement(schema, _qualified_name("pdfaSchema:property")), _qualified_name("rdf:Seq"))
    part = _add_resource(properties, "rdf:li")
    _add_text(part, "pdfaProperty:name", "part")
    _add_text(part, "pdfaProperty:valueType", "Integer")
    _add_text(part, "pdfaProperty:category", "internal")
    _add_text(part, "pdfaProperty:description", "The part of ISO 14289 to which the document conforms")


def xmp_packet(metadata: Metadata, timestamp: datetime, conformance: Conformance, producer: str) -> bytes:
    """Return the packet in UTF-8. `timestamp` is in UTC; `producer` is the name of the program that wrote the PDF."""
    root = etree.Element(_qualified_name("x:xmpmeta"), nsmap={"x": NAMESPACES["x"]})
    rdf = etree.SubElement(root, _qualified_name("rdf:RDF"), nsmap={"rdf": NAMESPACES["rdf"]})
    namespaces = {prefix: uri for prefix, uri in NAMESPACES.items() if prefix not in ("x", "rdf")}
    if not (conformance.part and conformance.accessible):
        namespaces = {prefix: uri for prefix, uri in namespaces.items() if not prefix.startswith(("pdfaE", "pdfaS", "pdfaP"))}
    description = etree.SubElement(rdf, _qualified_name("rdf:Description"), nsmap=namespaces)
    description.set(_qualified_name("rdf:about"), "")
    if conformance.part:
        _add_text(description, "pdfaid:part", conformance.part)
        _add_text(description, "pdfaid:conformance", conformance.level)
    if conformance.accessible:
        _add_text(description, "pdfuaid:part", "1")
        if conformance.part:
            _add_extension_schema(description)
    stamp = timestamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    _add_array(description, "dc:title", "Alt", [metadata.title])
    _add_array(description, "dc:creator", "Seq", metadata.authors)
    _add_array(description, "dc:description", "Alt", [metadata.subtitle])
    _add_array(description, "dc:publisher", "Bag", [metadata.publisher])
    _add_array(description, "dc:rights", "Alt", [metadata.rights])
    _add_array(description, "dc:language", "Bag", [metadata.language])
    _add_text(description, "dc:format", "application/pdf")
    _add_text(description, "dc:identifier", metadata.identifier)
    _add_array(description, "dc:subject", "Bag", metadata.keywords)
    _add_text(description, "pdf:Keywords", ", ".join(metadata.keywords))
    _add_text(description, "pdf:Producer", producer)
    _add_text(description, "xmp:CreatorTool", "handbill")
    _add_text(description, "xmp:CreateDate", stamp)
    _add_text(description, "xmp:ModifyDate", stamp)
    _add_text(description, "xmp:MetadataDate", stamp)
    return _BEGIN + etree.tostring(root, encoding="utf-8", pretty_print=True) + _END
