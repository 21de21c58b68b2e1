"""What the book says about its accessibility, found in its content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from handbill.document import Asset, Document

from .images import is_decorative

__all__ = ["CONFORMANCE", "Statement", "accessibility_metadata"]

CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class Statement:
    """A `meta` of the package document: its property and value, the language of the value, its own id, the id that it refines."""

    name: str
    value: str
    language: str = ""
    identifier: str = ""
    refines: str = ""


def accessibility_metadata(document: Document, bodies: Sequence[etree._Element], shown: Iterable[Asset]) -> list[Statement]:
    """Return what EPUB Accessibility 1.1 asks for: discovery metadata (section 2) and, where it can be kept, the claim of conformance.

    `bodies` are the article's pages in their order, before notes and notices are added to them; `shown` the images that a person
    sees. The values are those of W3C's Schema.org Accessibility Properties for Discoverability Vocabulary. Nothing is claimed that
    the content does not bear out: no conformance where the document has barriers, an image that informs has no alternative, headings
    skip a level, or something may move (WCAG 2.1, 1.1.1, 1.3.1, 2.2.2).
    """
    informative = [image for body in bodies for image in body.iter("img") if not is_decorative(image)]
    described = all((image.get("alt") or "").strip() for image in informative)
    ordered = _headings_in_order(bodies)
    still = not any(_may_move(asset) for asset in shown)
    conforms = described and ordered and still and not document.barriers
    found = [("accessMode", "textual")]
    if informative:
        found.append(("accessMode", "visual"))
    sufficient = (["textual"] if described else []) + (["textual,visual"] if informative else [])
    found += [("accessModeSufficient", value) for value in sufficient]
    features = {
        "alternativeText": bool(informative) and described,
        "displayTransformability": True,
        "readingOrder": True,
        "rubyAnnotations": _any(bodies, "ruby"),
        "structuralNavigation": ordered,
        "tableOfContents": True,
        "unlocked": True,
    }
    found += [("accessibilityFeature", name) for name, there in features.items() if there]
    found.append(("accessibilityHazard", "none" if still else "unknown"))
    statements = [Statement(f"schema:{name}", value) for name, value in found]
    summary = " ".join(_summary(document, bodies, informative=bool(informative), described=described, still=still, conforms=conforms))
    statements.append(Statement("schema:accessibilitySummary", summary, document.words.language))
    if conforms:
        # Conformance reporting: the claim, and who evaluated the publication, which is never a person's review here.
        statements.append(Statement("dcterms:conformsTo", CONFORMANCE, identifier="conformance"))
        statements.append(Statement("a11y:certifiedBy", document.words.evaluated_by, document.words.language, refines="conformance"))
    return statements


def _headings_in_order(bodies: Sequence[etree._Element]) -> bool:
    """Return whether no heading is more than one level below the one before it."""
    levels = [int(str(heading.tag)[1]) for body in bodies for heading in body.iter(*_HEADINGS)]
    return all(level <= before + 1 for before, level in zip([0, *levels], levels, strict=False))


def _any(bodies: Sequence[etree._Element], name: str) -> bool:
    return any(next(body.iter(name), None) is not None for body in bodies)


def _may_move(asset: Asset) -> bool:
    """Return whether an image may be animated; nobody has looked whether it flashes."""
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
    document: Document, bodies: Sequence[etree._Element], *, informative: bool, described: bool, still: bool, conforms: bool
) -> Iterator[str]:
    words = document.words
    if not informative:
        yield words.summary_text
    elif described:
        yield words.summary_images
    if _any(bodies, "table") and all(next(table.iter("th"), None) is not None for body in bodies for table in body.iter("table")):
        yield words.summary_tables
    if _headings_in_order(bodies):
        yield words.summary_navigation
    if not still:
        yield words.summary_motion
    yield words.summary_conforms if conforms else words.summary_barriers
