"""How a PDF states the standards that it conforms to: facts of the formats, for the way out and for the reading back alike.

A file states PDF/A by the properties `pdfaid:part` and `pdfaid:conformance` of its XMP metadata (ISO 19005-2, 6.6.4) and PDF/UA by
`pdfuaid:part` (ISO 14289-1, 5).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PDFA_NAMESPACE", "PDFUA_NAMESPACE", "RDF_NAMESPACE", "Conformance"]

RDF_NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PDFA_NAMESPACE = "http://www.aiim.org/pdfa/ns/id/"
PDFUA_NAMESPACE = "http://www.aiim.org/pdfua/ns/id/"


@dataclass(frozen=True, slots=True)
class Conformance:
    """The standards that a file states: the part and the level of PDF/A ("2", "A"; "" for none), and whether it states PDF/UA-1."""

    part: str = ""
    level: str = ""
    accessible: bool = False

    def names(self) -> tuple[str, ...]:
        """Return the standards' names as people write them: "PDF/A-2a", "PDF/UA-1"."""
        archival = f"PDF/A-{self.part}{self.level.lower()}" if self.part else ""
        return tuple(name for name in (archival, "PDF/UA-1" if self.accessible else "") if name)
