"""The settings of the checks of plain language, of links, and of health claims: the tables of publication.toml as dataclasses.

Each field with its help is a setting; a dataclass raises ValueError, its text a predicate, for a value that is not valid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["CLAIM_SETTINGS", "LINKS", "PLAIN_LANGUAGE", "ClaimSettings", "Links", "PlainLanguage", "parse_replacements"]


def _help(text: str) -> dict[str, str]:
    return {"help": text}


@dataclass(frozen=True, slots=True)
class PlainLanguage:
    """`[plain-language]`: the limits from which an article counts as hard to read.

    docs/reference/plain-language.md gives the reasons for the defaults.
    """

    grade: float = field(default=8.0, metadata=_help("The highest school grade, where the formula of the article's language tells one."))
    ease: float = field(
        default=0.0,
        metadata=_help("The least ease of reading, of 100, where the formula tells that; 0: what its authors call normal."),
    )
    formula: Literal["flesch-kincaid", "smog"] = field(default="flesch-kincaid", metadata=_help("By which formula English is graded."))
    sentence: int = field(default=30, metadata=_help("The most words of a sentence."))
    paragraph: int = field(default=150, metadata=_help("The most words of a paragraph."))
    words: tuple[str, ...] = field(default=(), metadata=_help('Words to be replaced, beside those of the list: "leverage = use".'))
    keep: tuple[str, ...] = field(default=(), metadata=_help("Words of the list that are left alone."))

    def __post_init__(self) -> None:
        if min(self.grade, self.sentence, self.paragraph) <= 0:
            raise ValueError("is more than 0; a finding is switched off in [checks]")
        if not 0 <= self.ease <= 100:
            raise ValueError("is from 0 to 100")
        parse_replacements(self.words)
        if not all(word.strip() for word in self.keep):
            raise ValueError("is a list of words")


def parse_replacements(written: tuple[str, ...]) -> dict[str, str]:
    """Return the replacement of each phrase, from lines such as `leverage = use`. Raises ValueError, its text a predicate."""
    found: dict[str, str] = {}
    for line in written:
        phrase, sign, instead = line.partition("=")
        if not sign or not phrase.strip() or not instead.strip():
            raise ValueError(f"is a list of replacements such as \"leverage = use\", not '{line}'")
        found[" ".join(phrase.split())] = " ".join(instead.split())
    return found


@dataclass(frozen=True, slots=True)
class Links:
    """`[links]`: the hosts that have no https, with all hosts below them."""

    insecure_hosts: tuple[str, ...] = field(default=(), metadata=_help("Hosts that have no https: links to them may begin with http."))

    def __post_init__(self) -> None:
        for host in self.insecure_hosts:
            if not host.strip(". ") or any(sign in host for sign in "/:@ "):
                raise ValueError(f"is a list of hosts such as \"example.org\", not '{host}'")


@dataclass(frozen=True, slots=True)
class ClaimSettings:
    """`[claims]`: additions to the word lists by which health claims are found (docs/reference/health-claims.md)."""

    diseases: tuple[str, ...] = field(default=(), metadata=_help("Further names of diseases and conditions."))
    absolutes: tuple[str, ...] = field(default=(), metadata=_help("Further phrases that promise too much."))
    allowed: tuple[str, ...] = field(default=(), metadata=_help("Phrases with which a sentence may claim what it claims."))

    def __post_init__(self) -> None:
        if not all(any(letter.isalnum() for letter in phrase) for phrase in (*self.diseases, *self.absolutes, *self.allowed)):
            raise ValueError("holds an empty text")


PLAIN_LANGUAGE, LINKS, CLAIM_SETTINGS = PlainLanguage(), Links(), ClaimSettings()
"""The defaults of the three tables."""
