"""The standards that a finished PDF states in its XMP metadata: bytes in, their names out (ISO 19005-2, 6.6.4; ISO 14289-1, 5)."""

from __future__ import annotations

from lxml import etree

from ..conformance import PDFA_NAMESPACE, PDFUA_NAMESPACE, RDF_NAMESPACE, Conformance
from .pdf_file import open_with_qpdf, require_header, unreadable_pdf

__all__ = ["read_conformance"]

# Bytes. A packet of ours has 3,000.
_LARGEST_PACKET = 1_000_000


def _packet(handout: bytes) -> bytes:
    """Return the document's metadata stream, b"" where it has none, or one that is filtered or larger than _LARGEST_PACKET."""
    import pikepdf

    with open_with_qpdf(handout) as pdf:
        stream = pdf.Root.get("/Metadata")
        if not isinstance(stream, pikepdf.Stream) or "/Filter" in stream:
            return b""
        return stream.read_raw_bytes() if int(stream.get("/Length", 0)) <= _LARGEST_PACKET else b""


def _values(root: etree._Element, namespace: str, name: str) -> set[str]:
    """Return the values of a property: of elements, and of attributes of descriptions (ISO 16684-1, 7.9.2.2)."""
    qualified = f"{{{namespace}}}{name}"
    descriptions = root.findall(f".//{{{RDF_NAMESPACE}}}Description")
    found = [text for description in descriptions for text in (description.get(qualified), description.findtext(qualified))]
    return {text.strip() for text in found if text}


def read_conformance(handout: bytes) -> tuple[str, ...]:
    """Return the names of the standards that the metadata state, such as "PDF/A-2a" and "PDF/UA-1".

    Metadata that state two different parts or levels state none. Raises ExporterError where the bytes are no PDF or are damaged.
    """
    import pikepdf

    require_header(handout)
    try:
        content = _packet(handout)
    except (pikepdf.PdfError, ValueError, TypeError, OverflowError) as error:
        raise unreadable_pdf(f"the PDF's metadata cannot be read: {error}") from None
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True)) if content else None
    except etree.XMLSyntaxError:
        root = None
    if root is None or len(list(root.iter(f"{{{RDF_NAMESPACE}}}RDF"))) > 1:
        return ()
    parts, levels = _values(root, PDFA_NAMESPACE, "part"), _values(root, PDFA_NAMESPACE, "conformance")
    is_archival = len(parts) == 1 and len(levels) <= 1
    is_accessible = _values(root, PDFUA_NAMESPACE, "part") == {"1"}
    return Conformance(parts.pop() if is_archival else "", levels.pop() if is_archival and levels else "", is_accessible).names()
