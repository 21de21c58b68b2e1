"""The article's body, split at its sections into what become spine items."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from ..package.names import ascii_slug
from .xhtml import element

__all__ = ["Section", "detach_notes", "heading_text", "split"]


@dataclass(frozen=True, slots=True)
class Section:
    """One file of the article. `heading` is its first heading as plain text, "" where it has none."""

    file_name: str
    heading: str
    body: etree._Element


def detach_notes(body: etree._Element) -> list[etree._Element]:
    """Take the notes out of the body and return them in their order."""
    notes: list[etree._Element] = []
    for child in list(body):
        if child.tag == "section" and "notes" in (child.get("class") or "").split():
            notes.extend(child.iterchildren("aside"))
            body.remove(child)
    return notes


def split(body: etree._Element, *, at_sections: bool) -> list[Section]:
    """Return the article's files: what stands before the first h2, and then one for each h2 that is a child of the body.

    There is none for a body without blocks.
    """
    runs: list[list[etree._Element]] = []
    for block in list(body):
        if not runs or (at_sections and block.tag == "h2"):
            runs.append([])
        runs[-1].append(block)
    sections = []
    for number, run in enumerate(runs):
        opening = at_sections and run[0].tag == "h2"
        heading = heading_text(run[0]) if opening else ""
        slug = ascii_slug(run[0].get("id") or heading) if opening else ""
        ordinal = number + (1 if runs[0][0].tag == "h2" else 0)
        name = f"section-{ordinal:0{len(str(len(runs)))}d}" if opening else "article"
        held = element("body", {"epub:type": "bodymatter"})
        for block in run:
            block.tail = "\n"
            held.append(block)
        sections.append(Section(f"{name}{'-' + slug if slug else ''}.xhtml", heading, held))
    return sections


def heading_text(heading: etree._Element) -> str:
    """Return a heading's words on one line: notes' numbers left out, images by their alternative text."""
    pieces: list[str] = []

    def collect(node: etree._Element) -> None:
        pieces.append(node.text or "")
        for child in node:
            if child.tag == "img":
                pieces.append(child.get("alt") or "")
            elif child.tag in ("br", "wbr"):
                pieces.append(" " if child.tag == "br" else "")
            elif child.tag != "rp" and child.tag != "rt" and "noteref" not in (child.get("class") or "").split():
                collect(child)
            pieces.append(child.tail or "")

    collect(heading)
    return " ".join("".join(pieces).split())
