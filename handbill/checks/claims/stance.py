"""One sentence with what was found in it, and how it takes what it says: as its own, turned round, asked, or as what others say."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handbill.checks.claims.lexicon import LONGEST, Match, Token

__all__ = ["AnalysedSentence", "is_question", "is_turned_round", "speaks_of_others"]

REACH = 14
"""So many tokens before a claim can a negation stand."""

_CLAUSE_BREAKS = frozenset(".;:!?()[]—–…¿¡")
_QUESTION = ("?", "？", "؟")
_CLOSING = " \"'”’»)]*"


@dataclass(frozen=True, slots=True)
class AnalysedSentence:
    """A sentence of a passage: its offsets in the passage's text, and of that text the tokens, and what was found and quoted in it."""

    passage: str
    text: Sequence[Token]
    found: Mapping[str, Sequence[Match]]
    start: int
    end: int
    quoted: Sequence[tuple[int, int]]

    def of(self, kind: str) -> Sequence[Match]:
        """Return the matches of a list in this sentence, in their order."""
        return self.found.get(kind, ())

    def starting(self, kind: str, first: int, last: int) -> Iterator[Match]:
        """Yield the matches of a list that begin at tokens from `first` to before `last`."""
        matches = self.of(kind)
        for number in range(bisect_left(matches, first, key=lambda one: one.start), len(matches)):
            if matches[number].start >= last:
                return
            yield matches[number]

    def starts(self, kind: str, token: int) -> bool:
        """Return whether a match of a list begins at the token of that number."""
        return next(self.starting(kind, token, token + 1), None) is not None

    def covering(self, kind: str, span: Match) -> Iterator[Match]:
        """Yield the matches of a list that share a token with a span."""
        yield from (one for one in self.starting(kind, span.start - LONGEST, span.end) if one.end > span.start)

    def is_covered(self, kind: str, span: Match) -> bool:
        """Return whether a match of a list shares a token with a span."""
        return next(self.covering(kind, span), None) is not None

    def has_sign(self, first: int, last: int) -> bool:
        """Return whether one of the tokens from `first` to before `last` is a punctuation mark."""
        return any(token.is_sign for token in self.text[first:last])

    def has_clause_break(self, first: int, last: int) -> bool:
        """Return whether one of the tokens from `first` to before `last` separates clauses, so that no negation reaches over it."""
        return any(token.word in _CLAUSE_BREAKS for token in self.text[first:last])

    def is_quoted(self, span: Match) -> bool:
        """Tell whether a match begins or ends in a quotation."""
        first, last = self.text[span.start].start, self.text[span.end - 1].end
        number = bisect_left(self.quoted, first, key=lambda quotation: quotation[1] - 1)
        return any(start <= first < end or start < last <= end for start, end in self.quoted[number : number + 2])


def is_question(said: AnalysedSentence) -> bool:
    """Tell whether the sentence asks."""
    return said.passage[said.start : said.end].rstrip(_CLOSING).endswith(_QUESTION)


def speaks_of_others(said: AnalysedSentence) -> bool:
    """Tell whether the sentence says what others claim, what an authority does, what is not known, or whom to ask.

    What is part of a promise (“sans aucun effet secondaire”) is no doubt.
    """
    doubts = (one for one in said.of("doubts") if not said.is_covered("phrases", one))
    return any(said.of(kind) for kind in ("reports", "advice")) or next(doubts, None) is not None


def is_turned_round(said: AnalysedSentence, span: Match, upto: int) -> bool:
    """Tell whether a negation stands in the clause of a match, before it, before the token `upto` in it, or right after it.

    The words of promises ("no side effects") negate nothing else, nor does what only sounds like a negation ("not only").
    """
    if said.starts("negations-after", span.end):
        return True
    for one in said.starting("negations", span.start - REACH - LONGEST, upto):
        if one.end > upto or span.start - one.end > REACH:
            continue
        if said.is_covered("phrases", one) or said.is_covered("no-negations", one):
            continue
        if said.has_clause_break(one.end, span.start):
            continue
        if next(said.starting("contrasts", one.end, span.start), None) is None:
            return True
    return False
