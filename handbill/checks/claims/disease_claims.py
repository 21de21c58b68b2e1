"""Where a sentence claims an effect on a disease: a verb, an offer or an outcome beside the name of one (21 CFR 101.93(g))."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handbill.checks.claims.lexicon import LONGEST, Match
from handbill.checks.claims.stance import AnalysedSentence

__all__ = ["disease_claims"]

VERB_REACH, OFFER_REACH, PRODUCT_REACH, OUTCOME_REACH, MILD_BEFORE, MILD_AFTER, CARER_REACH = 6, 3, 1, 2, 2, 4, 3
"""So many tokens may stand between a condition, or a carer, and what makes a claim of it."""


def disease_claims(said: AnalysedSentence) -> Iterator[Match]:
    """Yield the spans of words that claim an effect on a disease, whatever the sentence makes of them."""
    for condition in _apart(said.of("conditions")):
        if _is_another_noun(said, condition) or _is_mild(said, condition):
            continue
        yield from _before(said, "acts", condition, VERB_REACH)
        yield from _before(said, "offers", condition, OFFER_REACH)
        yield from _products(said, condition)
        for outcome in said.starting("outcomes", condition.end, condition.end + OUTCOME_REACH + 1):
            if not said.has_sign(condition.end, outcome.start):
                yield Match(condition.start, outcome.end)
    for measure in _apart(said.of("measures")):
        if not _is_mild(said, measure):
            yield from _before(said, "lowers", measure, OFFER_REACH)
    yield from said.of("substitutes")


def _before(said: AnalysedSentence, kind: str, condition: Match, reach: int) -> Iterator[Match]:
    """Yield the spans from a phrase of a list to a condition that it reaches, the nearest first."""
    for one in reversed(list(said.starting(kind, condition.start - reach - LONGEST, condition.start))):
        if not 0 <= condition.start - one.end <= reach or said.has_sign(one.end, condition.start):
            continue
        if next(said.starting("between", one.end, condition.start), None) is not None:
            continue
        if kind == "offers" or not _is_carers(said, one):
            yield Match(one.start, condition.end)


def _products(said: AnalysedSentence, condition: Match) -> Iterator[Match]:
    """Yield the spans from what is sold to the condition that it is said to be for."""
    for word in said.starting("purposes", condition.start - PRODUCT_REACH - 1, condition.start):
        for one in said.starting("products", word.start - LONGEST, word.start):
            if one.end == word.start and not said.has_sign(word.end, condition.start):
                yield Match(one.start, condition.end)


def _is_carers(said: AnalysedSentence, act: Match) -> bool:
    """Tell whether it is the work of a doctor or a nurse that the verb tells of."""
    near = said.starting("carers", act.start - CARER_REACH, act.start)
    return any(not said.has_clause_break(one.end, act.start) for one in near)


def _apart(matches: Sequence[Match]) -> Iterator[Match]:
    """Yield matches that do not overlap: of such as do, the first."""
    end = 0
    for one in matches:
        if one.start >= end:
            yield one
            end = one.end


def _is_another_noun(said: AnalysedSentence, condition: Match) -> bool:
    """Tell whether the condition only says of which kind a noun after it is, as in “diabetes clinic”."""
    return said.starts("heads", condition.end)


def _is_mild(said: AnalysedSentence, condition: Match) -> bool:
    before = said.starting("mild", condition.start - MILD_BEFORE - LONGEST, condition.start)
    after = said.starting("mild", condition.end, condition.end + MILD_AFTER)
    return any(condition.start - one.end < MILD_BEFORE for one in before) or next(after, None) is not None
