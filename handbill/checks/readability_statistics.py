"""Readability statistics of an article: `Readability`, the numbers that a build reports. docs/reference/plain-language.md explains them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Readability", "Scale"]


Scale = Literal["", "grade", "ease"]
"""The scale of a score: school grades, points of ease from 0 to 100, or none."""


@dataclass(frozen=True, slots=True)
class Readability:
    """The readability statistics of an article's prose (docs/reference/plain-language.md says what counts as prose).

    `sentences` and `words` are numbers; `words` is None where the language is written without spaces between words. `score` is the
    result of the formula named `formula`: a school grade or points of ease from 0 to 100, as `scale` says. It is None, and `formula`
    and `scale` are "", where the language has no formula or the text is too short.
    """

    language: str
    sentences: int
    words: int | None
    score: float | None = None
    formula: str = ""
    scale: Scale = ""

    @property
    def sentence_length(self) -> float | None:
        """The mean number of words in a sentence; None where there are no sentences or no words."""
        return self.words / self.sentences if self.words and self.sentences else None
