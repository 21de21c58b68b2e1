"""The addresses of articles in the published catalogue: every handout names its article's page, before anything is published."""

from __future__ import annotations

from urllib.parse import quote

from handbill.publication.settings import Publication

__all__ = ["latest_address", "page_path"]


def page_path(base: str, language: str) -> str:
    """Return the path of an article's page in the catalogue; `language` is the tag in the article's file name, or ""."""
    return f"{base}/index{f'.{language}' if language else ''}.html"


def latest_address(publication: Publication, path: str, language: str) -> str:
    """Return the address of the article's page, "" where the publication has no `base-url`; `language` is the tag in the file's name."""
    if not publication.base_url:
        return ""
    base = path.removesuffix(".md").removesuffix(f".{language}" if language else "")
    return f"{publication.base_url.rstrip('/')}/{quote(page_path(base, language))}"
