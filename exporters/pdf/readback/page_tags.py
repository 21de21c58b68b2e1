"""The structure elements of the disclaimer's pages, in the order in which a screen reader meets them (ISO 32000-1, 14.7 and 14.8)."""

from __future__ import annotations

from typing import Any

from .objects import Canonical
from .plain_file import foreign_content

__all__ = ["page_tags"]

_DEEPEST = 60
# Where an element stands, and what is written by itself.
_PLACE = frozenset({"/P", "/Pg", "/K", "/ID"})


def page_tags(root: Any, pages: list[Any], canonical: Canonical) -> bytes:
    """Return the canonical form of the elements that hold the content of some pages, with everything that is said of them.

    `root` is the catalog. Marked content is named by its page, counted in `pages`, and its number. Raises ExporterError where an element
    of these pages is not part of the document, ValueError for a tree that is nested too deeply.
    """
    tree = root.get("/StructTreeRoot")
    if tree is None:
        return b""
    listed = list(tree.ParentTree.Nums)
    parents = dict(zip(map(int, listed[::2]), listed[1::2], strict=True))
    numbers = {page.objgen: number for number, page in enumerate(pages, 1)}
    written = [b"roles " + canonical.of(tree.get("/RoleMap")), b"classes " + canonical.of(tree.get("/ClassMap"))]
    tops: dict[tuple[int, int], Any] = {}
    for page in pages:
        for parent in parents.get(int(page.get("/StructParents", -1)), ()):
            if parent is None:
                # Content that became an artifact keeps its number.
                written.append(b"none")
                continue
            chain = _chain(parent)
            written.append(b" in ".join(canonical.of(element.get("/S")) for element in chain))
            tops[chain[-1].objgen] = chain[-1]
    for top in tops.values():
        if not any(kid.objgen == top.objgen for kid in _kids(top.P) if hasattr(kid, "objgen")):
            raise foreign_content("its tags leave out what stands on a page of the disclaimer")
        # An element that names no language is in that of the document (ISO 32000-1, 14.9.2).
        written.append(b"language " + canonical.of(top.get("/Lang", top.P.get("/Lang", root.get("/Lang")))))
        written.append(_element(top, numbers, canonical, 0))
    return b"\n".join(written)


def _chain(element: Any) -> list[Any]:
    """Return an element with those around it, from the inside out, up to the one below the document."""
    chain = [element]
    while (above := chain[-1].get("/P")) is not None and above.get("/S") not in (None, "/Document"):
        chain.append(above)
        if len(chain) > _DEEPEST:
            raise ValueError("structure elements are nested too deeply")
    return chain


def _kids(element: Any) -> list[Any]:
    import pikepdf

    kids = element.get("/K")
    return [] if kids is None else list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _element(element: Any, numbers: dict[tuple[int, int], int], canonical: Canonical, depth: int) -> bytes:
    if depth > _DEEPEST:
        raise ValueError("structure elements are nested too deeply")
    page = element.get("/Pg")
    kids = []
    for kid in _kids(element):
        if isinstance(kid, int):
            kids.append(b"%d:%d" % (_number(page, numbers), kid))
        elif "/S" in kid:
            kids.append(_element(kid, numbers, canonical, depth + 1))
        else:
            kids.append(b"%d:%s" % (_number(kid.get("/Pg", page), numbers), canonical.of(kid)))
    left_out = _PLACE if depth else _PLACE | {"/Lang"}
    said = [name.encode() + b" " + canonical.of(element[name]) for name in sorted(element) if name not in left_out]
    return b"<%s\n%s>" % (b" ".join(said), b"\n".join(kids))


def _number(page: Any, numbers: dict[tuple[int, int], int]) -> int:
    """Return the number of a page among the disclaimer's; 0 for any other page."""
    return 0 if page is None else numbers.get(page.objgen, 0)
