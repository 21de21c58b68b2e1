"""Handouts broken on purpose: a validator that passes one of these shows nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["EPUBS", "PDFS", "Broken", "break_epub", "break_pdf"]


@dataclass(frozen=True, slots=True)
class Broken:
    """A way to break a handout; `validators` are the beginnings of the names of those that must see it."""

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
    Broken("a figure without alternative text", ("PDF/UA-1",), _without_alternative),
    Broken("no language", ("PDF/UA-1",), _without_language),
    Broken("not marked as tagged", ("PDF/A-2a", "PDF/UA-1"), _without_mark),
    Broken("fonts not embedded", ("PDF/A-2a", "PDF/UA-1"), _without_fonts),
    Broken("no output intent", ("PDF/A-2a",), _without_intent),
    Broken("headings that skip a level", ("PDF/UA-1",), _skipped_heading),
)


def break_pdf(pdf: Path, how: Broken, target: Path) -> Path:
    """Write the PDF broken in this way, and return where."""
    import pikepdf

    with pikepdf.open(pdf) as opened:
        how.change(opened)
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
    Broken("no navigation document", ("EPUBCheck",), _without_navigation),
    Broken("images without alternative text", ("Ace",), _image_without_alternative),
    Broken("an id given twice", ("EPUBCheck",), _twice_the_same_id),
    Broken("documents without a language", ("Ace",), _no_language),
)


def break_epub(epub: Path, how: Broken, target: Path) -> Path:
    """Write the EPUB broken in this way, and return where."""
    with zipfile.ZipFile(epub) as whole, zipfile.ZipFile(target, "w") as copy:
        members = {entry.filename: whole.read(entry) for entry in whole.infolist()}
        for name, content in how.change(members).items():
            copy.writestr(name, content)
    return target
