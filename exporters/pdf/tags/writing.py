"""Structure elements into the PDF: the tree, the marks it leads to, and artifacts for all that is in no structure element.

All that is known of pydyf's objects, but for the metadata, is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .content import Artifact, PaintedPage, Painting
from .model import Attributes, LinkArea, Mark, Tag

__all__ = ["write_tags"]

_ARTIFACTS: Mapping[Artifact | None, Mapping[str, str]] = {
    "header": {"Type": "/Pagination", "Subtype": "/Header"},
    "footer": {"Type": "/Pagination", "Subtype": "/Footer"},
    "repeated": {"Type": "/Pagination"},
    None: {"Type": "/Layout"},
}
"""Property lists of artifacts (ISO 32000-1, table 330)."""


_SPACE = b"/Span <</ActualText ( )>> BDC EMC"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a mark begins: the stream, the place of its property list among the stream's operands, its parent's key."""

    stream: Any
    index: int
    page_stream: bool


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _places(pdf: Any, pages: Sequence[PaintedPage]) -> dict[tuple[int, int], _Place]:
    """Return the place of every mark by page and number. What is painted transparent has a stream of its own."""
    import pydyf

    by_tags = {id(page.stream._tags): number for number, page in enumerate(pages)}
    places = {}
    for stream in pdf.objects:
        page = by_tags.get(id(getattr(stream, "_tags", None)))
        if page is None:
            continue
        for index, operand in enumerate(stream.stream):
            if isinstance(operand, pydyf.Dictionary) and "MCID" in operand:
                places[page, operand["MCID"]] = _Place(stream, index, stream is pages[page].stream)
    return places


class _Writer:
    def __init__(self, pdf: Any, pages: Sequence[PaintedPage]) -> None:
        self._pdf = pdf
        self._places = _places(pdf, pages)
        self._page_references = pdf.page_references
        # The marks' parents by page, and by stream where a page has more than one.
        self._parents: dict[Any, dict[int, bytes]] = {page.stream: {} for page in pages}
        self._annotations: list[tuple[Any, bytes]] = []
        self._identifiers: dict[str, bytes] = {}

    def _add(self, entries: Mapping[str, Any]) -> Any:
        import pydyf

        made = pydyf.Dictionary(entries)
        self._pdf.add_object(made)
        return made

    def element(self, tag: Tag, parent: bytes) -> bytes:
        """Write a structure element and all in it; return its reference."""
        import pydyf

        element = self._add({"Type": "/StructElem", "S": f"/{tag.kind}", "P": parent})
        reference: bytes = element.reference
        page = next((kid.page for kid in tag.kids if isinstance(kid, Mark)), None)
        if page is not None:
            element["Pg"] = self._page_references[page]
        kids = [self._kid(kid, reference, page) for kid in tag.kids]
        if kids:
            element["K"] = kids[0] if len(kids) == 1 else pydyf.Array(kids)
        for key, text in (("Lang", tag.language), ("Alt", tag.alternative), ("E", tag.expansion), ("ID", tag.identifier)):
            if text:
                element[key] = pydyf.String(text)
        if tag.identifier:
            assert tag.identifier not in self._identifiers, f"two structure elements have the identifier {tag.identifier}"
            self._identifiers[tag.identifier] = reference
        if tag.attributes:
            written = [_attributes(attributes) for attributes in tag.attributes]
            element["A"] = written[0] if len(written) == 1 else pydyf.Array(written)
        return reference

    def _kid(self, kid: Tag | Mark | LinkArea, parent: bytes, page: int | None) -> Any:
        import pydyf

        if isinstance(kid, Tag):
            return self.element(kid, parent)
        if isinstance(kid, LinkArea):
            kid.annotation["Contents"] = pydyf.String(kid.text)
            self._annotations.append((kid.annotation, parent))
            return pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.annotation.reference, "Pg": self._page_references[kid.page]})
        place = self._places[kid.page, kid.number]
        self._parents.setdefault(place.stream, {})[kid.number] = parent
        if kid.space:
            # Nothing is painted for it: the words on both sides would be read as one (ISO 32000-1, 14.8.2.5).
            place.stream.stream[place.index]["ActualText"] = pydyf.String(" ")
        if place.page_stream and kid.page == page:
            return kid.number
        content = pydyf.Dictionary({"Type": "/MCR", "Pg": self._page_references[kid.page], "MCID": kid.number})
        if not place.page_stream:
            content["Stm"] = place.stream.reference
        return content

    def set_aside(self, mark: Mark, why: Artifact | None) -> None:
        """Make a mark that is in no structure element an artifact."""
        import pydyf

        place = self._places[mark.page, mark.number]
        place.stream.stream[place.index - 1] = "/Artifact"
        place.stream.stream[place.index] = pydyf.Dictionary(_ARTIFACTS[why])

    def add_spaces(self, marks: Iterable[Mark]) -> None:
        """Add a space to the text of these marks, at its end: a sequence that paints nothing and says what it stands for."""
        ends: dict[Any, set[int]] = {}
        for mark in marks:
            place = self._places[mark.page, mark.number]
            ends.setdefault(place.stream, set()).add(place.stream.stream.index(b"EMC", place.index))
        for stream, indices in ends.items():
            stream.stream = [part for index, part in enumerate(stream.stream) for part in ((_SPACE, part) if index in indices else (part,))]

    def parents(self, pages: Sequence[PaintedPage]) -> Iterator[tuple[int, Any]]:
        """Yield the parent tree's numbers and values: for each stream its marks' parents, then the annotations' (14.7.4.4)."""
        import pydyf

        # WeasyPrint numbers the pages from 0.
        streams = list(dict.fromkeys([*(page.stream for page in pages), *self._parents]))
        for key, stream in enumerate(streams):
            marks = self._parents[stream]
            if key >= len(pages):
                stream.extra["StructParents"] = key
            yield key, pydyf.Array(marks.get(number, "null") for number in range(max(marks, default=-1) + 1))
        for key, (annotation, parent) in enumerate(self._annotations, len(streams)):
            annotation["StructParent"] = key
            yield key, parent

    def identifiers(self) -> Any:
        """Return the tree of identifiers (ISO 32000-1, 7.9.6), or None."""
        import pydyf

        if not self._identifiers:
            return None
        names = [entry for name, element in sorted(self._identifiers.items()) for entry in (pydyf.String(name), element)]
        return self._add({"Names": pydyf.Array(names)})


def _attributes(attributes: Attributes) -> Any:
    import pydyf

    written = pydyf.Dictionary({"O": attributes.owner})
    for name, value in attributes.entries.items():
        if isinstance(value, tuple):
            written[name] = pydyf.Array(pydyf.String(entry) if isinstance(entry, str) else entry for entry in value)
        else:
            written[name] = value
    return written


def _link_shapes(pages: Sequence[PaintedPage]) -> None:
    """Give a link that is broken over lines the lines' rectangles (QuadPoints; ISO 32000-1, table 173)."""
    import pydyf

    for page in pages:
        for _, annotation, areas in page.link_annotations():
            if len(areas) > 1:
                points = [(left, upper, right, upper, left, lower, right, lower) for left, lower, right, upper in areas]
                annotation["QuadPoints"] = pydyf.Array(number for corner in points for number in corner)


def write_tags(pdf: Any, pages: Sequence[PaintedPage], painting: Painting, tags: Sequence[Tag], roles: Mapping[str, str]) -> None:
    """Put these structure elements below the document's, in place of the empty tree that WeasyPrint wrote.

    What was painted and is in none of them becomes an artifact. `roles` has the types that are no standard ones.
    """
    import pydyf

    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    document = _object(pdf, root["K"][0])
    writer = _Writer(pdf, pages)
    document["K"] = pydyf.Array(writer.element(tag, document.reference) for tag in tags)
    read = {mark for tag in tags for mark in _marks(tag)}
    for mark in painting.marks - read:
        writer.set_aside(mark, painting.artifacts.get(mark))
    writer.add_spaces((painting.spaces & read) | {mark for mark in read if mark.parted})
    _link_shapes(pages)
    parents = list(writer.parents(pages))
    _object(pdf, root["ParentTree"])["Nums"] = pydyf.Array(entry for pair in parents for entry in pair)
    root["ParentTreeNextKey"] = len(parents)
    if (identifiers := writer.identifiers()) is not None:
        root["IDTree"] = identifiers.reference
    root["RoleMap"] = pydyf.Dictionary({kind: f"/{role}" for kind, role in sorted(roles.items())})


def _marks(tag: Tag) -> Iterator[Mark]:
    for kid in tag.kids:
        if isinstance(kid, Mark):
            yield kid
        elif isinstance(kid, Tag):
            yield from _marks(kid)
