"""What WeasyPrint may fetch: the document's assets and the exporter's own marks, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from .colours import on_screen
from .marks import MARKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handbill.document import Asset

__all__ = ["ASSET", "MARK", "asset_url", "fetcher"]

ASSET = "handbill-asset:"
MARK = "handbill-mark:"


def asset_url(name: str) -> str:
    """Return the URL by which pages name an asset."""
    return ASSET + quote(name)


def fetcher(assets: Mapping[str, Asset], refused: list[str], drawn: Mapping[str, bytes] = MARKS) -> Any:
    """Return a WeasyPrint URLFetcher that serves these assets, by name, and what the exporter has drawn, SVG files by name.

    Every other URL (network, file, data) is put on the list `refused` and raises ValueError, which WeasyPrint turns into a
    FatalURLFetchingError in most places.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Confined(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(ASSET):
                asset = assets.get(unquote(url[len(ASSET) :]))
                if asset is not None:
                    content, media_type = on_screen(asset)
                    return URLFetcherResponse(url, content, {"Content-Type": media_type})
            elif url.startswith(MARK):
                mark = drawn.get(url[len(MARK) :])
                if mark is not None:
                    return URLFetcherResponse(url, mark, {"Content-Type": "image/svg+xml"})
            refused.append(unquote(url.removeprefix(ASSET)))
            raise ValueError(f"not a part of the document: {url}")

    return Confined(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
