"""Where a catalogue has an article's page: known before anything is published, since each handout names it."""

from __future__ import annotations

from urllib.parse import quote

from handbill.publication.settings import Publication

__all__ = ["latest_address", "page_path"]


def page_path(base: str, language: str) -> str:
    """Return where a catalogue has an article's own page; `language` is what the article's file name says."""
    return f"{base}/index{f'.{language}' if language else ''}.html"


def latest_address(publication: Publication, path: str, language: str) -> str:
    """Return the address of the article's page where the publication is on the web; `language` is what the file's name says."""
    if not publication.base_url:
        return ""
    base = path.removesuffix(".md").removesuffix(f".{language}" if language else "")
    return f"{publication.base_url.rstrip('/')}/{quote(page_path(base, language))}"
