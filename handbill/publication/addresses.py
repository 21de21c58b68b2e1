"""Where a catalogue has an article's page: known before anything is published, since each handout names it."""

from __future__ import annotations

__all__ = ["page_path"]


def page_path(base: str, language: str) -> str:
    """Return where a catalogue has an article's own page; `language` is what the article's file name says."""
    return f"{base}/index{f'.{language}' if language else ''}.html"
