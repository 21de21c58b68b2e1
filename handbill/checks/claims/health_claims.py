"""Check of health claims: disease claims, promises of safety or certainty, amounts without a source.

The input are the passages of an article, the output are findings. docs/reference/health-claims.md states the rules; they follow 21 CFR
101.93(g) and the FTC's Health Products Compliance Guidance (December 2022).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from handbill.checks.claims.disease_claims import disease_claims
from handbill.checks.claims.lexicon import Lexicon, Match, Token, load_lexicon, tokenize
from handbill.checks.claims.stance import AnalysedSentence, is_negated, is_question, is_report_or_doubt
from handbill.checks.claims.unsourced_amounts import first_amount, has_source, needs_source, sourced_elements
from handbill.checks.finding import EXCERPT_LENGTH, Finding
from handbill.checks.languages import element_language
from handbill.checks.passages import Passage, Sentence, sentences
from handbill.checks.quoted_spans import quoted_spans
from handbill.markdown.tree.document_parts import Parts
from handbill.publication.check_settings import CLAIM_SETTINGS, ClaimSettings

__all__ = ["CODES", "health_claim_findings"]

DISEASE, ABSOLUTE, AMOUNT = CODES = ("disease-claim", "absolute-claim", "unsourced-amount")


_HINTS = {
    DISEASE: "write what was found, in whom and by which source, or whose claim it is; only a medicine may be said to treat a disease",
    ABSOLUTE: "write how often, in how many people and by which source; what helps nobody to judge can go",
    AMOUNT: "call the note of its source in the sentence or right after it",
}
_LONGEST_QUOTED = 60
"""How many characters of a claim a message repeats; of a longer claim, its beginning and its end."""


def health_claim_findings(
    parts: Parts, spoken: Sequence[Sequence[Passage]], language: str, settings: ClaimSettings = CLAIM_SETTINGS
) -> Iterator[Finding]:
    """Yield the findings on health claims in the parts of a document (title, body, abstract): one for each code and sentence.

    `spoken` are the passages of each part, without notes; `language` is the document's. A passage in a language without word lists is
    passed over. Disease claims are those of 21 CFR 101.93(g). Promises are those for which the FTC's Health Products Compliance
    Guidance (December 2022) asks a proof that can hardly be had.
    """
    for part, texts in zip(parts.trees(), spoken, strict=True):
        sourced = sourced_elements(part)
        for place, passage in enumerate(texts):
            passage_language = element_language(passage.block, language)
            words = load_lexicon(passage_language, settings.diseases, settings.absolutes, settings.allowed)
            if words is not None:
                amounts = part is parts.body and needs_source(passage.block) and not has_source(passage.block, sourced)
                for found in _passage_findings(passage, passage_language, words, amounts):
                    yield replace(found, address=_following_text(texts, place, EXCERPT_LENGTH - len(found.words)))


def _following_text(texts: Sequence[Passage], place: int, length: int) -> str:
    """Return the text after a passage, at least `length` characters of it where there are as many; `place` is the passage's number."""
    words = ""
    for number in range(place + 1, len(texts)):
        if len(words) >= length:
            break
        words += texts[number].text[:length] + " "
    return words


def _passage_findings(passage: Passage, language: str, words: Lexicon, needs_sources: bool) -> Iterator[Finding]:
    """Yield the findings of one passage; amounts are looked for where `needs_sources` is True."""
    tokens = tokenize(passage.text, language)
    found = words.find(tokens)
    if not found:
        return
    sentence_list = sentences(passage, language)
    for number, sentence in enumerate(_analysed_sentences(passage, language, tokens, found, sentence_list)):
        if is_question(sentence):
            continue
        if not sentence.matches_in("allowed") and not is_report_or_doubt(sentence):
            yield from _claim_findings(passage.block, sentence)
        called = any(one.notes for _, one in sentence_list[number : number + 2])
        if needs_sources and not called and (amount := first_amount(sentence, words)):
            yield _finding(AMOUNT, "“{}” has no source: no note is called for it", passage.block, sentence, amount)


def _analysed_sentences(
    passage: Passage,
    language: str,
    tokens: Sequence[Token],
    found: Mapping[str, Sequence[Match]],
    sentence_list: Sequence[tuple[int, Sentence]],
) -> list[AnalysedSentence]:
    """Return the sentences of a passage, each with its own matches and quoted spans."""
    starts = [offset for offset, _ in sentence_list]
    matches: list[dict[str, list[Match]]] = [{} for _ in sentence_list]
    for kind, kind_matches in found.items():
        for one in kind_matches:
            number = bisect_right(starts, tokens[one.start].start) - 1
            matches[number].setdefault(kind, []).append(one)
    quoted: list[list[tuple[int, int]]] = [[] for _ in sentence_list]
    for start, end in quoted_spans(passage, language):
        for number in range(max(bisect_right(starts, start) - 1, 0), bisect_left(starts, end)):
            quoted[number].append((start, end))
    return [
        AnalysedSentence(passage.text, tokens, matches[number], offset, offset + len(one.text), quoted[number])
        for number, (offset, one) in enumerate(sentence_list)
    ]


def _claim_findings(block: etree._Element, sentence: AnalysedSentence) -> Iterator[Finding]:
    """Yield the first disease claim and the first promise that a sentence makes as its own."""
    for span in disease_claims(sentence):
        if not sentence.is_quoted(span) and not is_negated(sentence, span, until=span.end):
            yield _finding(DISEASE, "“{}” claims an effect on a disease (21 CFR 101.93(g))", block, sentence, span)
            break
    for span in sentence.matches_in("phrases"):
        harmless_phrase = sentence.has_overlap("harmless", span)
        if not harmless_phrase and not sentence.is_quoted(span) and not is_negated(sentence, span, until=span.start):
            message = "“{}” promises what can hardly be proven (FTC, Health Products Compliance Guidance, 2022)"
            yield _finding(ABSOLUTE, message, block, sentence, span)
            break


def _finding(code: str, message: str, block: etree._Element, sentence: AnalysedSentence, span: Match) -> Finding:
    """Return the finding on a span of a sentence; `message` has a place for its words."""
    start, end = sentence.tokens[span.start].start, sentence.tokens[span.end - 1].end
    words = sentence.text[start:end]
    if len(words) > _LONGEST_QUOTED:
        words = f"{words[: _LONGEST_QUOTED // 2].rstrip()} … {words[-_LONGEST_QUOTED // 2 :].lstrip()}"
    excerpt = sentence.text[start : start + EXCERPT_LENGTH]
    return Finding(code, message.format(words), _HINTS[code], barrier=False, element=block, kind="passage", words=excerpt)
