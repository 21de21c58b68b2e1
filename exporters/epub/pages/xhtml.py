"""XHTML content documents: the page around a body, and its bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from handbill.document import direction

from .language import has_italics, mark_languages

__all__ = ["EPUB_TYPE", "append_text", "content_document", "element", "prepend_text"]

_XHTML = "http://www.w3.org/1999/xhtml"
_OPS = "http://www.idpf.org/2007/ops"
_NAMESPACES: dict[Any, str] = {None: _XHTML, "epub": _OPS}
EPUB_TYPE = f"{{{_OPS}}}type"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_VOID = frozenset({"br", "hr", "img", "link", "meta", "wbr"})


def element(tag: str, attributes: dict[str, str] | None = None, *content: str | etree._Element) -> etree._Element:
    """Return an element of this content. A key `epub:type` stands for the attribute of that name."""
    made = etree.Element(tag)
    for name, value in (attributes or {}).items():
        made.set(EPUB_TYPE if name == "epub:type" else name, value)
    for piece in content:
        if isinstance(piece, str):
            append_text(made, piece)
        else:
            made.append(piece)
    return made


def append_text(parent: etree._Element, text: str) -> None:
    """Put text after all that the parent holds."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def prepend_text(parent: etree._Element, first: etree._Element, gap: str) -> None:
    """Put an element and a gap before all that the parent holds."""
    first.tail = gap + (parent.text or "")
    parent.text = None
    parent.insert(0, first)


def content_document(title: str, language: str, body: etree._Element, style_sheets: Sequence[str] = ("style.css",)) -> bytes:
    """Return the bytes of a content document (EPUB 3.3, 6.1). The body is taken over and changed.

    Empty elements other than the void ones keep their end tag, so that a reader that takes the file for HTML sees the same tree.
    """
    html = etree.Element("html", nsmap=_NAMESPACES)
    html.set("lang", language)
    if direction(language) == "rtl":
        html.set("dir", "rtl")
    if not has_italics(language):
        html.set("class", "upright")
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
    for each in list(elements):
        name = str(each.tag)
        if not each.text and not len(each) and name not in _VOID:
            each.text = ""
        each.tag = f"{{{_XHTML}}}{name}"
