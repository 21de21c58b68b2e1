"""Readability formulas: which formula applies to a language, how syllables are counted in it, and the score of a text.

The library readsight computes the scores. docs/reference/plain-language.md names the sources of the formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbill.checks.readability_statistics import Scale
from handbill.language.tags import primary_subtag

if TYPE_CHECKING:
    from readsight.syllable.heuristic_syllable_counter import HeuristicSyllableCounter

__all__ = ["FORMULAS", "Formula", "count_syllables", "score", "select_formula"]


@dataclass(frozen=True, slots=True)
class Formula:
    """A readability formula.

    `name` is what messages call it, `readsight_key` what readsight calls it. `scale` is "grade" (school grades) or "ease" (0 to 100,
    higher is easier). `min_sentences` is the least number of sentences that it applies to. `normal_ease`, of a scale of ease alone, is
    the lowest score that the formula's authors, or those who validated it, call normal; it corresponds to grade 8.
    """

    name: str
    readsight_key: str
    scale: Scale
    min_sentences: int = 1
    normal_ease: float = 0.0


_FLESCH_KINCAID = Formula("Flesch-Kincaid", "flesch_kincaid_grade_level", "grade")
_SMOG = Formula("SMOG", "smog", "grade", min_sentences=30)

FORMULAS: Mapping[str, Formula] = {
    "en": _FLESCH_KINCAID,
    "es": Formula("Flesch-Szigriszt", "szigriszt_pazos", "ease", normal_ease=55.0),
    "de": Formula("Wiener Sachtextformel", "wiener_sachtextformel", "grade"),
    "it": Formula("Gulpease", "gulpease", "ease", normal_ease=60.0),
}
"""The formula that is established for a language, by primary subtag."""

_READSIGHT_CODES = {"en": "en-us", "de": "de-1996"}
"""The codes of languages that readsight names otherwise."""

_SYLLABLE_RULES: Mapping[str, Mapping[str, Any]] = {
    # Two strong vowels, or a strong one beside a weak one with an accent, are two syllables (Ortografía de la lengua española, II 2.1).
    "es": {
        "vowelPattern": "[aeiouáéíóúü]",
        "addPatterns": ["[aeoáéó](?=[aeoáéó])", "[aeoáéó](?=[íú])", "[íú](?=[aeoáéó])", "(?<![aeiouáéíóúü])y$"],
        "subtractPatterns": [],
    },
    # A group of vowels is one syllable, but for those that a foreign ending, an ending or a prefix brings together.
    "de": {
        "vowelPattern": "[aeiouyäöü]",
        "addPatterns": [
            "i(?=[aouäö])",
            "ie(?=n$)|(?<!d)ie(?=nt|ll)",
            "(?:mil|lin|(?<!t)ter|kt|ser|fol)ie$",
            "e(?=[aoäö]|um$)",
            "(?:[aäe]u|ei)(?=e)",
            "(?<![aäeq])u(?=[aäeo]|um$)",
            "ä(?=i)",
            "^be(?=en)|^ge(?=e)",
        ],
        "subtractPatterns": [],
    },
}
"""Syllable rules for the languages in which readsight counts by hyphenation alone, which misses a third of the syllables."""


_LONGEST_WORD = 60
"""How many characters of a word are read."""


def select_formula(language: str, english: str = "flesch-kincaid") -> Formula | None:
    """Return the formula for a language (BCP 47), None where none is established.

    `english` chooses between the formulas of English: "flesch-kincaid" or "smog".
    """
    primary = primary_subtag(language)
    return _SMOG if primary == "en" and english == "smog" else FORMULAS.get(primary)


def score(words: Sequence[str], sentences: int, language: str, formula: Formula) -> float:
    """Return the score of a text by a formula: school grades or points of ease, as `formula.scale` says.

    `words` are the words of the text, at least one; `sentences` is the number of its sentences, at least one.
    """
    from readsight.formula.formula_registry_factory import FormulaRegistryFactory
    from readsight.text.text_statistics import TextStatistics

    primary = primary_subtag(language)
    syllables = [count_syllables(word.casefold(), primary) for word in words]
    letters = [sum(map(str.isalnum, word)) for word in words]
    statistics = TextStatistics(
        letter_count=sum(letters),
        word_count=len(words),
        sentence_count=sentences,
        syllable_count=sum(syllables),
        polysyllable_count=sum(1 for count in syllables if count > 2),
        average_syllables_per_word=sum(syllables) / len(words),
        average_words_per_sentence=len(words) / sentences,
        long_word_count=sum(1 for count in letters if count > 6),
        syllable_histogram={count: syllables.count(count) for count in set(syllables)},
    )
    found: float = FormulaRegistryFactory.create().calculate(formula.readsight_key, _readsight_language(primary), statistics).score
    return found


@lru_cache(maxsize=20_000)
def count_syllables(word: str, primary: str) -> int:
    """Return the number of syllables of a word, at least one. The parts of a hyphenated word are added up; a number counts as one.

    `primary` is the primary subtag of the word's language.
    """
    return (
        sum(_syllable_counter(primary).count_syllables(part) for part in word[:_LONGEST_WORD].split("-") if any(map(str.isalpha, part)))
        or 1
    )


@lru_cache
def _syllable_counter(primary: str) -> HeuristicSyllableCounter:
    """Return the syllable counter for a language, by the rules above or by those of readsight."""
    from readsight.syllable.heuristic_syllable_counter import HeuristicSyllableCounter

    return HeuristicSyllableCounter(
        dict(_SYLLABLE_RULES[primary]) if primary in _SYLLABLE_RULES else _readsight_language(primary).syllable_heuristics
    )


@lru_cache
def _readsight_language(primary: str) -> Any:
    """Return readsight's data on a language."""
    import readsight
    from readsight.language.json_language_repository import JsonLanguageRepository

    return JsonLanguageRepository(str(Path(readsight.__file__).parent / "data" / "languages")).find(_READSIGHT_CODES.get(primary, primary))
