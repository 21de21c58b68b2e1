"""Disease claims: the spans of a sentence that claim an effect on a disease (21 CFR 101.93(g)).

Such a span has the name of a condition and, near it, a verb, an offer, a product or an outcome. Whether the sentence negates or reports
the claim is the matter of handbill.checks.claims.stance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handbill.checks.claims.lexicon import LONGEST_MATCH, Match
from handbill.checks.claims.stance import AnalysedSentence

__all__ = ["disease_claims"]

VERB_REACH, OFFER_REACH, PRODUCT_REACH, OUTCOME_REACH, MILD_BEFORE, MILD_AFTER, CARER_REACH = 6, 3, 1, 2, 2, 4, 3
"""How many tokens may stand between a condition (or a carer) and the word that makes it a claim."""


def disease_claims(sentence: AnalysedSentence) -> Iterator[Match]:
    """Yield the spans of a sentence that claim an effect on a disease, whether the sentence asserts the claim or not."""
    for condition in _without_overlaps(sentence.matches_in("conditions")):
        if _qualifies_noun(sentence, condition) or _is_mild(sentence, condition):
            continue
        yield from _spans_before(sentence, "acts", condition, VERB_REACH)
        yield from _spans_before(sentence, "offers", condition, OFFER_REACH)
        yield from _product_spans(sentence, condition)
        for outcome in sentence.matches_from("outcomes", condition.end, condition.end + OUTCOME_REACH + 1):
            if not sentence.has_punctuation(condition.end, outcome.start):
                yield Match(condition.start, outcome.end)
    for measure in _without_overlaps(sentence.matches_in("measures")):
        if not _is_mild(sentence, measure):
            yield from _spans_before(sentence, "lowers", measure, OFFER_REACH)
    yield from sentence.matches_in("substitutes")


def _spans_before(sentence: AnalysedSentence, kind: str, condition: Match, reach: int) -> Iterator[Match]:
    """Yield the spans from a phrase of a list to a condition within its reach, the nearest phrase first."""
    for one in reversed(list(sentence.matches_from(kind, condition.start - reach - LONGEST_MATCH, condition.start))):
        if not 0 <= condition.start - one.end <= reach or sentence.has_punctuation(one.end, condition.start):
            continue
        if sentence.has_match("between", one.end, condition.start):
            continue
        if kind == "offers" or not _is_medical_care(sentence, one):
            yield Match(one.start, condition.end)


def _product_spans(sentence: AnalysedSentence, condition: Match) -> Iterator[Match]:
    """Yield the spans from a product to the condition that it is said to be for."""
    for word in sentence.matches_from("purposes", condition.start - PRODUCT_REACH - 1, condition.start):
        for one in sentence.matches_from("products", word.start - LONGEST_MATCH, word.start):
            if one.end == word.start and not sentence.has_punctuation(word.end, condition.start):
                yield Match(one.start, condition.end)


def _is_medical_care(sentence: AnalysedSentence, act: Match) -> bool:
    """Return whether the verb describes the work of a doctor or a nurse."""
    near = sentence.matches_from("carers", act.start - CARER_REACH, act.start)
    return any(not sentence.has_clause_break(one.end, act.start) for one in near)


def _without_overlaps(matches: Sequence[Match]) -> Iterator[Match]:
    """Yield the matches without those that overlap an earlier one."""
    end = 0
    for one in matches:
        if one.start >= end:
            yield one
            end = one.end


def _qualifies_noun(sentence: AnalysedSentence, condition: Match) -> bool:
    """Return whether the condition only qualifies the noun after it, as in “diabetes clinic”."""
    return sentence.has_match("heads", condition.end, condition.end + 1)


def _is_mild(sentence: AnalysedSentence, condition: Match) -> bool:
    """Return whether a word near the condition says that it is mild."""
    before = sentence.matches_from("mild", condition.start - MILD_BEFORE - LONGEST_MATCH, condition.start)
    after = sentence.has_match("mild", condition.end, condition.end + MILD_AFTER)
    return any(condition.start - one.end < MILD_BEFORE for one in before) or after
