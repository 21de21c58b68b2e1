"""Recognises the canonical tree's elements by their classes."""

from __future__ import annotations

from lxml import etree

__all__ = ["has_class", "is_note_call"]


def has_class(element: etree._Element, name: str) -> bool:
    """Return whether the name is among the element's classes."""
    return name in (element.get("class") or "").split()


def is_note_call(link: etree._Element) -> bool:
    """Return whether a link calls a note."""
    return has_class(link, "noteref")
