"""Annotations: attributes of the tree that carry facts of the source to the checks. They are removed before an exporter sees the tree."""

from __future__ import annotations

from lxml import etree

from handbill.markdown.extensions import SURPLUS_CELL

__all__ = [
    "BAD_LANGUAGE",
    "DEMOTED",
    "RESERVED_CLASS",
    "SHORT_ROW",
    "SURPLUS_CELL",
    "WRITTEN_ADDRESS",
    "annotate_addresses",
    "remove_annotations",
    "written_address",
]

BAD_LANGUAGE = "data-bad-lang"
"""On any element: a `lang` that is no language tag, as it was written."""

DEMOTED = "data-demoted"
"""On a heading: it was of level 1 beside the title, and is of level 2 now."""

RESERVED_CLASS = "data-reserved"
"""On any element: the classes that its author gave it and that are reserved, separated by spaces. The element does not have them."""

SHORT_ROW = "data-short"
"""On a row of a raw HTML table: it had fewer cells than the table has columns."""


WRITTEN_ADDRESS = "data-written"
"""On a link or an image: its address as it was written."""


def annotate_addresses(part: etree._Element) -> None:
    """Annotate the links and images of a tree with the addresses that they have now."""
    for element in part.iter("a", "img"):
        element.set(WRITTEN_ADDRESS, _address(element))


def written_address(element: etree._Element) -> str:
    """Return the address of a link or an image as it was written: the annotation, else the present address."""
    return element.get(WRITTEN_ADDRESS, _address(element))


def _address(element: etree._Element) -> str:
    """Return the present address of a link or an image."""
    return element.get("href" if element.tag == "a" else "src", "")


def remove_annotations(part: etree._Element) -> etree._Element:
    """Remove all annotations from a tree, and return it."""
    etree.strip_attributes(part, BAD_LANGUAGE, DEMOTED, RESERVED_CLASS, SHORT_ROW, SURPLUS_CELL, WRITTEN_ADDRESS)
    return part
