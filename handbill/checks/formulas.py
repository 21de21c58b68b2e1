"""Reading grades by readsight: which formula a language has, how its syllables are counted, and what the formula's scale is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbill.checks.statistics import Scale
from handbill.language.tags import primary_subtag

if TYPE_CHECKING:
    from readsight.syllable.heuristic_syllable_counter import HeuristicSyllableCounter

__all__ = ["FORMULAS", "Formula", "formula_of", "score"]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: its name for people, its name in readsight, its scale, how few sentences are enough, and of a scale of ease its least.

    `least` is what the formula's authors, or those who validated it, call normal: what a grade of 8 is on the other scale.
    """

    name: str
    key: str
    scale: Scale
    sentences: int = 1
    least: float = 0.0


_FLESCH_KINCAID = Formula("Flesch-Kincaid", "flesch_kincaid_grade_level", "grade")
_SMOG = Formula("SMOG", "smog", "grade", sentences=30)

FORMULAS: Mapping[str, Formula] = {
    "en": _FLESCH_KINCAID,
    "es": Formula("Flesch-Szigriszt", "szigriszt_pazos", "ease", least=55.0),
    "de": Formula("Wiener Sachtextformel", "wiener_sachtextformel", "grade"),
    "it": Formula("Gulpease", "gulpease", "ease", least=60.0),
}
"""By language: the formula that is established there. docs/reference/plain-language.md names their sources."""

_CODES = {"en": "en-us", "de": "de-1996"}
"""What readsight calls a language, where it has another name for it."""

_SYLLABLES: Mapping[str, Mapping[str, Any]] = {
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
"""Rules for readsight's counter where it has hyphenation alone, which leaves out a third of the syllables' boundaries."""


_LONGEST = 60
"""Letters of a word that are looked at."""


def formula_of(language: str, english: str = "flesch-kincaid") -> Formula | None:
    """Return the formula of a language (BCP 47), None where none is established; `english` is which of the two English ones is wanted."""
    root = primary_subtag(language)
    return _SMOG if root == "en" and english == "smog" else FORMULAS.get(root)


def score(words: Sequence[str], sentences: int, language: str, formula: Formula) -> float:
    """Return the score of a text, given by its words; there is at least one word and one sentence."""
    from readsight.formula.formula_registry_factory import FormulaRegistryFactory
    from readsight.text.text_statistics import TextStatistics

    root = primary_subtag(language)
    syllables = [_syllables(word.casefold(), root) for word in words]
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
    found: float = FormulaRegistryFactory.create().calculate(formula.key, _language(root), statistics).score
    return found


@lru_cache(maxsize=20_000)
def _syllables(word: str, root: str) -> int:
    """Return how many syllables a word has, one at least: of one with hyphens, all its parts'; a number has one."""
    return sum(_counter(root).count_syllables(part) for part in word[:_LONGEST].split("-") if any(map(str.isalpha, part))) or 1


@lru_cache
def _counter(root: str) -> HeuristicSyllableCounter:
    from readsight.syllable.heuristic_syllable_counter import HeuristicSyllableCounter

    return HeuristicSyllableCounter(dict(_SYLLABLES[root]) if root in _SYLLABLES else _language(root).syllable_heuristics)


@lru_cache
def _language(root: str) -> Any:
    import readsight
    from readsight.language.json_language_repository import JsonLanguageRepository

    return JsonLanguageRepository(str(Path(readsight.__file__).parent / "data" / "languages")).find(_CODES.get(root, root))
