"""The words that claims are made of, by language: lists of phrases, read from data, and the finding of them in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from handbill.language.folding import straight_apostrophes
from handbill.language.tags import primary_subtag

__all__ = ["LANGUAGES", "LONGEST", "Lexicon", "Match", "Token", "lexicon", "tokens"]

LANGUAGES = ("de", "en", "es", "fr")
"""The languages for which there are lists: primary subtags (BCP 47)."""

GAP = 4
"""So many words may stand for an ellipsis in a phrase."""

_TELLING = frozenset(("conditions", "measures", "substitutes", "phrases", "units", "countable", "frequencies"))
"""The lists without which a text holds nothing to find."""

LONGEST = 30
"""No phrase covers more tokens."""

_FOLDER = Path(__file__).parent / "wording"
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W_]+(?:['’][^\W\d_]+)*|[.,;:!?()\[\]—–…¿¡%]")
_TOKEN_OF_FRENCH = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W_]+|[.,;:!?()\[\]—–…¿¡%]")
_PARTED = re.compile(r"[,\n]")


class Token(NamedTuple):
    """A word, a number or a sign of a text: in lower case, with straight apostrophes, and where it stands."""

    word: str
    start: int
    end: int

    @property
    def is_sign(self) -> bool:
        """Tell whether it is a punctuation mark."""
        return not self.word[0].isalnum() and self.word != "%"

    @property
    def is_number(self) -> bool:
        """Tell whether it is written in digits."""
        return self.word[0].isdigit() and self.word[-1].isdigit()


class Match(NamedTuple):
    """A phrase of a list that was found: the numbers of its first token and of the one after its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Element:
    """A part of a phrase: one of some words (`#`: a number), or a gap of up to four, where there are none."""

    words: frozenset[str]
    optional: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase without its first word; `second` are the words one of which must be the next, if any must."""

    kind: str
    rest: tuple[_Element, ...]
    second: frozenset[str]


_Index = Mapping[str, Sequence[_Phrase]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of a language by their first words, those of the telling lists apart, and sets of single words.

    `numbers` are words for numbers, `percents` what ends a share; a word of `endings` is a condition unless it is one of `exceptions`.
    """

    telling: _Index
    others: _Index
    numbers: frozenset[str]
    percents: frozenset[str]
    endings: tuple[str, ...]
    exceptions: frozenset[str]

    def find(self, text: Sequence[Token]) -> dict[str, list[Match]]:
        """Return what is found of each list in the order of the text; of what begins at one token, the longest first.

        Nothing is returned where nothing of the lists is found without which a text claims nothing.
        """
        found: dict[str, set[tuple[int, int]]] = {}
        for start, token in enumerate(text):
            if token.word.endswith(self.endings) and token.word not in self.exceptions:
                found.setdefault("conditions", set()).add((start, -start - 1))
        self._gather(self.telling, text, found)
        if found:
            self._gather(self.others, text, found)
        return {kind: [Match(start, -end) for start, end in sorted(spans)] for kind, spans in found.items()}

    def _gather(self, index: _Index, text: Sequence[Token], found: dict[str, set[tuple[int, int]]]) -> None:
        words = [token.word for token in text] + [""]
        after_number = index.get("#", ())
        for start, word in enumerate(words[:-1]):
            phrases = index.get(word, ())
            if after_number and (word[0].isdigit() or word in self.numbers):
                phrases = (*phrases, *after_number)
            for phrase in phrases:
                if not phrase.second or words[start + 1] in phrase.second:
                    for end in self._ends(phrase.rest, text, start + 1):
                        found.setdefault(phrase.kind, set()).add((start, -end))

    def is_number(self, token: Token) -> bool:
        """Tell whether a token is a number, in digits or as a word."""
        return token.is_number or token.word in self.numbers

    def _ends(self, rest: Sequence[_Element], text: Sequence[Token], start: int) -> set[int]:
        """Return where a phrase can end: numbers of the tokens after it. The steps are bounded by the phrase, not by the text."""
        ends = {start}
        for element in rest:
            after = set(ends) if element.optional or not element.words else set()
            if element.words:
                after |= {end + 1 for end in ends if end < len(text) and self._fits(text[end], element.words)}
            else:
                for end in ends:
                    for last in range(end, min(end + GAP, len(text))):
                        if text[last].is_sign:
                            break
                        after.add(last + 1)
            if not after:
                return after
            ends = after
        return ends

    def _fits(self, token: Token, words: frozenset[str]) -> bool:
        return token.word in words or ("#" in words and self.is_number(token))


def tokens(text: str, language: str) -> list[Token]:
    """Return the words, numbers and signs of a text in a language (BCP 47); what a hyphen joins (in French an apostrophe) is two words."""
    pattern = _TOKEN_OF_FRENCH if primary_subtag(language) == "fr" else _TOKEN
    return [Token(found[0].lower(), *found.span()) for found in pattern.finditer(straight_apostrophes(text))]


def lexicon(
    language: str, diseases: tuple[str, ...] = (), absolutes: tuple[str, ...] = (), allowed: tuple[str, ...] = ()
) -> Lexicon | None:
    """Return the lists of a language (BCP 47), with what a publication adds to them; None where there are none."""
    primary = primary_subtag(language)
    return _lexicon(primary, diseases, absolutes, allowed) if primary in LANGUAGES else None


@cache
def _lexicon(primary: str, diseases: tuple[str, ...], absolutes: tuple[str, ...], allowed: tuple[str, ...]) -> Lexicon:
    import tomllib

    data = tomllib.loads((_FOLDER / f"{primary}.toml").read_text(encoding="utf-8"))
    lists = {kind: _PARTED.split(text) for table in data.values() for kind, text in table.items()}
    numbers, percents, endings, exceptions = (
        frozenset(word.strip() for word in lists.pop(kind)) for kind in ("numbers", "percents", "endings", "no-conditions")
    )
    telling: dict[str, list[_Phrase]] = {}
    others: dict[str, list[_Phrase]] = {}
    added = {"conditions": diseases, "phrases": absolutes, "allowed": allowed}
    for kind, written in [*lists.items(), *added.items()]:
        for first, phrase in _phrases(kind, written):
            (telling if kind in _TELLING else others).setdefault(first, []).append(phrase)
    return Lexicon(telling, others, numbers, percents, tuple(endings), exceptions)


def _phrases(kind: str, written: Iterable[str]) -> Iterator[tuple[str, _Phrase]]:
    """Yield phrases of a list, each with a word that it begins with."""
    for text in written:
        elements = [_element(word) for word in straight_apostrophes(text.lower()).replace("-", " ").split()]
        while elements:
            first, *rest = elements
            second = rest[0].words if rest and not rest[0].optional and "#" not in rest[0].words else frozenset()
            phrase = _Phrase(kind, tuple(rest), second)
            yield from ((word, phrase) for word in sorted(first.words))
            elements = rest if first.optional else []


def _element(word: str) -> _Element:
    """Return what a word of a phrase stands for: `a|b` one of two words, `a?` one that may be missing, `…` a gap."""
    optional = len(word) > 1 and word.endswith("?")
    return _Element(frozenset() if word == "…" else frozenset(word.removesuffix("?").split("|")), optional)
