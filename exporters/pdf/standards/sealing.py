"""The disclaimer's part of a PDF: its pages, the notice on other pages and page numbers, painted with fonts and resources of their own.

Nothing of the article is in what these are painted with, so that the same disclaimer gives the same objects in every handout:

- the disclaimer's pages have their own fonts and resource dictionaries, which no other page uses;
- the notice is a form XObject that all other pages share, and its reference to the disclaimer's page is another;
- the content of these other pages is clipped, so that it can paint nothing where the notice stands;
- the number of a disclaimer's page is a form XObject.

`exporters.pdf.readback.sealed_parts` compares all of it with the sealed page (ISO 32000-1, 7.8.3, 8.10 and 14.8.2.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handbill.document import Words

from ..fonts.glyph_codes import CodedFonts, write_glyph_codes
from ..pages.layers import LAYERS

__all__ = ["Sealing", "close_operations"]

# CSS pixels to points (CSS Values 4, 6.2).
_POINT = 0.75
_FOOTER = "/Artifact <</Type /Pagination /Subtype /Footer>> BDC"
_FONT_OPTIONS = {"hinting": False, "pdf_version": "1.7"}

_CLOSING = {b"q": b"Q", b"BT": b"ET", b"BMC": b"EMC", b"BDC": b"EMC"}

Band = tuple[float, float, float, float]
"""A rectangle in points from a page's lower left: left, lower, right, upper."""


class Sealing:
    """Paints the disclaimer's part of one PDF.

    `pages` are the indices of the disclaimer's pages, `layers` the laid-out pages of `exporters.pdf.pages.layers`, `words` those of the
    disclaimer. Call `own_resources` before the pages are painted, then `paint`, then `write` when they are.
    """

    def __init__(self, pages: Sequence[int], layers: Sequence[Any], words: Words) -> None:
        self.fonts = CodedFonts(sealed=True)
        self._pages = pages
        self._layers = layers
        self._words = words
        self._resources = {index: _empty_resources() for index in pages}
        self._forms: list[Any] = []
        self._has_notice = _band(layers[LAYERS.notice], "handbill-notice") is not None

    def own_resources(self) -> dict[int, tuple[CodedFonts, Any]]:
        """Return the fonts and the resources with which the disclaimer's pages are to be painted, by index."""
        return {index: (self.fonts, resources) for index, resources in self._resources.items()}

    def paint(self, color_profiles: Mapping[str, Any], output_intent: str | None) -> None:
        """Paint the layers, each as a form XObject. This must come before any page, so that the fonts do not depend on the pages."""
        import pydyf
        from weasyprint.pdf.stream import Stream

        for number, page in enumerate(self._layers):
            is_number = number in (LAYERS.digits[1], *range(LAYERS.first_number, len(self._layers)))
            band = _band(page, "handbill-folio" if is_number else "handbill-notice")
            extra = pydyf.Dictionary({"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(band or (0, 0, 0, 0))})
            if number != LAYERS.notice:
                # A key of this exporter's own: the text with fields for the numbers, for whoever reads them back.
                extra["HandbillText"] = pydyf.String(self._words.page_of if is_number else self._words.see_disclaimer)
            rectangle = (0, 0, page.width, page.height)
            form = Stream(self.fonts, rectangle, _empty_resources(), {}, None, color_profiles, output_intent, extra=extra, compress=True)
            form.transform(d=-1, f=page.height * _POINT)
            page.paint(form, _POINT)
            self._forms.append(form)

    def write(self, pdf: Any, streams: Sequence[Any]) -> None:
        """Add the layers to the pydyf PDF, and to each page what belongs to it; `streams` are the contents of all pages, in order."""
        import pydyf
        from weasyprint.pdf import _use_references
        from weasyprint.pdf.fonts import build_fonts_dictionary

        for written in pdf.objects:
            close_operations(getattr(written, "stream", None))
        fonts = build_fonts_dictionary(pdf, self.fonts, True, True, _FONT_OPTIONS)
        pdf.add_object(fonts)
        write_glyph_codes(self.fonts, pdf)
        others = [index for index in range(len(streams)) if index not in self._resources]
        color_space = streams[others[0]]._resources["ColorSpace"]
        # Their order is the same in every handout: what is the same in all comes first.
        for form in self._forms[LAYERS.notice], *self._forms[LAYERS.reference :]:
            form.extra["Resources"] = pydyf.Dictionary({**form._resources, "ColorSpace": color_space, "Font": fonts.reference})
            pdf.add_object(form)
        for number, index in enumerate(self._pages):
            resources = self._resources[index]
            form = self._forms[LAYERS.first_number + number]
            resources["Font"] = fonts.reference
            # Drawings of the disclaimer: it has no images.
            _use_references(pdf, resources, {}, {})
            resources["XObject"]["HandbillNumber"] = form.reference
            pdf.add_object(resources)
            page = _page(pdf, index)
            page["Resources"] = resources.reference
            page["Contents"] = _wrapped(pdf, streams[index], "q", f"Q {_FOOTER} /HandbillNumber Do EMC")
        if self._has_notice:
            self._add_notice(pdf, {index: streams[index] for index in others})

    def _add_notice(self, pdf: Any, streams: Mapping[int, Any]) -> None:
        """Add the notice and its reference to these pages, and clip what else is on them."""
        notice, reference = self._forms[LAYERS.notice], self._forms[LAYERS.reference]
        layer = self._layers[LAYERS.notice]
        _, lower, _, upper = notice.extra["BBox"]
        width, height = f"{layer.width * _POINT:.3f}", f"{layer.height * _POINT:.3f}"
        # The even-odd rule leaves the band of the notice out, over the whole width of the page (ISO 32000-1, 8.5.3.3.3).
        clip = f"q 0 0 {width} {height} re 0 {lower:.3f} {width} {upper - lower:.3f} re W* n"
        show = f"Q {_FOOTER} /HandbillNotice Do /HandbillReference Do EMC"
        around: list[Any] = []
        for index, stream in streams.items():
            stream._resources["XObject"].update({"HandbillNotice": notice.reference, "HandbillReference": reference.reference})
            page = _page(pdf, index)
            page["Contents"] = _wrapped(pdf, stream, *(around or (clip, show)))
            around = around or [page["Contents"][0], page["Contents"][2]]


def _wrapped(pdf: Any, stream: Any, before: Any, after: Any) -> Any:
    """Return the contents of a page: its stream between two others. These are given as text, or by the reference of one that is there."""
    import pydyf

    references = []
    for one in (before, after):
        if isinstance(one, str):
            added = pydyf.Stream([one.encode()])
            pdf.add_object(added)
            one = added.reference
        references.append(one)
    return pydyf.Array((references[0], stream.reference, references[1]))


def close_operations(operations: Any) -> None:
    """Insert into the operations of a content stream what closes all that it leaves open; it is something else where it is no list.

    WeasyPrint leaves graphics states open where it gives a drawing up that it cannot read.
    """
    if not isinstance(operations, list):
        return
    closed: list[Any] = []
    waiting: list[bytes] = []
    for one in operations:
        operator = one if isinstance(one, bytes) else b""
        while operator in waiting and waiting[-1] != operator:
            closed.append(waiting.pop())
        if operator in _CLOSING:
            waiting.append(_CLOSING[operator])
        elif waiting and operator == waiting[-1]:
            waiting.pop()
        closed.append(one)
    operations[:] = [*closed, *reversed(waiting)]


def _page(pdf: Any, index: int) -> Any:
    return pdf.objects[int(pdf.page_references[index].split()[0])]


def _empty_resources() -> Any:
    import pydyf

    return pydyf.Dictionary({name: pydyf.Dictionary() for name in ("ExtGState", "XObject", "Pattern", "Shading")})


def _band(page: Any, name: str) -> Band | None:
    """Return the band of a row in the lower margin of a laid-out page, with the rule above it; None where the page has no such row."""
    foot = next((box for box in page._page_box.descendants() if _has_class(box, "handbill-running-foot", "-disclaimer")), None)
    row = next((box for box in page._page_box.descendants() if _has_class(box, name)), None)
    if foot is None or row is None:
        return None
    left, upper, lower = row.position_x, foot.position_y, row.position_y + row.margin_height()
    return left * _POINT, (page.height - lower) * _POINT, (left + row.margin_width()) * _POINT, (page.height - upper) * _POINT


def _has_class(box: Any, name: str, ending: str = "") -> bool:
    classes = box.element.get("class", "").split() if box.element is not None else ()
    return name in classes or name + ending in classes
