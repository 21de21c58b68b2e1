"""The structure tree of a tagged PDF, read from its bytes for assertions: each element's type, entries and words (ISO 32000-1, 14.7).

pikepdf reads the tree, PDFium the words of each marked-content sequence. `outline` prints a tree for comparison.
"""

from __future__ import annotations

import ctypes
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

__all__ = ["Annotation", "Element", "Sequence", "elements", "outline", "sequences", "tags"]


@dataclass(frozen=True)
class Annotation:
    """A link annotation: its page, from 0, and its entries."""

    page: int
    entries: dict[str, Any]


@dataclass
class Element:
    """A structure element: its type, its entries other than kids, and its kids: elements, words, annotations."""

    kind: str
    entries: dict[str, Any]
    kids: list[Element | str | Annotation] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words of the element and its descendants; each run of white space is one space."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid._pieces()
            elif isinstance(kid, str):
                yield kid

    def all(self, *kinds: str) -> Iterator[Element]:
        """Yield the element and its descendants of these types, or all, in reading order."""
        if self.kind in kinds or not kinds:
            yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.all(*kinds)


@dataclass(frozen=True)
class Sequence:
    """A marked-content sequence of a page: its tag, its properties, and whether a painting operator stands in it."""

    page: int
    tag: str
    properties: dict[str, Any]
    paints: bool


# PDFium's character for a hyphen at the end of a line.
_HYPHEN = "\x02"
_PAINTING = {"TJ", "Tj", "f", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


def sequences(content: bytes) -> list[Sequence]:
    """Return the marked-content sequences of all pages; painting outside of them is a sequence with the tag ""."""
    found: list[Sequence] = []
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        for number, page in enumerate(pdf.pages):
            open_sequences: list[list[Any]] = []
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name in ("BDC", "BMC"):
                    properties = _plain(operands[1]) if name == "BDC" else {}
                    open_sequences.append([str(operands[0]), properties, False])
                elif name == "EMC":
                    tag, properties, paints = open_sequences.pop()
                    found.append(Sequence(number, tag, properties, paints))
                elif name in _PAINTING:
                    for sequence in open_sequences:
                        sequence[2] = True
                    if not open_sequences:
                        found.append(Sequence(number, "", {}, True))
            assert not open_sequences
    return found


def _words(content: bytes) -> dict[tuple[int, int], str]:
    """Return the words of each marked-content sequence by page and MCID, with those of /ActualText."""
    words: dict[tuple[int, int], str] = defaultdict(str)
    pdf = pypdfium2.PdfDocument(content)
    for number, page in enumerate(pdf):
        text_page = page.get_textpage()
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=5):
            mark = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
            length = pdfium.FPDFTextObj_GetText(item.raw, text_page.raw, None, 0)
            buffer = ctypes.create_string_buffer(length)
            pdfium.FPDFTextObj_GetText(item.raw, text_page.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
            words[number, mark] += buffer.raw.decode("utf-16-le").rstrip("\0").replace(_HYPHEN, "-")
    with pikepdf.Pdf.open(io.BytesIO(content)) as opened:
        for number, page in enumerate(opened.pages):
            open_marks: list[int | None] = []
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in ("BDC", "BMC"):
                    properties = operands[1] if str(operator) == "BDC" else {}
                    own = int(properties["/MCID"]) if "/MCID" in properties else None
                    mark = own if own is not None else next((one for one in reversed(open_marks) if one is not None), None)
                    if "/ActualText" in properties and mark is not None:
                        words[number, mark] += str(properties["/ActualText"])
                    open_marks.append(own)
                elif str(operator) == "EMC":
                    open_marks.pop()
    return words


def _plain(value: Any) -> Any:
    """Return a PDF object as a Python value; names and strings are str."""
    if isinstance(value, pikepdf.Dictionary):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, pikepdf.Array):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, int | float) else str(value)


def tags(content: bytes) -> Element:
    """Return the root of the structure tree."""
    words = _words(content)
    pdf = pikepdf.Pdf.open(io.BytesIO(content))
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}

    def read(node: Any, outer_page: Any) -> Element | str | Annotation:
        if isinstance(node, int):
            return words[pages[outer_page.objgen], node]
        if node.get("/Type") == "/MCR":
            return words[pages[node.Pg.objgen], int(node.MCID)]
        if node.get("/Type") == "/OBJR":
            return Annotation(pages[node.Pg.objgen], _plain(node.Obj))
        entries = {key: _plain(value) for key, value in node.items() if key not in ("/K", "/P", "/Type", "/S", "/Pg")}
        kids = node.get("/K", pikepdf.Array())
        page = node.get("/Pg", outer_page)
        return Element(
            str(node.S).removeprefix("/"), entries, [read(kid, page) for kid in (kids if isinstance(kids, pikepdf.Array) else [kids])]
        )

    root = read(pdf.Root.StructTreeRoot.K[0], None)
    assert isinstance(root, Element)
    return root


def elements(content: bytes, *kinds: str) -> list[Element]:
    """Return all structure elements of these types in reading order."""
    return list(tags(content).all(*kinds))


def outline(element: Element, depth: int = 0) -> list[str]:
    """Return the tree as lines, one for each element or run of words, indented by two spaces a level."""
    indent = "  " * depth
    lines = [f"{indent}{element.kind}"]
    run = ""
    for kid in [*element.kids, Element("", {})]:
        if isinstance(kid, str):
            run += kid
            continue
        if run.strip():
            lines.append(f"{indent}  {' '.join(run.split())!r}")
        run = ""
        if isinstance(kid, Element):
            lines.extend(outline(kid, depth + 1) if kid.kind else [])
        else:
            lines.append(f"{indent}  → {kid.entries['/Contents']}")
    return lines
