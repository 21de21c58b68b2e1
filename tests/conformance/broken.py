"""Handouts broken on purpose, to show that each validator would notice: one that passes such a handout proves nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["EPUBS", "PDFS", "Defect", "break_epub", "break_pdf"]


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect that is put into a handout; `validators` must report it, by parts of their names."""

    name: str
    validators: tuple[str, ...]
    change: Callable[[Any], Any]


def _without_alternative(pdf: Any) -> None:
    figures = [item for item in pdf.objects if _is(item, "/Figure") and "/Alt" in item]
    assert figures, "the PDF has a figure with an alternative"
    for figure in figures:
        del figure["/Alt"]


def _without_language(pdf: Any) -> None:
    for item in [pdf.Root, *(one for one in pdf.objects if _is_dictionary(one) and "/S" in one)]:
        if "/Lang" in item:
            del item["/Lang"]


def _without_mark(pdf: Any) -> None:
    del pdf.Root["/MarkInfo"]


def _without_fonts(pdf: Any) -> None:
    described = [item for item in pdf.objects if _is_dictionary(item) and item.get("/Type") == "/FontDescriptor"]
    assert described, "the PDF has fonts"
    for item in described:
        for key in ("/FontFile", "/FontFile2", "/FontFile3"):
            if key in item:
                del item[key]


def _without_intent(pdf: Any) -> None:
    del pdf.Root["/OutputIntents"]


def _skipped_heading(pdf: Any) -> None:
    import pikepdf

    headings = [item for item in pdf.objects if _is(item, "/H2")]
    assert headings, "the PDF has headings of the second level"
    for heading in headings:
        heading["/S"] = pikepdf.Name("/H4")


def _is_dictionary(item: Any) -> bool:
    import pikepdf

    return isinstance(item, pikepdf.Dictionary)


def _is(item: Any, role: str) -> bool:
    return _is_dictionary(item) and item.get("/S") == role and "/P" in item


PDFS = (
    Defect("a figure without alternative text", ("PDF/UA-1",), _without_alternative),
    Defect("no language", ("PDF/UA-1",), _without_language),
    Defect("not marked as tagged", ("PDF/A-2a", "PDF/UA-1"), _without_mark),
    Defect("fonts not embedded", ("PDF/A-2a", "PDF/UA-1"), _without_fonts),
    Defect("no output intent", ("PDF/A-2a",), _without_intent),
    Defect("headings that skip a level", ("PDF/UA-1",), _skipped_heading),
)


def break_pdf(pdf: Path, defect: Defect, target: Path) -> Path:
    """Write a copy of a PDF with a defect, and return its path."""
    import pikepdf

    with pikepdf.open(pdf) as opened:
        defect.change(opened)
        opened.save(target)
    return target


def _without_navigation(members: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in members.items() if not name.endswith("nav.xhtml")}


def _replaced(members: dict[str, bytes], old: bytes, new: bytes, *, once: bool = True) -> dict[str, bytes]:
    named = [name for name, content in sorted(members.items()) if name.endswith(".xhtml") and old in content]
    assert named, f"the EPUB has {old!r}"
    chosen = named[:1] if once else named
    return {name: content.replace(old, new) if name in chosen else content for name, content in members.items()}


def _image_without_alternative(members: dict[str, bytes]) -> dict[str, bytes]:
    return _replaced(members, b' alt="', b' data-alt="', once=False)


def _twice_the_same_id(members: dict[str, bytes]) -> dict[str, bytes]:
    return _replaced(members, b"<p>", b'<p id="twice">', once=False)


def _no_language(members: dict[str, bytes]) -> dict[str, bytes]:
    return _replaced(_replaced(members, b" lang=", b" data-lang=", once=False), b" xml:lang=", b" data-xml-lang=", once=False)


EPUBS = (
    Defect("no navigation document", ("EPUBCheck",), _without_navigation),
    Defect("images without alternative text", ("Ace",), _image_without_alternative),
    Defect("an id given twice", ("EPUBCheck",), _twice_the_same_id),
    Defect("documents without a language", ("Ace",), _no_language),
)


def break_epub(epub: Path, defect: Defect, target: Path) -> Path:
    """Write a copy of an EPUB with a defect, and return its path."""
    with zipfile.ZipFile(epub) as whole, zipfile.ZipFile(target, "w") as copy:
        members = {entry.filename: whole.read(entry) for entry in whole.infolist()}
        for name, content in defect.change(members).items():
            copy.writestr(name, content)
    return target
