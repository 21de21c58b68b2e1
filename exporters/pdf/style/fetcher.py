"""The URLs that WeasyPrint may fetch: the document's assets and the exporter's own drawings, in two schemes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from .image_colours import screen_image
from .ornaments import DRAWINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handbill.document import Asset

__all__ = ["ASSET_SCHEME", "DRAWING_SCHEME", "asset_url", "confined_fetcher"]

ASSET_SCHEME = "handbill-asset:"
DRAWING_SCHEME = "handbill-mark:"


def asset_url(name: str) -> str:
    """Return the URL of an asset in the page markup and in style sheets."""
    return ASSET_SCHEME + quote(name)


def confined_fetcher(assets: Mapping[str, Asset], refused: list[str], drawings: Mapping[str, bytes] = DRAWINGS) -> Any:
    """Return a WeasyPrint URLFetcher that serves these assets and these drawings (SVG files), both by name.

    Every other URL (network, file, data) is appended to `refused` and raises ValueError, which WeasyPrint turns into a
    FatalURLFetchingError in most places.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Confined(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(ASSET_SCHEME):
                asset = assets.get(unquote(url[len(ASSET_SCHEME) :]))
                if asset is not None:
                    content, media_type = screen_image(asset)
                    return URLFetcherResponse(url, content, {"Content-Type": media_type})
            elif url.startswith(DRAWING_SCHEME):
                drawing = drawings.get(url[len(DRAWING_SCHEME) :])
                if drawing is not None:
                    return URLFetcherResponse(url, drawing, {"Content-Type": "image/svg+xml"})
            refused.append(unquote(url.removeprefix(ASSET_SCHEME)))
            raise ValueError(f"not a part of the document: {url}")

    return Confined(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
