"""The proof: where in a handout's own pages the whole disclaimer was read back, and nothing else beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from handbill.contract import ASCII_PUNCTUATION, Page
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ProofError
from handbill.diagnostics.rules import diagnostic
from handbill.document import Disclaimer, Words, direction
from handbill.language.characters import runs_to_left, shortened
from handbill.proof.rtl_lines import Tokens, line_shows, prevailing, tokens
from handbill.system.digests import digest_of

__all__ = ["Expected", "Proof", "expected", "fold", "prove"]

# What joins and parts letters, and what marks and isolates directions, has no shape of its own and no place on a page. The overrides of
# direction (U+202D, U+202E) are not among them: they turn a text about.
_WITHOUT_SHAPE = "\u034f\u061c\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
_LEFT_OUT = "\u00ad\u2010\u200b\u2060\ufeff•◦▪‣⁃" + _WITHOUT_SHAPE
_FOLDING = str.maketrans(
    {character: written for character, written in ASCII_PUNCTUATION.items() if character not in _LEFT_OUT} | dict.fromkeys(_LEFT_OUT, "")
)
_SPACE = re.compile(r"\s+")
_HINT = "no such handout is written; take out of the disclaimer what only some formats show, or tell whoever keeps the exporter"


def fold(text: str) -> str:
    """Return a text as the proof compares it, on both sides alike.

    NFKC; no white space; no soft hyphens, no U+2010 (which a line's end may have put there), no bullets, no zero-width spaces;
    no joiners and directional marks; punctuation as ASCII_PUNCTUATION writes it.
    """
    return _SPACE.sub("", unicodedata.normalize("NFKC", text.translate(_FOLDING)).translate(_FOLDING))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a handout must show: the disclaimer's blocks, the title first, and its notice.

    A block is a sequence of texts and addresses in turn: text, address, text, … A format may print the address of a link, in angle
    brackets, after the link's text. `reference` is what may follow the notice, `{page}` standing for the disclaimer's first page.
    `position` is where the disclaimer stands: "end", with no text after it, or "front", with the article after it. `direction` is which
    way its language runs.
    """

    blocks: tuple[tuple[str, ...], ...]
    notice: str
    reference: str
    position: str = "end"
    direction: str = "ltr"

    def __post_init__(self) -> None:
        """Refuse what every page would show: nothing."""
        if not self.blocks or not all(self.blocks) or not fold(self.blocks[0][0]):
            raise ValueError("a disclaimer has a title")

    def digest(self) -> str:
        """Return the SHA-256 of what is compared, in hexadecimal."""
        compared = [self.blocks, self.notice, self.reference, self.position, *(["rtl"] if self.direction == "rtl" else [])]
        return digest_of(compared)

    def pattern(self) -> re.Pattern[str]:
        """Return what the folded text of the disclaimer's pages matches as a whole."""
        pieces = []
        for block in self.blocks:
            for number, piece in enumerate(block):
                folded = re.escape(fold(piece))
                pieces.append(f"(?:<{folded}>)?" if number % 2 else folded)
        return re.compile("".join(pieces))

    def tokens(self) -> Tokens | None:
        """Return what is compared line by line, without addresses; None where nothing in the disclaimer runs from right to left."""
        plain = ["".join(block[::2]) for block in self.blocks]
        if self.direction == "ltr" and not any(map(runs_to_left, plain)):
            return None
        return [token for text in plain for token in tokens(text, fold)]

    def longest(self) -> int:
        """Return the length of the longest folded text that may match."""
        return sum(len(fold(piece)) + 2 for block in self.blocks for piece in block)


@dataclass(frozen=True, slots=True)
class Proof:
    """The place where the whole disclaimer was read back: its first and its last page, counted from 1, of `pages` in all."""

    first: int
    last: int
    pages: int

    def __str__(self) -> str:
        """Return the place in words: "disclaimer on page 3 of 3"."""
        pages = f"page {self.first}" if self.first == self.last else f"pages {self.first} to {self.last}"
        return f"disclaimer on {pages} of {self.pages}"


def expected(disclaimer: Disclaimer, words: Words, position: str = "end") -> Expected:
    """Return what a handout with this disclaimer must show, `words` and `position` being the document's."""
    blocks: list[tuple[str, ...]] = [(disclaimer.title,)]
    for block in disclaimer.tree().iter("h2", "h3", "h4", "h5", "h6", "p", "li"):
        pieces = [""]
        _pieces(block, pieces)
        blocks.append(tuple(pieces))
    return Expected(tuple(blocks), disclaimer.notice, words.see_disclaimer, position, direction(disclaimer.language))


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
    found = list(_find(bodies, wanted)) or list(_find_by_lines(pages, wanted))
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
    if notice in furniture:
        following = furniture.partition(notice)[2]
        return following.startswith(reference) or not (before and following.startswith(before))
    if body.endswith((notice, notice + reference)):
        return True
    return (wanted.direction == "rtl" or runs_to_left(wanted.notice)) and _has_notice_by_lines(page, wanted, first)


def _has_notice_by_lines(page: Page, wanted: Expected, first: int) -> bool:
    """Tell the same of a notice that runs from right to left: it stands on lines of its own, alone or with its reference."""
    notice = tokens(wanted.notice, fold)
    refers = tokens(wanted.reference.replace("{page}", str(first)), fold)
    furniture, body = ([tokens(line, fold) for line in text.splitlines()] for text in (page.furniture, page.body))
    for lines, starts, may_go_on in ((furniture, range(len(furniture)), True), (body, range(len(body) - 1, -1, -1), False)):
        for start in starts:
            for text in (notice + refers, notice):
                end = _matched(lines[start:], text, wanted.direction)
                if end is None or (start + end < len(lines) and not may_go_on):
                    continue
                rest = lines[start + end] if start + end < len(lines) else []
                misled = text is notice and rest[:1] == refers[:1] and runs_to_left(wanted.reference)
                if not misled or _matched([rest], refers, wanted.direction) is not None:
                    return True
    return False


def _matched(lines: Sequence[Tokens], wanted: Tokens, direction: str) -> int | None:
    """Return how many of these lines show all that is wanted, each line what comes next; None where they do not.

    In text whose `direction` is rtl even a line of Latin letters may be set in parts that follow each other to the left.
    """
    waiting, way = list(wanted), "left" if direction == "rtl" else prevailing(wanted)
    for number, line in enumerate(lines):
        if not waiting:
            return number
        due, waiting = _first(waiting, sum(map(len, line)))
        if not line_shows(line, due, way):
            return None
    return len(lines) if not waiting else None


def _first(found: Tokens, length: int) -> tuple[Tokens, Tokens]:
    """Divide tokens after so many characters: a word may go on in the next line."""
    for place, token in enumerate(found):
        if length < len(token):
            return [*found[:place], *([token[:length]] if length else [])], [token[length:], *found[place + 1 :]]
        length -= len(token)
    return found, []


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


def _find_by_lines(pages: Sequence[Page], wanted: Expected) -> Iterator[Proof]:
    """Yield where a whole disclaimer that runs from right to left stands, alone, line by line in order."""
    text = wanted.tokens()
    if text is None:
        return
    lines = [[line for line in (tokens(line, fold) for line in page.body.splitlines()) if line] for page in pages]
    for first, its_lines in enumerate(lines):
        if not its_lines:
            continue
        read: list[Tokens] = []
        for last in range(first, len(pages)):
            read += lines[last]
            if sum(len(token) for line in read for token in line) > sum(map(len, text)):
                break
            if lines[last] and _matched(read, text, wanted.direction) == len(read):
                yield Proof(first + 1, last + 1, len(pages))
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
        more = f", and {len(lacking) - 1} more of its {len(wanted.blocks)} blocks" if len(lacking) > 1 else ""
        return [_error("disclaimer-missing", f"the disclaimer cannot be read whole: “{shortened(lacking[0])}” is not visible in it{more}")]
    return [_error("disclaimer-not-alone", "the disclaimer's text is there, but not on pages of its own and in its order")]


def _error(code: str, message: str) -> Diagnostic:
    return diagnostic(code, message, hint=_HINT)
