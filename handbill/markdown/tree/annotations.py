"""Attributes that the tree has until it is checked, for the checks alone: no exporter sees them."""

from __future__ import annotations

from lxml import etree

from handbill.markdown.extensions import SURPLUS_CELL

__all__ = ["BAD_LANGUAGE", "DEMOTED", "SHORT_ROW", "SURPLUS_CELL", "WRITTEN", "keep_addresses", "without_annotations", "written_address"]

BAD_LANGUAGE = "data-bad-lang"
"""A `lang` that is no language tag."""

DEMOTED = "data-demoted"
"""On a heading: it was one of the first level beside the title."""

SHORT_ROW = "data-short"
"""On a row of raw HTML: it has fewer cells than its table has columns."""


WRITTEN = "data-written"
"""A link's or an image's address as its author wrote it."""


def keep_addresses(part: etree._Element) -> None:
    """Keep the addresses of links and images as they are now."""
    for element in part.iter("a", "img"):
        element.set(WRITTEN, _address(element))


def written_address(element: etree._Element) -> str:
    """Return the address of a link or an image as its author wrote it; the address that it has where none was kept."""
    return element.get(WRITTEN, _address(element))


def _address(element: etree._Element) -> str:
    return element.get("href" if element.tag == "a" else "src", "")


def without_annotations(part: etree._Element) -> etree._Element:
    """Return the same tree, its marks removed."""
    etree.strip_attributes(part, BAD_LANGUAGE, DEMOTED, SHORT_ROW, SURPLUS_CELL, WRITTEN)
    return part
