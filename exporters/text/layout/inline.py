"""Lays out inline content: turns it into text with marks for line breaks, which `wrap` breaks into lines."""

from __future__ import annotations

import re

from lxml import etree

from handbill.document import has_class, is_note_call, text_of

from .context import BLOCKS, InlineRun, Layout
from .reference_numbers import is_address_shown, written_address
from .wrap import BREAK, HOLD, JOIN, wrap

__all__ = ["element_text", "run_text", "set_inline"]

_BLANKS_AT_LINE_ENDS = re.compile(r" *\n *")
_BLANKS = re.compile(r" {2,}")
_REFERENCE = re.compile(rf"{JOIN}(?=\[)")
_NUMBER = re.compile(r"[+\-−±]?\d+(?:[.,]\d+)*[+\-−]?|[+\-−±]")


def set_inline(run: InlineRun, width: int, layout: Layout) -> list[str]:
    """Return the lines of inline content at a width in cells; none where it has no text."""
    text = run_text(run, layout)
    return wrap(text, width) if text else []


def element_text(element: etree._Element, layout: Layout) -> str:
    """Return the text of an element whose content is inline, as `wrap` takes it."""
    run: InlineRun = [element.text or ""]
    for child in element:
        run += (child, child.tail or "")
    return run_text(run, layout)


def run_text(run: InlineRun, layout: Layout) -> str:
    """Return the text of inline content, as `wrap` takes it."""
    out: list[str] = []
    for piece in run:
        if isinstance(piece, str):
            _append(layout.characters.prose(piece), out)
        else:
            _element(piece, out, layout, 0)
    text = _BLANKS_AT_LINE_ENDS.sub("\n", _BLANKS.sub(" ", "".join(out)))
    return _REFERENCE.sub(_reference_separator, text).strip(" \n")


def _reference_separator(match: re.Match[str]) -> str:
    """Return what joins a reference to the text before it: a blank after an address, of which it would seem a part; else nothing."""
    text, end = match.string, match.start()
    word = text[max(text.rfind(mark, 0, end) for mark in (" ", "\n", JOIN)) + 1 : end]
    return HOLD if "://" in word or "@" in word or word.startswith("www.") else JOIN


def _content(element: etree._Element, out: list[str], layout: Layout, quotes: int) -> None:
    """Append the text of an element's content. `quotes` is the number of quotations around it."""
    prose = layout.characters.prose
    _append(prose(element.text or ""), out)
    for child in element:
        _element(child, out, layout, quotes)
        _append(prose(child.tail or ""), out)


def _append(text: str, out: list[str]) -> None:
    """Append a text that is not empty, so that the last one always has a last character."""
    if text:
        out.append(text)


def _element(element: etree._Element, out: list[str], layout: Layout, quotes: int) -> None:
    match element.tag:
        case "br":
            out.append("\n")
        case "wbr":
            out.append(BREAK)
        case "rp":
            pass
        case "img":
            _append(_image(element, layout), out)
        case "a":
            _link(element, out, layout, quotes)
        case "q":
            opening, closing = (layout.characters.verbatim(mark) for mark in layout.words.quotes[2 * (quotes % 2) :][:2])
            _enclose(opening, element, closing, out, layout, quotes + 1)
        case "del":
            _enclose("~~", element, "~~", out, layout, quotes)
        case "rt" if text_of(element).strip() or element.find(".//img") is not None:
            _enclose("(", element, ")", out, layout, quotes)
        case "sup":
            opening, closing = _superscript(element, _last(out))
            _enclose(opening, element, closing, out, layout, quotes)
        case "sub":
            digits = _last(out).isdecimal() and text_of(element).strip()[:1].isdecimal()
            _enclose("_" if digits else "", element, "", out, layout, quotes)
        case "span" if has_class(element, "checkbox") and _is_task(element):
            pass
        case tag if tag in BLOCKS:
            _enclose("\n", element, "\n", out, layout, quotes)
        case _:
            _content(element, out, layout, quotes)


def _is_task(element: etree._Element) -> bool:
    """Return whether the element stands in an item of a task list, whose box is the item's bullet."""
    item = next(element.iterancestors("li"), None)
    return item is not None and has_class(item, "task")


def _image(image: etree._Element, layout: Layout) -> str:
    """Return an image's alternative text in brackets; "" for a decorative image."""
    alt = " ".join((image.get("alt") or "").split())
    kind = layout.words.figure if layout.in_figure else layout.words.image
    return layout.characters.prose(f"[{layout.words.labelled.format(label=kind, text=alt)}]") if alt else ""


def _link(link: etree._Element, out: list[str], layout: Layout, quotes: int) -> None:
    href = (link.get("href") or "").strip()
    if is_note_call(link):
        number = layout.references.notes.get(href.removeprefix("#")) or layout.characters.prose(text_of(link).strip())
        out.append(f"{JOIN}[{number}]")
        return
    start = len(out)
    _content(link, out, layout, quotes)
    if not href or href.startswith("#") or (not "".join(out[start:]).strip() and link.find(".//img") is None):
        return
    if is_address_shown(link):
        return
    if layout.inline_addresses:
        out.append(f" <{layout.characters.verbatim(written_address(href))}>")
    elif href in layout.references.links:
        out.append(f"{JOIN}[{layout.references.links[href]}]")


def _last(out: list[str]) -> str:
    """Return the last character of the text so far, or a blank."""
    return out[-1][-1] if out else " "


def _superscript(element: etree._Element, before: str) -> tuple[str, str]:
    """Return the marks around a superscript, as in 10^3 and x^(n+1): none around letters (1st), or at the start of a word."""
    text = text_of(element).strip()
    if before.isspace() or element.find(".//a[@class='noteref']") is not None:
        return "", ""
    if _NUMBER.fullmatch(text):
        return "^", ""
    return ("^(", ")") if any(char.isdigit() or char in "+−±=" for char in text) else ("", "")


def _enclose(opening: str, element: etree._Element, closing: str, out: list[str], layout: Layout, quotes: int) -> None:
    _append(opening, out)
    _content(element, out, layout, quotes)
    _append(closing, out)
