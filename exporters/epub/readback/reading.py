"""Reads the text that a person sees on each item of a finished EPUB's spine."""

from __future__ import annotations

import functools
import posixpath
import re

from lxml import etree

from handbill.contract import UNSEEN, Boxed, Page

from ..css.blank_glyphs import blank_characters
from ..css.cascade import page_styles
from ..css.stylesheets import Load, NotUnderstood, Sheet, parse_sheet
from .boxes import LOWEST_O, boxes
from .container import Book, SpineItem, open_book, parse_xml, resolve, unreadable
from .visibility import LoadFont, visible_elements
from .vocabulary import BLOCKS, EPUB_TYPE, is_shown, pops_up

__all__ = ["read_pages"]

_XHTML = "{http://www.w3.org/1999/xhtml}"
_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_FONTS = 200
_MOST_FONT_BYTES = 200_000_000
_STRUCK = frozenset({"del", "s"})
# More of them in a row could push what follows out of sight.
_MOST_BLANKS = 20
_BLANK_LINES = re.compile(rf"\n(?:[^\S\n]*\n){{{_MOST_BLANKS}}}")
_ZERO_WIDTH = str.maketrans(dict.fromkeys("\u00ad\u200b\u2060\ufeff"))


def read_pages(handout: bytes) -> list[Page]:
    """Return a page for each item of the spine. Raises ExporterError.

    U+FFFD stands in place of text that a person does not see, or may not see: doubtful text can then neither pass for text that has to
    be there nor be overlooked where it is shown after all. The mark also stands before text that is struck out, and where more than 20
    empty lines, blocks and images follow each other.
    """
    book = open_book(handout)
    _require_few_fonts(book)
    load, load_font = _loader(book), _font_loader(book)
    return [_page(book, item, load, load_font) for item in book.spine]


def _page(book: Book, item: SpineItem, load: Load, load_font: LoadFont) -> Page:
    if item.media_type != "application/xhtml+xml":
        return Page("")
    root = parse_xml(book.members[item.path], item.path)
    if not item.flows or [child.tag for child in root.iterchildren(etree.Element)] != [f"{_XHTML}head", f"{_XHTML}body"]:
        return Page(UNSEEN)
    body = root.find(f"{_XHTML}body")
    assert body is not None
    try:
        styles = page_styles(root, posixpath.dirname(item.path), load)
    except NotUnderstood:
        styles = None
    visible = set(visible_elements(root, styles, load_font)) if styles is not None else set()
    called = _called(body)
    lines = _Lines(visible, called)
    lines.read(body)
    boxed = []
    for box in boxes(root, styles) if styles is not None else ():
        inside = _Lines(visible, called)
        inside.read(box.element)
        boxed.append(Boxed(inside.text(), box.bold, box.size * LOWEST_O))
    return Page(UNSEEN if lines.only_popping else lines.text(), boxed=tuple(boxed))


def _loader(book: Book) -> Load:
    """Return the function that returns the book's style sheets, each parsed once."""
    parsed: dict[str, Sheet] = {}

    def load(href: str, folder: str) -> Sheet:
        path = resolve(href, folder)
        if path is None or path not in book.members or book.media_types.get(path) != "text/css":
            raise NotUnderstood(href)
        if path not in parsed:
            parsed[path] = parse_sheet(path, book.members[path])
        return parsed[path]

    return load


def _font_loader(book: Book) -> LoadFont:
    """Return the function that returns the empty glyphs of the book's fonts, each read once."""

    @functools.cache
    def load_font(href: str, folder: str) -> frozenset[str] | None:
        path = resolve(href, folder)
        if path is None or path not in book.members or not (book.media_types.get(path) or "").startswith("font/"):
            return None
        return blank_characters(book.members[path])

    return load_font


def _require_few_fonts(book: Book) -> None:
    """Raise ExporterError where a book has more fonts, or larger ones, than it may: each that a page uses is read whole."""
    fonts = [book.members[path] for path, kind in book.media_types.items() if kind.startswith("font/") and path in book.members]
    if len(fonts) > _MOST_FONTS:
        raise unreadable(f"it has {len(fonts):,} fonts; the bound is {_MOST_FONTS:,}")
    if (size := sum(map(len, fonts))) > _MOST_FONT_BYTES:
        raise unreadable(f"it has fonts of {size:,} bytes; the bound is {_MOST_FONT_BYTES:,}")


def _called(body: etree._Element) -> set[str]:
    """Return the ids of the notes that this page calls by a link with text."""
    calls = (link for link in body.iter(f"{_XHTML}a") if "noteref" in (link.get(EPUB_TYPE) or "").split())
    return {(call.get("href") or "").removeprefix("#") for call in calls if "".join(str(piece) for piece in call.itertext()).strip()}


class _Lines:
    """Collects visible text, a line for each block. `only_popping` is true where all of it is in notes that pop up."""

    def __init__(self, visible: set[etree._Element], called: set[str]) -> None:
        self._visible = visible
        self._called = called
        self._lines: list[list[str]] = [[]]
        self._popping = self._standing = False
        self._texts = self._blanks = 0

    @property
    def only_popping(self) -> bool:
        return self._popping and not self._standing

    def text(self) -> str:
        """Return the lines that hold anything."""
        lines = ("".join(line).strip(" ") for line in self._lines)
        return "\n".join(line for line in lines if line)

    def read(self, element: etree._Element, *, preformatted: bool = False, popping: bool = False) -> None:
        """Collect an element's text. The parser bounds the depth of its tree (256)."""
        name = str(element.tag).removeprefix(_XHTML)
        preformatted = preformatted or name == "pre"
        if name == "aside" and pops_up(element):
            popping = True
            if element.get("id") not in self._called:
                self._lines.append([UNSEEN])
                return
        block = name in BLOCKS
        if block or name == "br":
            self._lines.append([])
        if name in ("br", "img"):
            self._blank()
        elif name in _STRUCK:
            self._lines[-1].append(UNSEEN)
        texts = self._texts
        shown = element in self._visible
        if name == "rp":
            return
        if not shown and not is_shown(element):
            self._lines[-1].append(UNSEEN)
        self._add(element.text, shown=shown, preformatted=preformatted, popping=popping)
        for child in element:
            if isinstance(child.tag, str):
                self.read(child, preformatted=preformatted, popping=popping)
            self._add(child.tail, shown=shown, preformatted=preformatted, popping=popping)
        if block:
            self._lines.append([])
            # The cells of a row stand side by side.
            if self._texts == texts and name not in ("td", "th"):
                self._blank()

    def _blank(self) -> None:
        """Count an empty line, block or image."""
        self._blanks += 1
        if self._blanks > _MOST_BLANKS:
            self._lines.append([UNSEEN])
            self._lines.append([])
            self._blanks = 0

    def _add(self, text: str | None, *, shown: bool, preformatted: bool, popping: bool) -> None:
        if not text:
            return
        if _BLANK_LINES.search(text):
            self._lines[-1].append(UNSEEN)
        if text.translate(_ZERO_WIDTH).strip():
            self._texts += 1
            self._blanks = 0
            self._popping = self._popping or popping
            self._standing = self._standing or not popping
        if not shown:
            self._lines[-1].append(UNSEEN if text.strip() else " ")
            return
        if preformatted:
            first, *more = text.split("\n")
            self._lines[-1].append(first)
            self._lines.extend([line] for line in more)
        else:
            before = self._lines[-1][-1] if self._lines[-1] else " "
            plain = _SPACE.sub(" ", text)
            self._lines[-1].append(plain.lstrip(" ") if before.endswith(" ") else plain)
