"""The images that the pages and the theme show, under names of the package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from handbill.contract import ExporterError, diagnostic
from handbill.document import Asset, Document

from .names import image_names
from .svg import self_contained

__all__ = ["PackagedImage", "is_decorative", "package_images", "shown_assets"]

# The core media types of images (EPUB 3.3, 3.2); any other needs a fallback in one of these.
_SUFFIXES = {
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
}


_WITHOUT_MEANING = frozenset({"none", "presentation"})


def is_decorative(image: etree._Element) -> bool:
    """Return whether an image says nothing, on purpose: an empty alternative alone may be an omission."""
    return not (image.get("alt") or "").strip() and image.get("role") in _WITHOUT_MEANING


@dataclass(frozen=True, slots=True)
class PackagedImage:
    """A file of the package."""

    path: str
    media_type: str
    content: bytes


def package_images(
    document: Document, bodies: Sequence[etree._Element], styled: Sequence[str] = ()
) -> tuple[list[PackagedImage], dict[str, str]]:
    """Point every `img` to its file in the package; return the files, each once, and the path of each asset.

    `styled` names the images that a style sheet shows. Raises ExporterError for an image of a type that EPUB readers need not show,
    and for one that the document does not hold.
    """
    shown = [image for body in bodies for image in body.iter("img")]
    assets = shown_assets(document, bodies, styled)
    paths = image_names([asset.name for asset in assets], [_SUFFIXES[asset.media_type] for asset in assets])
    on_page = {image.get("src") for image in shown}
    for image in shown:
        image.set("src", paths[image.get("src") or ""])
        if image.get("alt") is None:
            image.set("alt", "")
    packaged = [PackagedImage(paths[asset.name], asset.media_type, _content(asset, asset.name in on_page)) for asset in assets]
    return packaged, paths


def shown_assets(document: Document, bodies: Sequence[etree._Element], styled: Sequence[str] = ()) -> list[Asset]:
    """Return the assets that the pages and a style sheet show. Raises ExporterError as `package_images`."""
    names = [image.get("src") or "" for body in bodies for image in body.iter("img")]
    return [_asset(document, name) for name in dict.fromkeys([*names, *styled])]


def _content(asset: Asset, on_page: bool) -> bytes:
    """Return the image's bytes. What stands on a page gets a white ground; what a theme lays behind the text does not."""
    return self_contained(asset.name, asset.content, ground=on_page) if asset.media_type == "image/svg+xml" else asset.content


def _asset(document: Document, name: str) -> Asset:
    known = (*document.assets, *document.theme.assets, *((document.theme.logo,) if document.theme.logo else ()))
    asset: Asset | None = next((asset for asset in known if asset.name == name), None)
    if asset is None:
        message, hint = f"the image {name!r} is not in the document", "put the image into the publication"
        raise ExporterError(diagnostic("missing-image", message, hint=hint, excerpt=name))
    if asset.media_type not in _SUFFIXES:
        message = f"EPUB has no images of the type {asset.media_type}: {name}"
        hint = "save it as PNG, JPEG, GIF, WebP or SVG"
        raise ExporterError(diagnostic("unsupported-image", message, hint=hint, excerpt=name))
    return asset
