"""Packs the images that the pages and the theme show, and points the pages to them."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from handbill.contract import ExporterError, diagnostic
from handbill.document import Asset, Document

from .names import image_paths
from .resources import Resource
from .svg import self_contained_svg

__all__ = ["displayed_assets", "is_decorative", "package_images"]

# The core media types of images (EPUB 3.3, 3.2); an image of any other type needs a fallback in one of these.
_SUFFIXES = {
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
}
_DECORATIVE_ROLES = frozenset({"none", "presentation"})


def is_decorative(image: etree._Element) -> bool:
    """Return whether an `img` is marked as decoration: an empty alternative without such a role may be an omission."""
    return not (image.get("alt") or "").strip() and image.get("role") in _DECORATIVE_ROLES


def package_images(
    document: Document, bodies: Sequence[etree._Element], theme_images: Sequence[str] = ()
) -> tuple[list[Resource], dict[str, str]]:
    """Point every `img` of the bodies to its file in the package; return these files, each once, and the path of each asset by its name.

    `theme_images` are the names of the assets that a style sheet shows. Raises ExporterError: `missing-image` for a name that the
    document does not hold, `unsupported-image` for a media type that reading systems need not support.
    """
    images = [image for body in bodies for image in body.iter("img")]
    assets = displayed_assets(document, bodies, theme_images)
    paths = image_paths([asset.name for asset in assets], [_SUFFIXES[asset.media_type] for asset in assets])
    on_pages = {image.get("src") for image in images}
    for image in images:
        image.set("src", paths[image.get("src") or ""])
        if image.get("alt") is None:
            image.set("alt", "")
    return [Resource(paths[asset.name], asset.media_type, _content(asset, asset.name in on_pages)) for asset in assets], paths


def displayed_assets(document: Document, bodies: Sequence[etree._Element], theme_images: Sequence[str] = ()) -> list[Asset]:
    """Return the assets that the bodies and a style sheet show, each once. Raises ExporterError as `package_images`."""
    names = [image.get("src") or "" for body in bodies for image in body.iter("img")]
    return [_asset(document, name) for name in dict.fromkeys([*names, *theme_images])]


def _content(asset: Asset, on_page: bool) -> bytes:
    """Return the image's bytes. A drawing on a page gets a white background; one that a theme lays behind the text does not."""
    return self_contained_svg(asset.name, asset.content, background=on_page) if asset.media_type == "image/svg+xml" else asset.content


def _asset(document: Document, name: str) -> Asset:
    assets = (*document.assets, *document.theme.assets, *((document.theme.logo,) if document.theme.logo else ()))
    asset: Asset | None = next((asset for asset in assets if asset.name == name), None)
    if asset is None:
        message, hint = f"the image {name!r} is not in the document", "put the image into the publication"
        raise ExporterError(diagnostic("missing-image", message, hint=hint, excerpt=name))
    if asset.media_type not in _SUFFIXES:
        message = f"EPUB has no images of the type {asset.media_type}: {name}"
        hint = "save it as PNG, JPEG, GIF, WebP or SVG"
        raise ExporterError(diagnostic("unsupported-image", message, hint=hint, excerpt=name))
    return asset
