"""Markdown text to a canonical tree within the publication's bounds, and what is wrong with its syntax and its HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from handbill.diagnostics.diagnostic import Diagnostic, Place
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.manuscript.source_file import Source
from handbill.markdown import converter
from handbill.markdown.converter import Note
from handbill.markdown.html_tags import WITHOUT_CONTENT
from handbill.markdown.tree import marked_claims, sanitize
from handbill.markdown.tree.content_model import canonical_body
from handbill.markdown.tree.elements import BLOCKS
from handbill.markdown.tree.tables import cell_count
from handbill.reader import disclaimer_rules
from handbill.system.bounds import BoundError, Bounds, bound_diagnostic

__all__ = ["Body", "check_note_calls", "check_table_size", "note_label", "render_body"]


def check_table_size(trees: Iterable[etree._Element], bounds: Bounds) -> None:
    """Raise BoundError where a table of these trees has too many cells."""
    for table in (table for tree in trees for table in tree.iter("table")):
        cells = cell_count(table)
        if cells > bounds.table_cells:
            first = next((str(text).strip() for text in table.itertext() if str(text).strip()), "<table")
            raise BoundError("table_cells", f"the table has {cells:,} cells, as many in each row as in the widest", first.split("\n")[0])


def note_label(element: etree._Element, notes: Sequence[Note]) -> str:
    """Return the label, in brackets, of the footnote that an element is or calls: `data-note` is its number, from 1."""
    return f"[^{notes[int(element.get('data-note', '')) - 1].label}]"


def check_note_calls(body: etree._Element, notes: Sequence[Note], bounds: Bounds) -> None:
    """Raise BoundError where a note is called too often, or a paragraph calls too many."""
    calls = [link for link in body.iter("a") if link.get("data-note")]
    for name, times in Counter(note_label(call, notes) for call in calls).items():
        if times > bounds.note_calls:
            raise BoundError("note_calls", f"the footnote {name} is called {times:,} times", name)
    in_blocks: Counter[etree._Element] = Counter()
    for call in calls:
        block = next(parent for parent in call.iterancestors() if parent.tag in BLOCKS or parent is body)
        in_blocks[block] += 1
        if in_blocks[block] > bounds.paragraph_notes:
            raise BoundError(
                "paragraph_notes", f"a paragraph calls more than {bounds.paragraph_notes:,} footnotes", note_label(call, notes)
            )


@dataclass(frozen=True, slots=True)
class Body:
    """A Markdown text as a canonical tree, its footnotes in the order of their numbers in the tree, and what is wrong with the text."""

    tree: etree._Element
    notes: Sequence[Note]
    diagnostics: tuple[Diagnostic, ...]


def render_body(source: Source, text: str, language: str, bounds: Bounds) -> Body:
    """Return the tree of a Markdown text, which stands in `source`. Raises SourceError where it exceeds a bound."""
    try:
        rendered = converter.render(text, language, bounds)
        if len(rendered.notes) > bounds.footnotes:
            label = f"[^{rendered.notes[bounds.footnotes].label}]:"
            raise BoundError("footnotes", f"the article has {len(rendered.notes):,} footnotes", label)
        cleaned = [sanitize.clean(rendered.html, bounds.nesting), *(sanitize.clean(note.html, bounds.nesting) for note in rendered.notes)]
        check_table_size([part.tree for part in cleaned], bounds)
        lost = [one for part in cleaned for one in marked_claims.unify_claim_marks(part.tree)]
        body = canonical_body(cleaned[0].tree, [note.tree for note in cleaned[1:]])
        check_note_calls(body, rendered.notes, bounds)
    except BoundError as error:
        raise SourceError(bound_diagnostic(bounds, error.name, error.message, *source.locate(error.excerpt))) from None
    except (RecursionError, sanitize.TooDeepError):
        message = f"lists, quotations or elements are nested more than {bounds.nesting} deep"
        raise SourceError(diagnostic("too-deep", message, _place_of_deepest_line(source), "take a level or two out")) from None
    diagnostics = [
        *_dialect_diagnostics(source, rendered),
        *(disclaimer_rules.marked_claim_error(source, one) for one in lost),
        # Each once, though body and notes were cleaned one by one.
        *dict.fromkeys(found for part in cleaned for found in _html_diagnostics(source, part)),
    ]
    return Body(body, rendered.notes, tuple(diagnostics))


def _place_of_deepest_line(source: Source) -> Place:
    """Return the place of the line with the most indentation, quotation marks and tags."""

    def depth(text: str) -> int:
        return len(text.rstrip()) - len(text.strip().lstrip("> \t")) + text.count("<")

    deepest = max(source.prose(), key=lambda one: depth(one[1]))[0]
    return location(deepest.path, deepest.number)


def _dialect_diagnostics(source: Source, rendered: converter.Rendered) -> list[Diagnostic]:
    """Return what is wrong with footnotes, tables, blocks for some formats and tags, as the Markdown converter noted it."""
    found: list[Diagnostic] = []
    seen: dict[str, int] = {}
    for label in rendered.undefined_notes:
        occurrence = seen.get(label, 0)
        seen[label] = occurrence + 1
        message = f"the footnote [^{label}] is not defined"
        hint = f"add a line [^{label}]: … or put a backslash before the bracket"
        found.append(source.diagnostic("undefined-note", message, f"[^{label}]", hint, occurrence))
    for label in rendered.duplicate_notes:
        message = f"the footnote [^{label}] is defined twice"
        found.append(source.diagnostic("duplicate-note", message, f"[^{label}]:", "give one another name", 1))
    for row in rendered.long_rows:
        occurrence = seen[row] = seen.get(row, -1) + 1
        message = "the row has more cells than the head of its table, which gets another column"
        hint = "a bar that belongs to the text is written \\|"
        found.append(source.diagnostic("long-row", message, row, hint, occurrence))
    for row in rendered.short_rows:
        occurrence = seen[row] = seen.get(row, -1) + 1
        message = "the row has fewer cells than the head of its table; empty ones stand in"
        hint = "give every row as many cells as the head: an empty cell is two bars"
        found.append(source.diagnostic("short-row", message, row, hint, occurrence))
    for tag in rendered.unclosed_tags:
        occurrence = seen.get(tag, 0)
        seen[tag] = occurrence + 1
        message = f"{' '.join(tag.split())} is never closed; it ends at the next blank line"
        first = tag.partition("\n")[0]
        found.append(source.diagnostic("unbalanced-html", message, first, "close it where it is to end", occurrence))
    for line in rendered.unclosed_blocks:
        message = "the block for some formats is not closed"
        found.append(source.diagnostic("unclosed-block", message, line))
    return found


def _html_diagnostics(source: Source, cleaned: sanitize.Cleaned) -> list[Diagnostic]:
    """Return what was left out of the HTML, or read as text."""
    return [
        *(
            source.diagnostic("raw-html", f"{tag} is read as text, not as HTML", tag, "write it as `code`, or with &lt;")
            for tag in cleaned.literal
        ),
        *(
            source.diagnostic(
                "raw-html",
                f"the element <{tag}> is left out, {'with its code' if tag in WITHOUT_CONTENT else 'its text stays'}",
                f"<{tag}",
                "delete it, or say in words what it is to show",
            )
            for tag in cleaned.unkept
        ),
        *(
            source.diagnostic(
                "unbalanced-html",
                f"{tag} is not opened and closed in pairs",
                tag[:-1],
                "close it in its paragraph, or delete it: its text stays",
            )
            for tag in cleaned.unbalanced
        ),
    ]
