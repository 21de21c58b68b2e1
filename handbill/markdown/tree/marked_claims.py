"""Marked claims: makes an author's marks uniform, finds those in forbidden places, and adds the symbols and the boxed notice.

The rule is 21 CFR 101.93(d): each claim has a symbol that leads to the boxed notice. The functions change trees in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from handbill.document import BOXED_NOTICE, CLAIM, CLAIM_SYMBOL, STATEMENT, STATEMENTS, claims_of, text_of
from handbill.language.characters import has_rtl_letters, short_excerpt
from handbill.language.folding import collapse_whitespace
from handbill.language.tags import primary_subtag
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import BLOCKS, HEADINGS, class_names, is_in_notes, move_content

__all__ = ["MisplacedClaim", "add_notice", "claims_out_of_place", "unify_claim_marks"]

NOTICE_ID = "note-boxed"
"""The id of the boxed notice. No author's id begins with `note-`."""

# The symbol is the first of these that the text does not contain.
_SYMBOLS = ("*", "†", "‡", "§")
# Elements whose text appears again where no boxed notice stands.
_FORBIDDEN_ANCESTORS = {
    **dict.fromkeys(HEADINGS, "a heading is repeated where no box stands: in the contents, in the margins"),
    "thead": "a table's head is repeated on every page",
    "tfoot": "a table's foot is repeated on every page",
    "pre": "code is shown as it is",
}
_HINT = "mark a passage of running text, an item of a list or a cell of a table"


@dataclass(frozen=True, slots=True)
class MisplacedClaim:
    """A mark that cannot be kept: the marked words, what is wrong, and what to do."""

    words: str
    message: str
    hint: str = _HINT


def unify_claim_marks(part: etree._Element) -> list[MisplacedClaim]:
    """Turn every mark, whatever element has the class, into a `span` around the claim; return the marks that cannot be kept.

    `part` is any tree of HTML. A mark inside another one belongs to the same claim and is removed.
    """
    found = []
    for element in list(part.iter(etree.Element)):
        classes = class_names(element)
        if CLAIM not in classes:
            continue
        rest = " ".join(name for name in classes if name != CLAIM)
        element.attrib.pop("class")
        if rest:
            element.set("class", rest)
        if any(CLAIM in class_names(outer) for outer in element.iterancestors("span")):
            continue
        words = collapse_whitespace(text_of(element))
        if not words:
            found.append(MisplacedClaim("", "a claim is marked that says nothing"))
        elif element.tag == "pre" or (element.tag in BLOCKS and any(inner.tag in BLOCKS for inner in element.iterdescendants())):
            found.append(MisplacedClaim(words, f"a claim is marked on several blocks, or on code: “{short_excerpt(words)}”"))
        elif element.tag in BLOCKS:
            claim = etree.Element("span", {"class": CLAIM})
            move_content(element, claim)
            element.append(claim)
        elif element.tag == "span" and not element.attrib:
            element.set("class", CLAIM)
        else:
            _wrap(element, etree.Element("span", {"class": CLAIM}))
    return found


def _wrap(element: etree._Element, claim: etree._Element) -> None:
    """Put a new element around an element."""
    parent = element.getparent()
    assert parent is not None
    parent.insert(parent.index(element), claim)
    claim.tail, element.tail = element.tail, None
    claim.append(element)


def claims_out_of_place(parts: Parts) -> Iterator[MisplacedClaim]:
    """Yield the claims that stand where no boxed notice can accompany them, or where the proof cannot read their symbol."""
    for part in parts.trees():
        for claim in claims_of(part):
            words = collapse_whitespace(text_of(claim))
            above = list(claim.iterancestors())
            why = next((_FORBIDDEN_ANCESTORS[outer.tag] for outer in above if outer.tag in _FORBIDDEN_ANCESTORS), "")
            if part is parts.abstract:
                why = "an abstract is repeated in catalogues"
            elif is_in_notes(claim):
                why = "a note may be shown in a window of its own"
            elif not why and has_rtl_letters(words):
                why = "what runs from right to left cannot be proven to carry its symbol"
            if why:
                yield MisplacedClaim(words, f"a claim is marked where it cannot be, since {why}: “{short_excerpt(words)}”")


def add_notice(parts: Parts, notice: str, language: str) -> None:
    """Add a symbol to each marked claim of the body, and the boxed notice before the notes; nothing where no claim is marked.

    `parts` are all trees of the document, `notice` is the disclaimer's text for every page, `language` the article's. The symbol is one
    that none of these texts contains.
    """
    body = parts.body
    claims = claims_of(body)
    if not claims:
        return
    text = "".join(map(text_of, parts.in_reading_order())) + notice
    symbol = next((symbol for symbol in _SYMBOLS if symbol not in text), _SYMBOLS[0])
    for claim in claims:
        etree.SubElement(claim, "a", {"class": CLAIM_SYMBOL, "role": "doc-noteref", "href": f"#{NOTICE_ID}"}).text = symbol
    box = etree.Element("aside", {"class": BOXED_NOTICE, "id": NOTICE_ID})
    if primary_subtag(language) != "en":
        box.set("lang", "en")
    etree.SubElement(box, "p").text = f"{symbol} {STATEMENT if len(claims) == 1 else STATEMENTS}"
    notes = body.find("section[@class='notes']")
    body.insert(len(body) if notes is None else body.index(notes), box)
