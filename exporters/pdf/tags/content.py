"""What WeasyPrint painted, by element: all that is known of its boxes and of its marks in the pages' streams.

WeasyPrint gives each text box and image a marked-content sequence, and a tree of tags that follows the boxes: a paragraph of two
pages is two. Here the boxes are gathered by their element instead, in reading order, and WeasyPrint's own tree stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.etree.ElementTree import Element

from handbill.document import BOXED_NOTICE

from ..invisible_characters import without_guards
from .model import Area, LinkArea, Mark
from .spaces import LineEnds

__all__ = ["Artifact", "Content", "PaintedPage", "Painting", "painted_pages", "painting"]

Artifact = Literal["header", "footer", "repeated"]
"""Why something is no part of the article: it stands in an upper or lower margin, or it is a table's head or foot once more."""

# CSS pixels to points (CSS Values 4, 6.2).
_POINT = 0.75
# How far a line of text reaches above and below its baseline, in ems.
_ASCENT = 0.75
_DESCENT = 0.25
# A rectangle that leaves another by less than this, in CSS pixels, lies in it.
_SLACK = 1.0


@dataclass(slots=True, eq=False)
class Content:
    """What was painted of an element: its text and its inner elements in reading order.

    `before` is what a style sheet puts in front of it; `marker` is a list item's bullet or number, `numbering` its CSS list style.
    `area` is where an image stands on its page.
    """

    element: Element
    kids: list[Content | Mark] = field(default_factory=list)
    before: list[Mark] = field(default_factory=list)
    marker: list[Mark] = field(default_factory=list)
    numbering: str = ""
    links: list[LinkArea] = field(default_factory=list)
    area: Area | None = None
    page: int | None = None

    def inner(self, *tags: str) -> list[Content]:
        """Return the kids that are elements, of these names or of any."""
        return [kid for kid in self.kids if isinstance(kid, Content) and (not tags or kid.element.tag in tags)]

    def has_class(self, name: str) -> bool:
        """Tell whether the element's class attribute holds this name."""
        return name in self.element.get("class", "").split()

    def marks(self) -> Iterator[Mark]:
        """Yield all marks in it."""
        yield from self.before
        yield from self.marker
        for kid in self.kids:
            if isinstance(kid, Mark):
                yield kid
            else:
                yield from kid.marks()


@dataclass(frozen=True, slots=True)
class Painting:
    """The painted document: its root, every mark, those that are artifacts by their place, and those after which a space is read."""

    root: Content
    marks: frozenset[Mark]
    artifacts: Mapping[Mark, Artifact]
    spaces: frozenset[Mark]


def _parents(root: Element) -> dict[Element, Element]:
    return {child: parent for parent in root.iter() for child in parent}


def _root(page_box: Any) -> Element:
    root: Element = next(child.element for child in page_box.children if child.element is not None)
    return root


def _words(text: str) -> str:
    """Return the text without white space around it: WeasyPrint draws nothing where none is left."""
    return without_guards(text).strip()


def _rectangles(areas: list[Area]) -> list[Area]:
    """Return the rectangles (left, upper, right, lower; CSS pixels) without empty ones and those that lie in another."""
    kept: list[Area] = []
    for area in sorted(areas, key=lambda area: (area[0] - area[2]) * (area[3] - area[1])):
        left, upper, right, lower = area
        if right - left <= 0 or lower - upper <= 0:
            continue
        if not any(
            left >= other[0] - _SLACK and upper >= other[1] - _SLACK and right <= other[2] + _SLACK and lower <= other[3] + _SLACK
            for other in kept
        ):
            kept.append(area)
    return [area for area in areas if area in kept]


def _clickable(box: Any, rectangle: Area) -> Area:
    """Return a link's rectangle; where a style takes the height from its lines, as of note numbers, that of its text."""
    from weasyprint.formatting_structure import boxes

    left, upper, right, lower = rectangle
    for text in box.children:
        if isinstance(text, boxes.TextBox):
            baseline = text.position_y + text.baseline
            upper = min(upper, baseline - _ASCENT * text.style["font_size"])
            lower = max(lower, baseline + _DESCENT * text.style["font_size"])
    return left, upper, right, lower


class PaintedPage:
    """A WeasyPrint page for `Document.copy`, which keeps what the page's boxes painted, and gives a link one annotation.

    `Document.write_pdf` asks a page for its size, bleed, links, anchors, bookmarks and forms, and paints it; for the tags it asks
    for `_page_box`, which here has nothing in it.
    """

    def __init__(self, page: Any, parents: Mapping[Element, Element]) -> None:
        self._page = page
        self._page_box = page._page_box.copy_with_children([])
        self._link_boxes: dict[Element, Any] = {}
        self._link_areas: dict[Element, list[Area]] = {}
        self.marks: dict[Any, int] = {}
        self.stream: Any = None
        kinds: dict[Element, tuple[str, str]] = {}
        # A link's rectangle comes once for each box inside the link, too.
        for kind, target, rectangle, box in page.links:
            link = box.element
            while link.tag != "a" and link in parents:
                link = parents[link]
            self._link_boxes.setdefault(link, box)
            self._link_areas.setdefault(link, []).append(_clickable(box, rectangle))
            kinds.setdefault(link, (kind, target))
        self.links = []
        for link, (kind, target) in kinds.items():
            areas = self._link_areas[link] = _rectangles(self._link_areas[link])
            if areas:
                around = tuple(pick(area[edge] for area in areas) for edge, pick in enumerate((min, min, max, max)))
                self.links.append((kind, target, around, self._link_boxes[link]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    @property
    def box(self) -> Any:
        """The page's box, with all boxes in it."""
        return self._page._page_box

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Paint the page into its stream, and take the marks that WeasyPrint would make tags of."""
        self._page.paint(stream, scale)
        self.stream = stream
        self.marks = {box: mark["mcid"] for box, mark in stream._tags.items()}
        stream._tags.clear()

    def in_points(self, area: Area) -> Area:
        """Return a rectangle of CSS pixels from the upper left (left, upper, right, lower) in points from the lower left."""
        left, upper, right, lower = area
        return left * _POINT, (self.height - lower) * _POINT, right * _POINT, (self.height - upper) * _POINT

    def link_annotations(self) -> Iterator[tuple[Element, Any, list[Area]]]:
        """Yield each link with its annotation and the rectangles of its lines in points. To be asked after the page was written."""
        for link, box in self._link_boxes.items():
            if box.link_annotation is not None:
                yield link, box.link_annotation, [self.in_points(area) for area in self._link_areas[link]]


def painted_pages(pages: list[Any]) -> list[PaintedPage]:
    """Return WeasyPrint's laid-out pages as pages that keep what they paint."""
    parents = _parents(_root(pages[0]._page_box))
    return [PaintedPage(page, parents) for page in pages]


class _Gathering:
    """The contents of a document, as its boxes are gone through."""

    def __init__(self, root: Element) -> None:
        self._parents = _parents(root)
        self._contents = {root: Content(root)}
        self.root = self._contents[root]
        self.artifacts: dict[Mark, Artifact] = {}
        self._marks: dict[Any, Mark] = {}
        self._links: list[tuple[Element, LinkArea]] = []
        self.line_ends = LineEnds()

    def content(self, element: Element) -> Content:
        """Return the element's content; it stands in its parent's from when it was first met."""
        found = self._contents.get(element)
        if found is None:
            found = self._contents[element] = Content(element)
            self.content(self._parents[element]).kids.append(found)
        return found

    def page(self, number: int, page: PaintedPage) -> list[Mark]:
        """Go through a page; return its marks."""
        from weasyprint.formatting_structure import boxes

        self._marks = {
            box: Mark(number, mark, isinstance(box, boxes.TextBox) and not _words(box.text) and without_guards(box.text) != "")
            for box, mark in page.marks.items()
        }
        marks = list(self._marks.values())
        self._box(page.box, self.root, number, page)
        assert not self._marks, "WeasyPrint painted a box that its tree of boxes does not hold"
        self._links.extend((link, LinkArea(number, annotation)) for link, annotation, _ in page.link_annotations())
        return marks

    def finish(self) -> None:
        """Give the links their annotations: a link in a table's head or foot has one on each page."""
        for link, area in self._links:
            self.content(link).links.append(area)

    def _box(self, box: Any, around: Content, number: int, page: PaintedPage) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout.absolute import AbsolutePlaceholder

        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.MarginBox):
            self._set_aside(box, "header" if box.at_keyword.startswith("@top") else "footer", number, page)
            return
        owner = around if box.element is None else self.content(box.element)
        if isinstance(box, boxes.TableRowGroupBox) and owner.page not in (None, number):
            # A group that may be divided is no head or foot.
            if box.is_header:
                self._set_aside(box, "repeated", number, page)
                return
            if box.is_footer:
                # The last one stands where it is read: after all rows.
                self.artifacts.update(dict.fromkeys(owner.marks(), "repeated"))
                for element in owner.element.iter():
                    if element is not owner.element:
                        self._contents.pop(element, None)
                owner.kids.clear()
        owner.page = number if owner.page is None or getattr(box, "is_footer", False) else owner.page
        if isinstance(box, boxes.ReplacedBox):
            self._image(box, owner, page)
        elif isinstance(box, boxes.LineBox):
            self._line(box)
        for child in box.children:
            if isinstance(child, boxes.TextBox):
                self._text(child, owner)
            else:
                self._box(child, owner, number, page)

    def _text(self, box: Any, owner: Content) -> None:
        mark = self._marks.pop(box, None)
        if mark is None or not (mark.space or _words(box.text)):
            return
        pseudo = box.element_tag.partition("::")[2]
        if pseudo == "marker":
            owner.marker.append(mark)
            owner.numbering = str(box.style["list_style_type"])
        elif pseudo == "before":
            owner.before.append(mark)
        else:
            owner.kids.append(mark)

    def _line(self, box: Any) -> None:
        from weasyprint.formatting_structure import boxes

        texts = [inner for inner in box.descendants() if isinstance(inner, boxes.TextBox) and inner in self._marks]
        if texts and "::" not in box.element_tag:
            self.line_ends.line(box.element, "".join(inner.text for inner in texts), self._marks[texts[-1]])

    def _image(self, box: Any, owner: Content, page: PaintedPage) -> None:
        mark = self._marks.pop(box, None)
        if mark is not None and box.element_tag == "img":
            left, upper = box.content_box_x(), box.content_box_y()
            owner.area = page.in_points((left, upper, left + box.width, upper + box.height))
            owner.kids.append(mark)

    def _set_aside(self, box: Any, why: Artifact, number: int, page: PaintedPage) -> None:
        if box.element is not None and BOXED_NOTICE in box.element.get("class", "").split():
            # It is no decoration of the page, but what its marked claims lead to.
            self._box(box, self.root, number, page)
            return
        mark = self._marks.pop(box, None)
        if mark is not None:
            self.artifacts[mark] = why
        for child in getattr(box, "_box", box).children:
            self._set_aside(child, why, number, page)


def painting(pages: list[PaintedPage]) -> Painting:
    """Return what these pages painted. To be asked after they were written."""
    gathering = _Gathering(_root(pages[0].box))
    marks = [mark for number, page in enumerate(pages) for mark in gathering.page(number, page)]
    gathering.finish()
    return Painting(gathering.root, frozenset(marks), gathering.artifacts, frozenset(gathering.line_ends.spaces))
