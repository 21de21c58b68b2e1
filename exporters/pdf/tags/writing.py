"""Writes a tag tree into a pydyf PDF: structure elements, parent tree, and artifacts for all content in no structure element.

Rules: ISO 32000-1, 14.7 and 14.8. What this exporter knows of pydyf's objects is here and in `standards/pdfa.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .model import Attributes, LinkArea, MarkedContent, Tag
from .painted_content import Artifact, PaintedDocument, PaintedPage

__all__ = ["write_tags"]

_ARTIFACTS: Mapping[Artifact | None, Mapping[str, str]] = {
    "header": {"Type": "/Pagination", "Subtype": "/Header"},
    "footer": {"Type": "/Pagination", "Subtype": "/Footer"},
    "repeated": {"Type": "/Pagination"},
    None: {"Type": "/Layout"},
}
"""Property lists of artifacts (ISO 32000-1, table 330)."""

# A sequence that paints nothing and has a space as its text (ISO 32000-1, 14.9.4).
_SPACE = b"/Span <</ActualText ( )>> BDC EMC"


@dataclass(frozen=True, slots=True)
class _SequencePosition:
    """Where a sequence begins: its stream, the index of its property list there, and whether the stream is its page's own."""

    stream: Any
    index: int
    page_stream: bool


def _referenced_object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _sequence_positions(pdf: Any, pages: Sequence[PaintedPage]) -> dict[tuple[int, int], _SequencePosition]:
    """Return the position of every sequence by page and number. Transparent content has a stream of its own."""
    import pydyf

    by_tags = {id(page.stream._tags): number for number, page in enumerate(pages)}
    positions = {}
    for stream in pdf.objects:
        page = by_tags.get(id(getattr(stream, "_tags", None)))
        if page is None:
            continue
        for index, operand in enumerate(stream.stream):
            if isinstance(operand, pydyf.Dictionary) and "MCID" in operand:
                positions[page, operand["MCID"]] = _SequencePosition(stream, index, stream is pages[page].stream)
    return positions


class _TagWriter:
    def __init__(self, pdf: Any, pages: Sequence[PaintedPage]) -> None:
        self._pdf = pdf
        self._positions = _sequence_positions(pdf, pages)
        self._page_references = pdf.page_references
        # For each stream, the structure element of each of its sequences by number.
        self._parents: dict[Any, dict[int, bytes]] = {page.stream: {} for page in pages}
        self._annotations: list[tuple[Any, bytes]] = []
        self._identifiers: dict[str, bytes] = {}

    def _add(self, entries: Mapping[str, Any]) -> Any:
        import pydyf

        made = pydyf.Dictionary(entries)
        self._pdf.add_object(made)
        return made

    def write_element(self, tag: Tag, parent: bytes) -> bytes:
        """Write a structure element and all that it holds; return its reference."""
        import pydyf

        element = self._add({"Type": "/StructElem", "S": f"/{tag.kind}", "P": parent})
        reference: bytes = element.reference
        page = next((kid.page for kid in tag.kids if isinstance(kid, MarkedContent)), None)
        if page is not None:
            element["Pg"] = self._page_references[page]
        kids = [self._write_kid(kid, reference, page) for kid in tag.kids]
        if kids:
            element["K"] = kids[0] if len(kids) == 1 else pydyf.Array(kids)
        for key, text in (("Lang", tag.language), ("Alt", tag.alternative), ("E", tag.expansion), ("ID", tag.identifier)):
            if text:
                element[key] = pydyf.String(text)
        if tag.identifier:
            assert tag.identifier not in self._identifiers, f"two structure elements have the identifier {tag.identifier}"
            self._identifiers[tag.identifier] = reference
        if tag.attributes:
            written = [_attribute_dictionary(attributes) for attributes in tag.attributes]
            element["A"] = written[0] if len(written) == 1 else pydyf.Array(written)
        return reference

    def _write_kid(self, kid: Tag | MarkedContent | LinkArea, parent: bytes, page: int | None) -> Any:
        import pydyf

        if isinstance(kid, Tag):
            return self.write_element(kid, parent)
        if isinstance(kid, LinkArea):
            kid.annotation["Contents"] = pydyf.String(kid.text)
            self._annotations.append((kid.annotation, parent))
            return pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.annotation.reference, "Pg": self._page_references[kid.page]})
        position = self._positions[kid.page, kid.number]
        self._parents.setdefault(position.stream, {})[kid.number] = parent
        if kid.is_space:
            # Without a text of its own, the words on both sides would be read as one (ISO 32000-1, 14.8.2.5).
            position.stream.stream[position.index]["ActualText"] = pydyf.String(" ")
        if position.page_stream and kid.page == page:
            return kid.number
        content = pydyf.Dictionary({"Type": "/MCR", "Pg": self._page_references[kid.page], "MCID": kid.number})
        if not position.page_stream:
            content["Stm"] = position.stream.reference
        return content

    def make_artifact(self, sequence: MarkedContent, reason: Artifact | None) -> None:
        """Make an artifact of a sequence that is in no structure element."""
        import pydyf

        position = self._positions[sequence.page, sequence.number]
        position.stream.stream[position.index - 1] = "/Artifact"
        position.stream.stream[position.index] = pydyf.Dictionary(_ARTIFACTS[reason])

    def add_spaces(self, sequences: Iterable[MarkedContent]) -> None:
        """Append a space to the text of each of these sequences: an inner sequence that paints nothing and has it as its text."""
        ends: dict[Any, set[int]] = {}
        for sequence in sequences:
            position = self._positions[sequence.page, sequence.number]
            ends.setdefault(position.stream, set()).add(position.stream.stream.index(b"EMC", position.index))
        for stream, indices in ends.items():
            stream.stream = [part for index, part in enumerate(stream.stream) for part in ((_SPACE, part) if index in indices else (part,))]

    def parent_tree(self, pages: Sequence[PaintedPage]) -> Iterator[tuple[int, Any]]:
        """Yield the keys and values of the parent tree: the parents of each stream's sequences, then the annotations' (14.7.4.4)."""
        import pydyf

        # WeasyPrint numbers the pages from 0.
        streams = list(dict.fromkeys([*(page.stream for page in pages), *self._parents]))
        for key, stream in enumerate(streams):
            sequences = self._parents[stream]
            if key >= len(pages):
                stream.extra["StructParents"] = key
            yield key, pydyf.Array(sequences.get(number, "null") for number in range(max(sequences, default=-1) + 1))
        for key, (annotation, parent) in enumerate(self._annotations, len(streams)):
            annotation["StructParent"] = key
            yield key, parent

    def id_tree(self) -> Any:
        """Return the ID tree (ISO 32000-1, 7.9.6), None where no element has an identifier."""
        import pydyf

        if not self._identifiers:
            return None
        names = [entry for name, element in sorted(self._identifiers.items()) for entry in (pydyf.String(name), element)]
        return self._add({"Names": pydyf.Array(names)})


def _attribute_dictionary(attributes: Attributes) -> Any:
    import pydyf

    written = pydyf.Dictionary({"O": attributes.owner})
    for name, value in attributes.entries.items():
        if isinstance(value, tuple):
            written[name] = pydyf.Array(pydyf.String(entry) if isinstance(entry, str) else entry for entry in value)
        else:
            written[name] = value
    return written


def _set_link_shapes(pages: Sequence[PaintedPage]) -> None:
    """Give each link that is broken over lines the rectangles of its lines (QuadPoints; ISO 32000-1, table 173)."""
    import pydyf

    for page in pages:
        for _, annotation, areas in page.link_annotations():
            if len(areas) > 1:
                points = [(left, upper, right, upper, left, lower, right, lower) for left, lower, right, upper in areas]
                annotation["QuadPoints"] = pydyf.Array(number for corner in points for number in corner)


def write_tags(pdf: Any, pages: Sequence[PaintedPage], painted: PaintedDocument, tags: Sequence[Tag], roles: Mapping[str, str]) -> None:
    """Write these structure elements into the PDF, in place of the empty tree that WeasyPrint wrote.

    Painted content that is in none of them becomes an artifact. `roles` maps the types that are not standard in PDF 1.7.
    """
    import pydyf

    root = _referenced_object(pdf, pdf.catalog["StructTreeRoot"])
    document = _referenced_object(pdf, root["K"][0])
    writer = _TagWriter(pdf, pages)
    document["K"] = pydyf.Array(writer.write_element(tag, document.reference) for tag in tags)
    tagged = {sequence for tag in tags for sequence in _marked_content(tag)}
    for sequence in painted.sequences - tagged:
        writer.make_artifact(sequence, painted.artifacts.get(sequence))
    writer.add_spaces((painted.spaces & tagged) | {sequence for sequence in tagged if sequence.space_after})
    _set_link_shapes(pages)
    parents = list(writer.parent_tree(pages))
    _referenced_object(pdf, root["ParentTree"])["Nums"] = pydyf.Array(entry for pair in parents for entry in pair)
    root["ParentTreeNextKey"] = len(parents)
    if (identifiers := writer.id_tree()) is not None:
        root["IDTree"] = identifiers.reference
    root["RoleMap"] = pydyf.Dictionary({kind: f"/{role}" for kind, role in sorted(roles.items())})


def _marked_content(tag: Tag) -> Iterator[MarkedContent]:
    for kid in tag.kids:
        if isinstance(kid, MarkedContent):
            yield kid
        elif isinstance(kid, Tag):
            yield from _marked_content(kid)
