"""Marks languages and writing directions in the pages."""

from __future__ import annotations

from lxml import etree

from handbill.document import direction

from ..namespaces import XML_LANG

__all__ = ["has_italics", "is_east_asian", "language_attribute", "mark_languages"]

_EAST_ASIAN = frozenset({"ja", "ko", "zh"})


def is_east_asian(language: str) -> bool:
    """Return whether the language, a BCP 47 tag, is Chinese, Japanese or Korean."""
    return language.lower().split("-")[0] in _EAST_ASIAN


def has_italics(language: str) -> bool:
    """Return whether the language is written in letters that have an italic form (by its likely script in CLDR)."""
    return direction(language) == "ltr" and not is_east_asian(language)


def language_attribute(language: str, surrounding: str) -> dict[str, str]:
    """Return the `lang` attribute for text in a language; {} where the surrounding text is in it or in a variety of it (es, es-MX)."""
    return {"lang": language} if language and not f"{surrounding}-".startswith(f"{language}-") else {}


def mark_languages(root: etree._Element, language: str) -> None:
    """Give every element with `lang` an equal `xml:lang`, and a `dir` where its language runs against the text around it.

    `language` is that of the text around the root.
    """
    pending: list[tuple[etree._Element, str]] = [(root, direction(language))]
    while pending:
        element, surrounding = pending.pop()
        own = element.get("lang")
        if own:
            element.set(XML_LANG, own)
            if element.get("dir") is None and direction(own) != surrounding:
                element.set("dir", direction(own))
        inner = element.get("dir") or surrounding
        pending.extend((child, inner) for child in element)
