"""The proof of boxed notices: each marked claim carries its symbol, and what belongs to it stands in a box on the same page."""

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
from handbill.language.characters import shortened
from handbill.proof.disclaimer import fold

__all__ = ["LEAST_HEIGHT", "Marked", "marked_claims", "prove_boxed"]

LEAST_HEIGHT = 4.5
"""Points: a sixteenth of an inch, which a lower-case o of the notice is high at least (21 CFR 101.93(e))."""

# What glyphs come out at is told in whole thousandths of an em.
_ROUNDING = 0.01
# Between the parts of a claim a format may write the number of a note, that or the address of a link, marks of deletion or quotation.
_BETWEEN = r"(?:\[?\d{1,4}\]?|<[^<>]{1,2000}>|[^\w\s]{1,3}){0,3}"


@dataclass(frozen=True, slots=True)
class Marked:
    """What a handout with marked claims must show.

    A claim is its texts, between which a format may write numbers of notes and addresses of links. After the last comes the `symbol`,
    and `sentence` stands in the box, after the symbol.
    """

    claims: tuple[tuple[str, ...], ...]
    symbol: str
    sentence: str

    def __post_init__(self) -> None:
        """Refuse what any page would show."""
        if not self.claims or not all(fold("".join(claim)) for claim in self.claims) or not fold(self.symbol) or not fold(self.sentence):
            raise ValueError("a claim, its symbol and the boxed sentence say something")


def marked_claims(document: Document) -> Marked | None:
    """Return what a document's handouts must show; None where no claim is marked."""
    if CLAIM_SYMBOL.encode() not in document.body:
        return None
    body = document.tree()
    box = take_boxed_notice(body)
    if box is None:
        return None
    symbol = next(text_of(link) for link in body.iter("a") if link.get("class") == CLAIM_SYMBOL)
    return Marked(tuple(map(_texts, claims_of(body))), symbol, text_of(box).strip().removeprefix(symbol).strip())


def _texts(claim: etree._Element) -> tuple[str, ...]:
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


def prove_boxed(pages: Sequence[Page], marked: Marked) -> None:
    """Raise ProofError, its diagnostics without a path, that says which claim lacks its symbol, or which page its box.

    A claim must be read whole, with its symbol, on one page, or on two, of which the second begins with its rest; the exact sentence
    after the symbol must be in a box on each of them.
    """
    bearing: set[int] = set()
    parted = [_without_boxes(page) for page in pages]
    left = [body for body, _ in parted]
    # Longer ones first: a short one may be the end of another.
    for claim in sorted(marked.claims, key=lambda claim: -len("".join(claim))):
        folded = [*map(fold, claim), fold(marked.symbol)]
        on = _take(folded, left) or _take_divided(folded, left)
        if not on:
            message = f"the marked claim “{shortened(''.join(claim))}” cannot be read whole with the symbol {marked.symbol} at its end"
            raise ProofError(_error("claim-without-symbol", message))
        bearing |= on
    for number in sorted(bearing):
        _prove_box(number + 1, parted[number][1], marked)


def _without_boxes(page: Page) -> tuple[str, list[Boxed]]:
    """Return a page's folded text without what stands in boxes, whose symbol is no claim's; and the boxes that are in that text."""
    body, found = fold(page.body), []
    for box in page.boxed:
        text = fold(box.text)
        if text and text in body:
            before, _, after = body.rpartition(text)
            body = f"{before}\n{after}"
            found.append(box)
    return body, found


def _pattern(texts: Sequence[str]) -> re.Pattern[str]:
    return re.compile(_BETWEEN.join(map(re.escape, texts)))


def _take(claim: Sequence[str], left: list[str]) -> set[int]:
    """Return the number of the page on which a claim is read, and take it from what is left of the pages; none where it is not."""
    pattern = _pattern(claim)
    for number, body in enumerate(left):
        if found := pattern.search(body):
            left[number] = f"{body[: found.start()]}\n{body[found.end() :]}"
            return {number}
    return set()


def _take_divided(claim: Sequence[str], left: list[str]) -> set[int]:
    """Return the same of a claim that begins on one page, and whose rest is the first text of the next."""
    for place, text in enumerate(claim):
        for cut in range(0 if place else 1, len(text)):
            head, rest = _pattern([*claim[:place], text[:cut]]), _pattern([text[cut:], *claim[place + 1 :]])
            for number, (body, following) in enumerate(pairwise(left)):
                if (found := rest.match(following)) and (begun := head.search(body)):
                    left[number] = f"{body[: begun.start()]}\n{body[begun.end() :]}"
                    left[number + 1] = following[found.end() :]
                    return {number, number + 1}
    return set()


def _prove_box(number: int, boxes: Sequence[Boxed], marked: Marked) -> None:
    """Raise ProofError where the notice does not stand on a page as it must: the page's number is from 1."""
    same = [box for box in boxes if _says(box.text, marked)]
    if not same:
        message = f"page {number} bears a marked claim, and not in a box what belongs to it: “{marked.symbol} {marked.sentence}”"
        if boxes:
            message += f"; in a box there is “{' '.join(boxes[-1].text.split())}”"
        raise ProofError(_error("no-boxed-notice", message))
    bold = [box for box in same if box.bold is not False]
    if not bold:
        raise ProofError(_error("boxed-notice-not-bold", f"the boxed notice on page {number} is not in bold type"))
    if all(box.o_height is not None and box.o_height < LEAST_HEIGHT - _ROUNDING for box in bold):
        height = max(box.o_height or 0 for box in bold)
        message = f"the boxed notice on page {number} is too small: its lower-case o is {height:.2f} points high, not {LEAST_HEIGHT}"
        raise ProofError(_error("boxed-notice-too-small", message))


def _says(text: str, marked: Marked) -> bool:
    """Tell whether a box says the symbol and then the sentence, which stands exactly as it is, white space aside."""
    plain, sentence = "".join(text.split()), "".join(marked.sentence.split())
    return plain.endswith(sentence) and fold(plain.removesuffix(sentence)) == fold(marked.symbol)


def _error(code: str, message: str) -> Diagnostic:
    hint = "a marked claim stands on no page without what 21 CFR 101.93 asks for"
    return diagnostic(code, message, hint=hint)
