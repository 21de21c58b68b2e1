"""Languages and the direction in which they are written."""

from __future__ import annotations

from lxml import etree

__all__ = ["direction", "has_italics", "in_language", "mark_languages"]

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Unicode CLDR, likely subtags: the languages whose default script runs from right to left, and those scripts themselves.
_RTL_LANGUAGES = frozenset("ar arc arz ckb dv fa glk he iw ji ks lrc mzn nqo pnb ps sd syr ug ur yi".split())
_EAST_ASIAN = frozenset({"ja", "ko", "zh"})
_RTL_SCRIPTS = frozenset("adlm arab aran hebr mand nkoo rohg samr syrc syrj syrn thaa".split())


def direction(language: str) -> str:
    """Return "rtl" or "ltr" for a BCP 47 tag: by its script where it names one, else by its language."""
    primary, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    if script:
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
    return "rtl" if primary in _RTL_LANGUAGES else "ltr"


def has_italics(language: str) -> bool:
    """Return whether the language is written in letters that have a slanted form (CLDR's likely script for it)."""
    return direction(language) == "ltr" and language.lower().split("-")[0] not in _EAST_ASIAN


def in_language(language: str, around: str) -> dict[str, str]:
    """Return the attribute that says in which language something is, none where it is that of what surrounds it, or its parent (es-MX)."""
    return {"lang": language} if language and not f"{around}-".startswith(f"{language}-") else {}


def mark_languages(root: etree._Element, language: str) -> None:
    """Give every element with `lang` an equal `xml:lang`, and a `dir` where its language runs against what surrounds it."""
    _mark(root, direction(language))


def _mark(root: etree._Element, around: str) -> None:
    pending = [(root, around)]
    while pending:
        element, surrounding = pending.pop()
        own = element.get("lang")
        if own:
            element.set(_XML_LANG, own)
            if element.get("dir") is None and direction(own) != surrounding:
                element.set("dir", direction(own))
        inner = element.get("dir") or surrounding
        pending.extend((child, inner) for child in element)
