"""Sentences that claim an effect on a disease, promise safety or certainty, or give an amount without its source.

docs/reference/health-claims.md says what is found.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from handbill.checks.claims.amounts import amount_in, has_source, may_hold_amounts, sourced_in
from handbill.checks.claims.disease_claims import disease_claims
from handbill.checks.claims.lexicon import Lexicon, Match, Token, lexicon, tokens
from handbill.checks.claims.stance import AnalysedSentence, is_question, is_turned_round, speaks_of_others
from handbill.checks.finding import Finding
from handbill.checks.languages import language_of
from handbill.checks.passages import Passage, Sentence, sentences
from handbill.checks.quotations import quotations
from handbill.markdown.tree.parts import Parts
from handbill.publication.check_settings import CLAIM_SETTINGS, ClaimSettings

__all__ = ["CODES", "health_claims"]

DISEASE, ABSOLUTE, AMOUNT = CODES = ("disease-claim", "absolute-claim", "unsourced-amount")


_HINTS = {
    DISEASE: "write what was found, in whom and by which source, or whose claim it is; only a medicine may be said to treat a disease",
    ABSOLUTE: "write how often, in how many people and by which source; what helps nobody to judge can go",
    AMOUNT: "call the note of its source in the sentence or right after it",
}
_CONTEXT = 80
"""By so many characters a finding is told from others that are alike."""

_LONGEST_QUOTED = 60
"""So many characters of a claim are repeated in a message; of a longer one, its beginning and its end."""


def health_claims(
    parts: Parts, spoken: Sequence[Sequence[Passage]], language: str, settings: ClaimSettings = CLAIM_SETTINGS
) -> Iterator[Finding]:
    """Yield what is claimed in the parts of a document (title, body, abstract): of each code, one finding a sentence.

    `spoken` are the running texts of each part.

    Disease claims are those of 21 CFR 101.93(g); promises those for which the FTC's Health Products Compliance Guidance (December 2022)
    asks a proof that can hardly be had. `language` is the document's. What is in a language without lists is not looked at, nor are notes.
    """
    for part, texts in zip(parts.trees(), spoken, strict=True):
        sourced = sourced_in(part)
        for place, passage in enumerate(texts):
            its = language_of(passage.block, language)
            words = lexicon(its, settings.diseases, settings.absolutes, settings.allowed)
            if words is not None:
                owes = part is parts.body and may_hold_amounts(passage.block) and not has_source(passage.block, sourced)
                for found in _of_passage(passage, its, words, owes):
                    yield replace(found, address=_after(texts, place, _CONTEXT - len(found.words)))


def _after(texts: Sequence[Passage], place: int, length: int) -> str:
    """Return so many characters of what stands after a passage, where there are so many."""
    words = ""
    for number in range(place + 1, len(texts)):
        if len(words) >= length:
            break
        words += texts[number].text[:length] + " "
    return words


def _of_passage(passage: Passage, language: str, words: Lexicon, owes_sources: bool) -> Iterator[Finding]:
    text = tokens(passage.text, language)
    found = words.find(text)
    if not found:
        return
    parted = sentences(passage, language)
    for number, said in enumerate(_said(passage, language, text, found, parted)):
        if is_question(said):
            continue
        if not said.of("allowed") and not speaks_of_others(said):
            yield from _claims(passage.block, said)
        called = any(sentence.notes for _, sentence in parted[number : number + 2])
        if owes_sources and not called and (amount := amount_in(said, words)):
            yield _finding(AMOUNT, "“{}” has no source: no note is called for it", passage.block, said, amount)


def _said(
    passage: Passage, language: str, text: Sequence[Token], found: Mapping[str, Sequence[Match]], parted: Sequence[tuple[int, Sentence]]
) -> list[AnalysedSentence]:
    """Return the sentences of a passage, each with what was found and what is quoted in it."""
    starts = [offset for offset, _ in parted]
    matches: list[dict[str, list[Match]]] = [{} for _ in parted]
    for kind, all_of_kind in found.items():
        for one in all_of_kind:
            number = bisect_right(starts, text[one.start].start) - 1
            matches[number].setdefault(kind, []).append(one)
    quoted: list[list[tuple[int, int]]] = [[] for _ in parted]
    for start, end in sorted([*passage.quoted, *quotations(passage.text, language)]):
        for number in range(max(bisect_right(starts, start) - 1, 0), bisect_left(starts, end)):
            quoted[number].append((start, end))
    return [
        AnalysedSentence(passage.text, text, matches[number], offset, offset + len(sentence.text), quoted[number])
        for number, (offset, sentence) in enumerate(parted)
    ]


def _claims(block: etree._Element, said: AnalysedSentence) -> Iterator[Finding]:
    for span in disease_claims(said):
        if not said.is_quoted(span) and not is_turned_round(said, span, upto=span.end):
            yield _finding(DISEASE, "“{}” claims an effect on a disease (21 CFR 101.93(g))", block, said, span)
            break
    for span in said.of("phrases"):
        seems = next(said.covering("harmless", span), None) is not None
        if not seems and not said.is_quoted(span) and not is_turned_round(said, span, upto=span.start):
            message = "“{}” promises what can hardly be proven (FTC, Health Products Compliance Guidance, 2022)"
            yield _finding(ABSOLUTE, message, block, said, span)
            break


def _finding(code: str, message: str, block: etree._Element, said: AnalysedSentence, span: Match) -> Finding:
    start, end = said.text[span.start].start, said.text[span.end - 1].end
    words = said.passage[start:end]
    if len(words) > _LONGEST_QUOTED:
        words = f"{words[: _LONGEST_QUOTED // 2].rstrip()} … {words[-_LONGEST_QUOTED // 2 :].lstrip()}"
    return Finding(code, message.format(words), _HINTS[code], False, block, "passage", said.passage[start : start + _CONTEXT])
