"""How hard an article is to read: its figures, and what is over the limits that a publication sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from handbill.checks.finding import Finding
from handbill.checks.formulas import formula_of, score
from handbill.checks.passages import Passage, Sentence, sentences
from handbill.checks.statistics import Readability
from handbill.language.tags import primary_subtag
from handbill.markdown.tree.elements import HEADINGS
from handbill.publication.check_settings import PlainLanguage

__all__ = ["figures", "readability", "running", "texts"]

_ENOUGH = 100
"""Words of a sample from which on a formula's result means something (Flesch 1948 takes samples of a hundred words)."""

_BESIDE = frozenset(("table", "figure", "pre", "dt", *HEADINGS))
"""What is no running text, with all that is in it."""

_WITHOUT_SPACES = frozenset("bo dz ja km lo my th yue zh".split())
"""Languages that are written without spaces between words (Unicode Standard Annex 14, 3.1)."""

_BETWEEN_WORDS = re.compile(r"[\s/\u2012-\u2015\u2026]+")
_REFERENCES = frozenset(
    # What the section of an article's references is called, in the languages that have a formula.
    "references|reference list|sources|bibliography|works cited|literature cited|further reading|"
    "referencias|referencias bibliográficas|fuentes|bibliografía|"
    "literatur|literaturverzeichnis|quellen|quellenverzeichnis|einzelnachweise|"
    "bibliografia|fonti|riferimenti|riferimenti bibliografici".split("|")
)


def texts(spoken: Iterable[Sequence[Passage]]) -> Iterator[Passage]:
    """Yield the running texts of an article, given those of each part, but for its references, which are others' titles and names."""
    for part in spoken:
        references = ""
        for passage in part:
            tag = str(passage.block.tag)
            if tag in HEADINGS and (not references or tag <= references):
                references = tag if passage.text.strip(" :.0123456789").casefold() in _REFERENCES else ""
            if not references:
                yield passage


def running(spoken: Iterable[Passage]) -> Iterator[Passage]:
    """Yield what of these texts counts for an article's figures: paragraphs and items, not headings, terms, tables, captions and code."""
    for passage in spoken:
        if passage.block.tag not in _BESIDE and not any(outer.tag in _BESIDE for outer in passage.block.iterancestors()):
            yield passage


def _words(text: str) -> list[str]:
    """Return the words of a text, numbers too, with whatever signs stand at them."""
    return [word for word in _BETWEEN_WORDS.split(text) if any(map(str.isalnum, word))]


def figures(found: Sequence[tuple[Passage, Sequence[tuple[int, Sentence]]]], language: str, settings: PlainLanguage) -> Readability:
    """Return the figures of running texts, each with its sentences."""
    if primary_subtag(language) in _WITHOUT_SPACES:
        return Readability(language, sum(1 for _, said in found for _, one in said if any(map(str.isalnum, one.text))), None)
    counted = [words for _, said in found for _, one in said if (words := _words(one.text))]
    words = [word for sentence in counted for word in sentence]
    formula = formula_of(language, settings.formula)
    if formula is None or len(words) < _ENOUGH or len(counted) < formula.sentences:
        return Readability(language, len(counted), len(words))
    return Readability(language, len(counted), len(words), score(words, len(counted), language, formula), formula.name, formula.scale)


def readability(
    title: etree._Element, spoken: Sequence[Passage], language: str, settings: PlainLanguage
) -> tuple[Readability, list[Finding]]:
    """Return the figures of an article of these texts, and what is over the limits of its publication.

    A sentence or paragraph that is a quotation is not its author's to shorten.
    """
    found = [(passage, sentences(passage, language)) for passage in running(spoken)]
    told = figures(found, language, settings)
    findings = list(_grade(title, told, settings))
    if told.words is None:
        return told, findings
    for passage, said in found:
        if passage.quoted == ((0, len(passage.text)),):
            continue
        counts = [len(_words(sentence.text)) for _, sentence in said]
        if (count := sum(counts)) > settings.paragraph:
            message = f"the paragraph has {count} words, more than {settings.paragraph}"
            hint = "make two of it, each about one thing, or a list of its parts"
            findings.append(Finding("long-paragraph", message, hint, False, passage.block, "passage", passage.text))
        for (_, sentence), count in zip(said, counts, strict=True):
            if count > settings.sentence:
                message = f"the sentence has {count} words, more than {settings.sentence}"
                hint = "make two of it, or a list of its parts"
                findings.append(Finding("long-sentence", message, hint, False, passage.block, "passage", sentence.text))
    return told, findings


def _grade(title: etree._Element, told: Readability, settings: PlainLanguage) -> Iterator[Finding]:
    hint = "shorter sentences and everyday words make it easier; [plain-language] in publication.toml sets another limit"
    if told.scale == "grade" and told.score is not None and told.score > settings.grade:
        message = f"the article reads at grade {told.score:g} ({told.formula}), over {settings.grade:g}"
        yield Finding("reading-grade", message, hint, False, title, "article")
    formula = formula_of(told.language)
    if told.scale == "ease" and told.score is not None and formula is not None:
        least = settings.ease or formula.least
        if told.score < least:
            message = f"the article's ease of reading is {told.score:g} of 100 ({told.formula}), under {least:g}"
            yield Finding("reading-grade", message, hint, False, title, "article")
