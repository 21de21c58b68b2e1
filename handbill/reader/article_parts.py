"""The title, the body and the abstract of an article, made of its Markdown text and its front matter."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import PurePosixPath

from lxml import etree

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.rules import diagnostic, location
from handbill.language.translations import translated_words
from handbill.manuscript.source_file import Source
from handbill.markdown.converter import Note
from handbill.markdown.tree import structure, variants
from handbill.markdown.tree.annotations import annotate_addresses
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import is_empty
from handbill.reader.body import note_label, render_body
from handbill.reader.metadata import FrontMatterReader
from handbill.system.bounds import Bounds

__all__ = ["read_parts"]


def read_parts(source: Source, front_matter: FrontMatterReader, language: str, bounds: Bounds) -> tuple[Parts, list[Diagnostic]]:
    """Return an article's parts, for all formats, and what is wrong with them. Raises SourceError where a bound is exceeded.

    Links and images still have the addresses that the author wrote; the tree is annotated with them, and footnotes have no numbers yet.
    """
    body = render_body(source, source.text(), language, bounds)
    heading, title_diagnostics = _title(body.tree, front_matter, source)
    parts = Parts(heading, body.tree)
    note_diagnostics = _mark_uncalled_notes(parts, body.notes, source)
    abstract, abstract_diagnostics = _abstract(source, front_matter, language, bounds)
    parts = dataclasses.replace(parts, abstract=abstract)
    words = translated_words(language)
    titles = {kind: getattr(words, kind) for kind in structure.CALLOUTS}
    for part in parts.trees():
        structure.title_callouts(part, titles)
        annotate_addresses(part)
    return parts, [*body.diagnostics, *title_diagnostics, *note_diagnostics, *abstract_diagnostics]


def _title(body: etree._Element, front_matter: FrontMatterReader, source: Source) -> tuple[etree._Element, list[Diagnostic]]:
    """Take the title out of the body, whose callouts are marked first; where there is none, the file's name is the title."""
    structure.remove_contents_markers(body)
    diagnostics = [_unknown_callout(marker, source) for marker in structure.mark_alerts(body)]
    heading = structure.take_title(body, front_matter.text("title"))
    if heading is None:
        heading = etree.Element("h1")
        heading.text = PurePosixPath(source.path).stem.replace("-", " ").replace("_", " ").strip() or source.path
        message = f"the article has no title; its file name stands in: {heading.text}"
        hint = "write a first line: # The title, or title: in front matter"
        diagnostics.append(diagnostic("no-title", message, location(source.path, 1, 1), hint))
    return heading, diagnostics


def _unknown_callout(marker: str, source: Source) -> Diagnostic:
    message = f"{marker} is no callout that is known; it stands as text in a quotation"
    known = ", ".join(f"[!{kind.upper()}]" for kind in structure.CALLOUTS)
    return source.diagnostic("unknown-alert", message, marker, f"there are: {known}")


def _mark_uncalled_notes(parts: Parts, notes: Sequence[Note], source: Source) -> list[Diagnostic]:
    """Mark the notes that nothing calls, so that every format keeps them; return a diagnostic for each."""
    diagnostics = []
    for note in variants.uncalled_notes(parts):
        note.set("data-uncalled", "")
        label = note_label(note, notes)
        message = f"nothing in the text calls the footnote {label}; it stands at the end of the notes"
        hint = f"write {label} where the text needs it, or delete the note"
        diagnostics.append(source.diagnostic("uncalled-note", message, f"{label}:", hint))
    return diagnostics


def _abstract(
    source: Source, front_matter: FrontMatterReader, language: str, bounds: Bounds
) -> tuple[etree._Element | None, Sequence[Diagnostic]]:
    """Return the tree of the front matter's abstract, without ids; None where it has none or it is empty."""
    text = front_matter.block("abstract")
    if not text:
        return None, ()
    abstract = render_body(source, text, language, bounds)
    for element in abstract.tree.iter():
        element.attrib.pop("id", "")
    return None if is_empty(abstract.tree) else abstract.tree, abstract.diagnostics
