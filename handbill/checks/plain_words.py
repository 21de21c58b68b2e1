"""Check of plain words: words and phrases for which a plainer one exists.

The lists are data: `wordlists/LANGUAGE.txt` and what `[plain-language]` of a publication adds or keeps. Quotations and code are passed
over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from handbill.checks.finding import EXCERPT_LENGTH, Finding
from handbill.checks.passages import Passage
from handbill.checks.quoted_spans import quoted_spans
from handbill.language.folding import collapse_whitespace, straight_apostrophes
from handbill.language.tags import primary_subtag
from handbill.publication.check_settings import PlainLanguage, parse_replacements

__all__ = ["inflected_forms", "plain_word_findings", "wordlist"]

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def plain_word_findings(passages: Sequence[Passage], language: str, settings: PlainLanguage) -> Iterator[Finding]:
    """Yield a finding for each word or phrase of the passages that has a plainer one, outside quotations and code."""
    index = _phrase_index(primary_subtag(language), settings.words, settings.keep)
    if not index:
        return
    for passage in passages:
        found = list(_listed_phrases(passage.text, index))
        quoted = _quoted_mask(passage, language) if found else b""
        for start, phrase, instead in found:
            if quoted[start]:
                continue
            message = f"“{passage.text[start : start + len(phrase)]}” has a plainer word"
            hint = f"say: {instead}" if not instead.startswith("(") else instead.strip("()")
            words = passage.text[start : start + EXCERPT_LENGTH]
            yield Finding("plain-word", message, hint, barrier=False, element=passage.block, kind="passage", words=words)


def _listed_phrases(text: str, index: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[tuple[int, str, str]]:
    """Yield the offset, the phrase and its replacement for each listed phrase in a text; of those that begin at one word, the longest."""
    lowercase = straight_apostrophes(text.lower())
    if len(lowercase) != len(text):
        # The lower case of some letters has two characters: they are left as they are, so that offsets stay valid.
        lowercase = straight_apostrophes("".join(small if len(small := letter.lower()) == 1 else letter for letter in text))
    previous_end = 0
    for word in _WORD.finditer(lowercase):
        phrases = index.get(word[0])
        if not phrases or word.start() < previous_end:
            continue
        for phrase, instead in phrases:
            end = word.start() + len(phrase)
            if lowercase.startswith(phrase, word.start()) and not (
                end < len(lowercase) and (lowercase[end].isalnum() or lowercase[end] == "-")
            ):
                yield word.start(), phrase, instead
                previous_end = end
                break


def _quoted_mask(passage: Passage, language: str) -> bytearray:
    """Return one byte for each character of a passage: 1 where it stands in a quotation or in code, else 0."""
    inside = bytearray(len(passage.text))
    for begin, end in quoted_spans(passage, language):
        inside[begin:end] = b"\1" * (end - begin)
    return inside


@lru_cache
def _phrase_index(language: str, added: tuple[str, ...], kept: tuple[str, ...]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return the phrases of a language with their replacements, by the first word of the phrase, the longest first.

    `added` are lines such as `leverage = use` that a publication adds, `kept` the phrases that it does not want to be found.
    """
    left_alone = {form for word in kept for form in inflected_forms(collapse_whitespace(word.lower()))}
    phrases = wordlist(language) | {
        form: instead
        for phrase, instead in parse_replacements(added).items()
        for form in inflected_forms(straight_apostrophes(phrase.lower()))
    }
    index: dict[str, list[tuple[str, str]]] = {}
    for phrase, instead in sorted(phrases.items(), key=lambda one: (-len(one[0]), one[0])):
        first = _WORD.match(phrase)
        if first and phrase not in left_alone:
            index.setdefault(first[0], []).append((phrase, instead))
    return index


@lru_cache
def wordlist(language: str) -> dict[str, str]:
    """Return every form of the listed phrases of a language (a primary subtag) with its replacement; {} where there is no list."""
    file = Path(__file__).parent / "wordlists" / f"{language}.txt"
    if not (language.isalpha() and file.is_file()):
        return {}
    lines = tuple(line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return {form: instead for phrase, instead in parse_replacements(lines).items() for form in inflected_forms(phrase)}


def inflected_forms(phrase: str) -> list[str]:
    """Return the forms of a phrase: where a star follows its English verb, those in -s, -ed and -ing too; else the phrase alone."""
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
