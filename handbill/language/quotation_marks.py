"""Quotation marks by language (CLDR 45, delimiters): which marks open and close a quotation, and one inside it."""

from __future__ import annotations

__all__ = ["STRAIGHT_MARK_LANGUAGES", "inner_opening_mark", "quotation_marks"]

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
"""The opening and the closing mark, then those of a quotation inside a quotation (CLDR 45, delimiters).

Dutch is not listed and so has the double marks of English, which its authors type; CLDR has single marks at both levels."""

STRAIGHT_MARK_LANGUAGES = frozenset(("he", "ja", "yue", "zh"))
"""Languages in which straight marks are not replaced.

In Hebrew the mark also stands inside words (gershayim in abbreviations). The others put no spaces between words, so an opening mark
cannot be told from a closing one."""


def quotation_marks(language: str) -> tuple[str, str, str, str]:
    """Return the opening and the closing mark of a language (BCP 47), then those of a quotation inside a quotation.

    A language that is not listed has the marks of English.
    """
    if language in _MARKS:
        return _MARKS[language]
    from handbill.language.tags import fallback_chain

    return next((_MARKS[tag] for tag in fallback_chain(language) if tag in _MARKS), _ENGLISH)


def inner_opening_mark(language: str) -> str:
    """Return the mark that replaces an opening single straight mark.

    The closing one is always ’ since it is the apostrophe, too; an opening mark that does not pair with it becomes ‘.
    """
    opening = quotation_marks(language)[2]
    return opening if opening in "‘‚’" else "‘"
