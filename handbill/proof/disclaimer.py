"""The proof of a disclaimer: it takes the pages that were read back from a handout, and returns where the whole disclaimer stands.

The disclaimer must stand whole, in order and alone on consecutive pages, at the end of the handout or in front, and its notice on every
page of the article. Texts are compared without regard to how a page sets them (`fold`). Right-to-left text is compared line by line
(`handbill.proof.rtl_lines`).
"""

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
from handbill.document import Disclaimer, direction
from handbill.language.characters import has_rtl_letters, short_excerpt
from handbill.proof.rtl_lines import Tokens, line_matches, main_direction, tokens
from handbill.system.digests import digest_of

__all__ = ["ExpectedDisclaimer", "Proof", "expected_disclaimer", "fold", "prove_disclaimer"]

# Joiners, non-joiners, marks of direction, embeddings and isolates have no shape of their own on a page. The overrides of direction
# (U+202D, U+202E) are not among them: they reverse what a reader sees.
_INVISIBLE = "\u034f\u061c\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
_IGNORED = "\u00ad\u2010\u200b\u2060\ufeff•◦▪‣⁃" + _INVISIBLE
_FOLDING = str.maketrans(
    {character: written for character, written in ASCII_PUNCTUATION.items() if character not in _IGNORED} | dict.fromkeys(_IGNORED, "")
)
_SPACE = re.compile(r"\s+")
_HINT = "no such handout is written; take out of the disclaimer what only some formats show, or tell whoever keeps the exporter"


def fold(text: str) -> str:
    """Return the form of a text in which the proof compares it, on both sides.

    It is in NFKC, without white space, soft hyphens, U+2010 (which hyphenation puts at the end of a line), bullets, zero-width spaces,
    joiners and marks of direction, and with punctuation as ASCII_PUNCTUATION writes it.
    """
    return _SPACE.sub("", unicodedata.normalize("NFKC", text.translate(_FOLDING)).translate(_FOLDING))


@dataclass(frozen=True, slots=True)
class ExpectedDisclaimer:
    """The disclaimer that a handout must show.

    `blocks` are its title and then its headings, paragraphs and list items. A block alternates texts and addresses of links: text, address,
    text, and so on. A format may print an address in angle brackets after the text of its link, or leave it out.

    `notice` is the sentence on every page of the article. `reference` is what may follow it, with `{page}` for the disclaimer's first
    page. `position` is "end" if no text may follow the disclaimer, "front" if the article must. `direction` is the direction of its
    language, "ltr" or "rtl".

    `version` and `page_number` are all that may stand in the margins of its pages: its version in words, and the number of the page,
    with `{page}` and `{pages}`. A format may leave them out.
    """

    blocks: tuple[tuple[str, ...], ...]
    notice: str
    reference: str
    position: str = "end"
    direction: str = "ltr"
    version: str = ""
    page_number: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError if the title is empty: every handout would show such a disclaimer."""
        if not self.blocks or not all(self.blocks) or not fold(self.blocks[0][0]):
            raise ValueError("a disclaimer has a title")

    def digest(self) -> str:
        """Return the SHA-256 of all that is compared, in hexadecimal: the key of the disclaimer in the manifest."""
        margins = [self.version, self.page_number]
        compared = [self.blocks, self.notice, self.reference, self.position, *(["rtl"] if self.direction == "rtl" else []), margins]
        return digest_of(compared)

    def pattern(self) -> re.Pattern[str]:
        """Return the pattern that the folded text of the disclaimer's pages must match in full."""
        pieces = []
        for block in self.blocks:
            for number, piece in enumerate(block):
                folded = re.escape(fold(piece))
                pieces.append(f"(?:<{folded}>)?" if number % 2 else folded)
        return re.compile("".join(pieces))

    def tokens(self) -> Tokens | None:
        """Return the text, without addresses, in the form that is compared line by line; None if nothing in it runs from right to left."""
        plain = ["".join(block[::2]) for block in self.blocks]
        if self.direction == "ltr" and not any(map(has_rtl_letters, plain)):
            return None
        return [token for text in plain for token in tokens(text, fold)]

    def max_length(self) -> int:
        """Return the length of the longest folded text that can match the pattern."""
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


def expected_disclaimer(disclaimer: Disclaimer, position: str = "end") -> ExpectedDisclaimer:
    """Return what a handout with this disclaimer must show. `position` is that of its document."""
    blocks: list[tuple[str, ...]] = [(disclaimer.title,)]
    for block in disclaimer.tree().iter("h2", "h3", "h4", "h5", "h6", "p", "li"):
        pieces = [""]
        _append_pieces(block, pieces)
        blocks.append(tuple(pieces))
    words = disclaimer.words
    version = words.version.format(version=disclaimer.version) if disclaimer.version else ""
    return ExpectedDisclaimer(
        blocks=tuple(blocks),
        notice=disclaimer.notice,
        reference=words.see_disclaimer,
        position=position,
        direction=direction(disclaimer.language),
        version=version,
        page_number=words.page_of,
    )


def _append_pieces(element: etree._Element, pieces: list[str]) -> None:
    """Append the texts and addresses of an element to the pieces of its block; the last piece is a text that goes on."""
    pieces[-1] += element.text or ""
    for child in element:
        if child.tag == "br":
            pieces[-1] += "\n"
        _append_pieces(child, pieces)
        if child.tag == "a":
            pieces.extend((re.sub(r"^(?:mailto|tel):", "", child.get("href", "")), ""))
        pieces[-1] += child.tail or ""


def prove_disclaimer(pages: Sequence[Page], wanted: ExpectedDisclaimer) -> Proof:
    """Return where the disclaimer stands.

    Raises ProofError, whose diagnostics have no path, if it is missing, incomplete, not alone on its pages or in the wrong position, if
    something of the article stands in the margins of its pages, or if a page of the article lacks its notice.
    """
    bodies = [fold(page.body) for page in pages]
    found = list(_places(bodies, wanted)) or list(_places_by_lines(pages, wanted))
    if not found:
        raise ProofError(_faults(bodies, wanted))
    proof = found[0 if wanted.position == "front" else -1]
    if any(bodies[proof.last :]) != (wanted.position == "front"):
        where = "in front of the article" if wanted.position == "front" else "at the end"
        raise ProofError(_error("disclaimer-misplaced", f"the disclaimer stands on page {proof.first} of {len(pages)}, not {where}"))
    if line := _foreign_line(pages, proof, wanted):
        message = f"“{short_excerpt(line)}” stands in a margin of the disclaimer's page"
        raise ProofError(_error("disclaimer-not-alone", message))
    article = [number for number, body in enumerate(bodies, 1) if body and not proof.first <= number <= proof.last]
    missing = [number for number in article if not _shows_notice(pages[number - 1], wanted, proof.first)]
    if missing:
        which = f"page {missing[0]}" if len(missing) == 1 else f"{len(missing)} of {len(pages)} pages, the first is page {missing[0]}"
        raise ProofError(_error("no-notice", f"the disclaimer's notice cannot be read on {which}: “{wanted.notice}”"))
    return proof


def _foreign_line(pages: Sequence[Page], proof: Proof, wanted: ExpectedDisclaimer) -> str:
    """Return a line in the margins of the disclaimer's pages that is neither its version nor the page number; "" if there is none."""
    for number in range(proof.first, proof.last + 1):
        allowed = [wanted.version, wanted.page_number.replace("{page}", str(number)).replace("{pages}", str(len(pages)))]
        for line in pages[number - 1].furniture.splitlines():
            shown = next((text for text in allowed if text and _shows_line(line, text, wanted)), None)
            if shown is not None:
                allowed.remove(shown)
            elif fold(line):
                return line
    return ""


def _shows_line(line: str, text: str, wanted: ExpectedDisclaimer) -> bool:
    """Return whether a line shows a text, and nothing else."""
    return fold(line) == fold(text) or (
        (wanted.direction == "rtl" or has_rtl_letters(text))
        and _match_lines([tokens(line, fold)], tokens(text, fold), wanted.direction) == 1
    )


def _shows_notice(page: Page, wanted: ExpectedDisclaimer, first: int) -> bool:
    """Return whether a page shows the notice, in its margins or as its last words, and refers to no page but the disclaimer's first."""
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
    return (wanted.direction == "rtl" or has_rtl_letters(wanted.notice)) and _shows_notice_by_lines(page, wanted, first)


def _shows_notice_by_lines(page: Page, wanted: ExpectedDisclaimer, first: int) -> bool:
    """Return whether a page shows a right-to-left notice. It must stand on lines of its own, alone or with its reference."""
    notice = tokens(wanted.notice, fold)
    refers = tokens(wanted.reference.replace("{page}", str(first)), fold)
    furniture, body = ([tokens(line, fold) for line in text.splitlines()] for text in (page.furniture, page.body))
    for lines, starts, may_go_on in ((furniture, range(len(furniture)), True), (body, range(len(body) - 1, -1, -1), False)):
        for start in starts:
            for text in (notice + refers, notice):
                end = _match_lines(lines[start:], text, wanted.direction)
                if end is None or (start + end < len(lines) and not may_go_on):
                    continue
                rest = lines[start + end] if start + end < len(lines) else []
                misled = text is notice and rest[:1] == refers[:1] and has_rtl_letters(wanted.reference)
                if not misled or _match_lines([rest], refers, wanted.direction) is not None:
                    return True
    return False


def _match_lines(lines: Sequence[Tokens], wanted: Tokens, direction: str) -> int | None:
    """Return how many of the lines, from the first, show all wanted tokens in order; None if they do not.

    In text whose `direction` is "rtl", the parts of a line of Latin letters may follow each other from right to left too.
    """
    remaining, way = list(wanted), "left" if direction == "rtl" else main_direction(wanted)
    for number, line in enumerate(lines):
        if not remaining:
            return number
        due, remaining = _split_tokens(remaining, sum(map(len, line)))
        if not line_matches(line, due, way):
            return None
    return len(lines) if not remaining else None


def _split_tokens(found: Tokens, length: int) -> tuple[Tokens, Tokens]:
    """Return the tokens before and after this many characters. A token is divided where a word goes on in the next line."""
    for place, token in enumerate(found):
        if length < len(token):
            return [*found[:place], *([token[:length]] if length else [])], [token[length:], *found[place + 1 :]]
        length -= len(token)
    return found, []


def _places(bodies: Sequence[str], wanted: ExpectedDisclaimer) -> Iterator[Proof]:
    """Yield each place at which the whole disclaimer stands, in order and alone on its pages."""
    pattern, max_length, opening = wanted.pattern(), wanted.max_length(), fold(wanted.blocks[0][0])
    for first, body in enumerate(bodies):
        if not body or not (opening.startswith(body) or body.startswith(opening)):
            continue
        text = ""
        for last in range(first, len(bodies)):
            text += bodies[last]
            if len(text) > max_length:
                break
            if bodies[last] and pattern.fullmatch(text):
                yield Proof(first + 1, last + 1, len(bodies))
                break


def _places_by_lines(pages: Sequence[Page], wanted: ExpectedDisclaimer) -> Iterator[Proof]:
    """Yield each place at which a disclaimer with right-to-left text stands, compared line by line; none for any other disclaimer."""
    text = wanted.tokens()
    if text is None:
        return
    lines = [[line for line in (tokens(line, fold) for line in page.body.splitlines()) if line] for page in pages]
    for first, page_lines in enumerate(lines):
        if not page_lines:
            continue
        read: list[Tokens] = []
        for last in range(first, len(pages)):
            read += lines[last]
            if sum(len(token) for line in read for token in line) > sum(map(len, text)):
                break
            if lines[last] and _match_lines(read, text, wanted.direction) == len(read):
                yield Proof(first + 1, last + 1, len(pages))
                break


def _faults(bodies: Sequence[str], wanted: ExpectedDisclaimer) -> list[Diagnostic]:
    """Return the errors that say why no place was found: the blocks that are missing, or that the text is not alone or in order."""
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
        return [
            _error("disclaimer-missing", f"the disclaimer cannot be read whole: “{short_excerpt(lacking[0])}” is not visible in it{more}")
        ]
    return [_error("disclaimer-not-alone", "the disclaimer's text is there, but not on pages of its own and in its order")]


def _error(code: str, message: str) -> Diagnostic:
    return diagnostic(code, message, hint=_HINT)
