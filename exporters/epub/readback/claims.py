"""Reads from a package document which accessibility standards the publication claims to conform to."""

from __future__ import annotations

from lxml import etree

__all__ = ["conformance_claims"]

_OPF = "{http://www.idpf.org/2007/opf}"
# A conformance statement begins so, with the version and the WCAG level behind it (EPUB Accessibility 1.1, conformance reporting).
_STANDARD = "EPUB Accessibility "


def conformance_claims(package: etree._Element) -> list[str]:
    """Return the publication's conformance statements, one for each version of EPUB Accessibility and level of WCAG.

    `package` is the root of the package document. A statement that refines another element is not about the publication.
    """
    statements = (meta for meta in package.iter(f"{_OPF}meta") if meta.get("property") == "dcterms:conformsTo" and not meta.get("refines"))
    claims = (" ".join((meta.text or "").split()) for meta in statements)
    return [claim for claim in claims if claim.startswith(_STANDARD)]
