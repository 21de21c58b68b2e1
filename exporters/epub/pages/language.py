"""Languages and the direction in which they are written."""

from __future__ import annotations

from lxml import etree

from handbill.document import direction

__all__ = ["has_italics", "in_language", "mark_languages"]

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_EAST_ASIAN = frozenset({"ja", "ko", "zh"})


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
