"""Derives a book's accessibility metadata from its content, as EPUB Accessibility 1.1 requires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from handbill.document import Asset, Document

from .images import is_decorative
from .metadata import MetaElement

__all__ = ["accessibility_metadata"]

_CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def accessibility_metadata(document: Document, bodies: Sequence[etree._Element], shown: Iterable[Asset]) -> list[MetaElement]:
    """Return the discovery metadata (EPUB Accessibility 1.1, section 2), and the claim of conformance where it holds.

    `bodies` are those of the pages in their order, before notes and notices are added to them; `shown` are the images that a person
    sees. The values are those of W3C's Schema.org Accessibility Properties for Discoverability Vocabulary. No conformance is claimed
    where the document has barriers, an image that informs has no alternative, headings skip a level, or an image may be animated
    (WCAG 2.1, 1.1.1, 1.3.1, 2.2.2).
    """
    informative = [image for body in bodies for image in body.iter("img") if not is_decorative(image)]
    described = all((image.get("alt") or "").strip() for image in informative)
    ordered = _headings_in_order(bodies)
    static = not any(_may_be_animated(asset) for asset in shown)
    conforms = described and ordered and static and not document.barriers
    properties = [("accessMode", "textual")]
    if informative:
        properties.append(("accessMode", "visual"))
    sufficient = (["textual"] if described else []) + (["textual,visual"] if informative else [])
    properties += [("accessModeSufficient", value) for value in sufficient]
    features = {
        "alternativeText": bool(informative) and described,
        "displayTransformability": True,
        "readingOrder": True,
        "rubyAnnotations": _contain(bodies, "ruby"),
        "structuralNavigation": ordered,
        "tableOfContents": True,
        "unlocked": True,
    }
    properties += [("accessibilityFeature", name) for name, present in features.items() if present]
    properties.append(("accessibilityHazard", "none" if static else "unknown"))
    metas = [MetaElement(f"schema:{name}", value) for name, value in properties]
    summary = " ".join(_summary(document, bodies, informative=bool(informative), described=described, static=static, conforms=conforms))
    metas.append(MetaElement("schema:accessibilitySummary", summary, document.words.language))
    if conforms:
        # Conformance reporting: the claim, and who evaluated the publication, which is never a person's review here.
        metas.append(MetaElement("dcterms:conformsTo", _CONFORMANCE, identifier="conformance"))
        metas.append(MetaElement("a11y:certifiedBy", document.words.evaluated_by, document.words.language, refines="conformance"))
    return metas


def _headings_in_order(bodies: Sequence[etree._Element]) -> bool:
    """Return whether no heading is more than one level below the one before it."""
    levels = [int(str(heading.tag)[1]) for body in bodies for heading in body.iter(*_HEADINGS)]
    return all(level <= before + 1 for before, level in zip([0, *levels], levels, strict=False))


def _contain(bodies: Sequence[etree._Element], name: str) -> bool:
    """Return whether there is an element of that name in one of the bodies."""
    return any(next(body.iter(name), None) is not None for body in bodies)


def _may_be_animated(asset: Asset) -> bool:
    """Return whether an image may be animated. Whether it flashes is not known."""
    match asset.media_type:
        case "image/gif":
            return asset.content.count(b"\x21\xf9\x04") > 1 or b"NETSCAPE" in asset.content
        case "image/png":
            return b"acTL" in asset.content
        case "image/webp":
            return b"ANIM" in asset.content
        case "image/svg+xml":
            return any(word in asset.content for word in (b"<animate", b"<set", b"@keyframes", b":animate", b":set"))
    return False


def _summary(
    document: Document, bodies: Sequence[etree._Element], *, informative: bool, described: bool, static: bool, conforms: bool
) -> Iterator[str]:
    """Yield the sentences of the accessibility summary, in the language of the document's words."""
    words = document.words
    if not informative:
        yield words.summary_text
    elif described:
        yield words.summary_images
    if _contain(bodies, "table") and all(next(table.iter("th"), None) is not None for body in bodies for table in body.iter("table")):
        yield words.summary_tables
    if _headings_in_order(bodies):
        yield words.summary_navigation
    if not static:
        yield words.summary_motion
    yield words.summary_conforms if conforms else words.summary_barriers
