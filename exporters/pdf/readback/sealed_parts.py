"""Reads everything that the disclaimer's pages and the notices of a PDF consist of, to be compared with the sealed page.

A page is compared by all its objects (content, fonts, resources, annotations, tags), and by how PDFium shows it, on a screen and on
paper. The notice of another page is a layer over content that is clipped where the notice stands. A file that has anything by which a
viewer could show these pages otherwise (layers, forms, scripts, encryption, damage) is refused. Rules: ISO 32000-1.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from handbill.contract import DisclaimerParts, Part

from .bounds import require_few_objects
from .closed_content import ClosedContent
from .number_layers import number_layer
from .objects import Canonical, decoded
from .page_tags import page_tags
from .pdf_file import open_with_qpdf, require_header, unreadable_pdf
from .pictures import Band, picture_parts
from .plain_file import foreign_content, require_plain_document
from .revisions import require_one_revision, require_true_places

__all__ = ["read_parts"]

_SHOW_NUMBER = b"Q /Artifact <</Type /Pagination /Subtype /Footer>> BDC /HandbillNumber Do EMC"
_SHOW_NOTICE = b"Q /Artifact <</Type /Pagination /Subtype /Footer>> BDC /HandbillNotice Do /HandbillReference Do EMC"
_PIXELS = 4 / 3
"""CSS pixels in a point: the unit of the layers' text."""


def read_parts(handout: bytes, position: Literal["end", "front"]) -> DisclaimerParts:
    """Return the parts of a PDF.

    Raises ExporterError: `unreadable-pdf` where the bytes are no PDF or are damaged, `foreign-content` where the file has what handbill
    writes into none and what could change how a page is shown.
    """
    import pikepdf

    require_header(handout)
    require_one_revision(handout)
    try:
        with open_with_qpdf(handout) as pdf:
            require_few_objects(pdf)
            require_true_places(handout, pdf)
            found = _Reader(pdf).parts()
            if warnings := pdf.get_warnings():
                raise unreadable_pdf(f"the PDF is damaged: {warnings[0]}")
            undirected = _without_direction(pdf) or handout
    except (
        pikepdf.PdfError,
        pikepdf.DataDecodingError,
        KeyError,
        IndexError,
        AttributeError,
        ValueError,
        TypeError,
        OverflowError,
    ) as error:
        raise unreadable_pdf(f"the PDF's objects cannot be read: {error}") from None
    pictures = picture_parts(handout, undirected, found.pages, list(enumerate(found.bands, found.first - 1)))
    parts = [part for seen, objects in zip(pictures, found.objects, strict=True) for part in (*seen, *objects)]
    return DisclaimerParts(found.first, found.last, found.pages, (*parts, found.surroundings), found.notices)


def _without_direction(pdf: Any) -> bytes | None:
    """Return the bytes of an opened file without the reading direction of its pages, None where it states none.

    Where the article runs from right to left, PDFium takes the lines of every page so, also those of a disclaimer in another script.
    """
    preferences = pdf.Root.get("/ViewerPreferences", {})
    if "/Direction" not in preferences:
        return None
    del preferences["/Direction"]
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@dataclass(slots=True)
class _Found:
    """What is read of the objects. `objects` are the parts of each of the disclaimer's pages, `bands` where its number stands."""

    first: int
    last: int
    pages: int
    surroundings: Part
    objects: list[list[Part]] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    notices: dict[int, tuple[Part, ...]] = field(default_factory=dict)


class _Reader:
    """Reads one opened file (pikepdf)."""

    def __init__(self, pdf: Any) -> None:
        self._root = pdf.Root
        self._pages = require_plain_document(pdf)
        self._canonical = Canonical()
        self._closed = ClosedContent()
        self._last_streams: dict[Any, bytes] = {}
        self._notices: dict[Any, tuple[Part, ...]] = {}

    def parts(self) -> _Found:
        own = [index for index, page in enumerate(self._pages) if self._shows(page, _SHOW_NUMBER)]
        if not own or own != list(range(own[0], own[-1] + 1)):
            raise foreign_content("it has no pages of a disclaimer, or has them in several places")
        first, last = own[0] + 1, own[-1] + 1
        found = _Found(first, last, len(self._pages), self._surroundings([self._pages[index] for index in own]))
        for number, index in enumerate(own, 1):
            page = self._pages[index]
            found.objects.append(list(self._page_parts(page, number, index + 1)))
            left, lower, right, upper = map(float, page.Resources.XObject.HandbillNumber.BBox)
            found.bands.append((left, lower, right, upper))
        for index, page in enumerate(self._pages):
            if index not in own:
                found.notices[index + 1] = self._notice(page, first)
        return found

    def _surroundings(self, pages: list[Any]) -> Part:
        """Return what counts for all pages of the disclaimer: the colours of the document, and the tags of these pages."""
        content = self._canonical.of(self._root.get("/OutputIntents")), self._canonical.of(self._root.get("/MarkInfo"))
        tags = page_tags(self._root, pages, self._canonical)
        return Part("the colours and tags", "application/octet-stream", b"\n".join((*content, tags)))

    def _shows(self, page: Any, layer: bytes) -> bool:
        """Return whether the last of a page's three content streams shows a layer."""
        import pikepdf

        contents = page.get("/Contents")
        if not isinstance(contents, pikepdf.Array) or len(contents) != 3:
            return False
        last = contents[2]
        if last.objgen not in self._last_streams:
            self._last_streams[last.objgen] = decoded(last)
        return self._last_streams[last.objgen] == layer

    def _page_parts(self, page: Any, number: int, page_number: int) -> Iterator[Part]:
        """Yield the parts of a page of the disclaimer, which is the `number`th of them and page `page_number` of the handout."""
        content, resources = decoded(page.Contents[1]), page.Resources
        if decoded(page.Contents[0]) != b"q":
            raise foreign_content(f"the content of page {page_number} does not begin as handbill's does")
        self._closed.require(content, resources)
        yield Part(f"the content of page {number}", "text/plain", content)
        numbers = {"page": page_number, "pages": len(self._pages)}
        yield Part(f"the number of page {number}", "text/plain", self._number_layer(resources.XObject.HandbillNumber, numbers))
        listed = [self._entries(resources, "/XObject"), self._entries(resources.XObject, "/HandbillNumber")]
        listed += [self._entries(page, "/Parent", "/Contents", "/Resources", "/StructParents")]
        yield Part(f"the objects of page {number}", "application/octet-stream", b"\n".join(listed))

    def _entries(self, dictionary: Any, *left_out: str) -> bytes:
        """Return the canonical form of a dictionary's entries, without those that are compared in another way."""
        return b"<%s>" % b"\n".join(
            name.encode() + b" " + self._canonical.of(dictionary[name]) for name in sorted(dictionary) if name not in left_out
        )

    def _number_layer(self, layer: Any, numbers: dict[str, int]) -> bytes:
        """Return the canonical form of a layer with one line of text, in which fields stand for its numbers."""
        left, _, right, _ = (float(value) * _PIXELS for value in layer.BBox)
        fonts = {name.removeprefix("/"): font for name, font in layer.Resources.Font.items()}
        found = number_layer(decoded(layer), fonts, (left, right), str(layer.HandbillText), numbers)
        if found is None:
            raise foreign_content("a layer with the number of a page shows another number, or has another form than handbill gives to it")
        return found + self._entries(layer, "/Length", "/Filter")

    def _notice(self, page: Any, first: int) -> tuple[Part, ...]:
        """Return the parts of the notice of a page; none where it has none. `first` is the number of the disclaimer's first page."""
        if not self._shows(page, _SHOW_NOTICE):
            return ()
        before, content, _ = page.Contents
        self._closed.require(decoded(content), page.Resources)
        layers = page.Resources.XObject.HandbillNotice, page.Resources.XObject.HandbillReference
        boxes = tuple(tuple(page.get(name, page.MediaBox)) for name in ("/MediaBox", "/TrimBox", "/BleedBox"))
        if len(set(boxes)) > 1:
            raise foreign_content("a page has boxes that differ")
        key = (before.objgen, *(layer.objgen for layer in layers), boxes[0])
        if key not in self._notices:
            self._notices[key] = (
                Part("its layer", "text/plain", decoded(layers[0])),
                Part("its reference to the disclaimer", "text/plain", self._number_layer(layers[1], {"page": first})),
                Part("what it is made of", "application/octet-stream", self._canonical.of(layers[0])),
                Part("its place", "text/plain", decoded(before) + b"\n" + self._canonical.of(page.MediaBox)),
            )
        return self._notices[key]
