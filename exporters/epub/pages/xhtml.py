"""Builds XHTML elements, and the bytes of a content document from its body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from handbill.document import direction

from ..namespaces import EPUB_TYPE, OPS, XHTML
from .language import has_italics, mark_languages

__all__ = ["append_text", "content_document", "element", "prepend_text"]

_NAMESPACES: dict[Any, str] = {None: XHTML, "epub": OPS}
_VOID = frozenset({"br", "hr", "img", "link", "meta", "wbr"})


def element(tag: str, attributes: dict[str, str] | None = None, *content: str | etree._Element) -> etree._Element:
    """Return a new element with these attributes and this content. The key `epub:type` stands for the attribute of that name."""
    new = etree.Element(tag)
    for name, value in (attributes or {}).items():
        new.set(EPUB_TYPE if name == "epub:type" else name, value)
    for piece in content:
        if isinstance(piece, str):
            append_text(new, piece)
        else:
            new.append(piece)
    return new


def append_text(parent: etree._Element, text: str) -> None:
    """Add text at the end of the parent's content."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def prepend_text(parent: etree._Element, first: etree._Element, text: str) -> None:
    """Add an element, and text behind it, at the start of the parent's content."""
    first.tail = text + (parent.text or "")
    parent.text = None
    parent.insert(0, first)


def content_document(title: str, language: str, body: etree._Element, style_sheets: Sequence[str] = ("style.css",)) -> bytes:
    """Return the bytes of a content document (EPUB 3.3, 6.1). The body is moved into it and changed.

    Empty elements other than the void ones keep their end tag: a reading system that parses the file as HTML then gets the same tree.
    """
    html = etree.Element("html", nsmap=_NAMESPACES)
    html.set("lang", language)
    if direction(language) == "rtl":
        html.set("dir", "rtl")
    if not has_italics(language):
        html.set("class", "handbill-upright")
    head = etree.SubElement(html, "head")
    etree.SubElement(head, "meta", charset="utf-8")
    etree.SubElement(head, "title").text = title
    for style_sheet in style_sheets:
        etree.SubElement(head, "link", rel="stylesheet", type="text/css", href=style_sheet)
    html.append(body)
    mark_languages(html, language)
    _put_in_namespace(html.iter(etree.Element))
    etree.cleanup_namespaces(html, keep_ns_prefixes=["epub"])
    return b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n' + etree.tostring(html, encoding="utf-8") + b"\n"


def _put_in_namespace(elements: Iterable[etree._Element]) -> None:
    """Give the elements the namespace of XHTML, and the empty ones that are not void an empty text, so that they keep their end tag."""
    for each in list(elements):
        name = str(each.tag)
        if not each.text and not len(each) and name not in _VOID:
            each.text = ""
        each.tag = f"{{{XHTML}}}{name}"
