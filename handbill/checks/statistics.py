"""Readability statistics: how long and how hard an article is to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Readability", "Scale"]


Scale = Literal["", "grade", "ease"]


@dataclass(frozen=True, slots=True)
class Readability:
    """The figures of an article's running text (docs/reference/plain-language.md says what counts as that).

    `words` is None where the language is written without spaces between them. `score` is what the formula of that name gives, on a
    scale of school grades or one of ease from 0 to 100; None, with no formula and no scale, where there is none for the language or
    too little text.
    """

    language: str
    sentences: int
    words: int | None
    score: float | None = None
    formula: str = ""
    scale: Scale = ""

    @property
    def sentence_length(self) -> float | None:
        """The mean number of words in a sentence."""
        return self.words / self.sentences if self.words and self.sentences else None
