"""What a PDF may have around its pages: nothing by which a program could show them otherwise than another, or later than at first.

Of the keys of ISO 32000-1 a file has those that this exporter writes.
"""

from __future__ import annotations

from typing import Any

from handbill.contract import ExporterError, diagnostic

__all__ = ["foreign_content", "require_plain_document"]

_TRAILER = frozenset("/Size /Root /Info /ID /Type /Index /W /Filter /DecodeParms /Length".split())
_CATALOG = frozenset(
    "/Type /Pages /Names /Outlines /StructTreeRoot /MarkInfo /Lang /Metadata /ViewerPreferences /OutputIntents /AF /PageMode "
    "/PageLayout /Version /Extensions".split()
)
_NAMES = frozenset({"/Dests", "/EmbeddedFiles"})
_VIEWING = frozenset({"/DisplayDocTitle", "/Direction"})
_PAGE_TREE = frozenset({"/Type", "/Kids", "/Count", "/Parent"})
_PAGE = frozenset("/Type /Parent /MediaBox /TrimBox /BleedBox /Contents /Resources /Tabs /StructParents /Annots".split())
_LINK = frozenset("/Type /Subtype /Rect /A /Dest /BS /Border /Contents /QuadPoints /F /StructParent /H /P".split())
_OUTLINE = frozenset("/Type /Title /Parent /Prev /Next /First /Last /Count /Dest".split())
_ACTION = frozenset({"/Type", "/S", "/URI", "/D"})
_ACTIONS = frozenset({"/URI", "/GoTo"})
_DEEPEST = 40


def foreign_content(message: str) -> ExporterError:
    """Return the error for a file with something that handbill writes into none."""
    return ExporterError(diagnostic("foreign-content", f"the PDF cannot be proven: {message}", hint="build it anew"))


def require_plain_document(pdf: Any) -> list[Any]:
    """Return the page objects of an opened PDF (pikepdf), in order.

    Raises ExporterError for what acts on pages from outside, and for what a page may have that this exporter writes into none.
    """
    if "/Encrypt" in pdf.trailer:
        raise foreign_content("it is encrypted")
    _require_keys(pdf.trailer, _TRAILER, "its trailer")
    root = pdf.Root
    _require_keys(root, _CATALOG, "its catalog")
    _require_keys(root.get("/Names", {}), _NAMES, "its names")
    _require_keys(root.get("/ViewerPreferences", {}), _VIEWING, "its viewer preferences")
    if "/Outlines" in root:
        _require_plain_outline(root.Outlines)
    pages: list[Any] = []
    _collect_pages(root.Pages, None, pages, 0)
    if len({page.objgen for page in pages}) < len(pages):
        raise foreign_content("it has a page twice")
    for page in pages:
        _require_keys(page, _PAGE, "a page")
        for annotation in page.get("/Annots", ()):
            _require_plain_link(annotation)
    return pages


def _collect_pages(node: Any, parent: Any, pages: list[Any], depth: int) -> None:
    """Append the pages below a node to `pages`. Each node must say truly what it is, where it belongs, and how many pages it has."""
    if depth > _DEEPEST or not node.is_indirect or (node.get("/Parent") is not None) is not (parent is not None):
        raise foreign_content("its tree of pages has another form than handbill gives to it")
    if parent is not None and node.Parent.objgen != parent.objgen:
        raise foreign_content("its tree of pages contradicts itself")
    if node.get("/Type") == "/Page":
        pages.append(node)
        return
    _require_keys(node, _PAGE_TREE, "its tree of pages")
    before = len(pages)
    for kid in node.Kids:
        _collect_pages(kid, node, pages, depth + 1)
    if node.get("/Type") != "/Pages" or int(node.Count) != len(pages) - before:
        raise foreign_content("its tree of pages contradicts itself")


def _require_plain_link(annotation: Any) -> None:
    if annotation.get("/Subtype") != "/Link" or _border_width(annotation):
        raise foreign_content("it has an annotation that is seen")
    _require_keys(annotation, _LINK, "a link")
    action = annotation.get("/A")
    if action is not None and (action.get("/S") not in _ACTIONS or not set(action) <= _ACTION):
        raise foreign_content("it has a link with another action than to go to a place")


def _require_plain_outline(outline: Any) -> None:
    """Raise ExporterError where an entry of the outline does something else than to lead to a place of the document."""
    waiting, seen = [outline], set()
    while waiting:
        entry = waiting.pop()
        if entry.objgen in seen:
            continue
        seen.add(entry.objgen)
        _require_keys(entry, _OUTLINE, "its outline")
        waiting += [entry[name] for name in ("/First", "/Next") if name in entry]


def _border_width(annotation: Any) -> float:
    """Return the width of an annotation's border in points, the larger where two are given (ISO 32000-1, tables 164 and 166)."""
    style, border = annotation.get("/BS"), annotation.get("/Border")
    if style is None and border is None:
        return 1.0
    known = style is None or set(style) <= {"/Type", "/W", "/S"}
    widths = [] if style is None else [float(style.get("/W", 1))]
    widths += [] if border is None else [float([*border, 0, 0, 1][2])]
    return max(map(abs, widths)) if known else 1.0


def _require_keys(dictionary: Any, known: frozenset[str], what: str) -> None:
    if others := set(dictionary) - known:
        raise foreign_content(f"{what} has {min(others)}")
