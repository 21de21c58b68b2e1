"""WeasyPrint's painted boxes, collected by their HTML element: everything that this exporter knows of WeasyPrint's boxes is here.

WeasyPrint gives each text box and image a marked-content sequence, and builds a tag tree of the boxes, in which a paragraph on two pages
is two paragraphs. This module collects the boxes by their element, in reading order, and leaves WeasyPrint's own tree empty.
`painted_pages` goes before the writing of the PDF, `painted_document` after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.etree.ElementTree import Element

from handbill.document import BOXED_NOTICE

from ..added_characters import without_guards
from .line_end_spaces import LineEndSpaces
from .model import Area, LinkArea, MarkedContent

__all__ = ["Artifact", "PaintedDocument", "PaintedElement", "PaintedPage", "painted_document", "painted_pages"]

Artifact = Literal["header", "footer", "repeated"]
"""Why content is an artifact: it is in an upper or lower margin, or it repeats a table's head or foot."""

OwnResources = tuple[Any, Any]
"""The fonts and the resources that a page is painted with where these are not those of the other pages."""

# CSS pixels to points (CSS Values 4, 6.2).
_POINT = 0.75
# The extent of a line of text above and below its baseline, in ems.
_ASCENT = 0.75
_DESCENT = 0.25
# CSS pixels. A rectangle that exceeds another one by less counts as inside it.
_SLACK = 1.0


@dataclass(slots=True, eq=False)
class PaintedElement:
    """The painted content of an HTML element: in `kids` its text and its inner elements, in reading order.

    `before` is the content of its `::before`; `marker` is a list item's bullet or number, and `numbering` its CSS list style. `area` is
    the rectangle of an image. `page` is the number of the first page, counted from 0.
    """

    element: Element
    kids: list[PaintedElement | MarkedContent] = field(default_factory=list)
    before: list[MarkedContent] = field(default_factory=list)
    marker: list[MarkedContent] = field(default_factory=list)
    numbering: str = ""
    links: list[LinkArea] = field(default_factory=list)
    area: Area | None = None
    page: int | None = None

    def inner_elements(self, *tags: str) -> list[PaintedElement]:
        """Return the kids that are elements with one of these tags; all of them where none is given."""
        return [kid for kid in self.kids if isinstance(kid, PaintedElement) and (not tags or kid.element.tag in tags)]

    def has_class(self, name: str) -> bool:
        """Return whether the element's class attribute holds this name."""
        return name in self.element.get("class", "").split()

    def sequences(self) -> Iterator[MarkedContent]:
        """Yield all marked content in it."""
        yield from self.before
        yield from self.marker
        for kid in self.kids:
            if isinstance(kid, MarkedContent):
                yield kid
            else:
                yield from kid.sequences()


@dataclass(frozen=True, slots=True)
class PaintedDocument:
    """The painted content of a document.

    `sequences` is all its marked content, `artifacts` that which is no part of the article by its place, and `spaces` that which ends
    a line where the text has a space.
    """

    root: PaintedElement
    sequences: frozenset[MarkedContent]
    artifacts: Mapping[MarkedContent, Artifact]
    spaces: frozenset[MarkedContent]


def _parent_elements(root: Element) -> dict[Element, Element]:
    return {child: parent for parent in root.iter() for child in parent}


def _root_element(page_box: Any) -> Element:
    root: Element = next(child.element for child in page_box.children if child.element is not None)
    return root


def _drawn_text(text: str) -> str:
    """Return the text without guards and surrounding white space. WeasyPrint draws nothing for an empty one."""
    return without_guards(text).strip()


def _outer_rectangles(areas: list[Area]) -> list[Area]:
    """Return the rectangles (left, upper, right, lower; CSS pixels) without empty ones and those inside another one."""
    outer: list[Area] = []
    for area in sorted(areas, key=lambda area: (area[0] - area[2]) * (area[3] - area[1])):
        left, upper, right, lower = area
        if right - left <= 0 or lower - upper <= 0:
            continue
        if not any(
            left >= other[0] - _SLACK and upper >= other[1] - _SLACK and right <= other[2] + _SLACK and lower <= other[3] + _SLACK
            for other in outer
        ):
            outer.append(area)
    return [area for area in areas if area in outer]


def _link_rectangle(box: Any, rectangle: Area) -> Area:
    """Return a link's rectangle, extended to its text's height where a style gives its lines none, as for note numbers."""
    from weasyprint.formatting_structure import boxes

    left, upper, right, lower = rectangle
    for text in box.children:
        if isinstance(text, boxes.TextBox):
            baseline = text.position_y + text.baseline
            upper = min(upper, baseline - _ASCENT * text.style["font_size"])
            lower = max(lower, baseline + _DESCENT * text.style["font_size"])
    return left, upper, right, lower


class PaintedPage:
    """A WeasyPrint page, for `Document.copy`, that records the marked content of its boxes and gives each link one annotation.

    `Document.write_pdf` reads a page's size, bleed, links, anchors, bookmarks and forms, and paints it. For the tag tree it reads
    `_page_box`, which is empty here.
    """

    def __init__(self, page: Any, parents: Mapping[Element, Element], own: OwnResources | None = None) -> None:
        self._page = page
        self._own = own
        self._page_box = page._page_box.copy_with_children([])
        self._link_boxes: dict[Element, Any] = {}
        self._link_areas: dict[Element, list[Area]] = {}
        self.mcids: dict[Any, int] = {}
        self.stream: Any = None
        kinds: dict[Element, tuple[str, str]] = {}
        # WeasyPrint repeats a link's rectangle for each box inside the link.
        for kind, target, rectangle, box in page.links:
            link = box.element
            while link.tag != "a" and link in parents:
                link = parents[link]
            self._link_boxes.setdefault(link, box)
            self._link_areas.setdefault(link, []).append(_link_rectangle(box, rectangle))
            kinds.setdefault(link, (kind, target))
        self.links = []
        for link, (kind, target) in kinds.items():
            areas = self._link_areas[link] = _outer_rectangles(self._link_areas[link])
            if areas:
                around = tuple(pick(area[edge] for area in areas) for edge, pick in enumerate((min, min, max, max)))
                self.links.append((kind, target, around, self._link_boxes[link]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    @property
    def box(self) -> Any:
        """WeasyPrint's box of the page, with all boxes in it."""
        return self._page._page_box

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Paint the page into its stream, and move the numbers of its marked content to `mcids`, so that WeasyPrint makes no tags."""
        if self._own is not None:
            color_space = stream._resources["ColorSpace"]
            stream._fonts, stream._resources = self._own
            stream._resources["ColorSpace"] = color_space
        self._page.paint(stream, scale)
        self.stream = stream
        self.mcids = {box: sequence["mcid"] for box, sequence in stream._tags.items()}
        stream._tags.clear()

    def in_points(self, area: Area) -> Area:
        """Convert a rectangle from CSS pixels (left, upper, right, lower) to points from the lower left (left, lower, right, upper)."""
        left, upper, right, lower = area
        return left * _POINT, (self.height - lower) * _POINT, right * _POINT, (self.height - upper) * _POINT

    def link_annotations(self) -> Iterator[tuple[Element, Any, list[Area]]]:
        """Yield each link with its annotation and the rectangles of its lines, in points. Needs the PDF to be written."""
        for link, box in self._link_boxes.items():
            if box.link_annotation is not None:
                yield link, box.link_annotation, [self.in_points(area) for area in self._link_areas[link]]


def painted_pages(pages: list[Any], own: Mapping[int, OwnResources]) -> list[PaintedPage]:
    """Return WeasyPrint's laid-out pages as pages that record what they paint; `own` has the resources of some, by index."""
    parents = _parent_elements(_root_element(pages[0]._page_box))
    return [PaintedPage(page, parents, own.get(index)) for index, page in enumerate(pages)]


class _Collector:
    """The painted elements of a document, collected in a walk through the boxes of its pages."""

    def __init__(self, root: Element) -> None:
        self._parents = _parent_elements(root)
        self._elements = {root: PaintedElement(root)}
        self.root = self._elements[root]
        self.artifacts: dict[MarkedContent, Artifact] = {}
        self._sequences: dict[Any, MarkedContent] = {}
        self._links: list[tuple[Element, LinkArea]] = []
        self.line_ends = LineEndSpaces()

    def painted_element(self, element: Element) -> PaintedElement:
        """Return the painted element of an HTML element. It is appended to its parent's kids when it is first asked for."""
        painted = self._elements.get(element)
        if painted is None:
            painted = self._elements[element] = PaintedElement(element)
            self.painted_element(self._parents[element]).kids.append(painted)
        return painted

    def add_page(self, number: int, page: PaintedPage) -> list[MarkedContent]:
        """Collect the boxes of a page; return its marked content."""
        from weasyprint.formatting_structure import boxes

        self._sequences = {
            box: MarkedContent(
                number, sequence, isinstance(box, boxes.TextBox) and not _drawn_text(box.text) and without_guards(box.text) != ""
            )
            for box, sequence in page.mcids.items()
        }
        sequences = list(self._sequences.values())
        self._add_box(page.box, self.root, number, page)
        assert not self._sequences, "WeasyPrint painted a box that its tree of boxes does not hold"
        self._links.extend((link, LinkArea(number, annotation)) for link, annotation, _ in page.link_annotations())
        return sequences

    def add_links(self) -> None:
        """Add the annotations to the links. A link in a table's head or foot has one on each page."""
        for link, area in self._links:
            self.painted_element(link).links.append(area)

    def _add_box(self, box: Any, around: PaintedElement, number: int, page: PaintedPage) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout.absolute import AbsolutePlaceholder

        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.MarginBox):
            self._add_artifact(box, "header" if box.at_keyword.startswith("@top") else "footer", number, page)
            return
        owner = around if box.element is None else self.painted_element(box.element)
        if isinstance(box, boxes.TableRowGroupBox) and owner.page not in (None, number):
            # Of the groups of rows, only a head and a foot are repeated; others are divided between pages.
            if box.is_header:
                self._add_artifact(box, "repeated", number, page)
                return
            if box.is_footer:
                # The last repetition is the one that is read, after all rows; the earlier ones are artifacts.
                self.artifacts.update(dict.fromkeys(owner.sequences(), "repeated"))
                for element in owner.element.iter():
                    if element is not owner.element:
                        self._elements.pop(element, None)
                owner.kids.clear()
        owner.page = number if owner.page is None or getattr(box, "is_footer", False) else owner.page
        if isinstance(box, boxes.ReplacedBox):
            self._add_image(box, owner, page)
        elif isinstance(box, boxes.LineBox):
            self._add_line(box)
        for child in box.children:
            if isinstance(child, boxes.TextBox):
                self._add_text(child, owner)
            else:
                self._add_box(child, owner, number, page)

    def _add_text(self, box: Any, owner: PaintedElement) -> None:
        sequence = self._sequences.pop(box, None)
        if sequence is None or not (sequence.is_space or _drawn_text(box.text)):
            return
        pseudo = box.element_tag.partition("::")[2]
        if pseudo == "marker":
            owner.marker.append(sequence)
            owner.numbering = str(box.style["list_style_type"])
        elif pseudo == "before":
            owner.before.append(sequence)
        else:
            owner.kids.append(sequence)

    def _add_line(self, box: Any) -> None:
        from weasyprint.formatting_structure import boxes

        texts = [inner for inner in box.descendants() if isinstance(inner, boxes.TextBox) and inner in self._sequences]
        if texts and "::" not in box.element_tag:
            self.line_ends.add_line(box.element, "".join(inner.text for inner in texts), self._sequences[texts[-1]])

    def _add_image(self, box: Any, owner: PaintedElement, page: PaintedPage) -> None:
        sequence = self._sequences.pop(box, None)
        if sequence is not None and box.element_tag == "img":
            left, upper = box.content_box_x(), box.content_box_y()
            owner.area = page.in_points((left, upper, left + box.width, upper + box.height))
            owner.kids.append(sequence)

    def _add_artifact(self, box: Any, reason: Artifact, number: int, page: PaintedPage) -> None:
        if box.element is not None and BOXED_NOTICE in box.element.get("class", "").split():
            # A boxed notice in a margin is content: the claims on its page refer to it.
            self._add_box(box, self.root, number, page)
            return
        sequence = self._sequences.pop(box, None)
        if sequence is not None:
            self.artifacts[sequence] = reason
        for child in getattr(box, "_box", box).children:
            self._add_artifact(child, reason, number, page)


def painted_document(pages: list[PaintedPage]) -> PaintedDocument:
    """Return the painted content of these pages. Needs the PDF to be written."""
    collector = _Collector(_root_element(pages[0].box))
    sequences = [sequence for number, page in enumerate(pages) for sequence in collector.add_page(number, page)]
    collector.add_links()
    return PaintedDocument(collector.root, frozenset(sequences), collector.artifacts, frozenset(collector.line_ends.spaces))
