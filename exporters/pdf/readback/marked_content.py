"""The marked content that the structure tree of a PDF contains, by page (ISO 32000-2, 14.7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .bounds import require_few_objects
from .pdf_file import open_with_qpdf, unreadable_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["structured_marks"]


def structured_marks(handout: bytes) -> list[frozenset[int]]:
    """Return for each page the marked-content identifiers that the structure tree leads to (ISO 32000-2, 14.7.5); none without a tree.

    The tree is walked once: asked page by page, PDFium goes through the top of the whole document's tree each time. Raises ExporterError
    where the file cannot be read as it is, or has more objects or fonts than it may.
    """
    import pikepdf

    try:
        with open_with_qpdf(handout) as pdf:
            require_few_objects(pdf)
            root = pdf.Root.get("/StructTreeRoot")
            pages: dict[Any, set[int]] = {page.objgen: set() for page in pdf.pages}
            if isinstance(root, pikepdf.Dictionary):
                _walk(root.get("/K"), pages)
            return [frozenset(pages[page.objgen]) for page in pdf.pages]
    except (pikepdf.PdfError, ValueError, TypeError, OverflowError) as error:
        raise unreadable_pdf(f"the PDF's structure cannot be read: {error}") from None


def _walk(top: Any, pages: Mapping[Any, set[int]]) -> None:
    """Add to each page's set, found by its object, what these kids of the tree's root lead to."""
    import pikepdf

    seen: set[tuple[int, int]] = set()
    nowhere: set[int] = set()
    waiting: list[tuple[Any, set[int]]] = [(top, nowhere)]
    while waiting:
        kid, page = waiting.pop()
        if isinstance(kid, int):
            page.add(kid)
        elif isinstance(kid, pikepdf.Array):
            waiting.extend((one, page) for one in kid)
        elif isinstance(kid, pikepdf.Dictionary):
            if kid.is_indirect:
                if kid.objgen in seen:
                    continue
                seen.add(kid.objgen)
            # An element names the page of the numbers among its kids, a reference to marked content its own (tables 355 and 357).
            named = kid.get("/Pg")
            page = page if named is None else pages.get(named.objgen, nowhere)
            waiting.extend((kid[key], page) for key in ("/MCID", "/K") if key in kid)
