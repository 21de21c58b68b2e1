"""The navigation document, and the NCX for readers of EPUB 2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from handbill.document import Words, direction

from .language import in_language
from .sections import Section, heading_text
from .xhtml import content_document, element

__all__ = ["Landmark", "NavPoint", "navigation_document", "ncx", "section_points"]

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NCX = "http://www.daisy.org/z3986/2005/ncx/"
_NAMESPACES: dict[Any, str] = {None: _NCX}
# Headings that belong to what is quoted or set apart, not to the article's outline (HTML, 4.3.11).
_APART = frozenset({"aside", "blockquote", "dd", "figure", "li", "table"})


@dataclass(slots=True)
class NavPoint:
    """An entry of the table of contents. `language` is the label's, where it is another than the book's."""

    label: str
    href: str
    children: list[NavPoint] = field(default_factory=list)
    language: str = ""


@dataclass(frozen=True, slots=True)
class Landmark:
    """An entry of the landmarks. `epub_type` is a term of EPUB SSV 1.1."""

    epub_type: str
    label: str
    href: str
    language: str = ""


def section_points(sections: Sequence[Section], deepest: int) -> list[NavPoint]:
    """Return the headings of level two to `deepest`, nested by level."""
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
    for heading in body.iter("h2", "h3", "h4", "h5", "h6"):
        if not any(ancestor.tag in _APART for ancestor in heading.iterancestors()):
            yield heading


def navigation_document(words: Words, language: str, points: Sequence[NavPoint], landmarks: Sequence[Landmark]) -> bytes:
    """Return the navigation document (EPUB 3.3, 7): table of contents and landmarks."""
    heading = element("span", in_language(words.language, language), words.contents)
    toc = element("nav", {"epub:type": "toc", "role": "doc-toc"}, element("h1", None, heading), _list(points))
    marks = element("ol")
    for landmark in landmarks:
        attributes = {"epub:type": landmark.epub_type, "href": landmark.href} | _in(landmark.language)
        marks.append(element("li", None, element("a", attributes, landmark.label)))
    hidden = element("nav", {"epub:type": "landmarks", "hidden": "hidden"}, marks)
    return content_document(words.contents, language, element("body", None, toc, hidden))


def _list(points: Sequence[NavPoint]) -> etree._Element:
    ordered = element("ol")
    for point in points:
        item = element("li", None, element("a", {"href": point.href} | _in(point.language), point.label))
        if point.children:
            item.append(_list(point.children))
        ordered.append(item)
    return ordered


def _in(language: str) -> dict[str, str]:
    return {"lang": language} if language else {}


def ncx(title: str, language: str, identifier: str, points: Sequence[NavPoint]) -> bytes:
    """Return the NCX (OPF 2.0.1, 2.4.1), which the navigation document supersedes."""
    root = etree.Element(f"{{{_NCX}}}ncx", nsmap=_NAMESPACES)
    root.set("version", "2005-1")
    root.set(_XML_LANG, language)
    if direction(language) == "rtl":
        root.set("dir", "rtl")
    head = _sub(root, "head")
    for name, content in (
        ("dtb:uid", identifier),
        ("dtb:depth", str(_depth(points))),
        ("dtb:totalPageCount", "0"),
        ("dtb:maxPageNumber", "0"),
    ):
        meta = _sub(head, "meta")
        meta.set("name", name)
        meta.set("content", content)
    _sub(_sub(root, "docTitle"), "text").text = title
    _nav_points(_sub(root, "navMap"), points, 0)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _depth(points: Sequence[NavPoint]) -> int:
    return max((1 + _depth(point.children) for point in points), default=0)


def _nav_points(parent: etree._Element, points: Sequence[NavPoint], seen: int) -> int:
    for point in points:
        seen += 1
        made = _sub(parent, "navPoint")
        made.set("id", f"point-{seen}")
        made.set("playOrder", str(seen))
        label = _sub(made, "navLabel")
        if point.language:
            label.set(_XML_LANG, point.language)
            label.set("dir", direction(point.language))
        _sub(label, "text").text = point.label
        _sub(made, "content").set("src", point.href)
        seen = _nav_points(made, point.children, seen)
    return seen


def _sub(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_NCX}}}{name}")
