"""Handout to pages: the text that a person sees on each sheet of a PDF, divided into body and furniture (running header and footer)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from handbill.contract import UNSEEN, Boxed, Page

from .bounds import require_small_pages
from .boxes import boxes
from .characters import Character, characters
from .content_order import SHAPED, PageText, page_text
from .marked_content import structured_marks
from .pdf_file import PDFIUM_LOCK, open_with_qpdf, require_header, unreadable_pdf
from .user_unit import has_own_units
from .visibility import Rendering, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["read_pages"]

# Points.
_SAME_PLACE = 1.0
_CLEAR_OF_BODY = 2.0

_STRETCH = re.compile(rf"{UNSEEN}(?:\s*{UNSEEN})+")


@dataclass(slots=True)
class _Line:
    text: str
    left: float
    right: float
    baseline: float
    size: float
    structured: bool


@dataclass(frozen=True, slots=True)
class _Sheet:
    height: float
    lines: tuple[_Line, ...]
    boxed: tuple[Boxed, ...] = ()
    in_content_order: PageText | None = None


def read_pages(handout: bytes) -> list[Page]:
    """Return a Page for each sheet. Raises ExporterError where the bytes are no PDF, are damaged, encrypted, or turn or scale a page.

    Where text stands that a person does not see, the body has U+FFFD in its place: it can neither pass for text that has to be
    there nor be overlooked beside it.
    """
    require_header(handout)
    with PDFIUM_LOCK:
        sheets = _sheets(handout)
    if not sheets:
        raise unreadable_pdf("the PDF has no pages")
    return _pages(sheets)


def _sheets(handout: bytes) -> list[_Sheet]:
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        pdf = pypdfium2.PdfDocument(handout)
    except pypdfium2.PdfiumError as error:
        raise unreadable_pdf(f"PDFium cannot open the PDF: {error}") from None
    try:
        if raw.FPDF_GetSecurityHandlerRevision(pdf) != -1:
            raise unreadable_pdf("the PDF is encrypted")
        if has_own_units(handout):
            raise unreadable_pdf("the PDF measures its pages in units of its own (UserUnit)")
        require_small_pages(pdf)
        to_left = _binds_at_right(pdf)
        structured = structured_marks(handout)
        if len(structured) != len(pdf):
            raise unreadable_pdf(f"PDFium finds {len(pdf)} pages in the PDF, qpdf {len(structured)}")
        sheets = [_sheet(pdf, number, marks, to_left=to_left) for number, marks in enumerate(structured)]
        return _with_content_order(handout, sheets, structured, to_left=to_left)
    except pypdfium2.PdfiumError as error:
        raise unreadable_pdf(f"PDFium cannot read the PDF: {error}") from None
    finally:
        pdf.close()


def _with_content_order(handout: bytes, sheets: Sequence[_Sheet], structured: Sequence[frozenset[int]], *, to_left: bool) -> list[_Sheet]:
    """Return the sheets; those with letters that PDFium puts into another order have their text in the order of the content too."""
    import pikepdf

    shaped = [any(SHAPED.search(line.text) for line in sheet.lines) for sheet in sheets]
    if not any(shaped):
        return list(sheets)
    try:
        with open_with_qpdf(handout) as pdf:
            return [
                replace(sheet, in_content_order=page_text(page.obj, marks, to_left=to_left)) if is_shaped else sheet
                for sheet, page, marks, is_shaped in zip(sheets, pdf.pages, structured, shaped, strict=True)
            ]
    except (pikepdf.PdfError, KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise unreadable_pdf(f"the PDF's text cannot be read: {error}") from None


def _binds_at_right(pdf: Any) -> bool:
    """Return whether the document says that its text runs from right to left (ISO 32000-1, 12.2, Direction)."""
    import ctypes

    import pypdfium2.raw as raw

    name = ctypes.create_string_buffer(8)
    raw.FPDF_VIEWERREF_GetName(pdf, b"Direction", name, len(name))
    return name.value == b"R2L"


def _sheet(pdf: Any, number: int, structured: frozenset[int], *, to_left: bool) -> _Sheet:
    page = pdf[number]
    text_page = None
    try:
        if page.get_rotation() != 0:
            raise unreadable_pdf(f"page {number + 1} is turned by {page.get_rotation()} degrees")
        left, bottom, right, top = page.get_cropbox()
        text_page = page.get_textpage()
        found = characters(page, text_page, (left, bottom), structured)
        rendering = Rendering(page)
        seen = visible(rendering, found, (right - left, top - bottom), to_left=to_left)
        boxed = []
        for box in boxes(page, rendering, found, (left, bottom)):
            inside = _lines([found[place] for place in box.places], [seen[place] for place in box.places])
            boxed.append(Boxed("\n".join(line.text for line in inside), box.bold, box.o_height))
        return _Sheet(top - bottom, tuple(_with_markers(_lines(found, seen))), tuple(boxed))
    finally:
        if text_page is not None:
            text_page.close()
        page.close()


def _lines(found: Sequence[Character], seen: Sequence[bool]) -> list[_Line]:
    """Return the lines as PDFium divides them, with UNSEEN for each stretch of what is not seen."""
    divided: list[list[Character]] = [[]]
    for character, shown in zip(found, seen, strict=True):
        if character.run is None and character.text in "\r\n":
            divided.append([])
        elif shown:
            divided[-1].append(character)
            if character.hyphen:
                divided.append([])
        elif unicodedata.category(character.text) != "Cf":
            divided[-1].append(replace(character, text=UNSEEN))
    return _whole_furniture(line for line in map(_line, divided) if line is not None)


def _whole_furniture(lines: Iterable[_Line]) -> list[_Line]:
    """Join what stands in the margins on one height: on some pages PDFium divides such a line where it does not on others."""
    joined: list[_Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last and not (line.structured or last.structured) and abs(line.baseline - last.baseline) < _SAME_PLACE:
            last.text = f"{last.text} {line.text}"
            last.left, last.right = min(last.left, line.left), max(last.right, line.right)
        else:
            joined.append(line)
    return joined


def _line(characters: Sequence[Character]) -> _Line | None:
    glyphs = [character for character in characters if character.run is not None and not character.text.isspace()]
    # PDFium hands out UTF-16 code units.
    text = "".join(character.text for character in characters).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
    text = _STRETCH.sub(UNSEEN, text)
    if not glyphs or not text:
        return None
    largest = max(glyphs, key=lambda character: character.run.size if character.run else 0)
    return _Line(
        text,
        min(character.left for character in glyphs),
        max(character.right for character in glyphs),
        largest.run.baseline if largest.run else 0,
        largest.run.size if largest.run else 0,
        any(character.run.structured for character in glyphs if character.run),
    )


def _with_markers(lines: list[_Line]) -> list[_Line]:
    """Put what stands alone before a line, on its height (a list item's bullet or number), where it is read: at its start.

    The content stream has such markers after all text.
    """
    read = list(lines)
    for marker in lines:
        if len(marker.text) > 8:
            continue
        followers = [
            line
            for line in read
            if line is not marker and abs(line.baseline - marker.baseline) < _SAME_PLACE and 0 <= line.left - marker.right < 2 * marker.size
        ]
        if followers:
            follower = min(followers, key=lambda line: line.left)
            follower.text = f"{marker.text} {follower.text}"
            follower.left = marker.left
            read = [line for line in read if line is not marker]
    return read


def _pages(sheets: Sequence[_Sheet]) -> list[Page]:
    """Divide the lines of each sheet into body and furniture.

    Furniture is no part of the document's structure, and lies nearer to the edge than all text that is part of it, on any sheet. A line
    with something unseen is body, and so is everything where the structure was taken out. Distances count from the nearer edge.
    """

    def from_edge(sheet: _Sheet, line: _Line) -> tuple[bool, float]:
        upper = line.baseline > sheet.height / 2
        return upper, (sheet.height - line.baseline) if upper else line.baseline

    structured = any(line.structured for sheet in sheets for line in sheet.lines)
    margin = {True: float("inf"), False: float("inf")}
    for sheet in sheets:
        for line in sheet.lines:
            # What is not seen may lie anywhere, also off the page.
            if (line.structured or not structured) and UNSEEN not in line.text:
                upper, distance = from_edge(sheet, line)
                margin[upper] = min(margin[upper], distance)
    pages = []
    for sheet in sheets:
        body: list[str] = []
        furniture: list[str] = []
        for line in sheet.lines:
            upper, distance = from_edge(sheet, line)
            outside = distance < margin[upper] - _CLEAR_OF_BODY
            (furniture if outside and not line.structured and UNSEEN not in line.text else body).append(line.text)
        own = Page("\n".join(body), "\n".join(furniture), sheet.boxed)
        if sheet.in_content_order is not None and UNSEEN not in own.body + own.furniture:
            own = replace(own, body=sheet.in_content_order[0], furniture=sheet.in_content_order[1])
        pages.append(own)
    return pages
