"""Lays out the article's page: title block, contents, body, notes, colophon and notice."""

from __future__ import annotations

import copy
import dataclasses
import datetime

from lxml import etree

from handbill.document import CLAIM_SYMBOL, Document, Metadata, Words, has_class, is_note_call, take_boxed_notice, text_of

from ..cells import cells
from .blocks import set_content, underlined
from .characters import Characters
from .context import Layout
from .disclaimer import set_notice
from .flow import indent, join
from .inline import element_text
from .reference_numbers import References, number_references, written_address
from .wrap import wrap

__all__ = ["set_article"]

_ABSTRACT_INDENT = 4
_SECTIONS_FOR_CONTENTS = 4
_WORDS_FOR_CONTENTS = 1500


def set_article(document: Document, width: int, characters: Characters) -> list[str]:
    """Return the lines of the article's page at a width in cells. The last block is the disclaimer's notice, where there is one."""
    heading = document.heading_tree()
    abstract = document.abstract_tree()
    body = document.tree()
    _add_boxed_notices(body)
    notes = next((part for part in body.iterchildren("section") if has_class(part, "notes")), None)
    trees = [tree for tree in (heading, abstract, body) if tree is not None]
    layout = Layout(characters, document.words, number_references(trees, notes))
    set_notes = _notes(notes, width, layout)
    if notes is not None:
        body.remove(notes)
    parts = [
        _title_block(document, heading, width, layout),
        indent(set_content(abstract, width - 2 * _ABSTRACT_INDENT, layout), " " * _ABSTRACT_INDENT) if abstract is not None else [],
        _contents(body, width, layout),
        _set_apart(set_content(body, width, layout)),
        _set_apart([*underlined(_text(document.words.notes, width, layout), "="), "", *set_notes] if set_notes else []),
        _colophon(document, width, layout),
        set_notice(document.disclaimer, width, characters),
    ]
    return join([("", part) for part in parts])


def _add_boxed_notices(body: etree._Element) -> None:
    """Put the boxed notice at the end of each section that bears a marked claim, and of the blocks before the first section."""
    box = take_boxed_notice(body)
    if box is None:
        return
    last: etree._Element | None = None
    for block in list(body):
        if last is not None and block.tag == "h2":
            last.addnext(copy.deepcopy(box))
            last = None
        if block.get("class") != "notes" and (last is not None or any(link.get("class") == CLAIM_SYMBOL for link in block.iter("a"))):
            last = block
    if last is not None:
        last.addnext(box)


def _set_apart(lines: list[str]) -> list[str]:
    """Return the lines of a part of the page with one more blank line above them."""
    return ["", *lines] if lines else []


def _text(text: str, width: int, layout: Layout) -> list[str]:
    """Return the lines of a plain text; none for a blank one."""
    text = layout.characters.prose(text).strip()
    return wrap(text, width) if text else []


def _title_block(document: Document, heading: etree._Element, width: int, layout: Layout) -> list[str]:
    metadata = document.metadata
    title = underlined(set_content(heading, width, layout), "=")
    about = _text(document.words.separator.join(metadata.authors), width, layout) + _phrases(
        _versions(metadata, document.words), width, layout
    )
    lines = title + _text(metadata.subtitle, width, layout)
    return [*lines, "", *about] if about else lines


def _versions(metadata: Metadata, words: Words) -> list[str]:
    def dated(pattern: str, day: datetime.date | None) -> list[str]:
        return [pattern.format(date=words.format_date(day))] if day is not None else []

    return [
        *([words.version.format(version=metadata.version)] if metadata.version else []),
        *dated(words.dated, metadata.date),
        *dated(words.reviewed, metadata.reviewed),
        *dated(words.review_by, metadata.review_by),
        *dated(words.facts_as_of, metadata.facts_as_of),
    ]


def _phrases(phrases: list[str], width: int, layout: Layout) -> list[str]:
    """Return lines of phrases with separators between them. A phrase that fits into a line is not broken."""
    lines: list[str] = []
    for phrase in phrases:
        text = layout.characters.prose(phrase).strip()
        joined = f"{lines[-1]}{layout.characters.separator}{text}" if lines else text
        if lines and cells(joined) <= width:
            lines[-1] = joined
        else:
            lines += wrap(text, width)
    return lines


def _contents(body: etree._Element, width: int, layout: Layout) -> list[str]:
    """Return the lines of the table of contents; none for a short article."""
    sections = list(body.iter("h2"))
    if len(sections) < _SECTIONS_FOR_CONTENTS or len(text_of(body).split()) <= _WORDS_FOR_CONTENTS:
        return []
    # Entries have no references: those stand with the heading itself.
    plain = dataclasses.replace(layout, references=References({}, {}))
    bullet = f"  {layout.characters.bullets[0]} "
    lines = underlined(_text(layout.words.contents, width, layout), "-")
    lines.append("")
    for section in sections:
        text = element_text(_without_calls(section), plain).replace("\n", " ")
        lines += indent(wrap(text, width - len(bullet)), bullet)
    return _set_apart(lines)


def _without_calls(section: etree._Element) -> etree._Element:
    """Return a copy of a heading without the calls of notes."""
    heading = etree.fromstring(etree.tostring(section, with_tail=False))
    for call in list(heading.iter("a")):
        parent = call.getparent()
        if parent is None or not is_note_call(call):
            continue
        before = call.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + (call.tail or "")
        else:
            parent.text = (parent.text or "") + (call.tail or "")
        parent.remove(call)
    return heading


def _notes(notes: etree._Element | None, width: int, layout: Layout) -> list[str]:
    """Return the lines of the notes and of the links' addresses, in the order of their numbers, indented by these."""
    references = layout.references
    labels = [f"[{number}]" for number in (*references.notes.values(), *references.links.values())]
    hang = max(map(cells, labels), default=0) + 1
    inner = dataclasses.replace(layout, inline_addresses=True)
    blocks = []
    for note in notes if notes is not None else ():
        label = f"[{references.notes[str(note.get('id'))]}]"
        blocks.append(indent(set_content(note, width - hang, inner) or [""], label.ljust(hang)))
    links = [f"[{number}]".ljust(hang) + layout.characters.verbatim(written_address(href)) for href, number in references.links.items()]
    blocks.append(links)
    return join([("", block) for block in blocks])


def _latest(address: str, words: Words, width: int, layout: Layout) -> list[str]:
    """Return the lines that give the address of the newest version; the address is not broken."""
    prose, whole = layout.characters.prose, layout.characters.verbatim(address)
    before, _, after = words.latest.partition("{address}")
    line = prose(before) + whole + prose(after)
    return [line] if cells(line) <= width else [*_text(before, width, layout), whole, *_text(after, width, layout)]


def _colophon(document: Document, width: int, layout: Layout) -> list[str]:
    metadata, words = document.metadata, document.words
    lines = _phrases([text for text in (metadata.publisher, metadata.rights) if text], width, layout)
    if metadata.contact:
        lines += _text(words.contact.format(contact=metadata.contact), width, layout)
    if metadata.latest:
        lines += _latest(metadata.latest, words, width, layout)
    if metadata.keywords:
        lines += _text(words.keywords.format(keywords=words.separator.join(metadata.keywords)), width, layout)
    # A rule with text right below it begins the notice.
    return _set_apart([layout.characters.rule * width, "", *lines]) if lines else []
