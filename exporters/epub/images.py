"""The images that the pages show, under names of the package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from handbill.contract import Diagnostic, ExporterError, Severity
from handbill.document import Asset, Document

from .names import image_names
from .svg import self_contained

__all__ = ["PackagedImage", "package_images"]

# The core media types of images (EPUB 3.3, 3.2); any other needs a fallback in one of these.
_SUFFIXES = {
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
}


@dataclass(frozen=True, slots=True)
class PackagedImage:
    """A file of the package."""

    path: str
    media_type: str
    content: bytes


def package_images(document: Document, bodies: Sequence[etree._Element]) -> list[PackagedImage]:
    """Point every `img` to its file in the package; return the files, each once, in the order of their first use.

    Raises ExporterError for an image of a type that EPUB readers need not show, and for one that the document does not hold.
    """
    shown = [image for body in bodies for image in body.iter("img")]
    names = list(dict.fromkeys(image.get("src") or "" for image in shown))
    assets = [_asset(document, name) for name in names]
    paths = image_names(names, [_SUFFIXES[asset.media_type] for asset in assets])
    for image in shown:
        image.set("src", paths[image.get("src") or ""])
        if image.get("alt") is None:
            image.set("alt", "")
    return [PackagedImage(paths[asset.name], asset.media_type, _content(asset)) for asset in assets]


def _content(asset: Asset) -> bytes:
    return self_contained(asset.name, asset.content) if asset.media_type == "image/svg+xml" else asset.content


def _asset(document: Document, name: str) -> Asset:
    try:
        asset = document.asset(name)
    except KeyError:
        raise ExporterError(
            Diagnostic(Severity.ERROR, "missing-image", f"the image {name!r} is not in the document", excerpt=name)
        ) from None
    if asset.media_type not in _SUFFIXES:
        message = f"EPUB has no images of the type {asset.media_type}: {name}"
        hint = "save it as PNG, JPEG, GIF, WebP or SVG"
        raise ExporterError(Diagnostic(Severity.ERROR, "unsupported-image", message, hint=hint, excerpt=name))
    return asset
