"""The standards that a finished PDF says it conforms to, read from its metadata."""

from __future__ import annotations

import io

from lxml import etree

from handbill.contract import ExporterError, diagnostic

from .xmp import NAMESPACES, Claims

__all__ = ["read_claims"]

# Bytes. A packet of ours has 3,000.
_LARGEST_PACKET = 1_000_000


def _unreadable(reason: str) -> ExporterError:
    return ExporterError(diagnostic("unreadable-pdf", reason, hint="build it anew"))


def _packet(handout: bytes) -> bytes:
    """Return the document's metadata stream as it lies in the file, or nothing where it has none that can be read as it is."""
    import pikepdf

    # A reader would mend what is damaged, and then tell what nobody wrote.
    with pikepdf.Pdf.open(io.BytesIO(handout), attempt_recovery=False, suppress_warnings=True) as pdf:
        stream = pdf.Root.get("/Metadata")
        if not isinstance(stream, pikepdf.Stream) or "/Filter" in stream:
            return b""
        return stream.read_raw_bytes() if int(stream.get("/Length", 0)) <= _LARGEST_PACKET else b""


def _values(root: etree._Element, name: str) -> set[str]:
    """Return the values of a property: as an element, or as an attribute of a description (XMP, ISO 16684-1, 7.9.2.2)."""
    prefix, _, local = name.partition(":")
    qualified = f"{{{NAMESPACES[prefix]}}}{local}"
    descriptions = root.findall(f".//{{{NAMESPACES['rdf']}}}Description")
    found = [text for description in descriptions for text in (description.get(qualified), description.findtext(qualified))]
    return {text.strip() for text in found if text}


def read_claims(handout: bytes) -> tuple[str, ...]:
    """Return the names of the standards in the metadata, such as "PDF/A-2a" and "PDF/UA-1".

    Metadata that say two things of one kind say nothing. Raises ExporterError where the bytes are no PDF or are damaged.
    """
    import pikepdf

    if not handout.startswith(b"%PDF-"):
        raise _unreadable("these bytes are no PDF")
    try:
        content = _packet(handout)
    except (pikepdf.PdfError, ValueError, TypeError, OverflowError) as error:
        raise _unreadable(f"the PDF's metadata cannot be read: {error}") from None
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True)) if content else None
    except etree.XMLSyntaxError:
        root = None
    if root is None or len(list(root.iter(f"{{{NAMESPACES['rdf']}}}RDF"))) > 1:
        return ()
    parts, levels, accessible = (_values(root, name) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part"))
    archival = len(parts) == 1 and len(levels) <= 1
    claims = Claims(parts.pop() if archival else "", levels.pop() if archival and levels else "", accessible == {"1"})
    return claims.names()
