"""Word lists of health claims: `Lexicon`, the phrases of a language, and how they are found in a tokenised text.

The lists are data: `wording/LANGUAGE.toml`, and the phrases that a publication adds in `[claims]`. Words are compared in lower case, with
straight apostrophes. `wording/en.toml` explains the notation of a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from handbill.language.folding import straight_apostrophes
from handbill.language.tags import primary_subtag

__all__ = ["LANGUAGES", "LONGEST_MATCH", "Lexicon", "Match", "Token", "load_lexicon", "tokenize"]

LANGUAGES = ("de", "en", "es", "fr")
"""The languages that have lists: primary subtags (BCP 47)."""

LONGEST_GAP = 4
"""How many words an ellipsis in a phrase stands for at most."""

_TRIGGER_LISTS = frozenset(("conditions", "measures", "substitutes", "phrases", "units", "countable", "frequencies"))
"""The lists of which at least one phrase must be found before the others are looked at: without one, a text claims nothing."""

LONGEST_MATCH = 30
"""How many tokens a match covers at most."""

_FOLDER = Path(__file__).parent / "wording"
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W_]+(?:['’][^\W\d_]+)*|[.,;:!?()\[\]—–…¿¡%]")
_FRENCH_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W_]+|[.,;:!?()\[\]—–…¿¡%]")
_SEPARATOR = re.compile(r"[,\n]")


class Token(NamedTuple):
    """A word, a number or a punctuation mark of a text: in lower case, with straight apostrophes; its offsets in the text."""

    word: str
    start: int
    end: int

    @property
    def is_punctuation(self) -> bool:
        """Whether the token is a punctuation mark; a per cent sign is none."""
        return not self.word[0].isalnum() and self.word != "%"

    @property
    def is_number(self) -> bool:
        """Whether the token is a number in digits."""
        return self.word[0].isdigit() and self.word[-1].isdigit()


class Match(NamedTuple):
    """An occurrence of a phrase: the number of its first token, and of the token after its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Element:
    """One element of a phrase: a choice of words (`#` is any number), or a gap where `words` is empty."""

    words: frozenset[str]
    optional: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase of the list `kind` without its first word.

    `second` are the words of which one must follow the first; it is empty where any token may follow.
    """

    kind: str
    rest: tuple[_Element, ...]
    second: frozenset[str]


_Index = Mapping[str, Sequence[_Phrase]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of a language.

    `triggers` are the phrases of the trigger lists and `context` those of the other lists, by their first words. `numbers` are words for
    numbers, `percents` the units of a percentage. A word that ends in one of `endings` is a condition, unless it is in `exceptions`.
    """

    triggers: _Index
    context: _Index
    numbers: frozenset[str]
    percents: frozenset[str]
    endings: tuple[str, ...]
    exceptions: frozenset[str]

    def find(self, text: Sequence[Token]) -> dict[str, list[Match]]:
        """Return the matches of each list in the order of the text; of those that begin at one token, the longest first.

        {} where no phrase of a trigger list is found.
        """
        found: dict[str, set[tuple[int, int]]] = {}
        for start, token in enumerate(text):
            if token.word.endswith(self.endings) and token.word not in self.exceptions:
                found.setdefault("conditions", set()).add((start, -start - 1))
        self._collect(self.triggers, text, found)
        if found:
            self._collect(self.context, text, found)
        return {kind: [Match(start, -end) for start, end in sorted(spans)] for kind, spans in found.items()}

    def _collect(self, index: _Index, text: Sequence[Token], found: dict[str, set[tuple[int, int]]]) -> None:
        """Add the matches of the phrases of an index to `found`, as pairs of start and negative end."""
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
        """Return whether a token is a number, in digits or as a word."""
        return token.is_number or token.word in self.numbers

    def _ends(self, rest: Sequence[_Element], text: Sequence[Token], start: int) -> set[int]:
        """Return the numbers of the tokens after which a phrase may end that goes on at `start`.

        The time depends on the length of the phrase, not on that of the text.
        """
        ends = {start}
        for element in rest:
            after = set(ends) if element.optional or not element.words else set()
            if element.words:
                after |= {end + 1 for end in ends if end < len(text) and self._matches(text[end], element.words)}
            else:
                for end in ends:
                    for last in range(end, min(end + LONGEST_GAP, len(text))):
                        if text[last].is_punctuation:
                            break
                        after.add(last + 1)
            if not after:
                return after
            ends = after
        return ends

    def _matches(self, token: Token, words: frozenset[str]) -> bool:
        """Return whether a token is one of the words of an element."""
        return token.word in words or ("#" in words and self.is_number(token))


def tokenize(text: str, language: str) -> list[Token]:
    """Return the tokens of a text in a language (BCP 47). A hyphen separates words; in French an apostrophe does, too."""
    pattern = _FRENCH_TOKEN if primary_subtag(language) == "fr" else _TOKEN
    return [Token(found[0].lower(), *found.span()) for found in pattern.finditer(straight_apostrophes(text))]


def load_lexicon(
    language: str, diseases: tuple[str, ...] = (), absolutes: tuple[str, ...] = (), allowed: tuple[str, ...] = ()
) -> Lexicon | None:
    """Return the lists of a language (BCP 47); None where it has none.

    `diseases`, `absolutes` and `allowed` are phrases that a publication adds.
    """
    primary = primary_subtag(language)
    return _read_lexicon(primary, diseases, absolutes, allowed) if primary in LANGUAGES else None


@cache
def _read_lexicon(primary: str, diseases: tuple[str, ...], absolutes: tuple[str, ...], allowed: tuple[str, ...]) -> Lexicon:
    """Return the lists of a language, read from its file once; see `load_lexicon`."""
    import tomllib

    data = tomllib.loads((_FOLDER / f"{primary}.toml").read_text(encoding="utf-8"))
    lists = {kind: _SEPARATOR.split(text) for table in data.values() for kind, text in table.items()}
    numbers, percents, endings, exceptions = (
        frozenset(word.strip() for word in lists.pop(kind)) for kind in ("numbers", "percents", "endings", "no-conditions")
    )
    triggers: dict[str, list[_Phrase]] = {}
    context: dict[str, list[_Phrase]] = {}
    added = {"conditions": diseases, "phrases": absolutes, "allowed": allowed}
    for kind, written in [*lists.items(), *added.items()]:
        for first, phrase in _phrases(kind, written):
            (triggers if kind in _TRIGGER_LISTS else context).setdefault(first, []).append(phrase)
    return Lexicon(triggers, context, numbers, percents, tuple(endings), exceptions)


def _phrases(kind: str, written: Iterable[str]) -> Iterator[tuple[str, _Phrase]]:
    """Yield each phrase of a list with each word that it may begin with."""
    for text in written:
        elements = [_element(word) for word in straight_apostrophes(text.lower()).replace("-", " ").split()]
        while elements:
            first, *rest = elements
            second = rest[0].words if rest and not rest[0].optional and "#" not in rest[0].words else frozenset()
            phrase = _Phrase(kind, tuple(rest), second)
            yield from ((word, phrase) for word in sorted(first.words))
            elements = rest if first.optional else []


def _element(word: str) -> _Element:
    """Return the element that a word of a phrase denotes: `a|b` is a choice, `a?` is optional, `…` is a gap."""
    optional = len(word) > 1 and word.endswith("?")
    return _Element(frozenset() if word == "…" else frozenset(word.removesuffix("?").split("|")), optional)
