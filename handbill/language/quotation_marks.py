"""Quotation marks by language."""

from __future__ import annotations

__all__ = ["KEPT", "opening_inside", "quotation_marks"]

_ENGLISH = ("“", "”", "‘", "’")

_MARKS = {
    "ar": ("”", "“", "’", "‘"),
    "cs": ("„", "“", "‚", "‘"),
    "da": _ENGLISH,
    "de": ("„", "“", "‚", "‘"),
    "en": _ENGLISH,
    "es": _ENGLISH,
    "fi": ("”", "”", "’", "’"),
    # CLDR leaves out the narrow no-break spaces that French sets inside its marks.
    "fr": ("«\u202f", "\u202f»", "“", "”"),
    "he": ("”", "”", "’", "’"),
    "it": ("«", "»", "“", "”"),
    "ja": ("「", "」", "『", "』"),
    "ko": _ENGLISH,
    "nb": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "pt": _ENGLISH,
    "pt-PT": ("«", "»", "“", "”"),
    "ru": ("«", "»", "„", "“"),
    "sv": ("”", "”", "’", "’"),
    "uk": ("«", "»", "„", "“"),
    "vi": _ENGLISH,
    "zh": _ENGLISH,
    "zh-Hant": ("「", "」", "『", "』"),
}
"""Opening and closing mark, and those of a quotation in a quotation (CLDR 45, delimiters). Dutch keeps the double marks of English,
which is what people type, where CLDR has single ones at both levels."""

KEPT = frozenset(("he", "ja", "yue", "zh"))
"""Languages in which straight marks stay as they were typed: it stands inside words (the gershayim of Hebrew abbreviations), or
nothing but the sense tells an opening one from a closing one (no spaces stand between words)."""


def quotation_marks(language: str) -> tuple[str, str, str, str]:
    """Return the opening and the closing mark of a language (BCP 47), and those of a quotation in a quotation; English's for others."""
    if language in _MARKS:
        return _MARKS[language]
    from handbill.language.tags import lineage

    return next((_MARKS[tag] for tag in lineage(language) if tag in _MARKS), _ENGLISH)


def opening_inside(language: str) -> str:
    """Return what opens a quotation in single straight marks, whose closing one is always ’, since that is the apostrophe too."""
    opening = quotation_marks(language)[2]
    return opening if opening in "‘‚’" else "‘"
