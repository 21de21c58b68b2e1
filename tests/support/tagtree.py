"""The tag tree of a finished PDF, for tests: structure elements with their words. pikepdf reads the tree, PDFium reads the words."""

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
    """A link annotation: its page, counted from 0, and its entries."""

    page: int
    entries: dict[str, Any]


@dataclass
class Element:
    """A structure element: its type, its other entries, and its kids (elements, words, annotations)."""

    kind: str
    entries: dict[str, Any]
    kids: list[Element | str | Annotation] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its words, with each run of white space as one space."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid._pieces()
            elif isinstance(kid, str):
                yield kid

    def all(self, *kinds: str) -> Iterator[Element]:
        """Yield this element and those inside it that have one of these types; all of them where none is given."""
        if self.kind in kinds or not kinds:
            yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.all(*kinds)


@dataclass(frozen=True)
class Sequence:
    """A marked-content sequence: its page, its tag, its properties, and whether it paints anything."""

    page: int
    tag: str
    properties: dict[str, Any]
    paints: bool


# PDFium's code for a hyphen at a line's end.
_HYPHEN = "\x02"
_PAINTING = {"TJ", "Tj", "f", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


def sequences(content: bytes) -> list[Sequence]:
    """Return the marked-content sequences of the pages' streams. Content painted outside all of them has the tag ""."""
    found: list[Sequence] = []
    with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
        for number, page in enumerate(pdf.pages):
            open_ones: list[list[Any]] = []
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name in ("BDC", "BMC"):
                    properties = _plain(operands[1]) if name == "BDC" else {}
                    open_ones.append([str(operands[0]), properties, False])
                elif name == "EMC":
                    tag, properties, paints = open_ones.pop()
                    found.append(Sequence(number, tag, properties, paints))
                elif name in _PAINTING:
                    for sequence in open_ones:
                        sequence[2] = True
                    if not open_ones:
                        found.append(Sequence(number, "", {}, True))
            assert not open_ones
    return found


def _words(content: bytes) -> dict[tuple[int, int], str]:
    """Return the words of each marked-content sequence by page and number, with spaces that are only in its ActualText."""
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
            around: list[int | None] = []
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in ("BDC", "BMC"):
                    properties = operands[1] if str(operator) == "BDC" else {}
                    own = int(properties["/MCID"]) if "/MCID" in properties else None
                    mark = own if own is not None else next((one for one in reversed(around) if one is not None), None)
                    if "/ActualText" in properties and mark is not None:
                        words[number, mark] += str(properties["/ActualText"])
                    around.append(own)
                elif str(operator) == "EMC":
                    around.pop()
    return words


def _plain(value: Any) -> Any:
    """Return a PDF object as Python values: names and strings as str."""
    if isinstance(value, pikepdf.Dictionary):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, pikepdf.Array):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, int | float) else str(value)


def tags(content: bytes) -> Element:
    """Return the root of the tag tree."""
    words = _words(content)
    pdf = pikepdf.Pdf.open(io.BytesIO(content))
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}

    def read(node: Any, around: Any) -> Element | str | Annotation:
        if isinstance(node, int):
            return words[pages[around.objgen], node]
        if node.get("/Type") == "/MCR":
            return words[pages[node.Pg.objgen], int(node.MCID)]
        if node.get("/Type") == "/OBJR":
            return Annotation(pages[node.Pg.objgen], _plain(node.Obj))
        entries = {key: _plain(value) for key, value in node.items() if key not in ("/K", "/P", "/Type", "/S", "/Pg")}
        kids = node.get("/K", pikepdf.Array())
        page = node.get("/Pg", around)
        return Element(
            str(node.S).removeprefix("/"), entries, [read(kid, page) for kid in (kids if isinstance(kids, pikepdf.Array) else [kids])]
        )

    root = read(pdf.Root.StructTreeRoot.K[0], None)
    assert isinstance(root, Element)
    return root


def elements(content: bytes, *kinds: str) -> list[Element]:
    """Return all structure elements of these kinds in reading order."""
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
