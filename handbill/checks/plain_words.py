"""Words and phrases that a plainer one replaces, by lists that are data: `wordlists/LANGUAGE.txt`, and what a publication adds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from handbill.checks.finding import EXCERPT_LENGTH, Finding
from handbill.checks.passages import Passage
from handbill.checks.quotations import quoted_spans
from handbill.language.folding import collapse_whitespace, straight_apostrophes
from handbill.language.tags import primary_subtag
from handbill.publication.check_settings import PlainLanguage, replacements

__all__ = ["forms", "plain_words", "wordlist"]

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def plain_words(passages: Sequence[Passage], language: str, settings: PlainLanguage) -> Iterator[Finding]:
    """Yield each word of running texts that is to be replaced, but for what is quoted, and code."""
    index = _index(primary_subtag(language), settings.words, settings.keep)
    if not index:
        return
    for passage in passages:
        found = list(_found(passage.text, index))
        theirs = _others_words(passage, language) if found else b""
        for start, phrase, instead in found:
            if theirs[start]:
                continue
            message = f"“{passage.text[start : start + len(phrase)]}” has a plainer word"
            hint = f"say: {instead}" if not instead.startswith("(") else instead.strip("()")
            yield Finding("plain-word", message, hint, False, passage.block, "passage", passage.text[start : start + EXCERPT_LENGTH])


def _found(text: str, index: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[tuple[int, str, str]]:
    """Yield offset, phrase and replacement of each phrase in a text, the longest where several begin at one word."""
    lowered = straight_apostrophes(text.lower())
    if len(lowered) != len(text):
        # A few letters have a lower case of two characters: then every offset would be wrong.
        lowered = straight_apostrophes("".join(small if len(small := letter.lower()) == 1 else letter for letter in text))
    done = 0
    for word in _WORD.finditer(lowered):
        phrases = index.get(word[0])
        if not phrases or word.start() < done:
            continue
        for phrase, instead in phrases:
            end = word.start() + len(phrase)
            if lowered.startswith(phrase, word.start()) and not (end < len(lowered) and (lowered[end].isalnum() or lowered[end] == "-")):
                yield word.start(), phrase, instead
                done = end
                break


def _others_words(passage: Passage, language: str) -> bytearray:
    """Return for each character of a running text whether it stands in a quotation or in code."""
    inside = bytearray(len(passage.text))
    for begin, end in quoted_spans(passage, language):
        inside[begin:end] = b"\1" * (end - begin)
    return inside


@lru_cache
def _index(language: str, added: tuple[str, ...], kept: tuple[str, ...]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return phrases with their replacements by the first word, the longest first."""
    left_alone = {form for word in kept for form in forms(collapse_whitespace(word.lower()))}
    phrases = wordlist(language) | {
        form: instead for phrase, instead in replacements(added).items() for form in forms(straight_apostrophes(phrase.lower()))
    }
    index: dict[str, list[tuple[str, str]]] = {}
    for phrase, instead in sorted(phrases.items(), key=lambda one: (-len(one[0]), one[0])):
        first = _WORD.match(phrase)
        if first and phrase not in left_alone:
            index.setdefault(first[0], []).append((phrase, instead))
    return index


@lru_cache
def wordlist(language: str) -> dict[str, str]:
    """Return the list of a language, every form of a phrase with its replacement; empty where there is none."""
    file = Path(__file__).parent / "wordlists" / f"{language}.txt"
    if not (language.isalpha() and file.is_file()):
        return {}
    lines = tuple(line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return {form: instead for phrase, instead in replacements(lines).items() for form in forms(phrase)}


def forms(phrase: str) -> list[str]:
    """Return the forms of a phrase: of a verb with a star after it also those in -s, -ed and -ing, else the phrase alone."""
    verb, star, rest = phrase.partition("*")
    if not star:
        return [phrase]
    if verb.endswith("e"):
        endings = [verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
    elif verb.endswith("y") and verb[-2:-1] not in "aeiou":
        endings = [verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
    elif verb.endswith(("ur", "mit", "pel", "fer")) and not verb.endswith("our"):
        endings = [verb, f"{verb}s", f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing"]
    else:
        endings = [verb, f"{verb}{'es' if verb.endswith(('s', 'sh', 'ch', 'x')) else 's'}", f"{verb}ed", f"{verb}ing"]
    return [ending + rest for ending in endings]
