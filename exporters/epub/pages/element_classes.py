"""Recognises the canonical tree's elements by their classes."""

from __future__ import annotations

from lxml import etree

__all__ = ["has_class", "note_calls"]


def has_class(element: etree._Element, name: str) -> bool:
    """Return whether the name is among the element's classes."""
    return name in (element.get("class") or "").split()


def note_calls(root: etree._Element) -> list[etree._Element]:
    """Return the links that call notes, in document order."""
    return [link for link in root.iter("a") if has_class(link, "noteref")]
