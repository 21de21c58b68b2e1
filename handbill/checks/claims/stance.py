"""The stance of a sentence: whether it asserts what it says, negates it, asks it, or reports it as the words of others.

The input is `AnalysedSentence`, a sentence with the phrases of the word lists that were found in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handbill.checks.claims.lexicon import LONGEST_MATCH, Match, Token

__all__ = ["AnalysedSentence", "is_negated", "is_question", "is_report_or_doubt"]

NEGATION_REACH = 14
"""How many tokens may stand between a negation and the claim that it negates."""

_CLAUSE_BREAKS = frozenset(".;:!?()[]—–…¿¡")
_QUESTION_MARKS = ("?", "？", "؟")
_AFTER_QUESTION_MARK = " \"'”’»)]*"


@dataclass(frozen=True, slots=True)
class AnalysedSentence:
    """A sentence of a passage, with the phrases that were found in it.

    `text` is the text of the passage and `tokens` are its tokens. `matches` are the phrases found in the sentence, by their list, in
    the order of the text. `start` and `end` are the sentence's offsets in `text`, and `quoted` the quoted spans of `text`.
    """

    text: str
    tokens: Sequence[Token]
    matches: Mapping[str, Sequence[Match]]
    start: int
    end: int
    quoted: Sequence[tuple[int, int]]

    def matches_in(self, kind: str) -> Sequence[Match]:
        """Return the matches of a list in this sentence, in their order."""
        return self.matches.get(kind, ())

    def matches_from(self, kind: str, first: int, last: int) -> Iterator[Match]:
        """Yield the matches of a list that begin at tokens from `first` to before `last`."""
        matches = self.matches_in(kind)
        for number in range(bisect_left(matches, first, key=lambda one: one.start), len(matches)):
            if matches[number].start >= last:
                return
            yield matches[number]

    def has_match(self, kind: str, first: int, last: int) -> bool:
        """Return whether a match of a list begins at one of the tokens from `first` to before `last`."""
        return next(self.matches_from(kind, first, last), None) is not None

    def has_overlap(self, kind: str, span: Match) -> bool:
        """Return whether a match of a list shares a token with a span."""
        return any(one.end > span.start for one in self.matches_from(kind, span.start - LONGEST_MATCH, span.end))

    def has_punctuation(self, first: int, last: int) -> bool:
        """Return whether one of the tokens from `first` to before `last` is a punctuation mark."""
        return any(token.is_punctuation for token in self.tokens[first:last])

    def has_clause_break(self, first: int, last: int) -> bool:
        """Return whether one of the tokens from `first` to before `last` separates clauses, so that no negation reaches over it."""
        return any(token.word in _CLAUSE_BREAKS for token in self.tokens[first:last])

    def is_quoted(self, span: Match) -> bool:
        """Return whether a match begins or ends inside a quotation."""
        first, last = self.tokens[span.start].start, self.tokens[span.end - 1].end
        number = bisect_left(self.quoted, first, key=lambda quotation: quotation[1] - 1)
        return any(start <= first < end or start < last <= end for start, end in self.quoted[number : number + 2])


def is_question(sentence: AnalysedSentence) -> bool:
    """Return whether the sentence is a question."""
    return sentence.text[sentence.start : sentence.end].rstrip(_AFTER_QUESTION_MARK).endswith(_QUESTION_MARKS)


def is_report_or_doubt(sentence: AnalysedSentence) -> bool:
    """Return whether the sentence reports, doubts or advises instead of claiming.

    Such a sentence says what others claim, what an authority does, what is not known, or whom to ask. A word of doubt that is part of a
    promise (“sans aucun effet secondaire”) does not count.
    """
    if sentence.matches_in("reports") or sentence.matches_in("advice"):
        return True
    return any(not sentence.has_overlap("phrases", one) for one in sentence.matches_in("doubts"))


def is_negated(sentence: AnalysedSentence, span: Match, until: int) -> bool:
    """Return whether a match is negated: by a negation before it in its clause, inside it before the token `until`, or right after it.

    Negations that are part of a promise ("no side effects") or of a phrase that negates nothing ("not only") do not count.
    """
    if sentence.has_match("negations-after", span.end, span.end + 1):
        return True
    for one in sentence.matches_from("negations", span.start - NEGATION_REACH - LONGEST_MATCH, until):
        if one.end > until or span.start - one.end > NEGATION_REACH:
            continue
        if sentence.has_overlap("phrases", one) or sentence.has_overlap("no-negations", one):
            continue
        if sentence.has_clause_break(one.end, span.start):
            continue
        if not sentence.has_match("contrasts", one.end, span.start):
            return True
    return False
