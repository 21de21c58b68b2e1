"""The proof of boxed notices: each marked claim ends with its symbol, and the statement that belongs to it is in a box on the same page.

It takes the pages that were read back from a handout, and raises an error if one of them breaks the rule. The rule is 21 CFR 101.93(d)
and (e) for claims about dietary supplements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from handbill.contract import Boxed, Page
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ProofError
from handbill.diagnostics.rules import diagnostic
from handbill.document import CLAIM_SYMBOL, Document, claims_of, take_boxed_notice, text_of
from handbill.language.characters import short_excerpt
from handbill.proof.disclaimer import fold

__all__ = ["MIN_O_HEIGHT", "MarkedClaims", "marked_claims", "prove_boxed_notice"]

MIN_O_HEIGHT = 4.5
"""The minimum height of a lower-case o of the notice, in points: a sixteenth of an inch (21 CFR 101.93(e))."""

# Heights of glyphs are given in whole thousandths of an em: this much a height in points may be too small.
_ROUNDING = 0.01
# What a format may write between the texts of a claim: numbers of notes, addresses of links, marks of deletion or quotation.
_GAP = r"(?:\[?\d{1,4}\]?|<[^<>]{1,2000}>|[^\w\s]{1,3}){0,3}"


@dataclass(frozen=True, slots=True)
class MarkedClaims:
    """The claims that an author marked, and the notice that a handout must show with them.

    A claim is a sequence of texts, between which a format may write numbers of notes and addresses of links. `symbol` follows the last
    of them. The box holds the symbol and then `sentence`.
    """

    claims: tuple[tuple[str, ...], ...]
    symbol: str
    sentence: str

    def __post_init__(self) -> None:
        """Raise ValueError if a claim, the symbol or the sentence is empty: any page would show it."""
        if not self.claims or not all(fold("".join(claim)) for claim in self.claims) or not fold(self.symbol) or not fold(self.sentence):
            raise ValueError("a claim, its symbol and the boxed sentence say something")


def marked_claims(document: Document) -> MarkedClaims | None:
    """Return the marked claims of a document and their notice; None if no claim is marked."""
    if CLAIM_SYMBOL.encode() not in document.body:
        return None
    body = document.tree()
    box = take_boxed_notice(body)
    if box is None:
        return None
    symbol = next(text_of(link) for link in body.iter("a") if link.get("class") == CLAIM_SYMBOL)
    return MarkedClaims(tuple(map(_claim_texts, claims_of(body))), symbol, text_of(box).strip().removeprefix(symbol).strip())


def _claim_texts(claim: etree._Element) -> tuple[str, ...]:
    """Return the texts of a claim between its elements, without its symbol and the numbers of notes."""
    texts = [""]

    def read(element: etree._Element) -> None:
        texts[-1] += element.text or ""
        for child in element:
            texts.append("")
            if child.get("class") not in (CLAIM_SYMBOL, "noteref"):
                read(child)
            texts.append(child.tail or "")

    read(claim)
    return tuple(text for text in texts if fold(text))


def prove_boxed_notice(pages: Sequence[Page], marked: MarkedClaims) -> None:
    """Raise ProofError, whose diagnostic has no path, if a claim lacks its symbol or a page with a claim lacks its box.

    Each claim must stand whole, with its symbol, on one page; or on two, the second of which begins with the rest of it. On each of these
    pages a box must hold the symbol and the exact sentence, in bold type of the minimum height.
    """
    bearing: set[int] = set()
    split = [_split_boxes(page) for page in pages]
    left = [body for body, _ in split]
    # Longer claims first: a short one may be the end of another.
    for claim in sorted(marked.claims, key=lambda claim: -len("".join(claim))):
        folded = [*map(fold, claim), fold(marked.symbol)]
        on = _remove_claim(folded, left) or _remove_divided_claim(folded, left)
        if not on:
            message = f"the marked claim “{short_excerpt(''.join(claim))}” cannot be read whole with the symbol {marked.symbol} at its end"
            raise ProofError(_error("claim-without-symbol", message))
        bearing |= on
    for number in sorted(bearing):
        _prove_box(number + 1, split[number][1], marked)


def _split_boxes(page: Page) -> tuple[str, list[Boxed]]:
    """Return a page's folded text without the texts of its boxes, whose symbol belongs to no claim; and the boxes that it had."""
    body, found = fold(page.body), []
    for box in page.boxed:
        text = fold(box.text)
        if text and text in body:
            before, _, after = body.rpartition(text)
            body = f"{before}\n{after}"
            found.append(box)
    return body, found


def _pattern(texts: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of folded texts that follow each other, with what a format may write between them."""
    return re.compile(_GAP.join(map(re.escape, texts)))


def _remove_claim(claim: Sequence[str], left: list[str]) -> set[int]:
    """Remove a claim from the texts of the pages, `left`, and return the index of its page; an empty set if no page has it."""
    pattern = _pattern(claim)
    for number, body in enumerate(left):
        if found := pattern.search(body):
            left[number] = f"{body[: found.start()]}\n{body[found.end() :]}"
            return {number}
    return set()


def _remove_divided_claim(claim: Sequence[str], left: list[str]) -> set[int]:
    """Remove a claim that begins on one page and whose rest is the first text of the next; return both indexes, or an empty set."""
    for place, text in enumerate(claim):
        for cut in range(0 if place else 1, len(text)):
            head, rest = _pattern([*claim[:place], text[:cut]]), _pattern([text[cut:], *claim[place + 1 :]])
            for number, (body, following) in enumerate(pairwise(left)):
                if (found := rest.match(following)) and (begun := head.search(body)):
                    left[number] = f"{body[: begun.start()]}\n{body[begun.end() :]}"
                    left[number + 1] = following[found.end() :]
                    return {number, number + 1}
    return set()


def _prove_box(number: int, boxes: Sequence[Boxed], marked: MarkedClaims) -> None:
    """Raise ProofError if no box of a page holds the notice in bold type of the minimum height. `number` counts from 1."""
    same = [box for box in boxes if _holds_notice(box.text, marked)]
    if not same:
        message = f"page {number} bears a marked claim, and not in a box what belongs to it: “{marked.symbol} {marked.sentence}”"
        if boxes:
            message += f"; in a box there is “{' '.join(boxes[-1].text.split())}”"
        raise ProofError(_error("no-boxed-notice", message))
    bold = [box for box in same if box.bold is not False]
    if not bold:
        raise ProofError(_error("boxed-notice-not-bold", f"the boxed notice on page {number} is not in bold type"))
    if all(box.o_height is not None and box.o_height < MIN_O_HEIGHT - _ROUNDING for box in bold):
        height = max(box.o_height or 0 for box in bold)
        message = f"the boxed notice on page {number} is too small: its lower-case o is {height:.2f} points high, not {MIN_O_HEIGHT}"
        raise ProofError(_error("boxed-notice-too-small", message))


def _holds_notice(text: str, marked: MarkedClaims) -> bool:
    """Return whether a text is the symbol and then the sentence. The sentence must be the same to the letter, white space aside."""
    plain, sentence = "".join(text.split()), "".join(marked.sentence.split())
    return plain.endswith(sentence) and fold(plain.removesuffix(sentence)) == fold(marked.symbol)


def _error(code: str, message: str) -> Diagnostic:
    hint = "a marked claim stands on no page without what 21 CFR 101.93 asks for"
    return diagnostic(code, message, hint=hint)
