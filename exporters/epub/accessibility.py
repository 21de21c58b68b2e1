"""What the book may say about its accessibility, found in its content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from handbill.document import Asset

__all__ = ["accessibility_metadata"]


def accessibility_metadata(bodies: Sequence[etree._Element], assets: Iterable[Asset]) -> list[tuple[str, str]]:
    """Return pairs of schema.org property and value (EPUB Accessibility 1.1, 2.2; W3C Schema.org Accessibility Properties).

    Nothing is claimed that the content does not bear out: an image with an empty alternative text may be decoration or an
    omission, so that one such image withdraws the claim that the text alone is enough.
    """
    images = [image for body in bodies for image in body.iter("img")]
    described = all((image.get("alt") or "").strip() for image in images)
    shown = {image.get("src") for image in images}
    found = [("accessMode", "textual")]
    sufficient = ["textual"] if described else []
    if images:
        found.append(("accessMode", "visual"))
        sufficient.append("textual,visual")
    found += [("accessModeSufficient", value) for value in sufficient]
    features = ["displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents"]
    if images and described:
        features.insert(0, "alternativeText")
    if any(next(body.iter("ruby"), None) is not None for body in bodies):
        features.append("rubyAnnotations")
    found += [("accessibilityFeature", value) for value in features]
    still = not any(_may_move(asset) for asset in assets if asset.name in shown)
    found.append(("accessibilityHazard", "none" if still else "unknown"))
    has_tables = any(next(body.iter("table"), None) is not None for body in bodies)
    has_notes = any("noteref" in (link.get("class") or "").split() for body in bodies for link in body.iter("a"))
    found.append(("accessibilitySummary", _summary(bool(images), described, still=still, tables=has_tables, notes=has_notes)))
    return found


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


def _summary(images: bool, described: bool, *, still: bool, tables: bool, notes: bool) -> str:
    sentences = [
        "The text reflows and follows the reader’s choice of font, size and colours.",
        "There are headings and a table of contents.",
    ]
    if not images:
        sentences.append("There are no images.")
    elif described:
        sentences.append("Every image has a text alternative.")
    else:
        sentences.append("Some images have no text alternative.")
    if tables:
        sentences.append("Tables are marked up as tables.")
    if notes:
        sentences.append("Notes are linked from the text and back.")
    if not still:
        sentences.append("Some images may be animated.")
    return " ".join(sentences)
