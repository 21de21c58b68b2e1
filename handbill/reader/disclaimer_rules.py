"""Rules of disclaimers: what a profile asks for, and what the marked claims of an article ask for (21 CFR 101.93)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

from handbill.contract import ASCII_PUNCTUATION
from handbill.diagnostics.diagnostic import Diagnostic, Place
from handbill.diagnostics.rules import diagnostic
from handbill.document import STATEMENT, STATEMENTS, Disclaimer, claims_of, text_of
from handbill.language.folding import fold_words
from handbill.language.tags import fallback_chain
from handbill.manuscript.source_file import Source
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.marked_claims import MisplacedClaim, claims_out_of_place
from handbill.publication.disclaimer_profiles import US_SUPPLEMENT, Profile

__all__ = ["marked_claim_error", "misplaced_claims", "notice_diagnostics", "profile_diagnostics"]

_PUNCTUATION = str.maketrans(dict(ASCII_PUNCTUATION))
# The ratio of similarity from which on a passage is taken for a sentence with an error in it.
_ALIKE = 0.6
# In words.
_LONGEST_QUOTED = 12

_FIELDS = {
    "version": ("missing-version", "a version", 'write version: "1.0" in its front matter'),
    "reviewed": ("missing-review-date", "the date of its last review", "write reviewed: YYYY-MM-DD in its front matter"),
    "contact": ("missing-contact", "a contact", "write contact: in its front matter: where readers turn to"),
}


def profile_diagnostics(name: str, profile: Profile, disclaimer: Disclaimer, source: Source) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each thing that the profile of that name asks for and the disclaimer lacks, at its place in its file.

    A missing phrase is an error, since the text is then no disclaimer of its profile; missing front matter is a warning.
    """
    place = source.place_of_key("profile")
    for key, (code, what, hint) in _FIELDS.items():
        if getattr(profile, key) and not getattr(disclaimer, key):
            yield diagnostic(code, f"the profile `{name}` asks for {what}", place, hint)
    blocks = [disclaimer.title, *(text_of(block) for block in disclaimer.tree().iter("h2", "h3", "h4", "h5", "h6", "p", "li"))]
    yield from _sentence_diagnostics(name, profile.sentences, blocks, source, place)
    phrases = _phrases_in(profile.phrases, disclaimer.language)
    if phrases is None:
        if profile.phrases:
            message = f"the profile `{name}` has no phrases in {disclaimer.language}: its front matter alone is checked"
            hint = f'a profile of your own can have some: [profiles.NAME.phrases], {disclaimer.language} = ["…"]'
            yield diagnostic("unchecked-phrases", message, place, hint)
        return
    comparable = [fold_words(block, _PUNCTUATION) for block in blocks]
    for wordings in phrases:
        if not any(_has_phrase(block, fold_words(wording, _PUNCTUATION)) for block in comparable for wording in wordings):
            others = f", or “{'”, “'.join(wordings[1:])}”" if wordings[1:] else ""
            message = f"the profile `{name}` asks for the words “{wordings[0]}”, and they are not in the disclaimer"
            yield diagnostic("missing-phrase", message, place, f"write “{wordings[0]}”{others}")


def _phrases_in(phrases: Mapping[str, tuple[tuple[str, ...], ...]], language: str) -> tuple[tuple[str, ...], ...] | None:
    """Return a profile's phrases in a language, each in all its wordings; None where it has none in that language."""
    return next((phrases[tag] for tag in (language, *fallback_chain(language)) if tag in phrases), None)


def _has_phrase(block: str, phrase: str) -> bool:
    """Return whether a phrase stands in a block as whole words."""
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", block) is not None


def _sentence_diagnostics(name: str, sentences: Sequence[str], blocks: Sequence[str], source: Source, place: Place) -> Iterator[Diagnostic]:
    """Yield an error where no block has one of the sentences word by word; white space may differ."""
    plain = [" ".join(block.split()) for block in blocks]
    if not sentences or any(sentence in block for sentence in sentences for block in plain):
        return
    hint = " or ".join(f"“{sentence}”" for sentence in sentences)
    alike, nearest, meant = max(
        (difflib.SequenceMatcher(None, block, sentence).ratio(), block, sentence) for block in plain for sentence in sentences
    )
    message = f"the profile `{name}` asks for a sentence word by word, and it is not in the disclaimer"
    if alike >= _ALIKE:
        words = nearest.split()
        excerpts = (" ".join(words[:length]) for length in range(min(8, len(words)), 1, -1))
        found = next((start for excerpt in excerpts if (start := source.locate(excerpt))[1] is not None), None)
        place = found or place
        message += _first_difference(meant.split(), words)
    yield diagnostic("missing-phrase", message, place, f"write it as it is: {hint}")


def _first_difference(meant: Sequence[str], written: Sequence[str]) -> str:
    """Return the end of a message that quotes where a passage first differs from the sentence that it was meant to be."""
    for kind, start, end, its_start, its_end in difflib.SequenceMatcher(None, meant, written, autojunk=False).get_opcodes():
        if kind != "equal" and not (kind == "insert" and start in (0, len(meant))):
            wanted = " ".join(meant[max(0, start - 1) : end + 1][:_LONGEST_QUOTED])
            found = " ".join(written[max(0, its_start - 1) : its_end + 1][:_LONGEST_QUOTED])
            return f": it has “{wanted}”, and this has “{found}”"
    return ""


def misplaced_claims(parts: Parts, source: Source) -> Iterator[Diagnostic]:
    """Yield an error for each marked claim that stands where the boxed notice cannot stand with it."""
    return (marked_claim_error(source, one) for one in claims_out_of_place(parts))


def marked_claim_error(source: Source, found: MisplacedClaim) -> Diagnostic:
    """Return the error that a mark cannot be kept."""
    return diagnostic("marked-claim", found.message, _place_of_words(source, found.words), found.hint)


def notice_diagnostics(parts: Parts, disclaimer: Disclaimer | None, source: Source) -> Iterator[Diagnostic]:
    """Yield what in the article's disclaimer does not go with its marked claims (21 CFR 101.93(b) to (d)); nothing without either."""
    claims = claims_of(parts.body)
    if not claims or disclaimer is None:
        return
    first = " ".join(text_of(claims[0]).split())
    place = _place_of_words(source, first)
    if disclaimer.profile != US_SUPPLEMENT:
        message = (
            f"a claim is marked, and nothing that belongs to it: the disclaimer `{disclaimer.id}` is not of the profile {US_SUPPLEMENT}"
        )
        hint = f"write profile: {US_SUPPLEMENT} in the disclaimer's front matter, or take the mark away"
        yield diagnostic("claim-without-notice", message, place, hint)
        return
    wanted, other = (STATEMENT, STATEMENTS) if len(claims) == 1 else (STATEMENTS, STATEMENT)
    said = " ".join(text_of(disclaimer.tree()).split())
    if wanted not in said and other in said:
        marked = "one claim is" if len(claims) == 1 else f"{len(claims)} claims are"
        message = f"{marked} marked, and the disclaimer `{disclaimer.id}` begins its sentence with “{' '.join(other.split()[:2])}”"
        hint = f"in the box it stands in the right number; write “{' '.join(wanted.split()[:2])} …” on the disclaimer's page, too"
        yield diagnostic("statement-number", message, place, hint)


def _place_of_words(source: Source, words: str) -> Place:
    """Return where a passage begins, though the source has other lines and markup in it; else the place of the first mark."""
    first = words.split()[:6]
    excerpts = [*(" ".join(first[:length]) for length in range(len(first), 0, -1)), "{.claim", "claim"]
    return next((place for excerpt in excerpts if (place := source.locate(excerpt))[1] is not None), (source.path, None, None))
