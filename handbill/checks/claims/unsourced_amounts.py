"""Amounts that need a source: the first amount of a sentence, and the blocks of a tree that have a source already.

A source is a note call: in the sentence or right after it, or for a whole cell or list. docs/reference/health-claims.md states the rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lxml import etree

from handbill.checks.claims.lexicon import LONGEST_MATCH, Lexicon, Match
from handbill.checks.claims.stance import AnalysedSentence
from handbill.checks.passages import calls_note
from handbill.checks.tables import column_range, numbered_cells
from handbill.markdown.tree.elements import HEADINGS, self_and_ancestors

__all__ = ["first_amount", "has_source", "needs_source", "sourced_elements"]

_WITHOUT_NOTES = frozenset((*HEADINGS, "dt"))
"""Elements that name the text after them, which calls the note."""

_CELLS, _LISTS = ("td", "th"), ("ul", "ol", "dl")


def needs_source(block: etree._Element) -> bool:
    """Return whether the amounts of a block of the body need a source: it is neither a heading nor a term."""
    return block.tag not in _WITHOUT_NOTES


def first_amount(sentence: AnalysedSentence, words: Lexicon) -> Match | None:
    """Return the first amount of a sentence outside quotations: a number with a unit, of things taken, or a frequency. None without one."""
    amounts = [*_measured_amounts(sentence, words), *_counted_amounts(sentence, words), *sentence.matches_in("frequencies")]
    return min((one for one in amounts if not sentence.is_quoted(one)), key=lambda one: one.start, default=None)


def _measured_amounts(sentence: AnalysedSentence, words: Lexicon) -> list[Match]:
    """Return the numbers with a unit, but for percentages that state no share."""
    found: list[Match] = []
    for unit in sentence.matches_in("units"):
        number = unit.start - 1
        if number < 0 or sentence.tokens[number].start < sentence.start or not words.is_number(sentence.tokens[number]):
            continue
        written = sentence.text[sentence.tokens[unit.start].start : sentence.tokens[unit.start].end]
        if written != "G" and not (sentence.tokens[unit.start].word in words.percents and _states_no_share(sentence, number, unit.end)):
            found.append(Match(number, unit.end))
    return found


def _states_no_share(sentence: AnalysedSentence, number: int, end: int) -> bool:
    """Return whether a percentage states no share: it is a level of confidence, a discount or a boast."""
    before = sentence.matches_from("percent-before", number - LONGEST_MATCH, number)
    return any(one.end == number for one in before) or sentence.has_match("percent-after", end, end + 1)


def _counted_amounts(sentence: AnalysedSentence, words: Lexicon) -> list[Match]:
    """Return the numbers that stand at most two words before a countable thing, in a sentence in which something is taken."""
    if not sentence.matches_in("taking"):
        return []
    found: list[Match] = []
    for thing in sentence.matches_in("countable"):
        for number in range(thing.start - 1, max(thing.start - 4, -1), -1):
            token = sentence.tokens[number]
            if token.start < sentence.start or token.is_punctuation:
                break
            if words.is_number(token):
                found.append(Match(number, thing.end))
                break
    return found


def has_source(block: etree._Element, sourced: Collection[etree._Element]) -> bool:
    """Return whether the nearest cell or list around a block is one of `sourced`."""
    owner = next((outer for outer in self_and_ancestors(block) if outer.tag in _CELLS or outer.tag in _LISTS), None)
    return owner is not None and owner in sourced


def sourced_elements(part: etree._Element) -> set[etree._Element]:
    """Return the cells and lists of a part that a note call covers as a whole.

    A cell is covered by a call in its row, in its column's header or in its table's caption; a list by one in the paragraph right
    before it.
    """
    lists = [
        element
        for element in part.iter(*_LISTS)
        if (before := element.getprevious()) is not None and before.tag == "p" and _has_note_call(before)
    ]
    return {*lists, *(cell for table in part.iter("table") for cell in _sourced_cells(table))}


def _sourced_cells(table: etree._Element) -> Iterator[etree._Element]:
    """Yield the cells of a table that a note call covers."""
    calling = {cell for cell in table.iter(*_CELLS) if _has_note_call(cell)}
    rows = {cell.getparent() for cell in calling}
    whole = any(_has_note_call(caption) for caption in table.iterchildren("caption"))
    columns: set[int] = set()
    for column, cell in numbered_cells(table):
        width = column_range(column, cell)
        if cell.tag == "th" and cell in calling:
            columns.update(width)
        if whole or cell.getparent() in rows or not columns.isdisjoint(width):
            yield cell


def _has_note_call(element: etree._Element) -> bool:
    """Return whether an element contains a note call."""
    return any(map(calls_note, element.iter("a")))
