"""Splits the article's body at its sections into the files that become items of the spine."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from handbill.document import has_class, is_note_call

from ..package.names import ascii_slug
from .xhtml import element

__all__ = ["Section", "detach_notes", "heading_text", "split_body"]


@dataclass(frozen=True, slots=True)
class Section:
    """A file of the article: its name, the plain text of the h2 that opens it ("" where none does), its `<body>`."""

    file_name: str
    heading: str
    body: etree._Element


def detach_notes(body: etree._Element) -> list[etree._Element]:
    """Remove the notes from the body and return them in their order."""
    notes: list[etree._Element] = []
    for child in list(body):
        if child.tag == "section" and has_class(child, "notes"):
            notes.extend(child.iterchildren("aside"))
            body.remove(child)
    return notes


def split_body(body: etree._Element, *, at_sections: bool) -> list[Section]:
    """Return the article's files: the blocks before the first h2, then a file for each h2 that is a child of the body.

    Without `at_sections` there is one file. A body without blocks has none. The blocks are moved out of the body.
    """
    runs: list[list[etree._Element]] = []
    for block in list(body):
        if not runs or (at_sections and block.tag == "h2"):
            runs.append([])
        runs[-1].append(block)
    sections = []
    for number, run in enumerate(runs):
        opens_section = at_sections and run[0].tag == "h2"
        heading = heading_text(run[0]) if opens_section else ""
        slug = ascii_slug(run[0].get("id") or heading) if opens_section else ""
        ordinal = number + (1 if runs[0][0].tag == "h2" else 0)
        name = f"section-{ordinal:0{len(str(len(runs)))}d}" if opens_section else "article"
        section_body = element("body", {"epub:type": "bodymatter"})
        for block in run:
            block.tail = "\n"
            section_body.append(block)
        sections.append(Section(f"{name}{'-' + slug if slug else ''}.xhtml", heading, section_body))
    return sections


def heading_text(heading: etree._Element) -> str:
    """Return a heading's text on one line, without calls of notes and ruby annotations, images by their alternative text."""
    pieces: list[str] = []

    def collect(node: etree._Element) -> None:
        pieces.append(node.text or "")
        for child in node:
            if child.tag == "img":
                pieces.append(child.get("alt") or "")
            elif child.tag in ("br", "wbr"):
                pieces.append(" " if child.tag == "br" else "")
            elif child.tag != "rp" and child.tag != "rt" and not is_note_call(child):
                collect(child)
            pieces.append(child.tail or "")

    collect(heading)
    return " ".join("".join(pieces).split())
