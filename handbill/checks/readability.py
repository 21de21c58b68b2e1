"""Check of readability: the statistics of an article's prose, and findings where they exceed the limits of its publication.

The input are passages (handbill.checks.passages) and the `[plain-language]` settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from handbill.checks.finding import Finding
from handbill.checks.passages import Passage, Sentence, sentences
from handbill.checks.readability_formulas import score, select_formula
from handbill.checks.readability_statistics import Readability
from handbill.language.tags import primary_subtag
from handbill.markdown.tree.elements import HEADINGS
from handbill.publication.check_settings import PlainLanguage

__all__ = ["passages_without_references", "prose_passages", "readability_findings", "readability_statistics"]

_MIN_WORDS = 100
"""How many words a formula needs at least (Flesch 1948 takes samples of a hundred words)."""

_NOT_PROSE = frozenset(("table", "figure", "pre", "dt", *HEADINGS))
"""Elements that are no prose, with all that they contain."""

_LANGUAGES_WITHOUT_SPACES = frozenset("bo dz ja km lo my th yue zh".split())
"""Languages that are written without spaces between words (Unicode Standard Annex 14, 3.1)."""

_WORD_SEPARATORS = re.compile(r"[\s/\u2012-\u2015\u2026]+")
_REFERENCE_HEADINGS = frozenset(
    # Headings of the section of references, in the languages that have a formula.
    "references|reference list|sources|bibliography|works cited|literature cited|further reading|"
    "referencias|referencias bibliográficas|fuentes|bibliografía|"
    "literatur|literaturverzeichnis|quellen|quellenverzeichnis|einzelnachweise|"
    "bibliografia|fonti|riferimenti|riferimenti bibliografici".split("|")
)


def passages_without_references(passages: Iterable[Sequence[Passage]]) -> Iterator[Passage]:
    """Yield the passages of an article, given those of each part, without its section of references, which holds others' words."""
    for part in passages:
        references = ""
        for passage in part:
            tag = str(passage.block.tag)
            if tag in HEADINGS and (not references or tag <= references):
                references = tag if passage.text.strip(" :.0123456789").casefold() in _REFERENCE_HEADINGS else ""
            if not references:
                yield passage


def prose_passages(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield the passages that are prose: those of paragraphs and list items, not of headings, terms, tables, captions and code."""
    for passage in passages:
        if passage.block.tag not in _NOT_PROSE and not any(outer.tag in _NOT_PROSE for outer in passage.block.iterancestors()):
            yield passage


def _words(text: str) -> list[str]:
    """Return the words and numbers of a text, with the punctuation that is attached to them."""
    return [word for word in _WORD_SEPARATORS.split(text) if any(map(str.isalnum, word))]


def readability_statistics(
    split_passages: Sequence[tuple[Passage, Sequence[tuple[int, Sentence]]]], language: str, settings: PlainLanguage
) -> Readability:
    """Return the statistics of passages, each given with its sentences and their offsets."""
    if primary_subtag(language) in _LANGUAGES_WITHOUT_SPACES:
        return Readability(language, sum(1 for _, found in split_passages for _, one in found if any(map(str.isalnum, one.text))), None)
    sentence_words = [words for _, found in split_passages for _, one in found if (words := _words(one.text))]
    words = [word for sentence in sentence_words for word in sentence]
    formula = select_formula(language, settings.formula)
    if formula is None or len(words) < _MIN_WORDS or len(sentence_words) < formula.min_sentences:
        return Readability(language, len(sentence_words), len(words))
    return Readability(
        language, len(sentence_words), len(words), score(words, len(sentence_words), language, formula), formula.name, formula.scale
    )


def readability_findings(
    title: etree._Element, passages: Sequence[Passage], language: str, settings: PlainLanguage
) -> tuple[Readability, list[Finding]]:
    """Return the statistics of an article and the findings on what exceeds the limits of its publication.

    `title` is the article's heading, `passages` are its texts in `language`. Quoted sentences and paragraphs are not reported: the
    author cannot shorten them.
    """
    split_passages = [(passage, sentences(passage, language)) for passage in prose_passages(passages)]
    statistics = readability_statistics(split_passages, language, settings)
    findings = list(_grade_findings(title, statistics, settings))
    if statistics.words is None:
        return statistics, findings
    for passage, found in split_passages:
        if passage.quoted == ((0, len(passage.text)),):
            continue
        counts = [len(_words(sentence.text)) for _, sentence in found]
        if (count := sum(counts)) > settings.paragraph:
            message = f"the paragraph has {count} words, more than {settings.paragraph}"
            hint = "make two of it, each about one thing, or a list of its parts"
            findings.append(
                Finding("long-paragraph", message, hint, barrier=False, element=passage.block, kind="passage", words=passage.text)
            )
        for (_, sentence), count in zip(found, counts, strict=True):
            if count > settings.sentence:
                message = f"the sentence has {count} words, more than {settings.sentence}"
                hint = "make two of it, or a list of its parts"
                findings.append(
                    Finding("long-sentence", message, hint, barrier=False, element=passage.block, kind="passage", words=sentence.text)
                )
    return statistics, findings


def _grade_findings(title: etree._Element, statistics: Readability, settings: PlainLanguage) -> Iterator[Finding]:
    """Yield a finding where the score is beyond the limit of its scale."""
    hint = "shorter sentences and everyday words make it easier; [plain-language] in publication.toml sets another limit"
    if statistics.scale == "grade" and statistics.score is not None and statistics.score > settings.grade:
        message = f"the article reads at grade {statistics.score:g} ({statistics.formula}), over {settings.grade:g}"
        yield Finding("reading-grade", message, hint, barrier=False, element=title, kind="article")
    formula = select_formula(statistics.language)
    if statistics.scale == "ease" and statistics.score is not None and formula is not None:
        least = settings.ease or formula.normal_ease
        if statistics.score < least:
            message = f"the article's ease of reading is {statistics.score:g} of 100 ({statistics.formula}), under {least:g}"
            yield Finding("reading-grade", message, hint, barrier=False, element=title, kind="article")
