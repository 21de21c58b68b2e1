"""Amounts with a unit, and whether a note is called for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lxml import etree

from handbill.checks.claims.lexicon import LONGEST, Lexicon, Match
from handbill.checks.claims.stance import AnalysedSentence
from handbill.checks.passages import calls_note
from handbill.checks.tables import cells

__all__ = ["amount_in", "has_source", "may_hold_amounts", "sourced_in"]

_WITHOUT_NOTES = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt"))
"""What names the text that follows it, which has the note."""

_CELLS, _LISTS = ("td", "th"), ("ul", "ol", "dl")


def may_hold_amounts(block: etree._Element) -> bool:
    """Return whether amounts in a block of the body owe a source: it is neither a heading nor a term."""
    return block.tag not in _WITHOUT_NOTES


def amount_in(said: AnalysedSentence, words: Lexicon) -> Match | None:
    """Return the first amount of a sentence that is not quoted: a number with a unit, things that are taken, or how often."""
    amounts = [*_measured(said, words), *_counted(said, words), *said.of("frequencies")]
    return min((one for one in amounts if not said.is_quoted(one)), key=lambda one: one.start, default=None)


def _measured(said: AnalysedSentence, words: Lexicon) -> list[Match]:
    found: list[Match] = []
    for unit in said.of("units"):
        number = unit.start - 1
        if number < 0 or said.text[number].start < said.start or not words.is_number(said.text[number]):
            continue
        written = said.passage[said.text[unit.start].start : said.text[unit.start].end]
        if written != "G" and not (said.text[unit.start].word in words.percents and _is_no_share(said, number, unit.end)):
            found.append(Match(number, unit.end))
    return found


def _is_no_share(said: AnalysedSentence, number: int, end: int) -> bool:
    """Tell whether a percentage is a level of confidence, a discount or a boast."""
    before = said.starting("percent-before", number - LONGEST, number)
    return any(one.end == number for one in before) or next(said.starting("percent-after", end, end + 1), None) is not None


def _counted(said: AnalysedSentence, words: Lexicon) -> list[Match]:
    """Return numbers of things, at most two words before them, in a sentence in which something is taken."""
    if not said.of("taking"):
        return []
    found: list[Match] = []
    for thing in said.of("countable"):
        for number in range(thing.start - 1, max(thing.start - 4, -1), -1):
            token = said.text[number]
            if token.start < said.start or token.is_sign:
                break
            if words.is_number(token):
                found.append(Match(number, thing.end))
                break
    return found


def has_source(block: etree._Element, sourced: Collection[etree._Element]) -> bool:
    """Tell whether a block stands in a cell or a list that is one of the sourced ones."""
    owner = next((outer for outer in (block, *block.iterancestors()) if outer.tag in _CELLS or outer.tag in _LISTS), None)
    return owner is not None and owner in sourced


def sourced_in(part: etree._Element) -> set[etree._Element]:
    """Return the cells and lists of a part for the whole of which a note is called.

    That is in a cell's row, in its column's header or in its table's caption, and in the paragraph right before a list.
    """
    lists = [
        element for element in part.iter(*_LISTS) if (before := element.getprevious()) is not None and before.tag == "p" and _calls(before)
    ]
    return {*lists, *(cell for table in part.iter("table") for cell in _sourced_cells(table))}


def _sourced_cells(table: etree._Element) -> Iterator[etree._Element]:
    calling = {cell for cell in table.iter(*_CELLS) if _calls(cell)}
    rows = {cell.getparent() for cell in calling}
    whole = any(_calls(caption) for caption in table.iterchildren("caption"))
    columns: set[int] = set()
    for column, cell in cells(table):
        width = range(column, column + int(cell.get("colspan", "1")))
        if cell.tag == "th" and cell in calling:
            columns.update(width)
        if whole or cell.getparent() in rows or not columns.isdisjoint(width):
            yield cell


def _calls(element: etree._Element) -> bool:
    return any(map(calls_note, element.iter("a")))
