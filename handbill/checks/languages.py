"""Check of language tags (`lang`): tags that name no language (WCAG 2.1, 3.1.2; BCP 47)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from handbill.checks.finding import Finding
from handbill.language.tags import language_tag_hint
from handbill.markdown.tree.annotations import BAD_LANGUAGE
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import self_and_ancestors

__all__ = ["element_language", "language_findings"]


def element_language(element: etree._Element, language: str) -> str:
    """Return the language of an element's text: the `lang` of the nearest element around it, else `language`, the document's."""
    return next((stated for one in self_and_ancestors(element) if (stated := one.get("lang"))), language)


def language_findings(parts: Parts) -> Iterator[Finding]:
    """Yield a finding for each element whose `lang` names no language: a screen reader cannot choose a voice (WCAG 2.1, 3.1.2)."""
    for element in (element for part in parts.trees() for element in part.iter()):
        tag = element.get(BAD_LANGUAGE) or element.get("lang") or ""
        if tag and (hint := language_tag_hint(tag)):
            message = f"`{tag}` names no language"
            yield Finding("bad-language", message, hint, barrier=True, element=element, kind="language", address=tag)
