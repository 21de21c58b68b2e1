"""Languages that are named by tags that name none."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from handbill.checks.finding import Finding
from handbill.language.tags import wrong_tag
from handbill.markdown.tree.annotations import BAD_LANGUAGE
from handbill.markdown.tree.parts import Parts

__all__ = ["language_of", "languages"]


def language_of(element: etree._Element, language: str) -> str:
    """Return the language that an element is in, that of the document where nothing around it says another."""
    outer: etree._Element | None = element
    while outer is not None:
        if stated := outer.get("lang"):
            return stated
        outer = outer.getparent()
    return language


def languages(parts: Parts) -> Iterator[Finding]:
    """Yield each element whose `lang` names no language, so that no screen reader knows how to speak it (WCAG 2.1, 3.1.2)."""
    for element in (element for part in parts.trees() for element in part.iter()):
        tag = element.get(BAD_LANGUAGE) or element.get("lang") or ""
        if tag and (hint := wrong_tag(tag)):
            yield Finding("bad-language", f"`{tag}` names no language", hint, True, element, "language", "", tag)
