"""The proof: where in a handout's own pages the whole disclaimer was read back, and nothing else beside it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from handbill.contract import ASCII_PUNCTUATION, Diagnostic, Page, Severity
from handbill.document import Disclaimer, Words
from handbill.errors import ProofError

__all__ = ["Expected", "Proof", "expected", "fold", "prove"]

_LEFT_OUT = "\u00ad\u2010\u200b\u2060\ufeff•◦▪‣⁃"
_FOLDING = str.maketrans(
    {character: written for character, written in ASCII_PUNCTUATION.items() if character not in _LEFT_OUT} | dict.fromkeys(_LEFT_OUT, "")
)
_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return a text as the proof compares it, on both sides alike.

    NFKC; no white space; no soft hyphens, no U+2010 (which a line's end may have put there), no bullets, no zero-width spaces;
    punctuation as ASCII_PUNCTUATION writes it.
    """
    return _SPACE.sub("", unicodedata.normalize("NFKC", text.translate(_FOLDING)).translate(_FOLDING))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a handout must show: the disclaimer's blocks, the title first, and its notice.

    A block is a sequence of texts and addresses in turn: text, address, text, … A format may print the address of a link, in angle
    brackets, after the link's text. `reference` is what may follow the notice, `{page}` standing for the disclaimer's first page.
    `position` is where the disclaimer stands: "end", with no text after it, or "front", with the article after it.
    """

    blocks: tuple[tuple[str, ...], ...]
    notice: str
    reference: str
    position: str = "end"

    def __post_init__(self) -> None:
        """Refuse what every page would show: nothing."""
        if not self.blocks or not all(self.blocks) or not fold(self.blocks[0][0]):
            raise ValueError("a disclaimer has a title")

    def digest(self) -> str:
        """Return the SHA-256 of what is compared, in hexadecimal."""
        return hashlib.sha256(json.dumps([self.blocks, self.notice, self.reference, self.position]).encode()).hexdigest()

    def pattern(self) -> re.Pattern[str]:
        """Return what the folded text of the disclaimer's pages matches as a whole."""
        pieces = []
        for block in self.blocks:
            for number, piece in enumerate(block):
                folded = re.escape(fold(piece))
                pieces.append(f"(?:<{folded}>)?" if number % 2 else folded)
        return re.compile("".join(pieces))

    def longest(self) -> int:
        """Return the length of the longest folded text that may match."""
        return sum(len(fold(piece)) + 2 for block in self.blocks for piece in block)


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the disclaimer stands: its first and last page, from 1, of how many."""

    first: int
    last: int
    pages: int


def expected(disclaimer: Disclaimer, words: Words, position: str = "end") -> Expected:
    """Return what a handout with this disclaimer must show, `words` and `position` being the document's."""
    blocks: list[tuple[str, ...]] = [(disclaimer.title,)]
    for block in disclaimer.tree().iter("h2", "h3", "h4", "h5", "h6", "p", "li"):
        pieces = [""]
        _pieces(block, pieces)
        blocks.append(tuple(pieces))
    return Expected(tuple(blocks), disclaimer.notice, words.see_disclaimer, position)


def _pieces(element: etree._Element, pieces: list[str]) -> None:
    pieces[-1] += element.text or ""
    for child in element:
        if child.tag == "br":
            pieces[-1] += "\n"
        _pieces(child, pieces)
        if child.tag == "a":
            pieces.extend((re.sub(r"^(?:mailto|tel):", "", child.get("href", "")), ""))
        pieces[-1] += child.tail or ""


def prove(pages: Sequence[Page], wanted: Expected) -> Proof:
    """Return where the disclaimer stands. Raises ProofError, its diagnostics without a path, that says what is wrong."""
    bodies = [fold(page.body) for page in pages]
    found = list(_find(bodies, wanted))
    if not found:
        raise ProofError(_why(bodies, wanted))
    proof = found[0 if wanted.position == "front" else -1]
    if any(bodies[proof.last :]) != (wanted.position == "front"):
        where = "in front of the article" if wanted.position == "front" else "at the end"
        raise ProofError(_error("disclaimer-misplaced", f"the disclaimer stands on page {proof.first} of {len(pages)}, not {where}"))
    article = [number for number, body in enumerate(bodies, 1) if body and not proof.first <= number <= proof.last]
    missing = [number for number in article if not _has_notice(pages[number - 1], wanted, proof.first)]
    if missing:
        which = f"page {missing[0]}" if len(missing) == 1 else f"{len(missing)} of {len(pages)} pages, the first is page {missing[0]}"
        raise ProofError(_error("no-notice", f"the disclaimer's notice cannot be read on {which}: “{wanted.notice}”"))
    return proof


def _has_notice(page: Page, wanted: Expected, first: int) -> bool:
    """Tell whether a page shows the notice, in its margins or as its last words, and sends nobody to a wrong page."""
    notice, furniture, body = fold(wanted.notice), fold(page.furniture), fold(page.body)
    before, _, after = (fold(part) for part in wanted.reference.partition("{page}"))
    reference = f"{before}{first}{after}"
    if not notice:
        return True
    if notice not in furniture:
        return body.endswith((notice, notice + reference))
    following = furniture.partition(notice)[2]
    return following.startswith(reference) or not (before and following.startswith(before))


def _find(bodies: Sequence[str], wanted: Expected) -> Iterator[Proof]:
    """Yield where the whole disclaimer stands, alone, in order."""
    pattern, longest, opening = wanted.pattern(), wanted.longest(), fold(wanted.blocks[0][0])
    for first, body in enumerate(bodies):
        if not body or not (opening.startswith(body) or body.startswith(opening)):
            continue
        text = ""
        for last in range(first, len(bodies)):
            text += bodies[last]
            if len(text) > longest:
                break
            if bodies[last] and pattern.fullmatch(text):
                yield Proof(first + 1, last + 1, len(bodies))
                break


def _why(bodies: Sequence[str], wanted: Expected) -> list[Diagnostic]:
    """Say what keeps the disclaimer from being whole and alone on its pages."""
    everything = "".join(bodies)
    position, lacking = 0, []
    for block in wanted.blocks:
        plain = [fold(piece) for piece in block[::2]]
        place = position
        for piece in plain:
            place = everything.find(piece, place) if place >= 0 else -1
        if place < 0:
            lacking.append("".join(block[::2]))
        else:
            position = place
    if lacking:
        quoted = " ".join(lacking[0].split())
        start = quoted if len(quoted) <= 60 else f"{quoted[:60].rstrip()}…"
        more = f", and {len(lacking) - 1} more of its {len(wanted.blocks)} blocks" if len(lacking) > 1 else ""
        return [_error("disclaimer-missing", f"the disclaimer cannot be read whole: “{start}” is not visible in it{more}")]
    return [_error("disclaimer-not-alone", "the disclaimer's text is there, but not on pages of its own and in its order")]


def _error(code: str, message: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, hint="a handout without its whole disclaimer is not written")
