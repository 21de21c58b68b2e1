"""Builds the navigation document (EPUB 3.3, 7), and the NCX for reading systems of EPUB 2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from handbill.document import Words, direction

from ..namespaces import NCX, XML_LANG
from .language import language_attribute
from .sections import Section, heading_text
from .xhtml import content_document, element

__all__ = ["Landmark", "NavPoint", "navigation_document", "ncx", "section_points"]

_NAMESPACES: dict[Any, str] = {None: NCX}
# Headings inside of these are not part of the article's outline (HTML, 4.3.11).
_OUTSIDE_OUTLINE = frozenset({"aside", "blockquote", "dd", "figure", "li", "table"})


@dataclass(slots=True)
class NavPoint:
    """An entry of the table of contents. `language` is the label's where it is not the book's, else ""."""

    label: str
    href: str
    children: list[NavPoint] = field(default_factory=list)
    language: str = ""


@dataclass(frozen=True, slots=True)
class Landmark:
    """An entry of the landmarks. `epub_type` is a term of EPUB SSV 1.1; `language` is as in NavPoint."""

    epub_type: str
    label: str
    href: str
    language: str = ""


def section_points(sections: Sequence[Section], deepest: int) -> list[NavPoint]:
    """Return entries for the headings of level two to `deepest`, nested by level."""
    top: list[NavPoint] = []
    open_points: list[tuple[int, NavPoint]] = []
    for section in sections:
        for heading in _headings(section.body):
            level = int(str(heading.tag)[1])
            while open_points and open_points[-1][0] >= level:
                open_points.pop()
            if level > deepest:
                continue
            identifier = heading.get("id")
            href = section.file_name + (f"#{identifier}" if identifier else "")
            point = NavPoint(heading_text(heading) or identifier or section.file_name, href)
            (open_points[-1][1].children if open_points else top).append(point)
            open_points.append((level, point))
    return top


def _headings(body: etree._Element) -> Iterator[etree._Element]:
    """Yield the headings of the article's outline."""
    for heading in body.iter("h2", "h3", "h4", "h5", "h6"):
        if not any(ancestor.tag in _OUTSIDE_OUTLINE for ancestor in heading.iterancestors()):
            yield heading


def navigation_document(words: Words, language: str, points: Sequence[NavPoint], landmarks: Sequence[Landmark]) -> bytes:
    """Return the bytes of the navigation document: table of contents and landmarks. `language` is the book's."""
    heading = element("span", language_attribute(words.language, language), words.contents)
    toc = element("nav", {"epub:type": "toc", "role": "doc-toc"}, element("h1", None, heading), _ordered_list(points))
    marks = element("ol")
    for landmark in landmarks:
        attributes = {"epub:type": landmark.epub_type, "href": landmark.href} | _lang(landmark.language)
        marks.append(element("li", None, element("a", attributes, landmark.label)))
    hidden = element("nav", {"epub:type": "landmarks", "hidden": "hidden"}, marks)
    return content_document(words.contents, language, element("body", None, toc, hidden))


def _ordered_list(points: Sequence[NavPoint]) -> etree._Element:
    ordered = element("ol")
    for point in points:
        item = element("li", None, element("a", {"href": point.href} | _lang(point.language), point.label))
        if point.children:
            item.append(_ordered_list(point.children))
        ordered.append(item)
    return ordered


def _lang(language: str) -> dict[str, str]:
    return {"lang": language} if language else {}


def ncx(title: str, language: str, identifier: str, points: Sequence[NavPoint]) -> bytes:
    """Return the bytes of the NCX (OPF 2.0.1, 2.4.1). `identifier` is that of the package document."""
    root = etree.Element(f"{{{NCX}}}ncx", nsmap=_NAMESPACES)
    root.set("version", "2005-1")
    root.set(XML_LANG, language)
    if direction(language) == "rtl":
        root.set("dir", "rtl")
    head = _ncx_element(root, "head")
    for name, content in (
        ("dtb:uid", identifier),
        ("dtb:depth", str(_depth(points))),
        ("dtb:totalPageCount", "0"),
        ("dtb:maxPageNumber", "0"),
    ):
        meta = _ncx_element(head, "meta")
        meta.set("name", name)
        meta.set("content", content)
    _ncx_element(_ncx_element(root, "docTitle"), "text").text = title
    _add_nav_points(_ncx_element(root, "navMap"), points, 0)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _depth(points: Sequence[NavPoint]) -> int:
    return max((1 + _depth(point.children) for point in points), default=0)


def _add_nav_points(parent: etree._Element, points: Sequence[NavPoint], number: int) -> int:
    """Add the entries below the parent, numbered from `number` + 1; return the number of the last."""
    for point in points:
        number += 1
        entry = _ncx_element(parent, "navPoint")
        entry.set("id", f"point-{number}")
        entry.set("playOrder", str(number))
        label = _ncx_element(entry, "navLabel")
        if point.language:
            label.set(XML_LANG, point.language)
            label.set("dir", direction(point.language))
        _ncx_element(label, "text").text = point.label
        _ncx_element(entry, "content").set("src", point.href)
        number = _add_nav_points(entry, point.children, number)
    return number


def _ncx_element(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NCX}}}{name}")
