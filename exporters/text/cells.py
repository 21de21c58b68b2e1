"""Measures, cuts and pads text in cells of a terminal (Unicode Standard Annex 11, as wcwidth implements it)."""

from __future__ import annotations

from functools import lru_cache

from wcwidth import iter_graphemes, wcswidth, wcwidth

__all__ = ["cells", "clusters", "cut", "pad"]


def cells(text: str) -> int:
    """Return the width of a text without control characters, in cells."""
    return len(text) if text.isascii() else _wide_cells(text)


@lru_cache(maxsize=8192)
def _wide_cells(text: str) -> int:
    width = wcswidth(text)
    return width if width >= 0 else sum(max(0, wcwidth(char)) for char in text)


def clusters(text: str) -> list[str]:
    """Return the extended grapheme clusters (Unicode Standard Annex 29): what a person takes for one character."""
    return list(text) if text.isascii() else list(iter_graphemes(text))


def cut(text: str, width: int) -> list[str]:
    """Return the text in parts of at most `width` cells, cut between clusters. A part has one cluster at least."""
    parts: list[str] = []
    part: list[str] = []
    used = 0
    for cluster in clusters(text):
        taken = cells(cluster)
        if part and used + taken > width:
            parts.append("".join(part))
            part, used = [], 0
        part.append(cluster)
        used += taken
    parts.append("".join(part))
    return parts


def pad(text: str, width: int, align: str = "left") -> str:
    """Return the text padded with blanks to `width` cells; `align` is left, center or right."""
    blank = max(0, width - cells(text))
    if align == "right":
        return " " * blank + text
    if align == "center":
        return " " * (blank // 2) + text + " " * (blank - blank // 2)
    return text + " " * blank
