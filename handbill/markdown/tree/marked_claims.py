"""Claims that an author marks: made uniform in the tree, and given the symbol that leads to the boxed notice (21 CFR 101.93(d))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from handbill.document import BOXED_NOTICE, CLAIM, CLAIM_SYMBOL, STATEMENT, STATEMENTS, claims_of, text_of
from handbill.language.characters import runs_to_left, shortened
from handbill.markdown.tree.elements import BLOCKS, HEADINGS, move
from handbill.markdown.tree.parts import Parts

__all__ = ["Misused", "add_notice", "misused", "settle"]

NOTICE_ID = "note-boxed"
"""No author's id begins like this."""

# An asterisk; a dagger where the text has asterisks of its own, and so on.
_SYMBOLS = ("*", "†", "‡", "§")
# A heading is repeated in contents and margins, a table's head on each page, a note in a window of its own, a summary in catalogues.
_WHERE_NONE = {
    **dict.fromkeys(HEADINGS, "a heading is repeated where no box stands: in the contents, in the margins"),
    "thead": "a table's head is repeated on every page",
    "tfoot": "a table's foot is repeated on every page",
    "pre": "code is shown as it is",
}
_HINT = "mark a passage of running text, an item of a list or a cell of a table"


@dataclass(frozen=True, slots=True)
class Misused:
    """A mark that cannot be kept: the words that it is on, what is wrong, and what to do."""

    words: str
    message: str
    hint: str = _HINT


def settle(part: etree._Element) -> list[Misused]:
    """Turn every mark, whatever element has the class, into a `span` around what is claimed; return the marks that cannot be kept.

    `part` is any tree of HTML. A mark inside another is of the same claim.
    """
    found = []
    for element in list(part.iter(etree.Element)):
        classes = (element.get("class") or "").split()
        if CLAIM not in classes:
            continue
        rest = " ".join(name for name in classes if name != CLAIM)
        element.attrib.pop("class")
        if rest:
            element.set("class", rest)
        if any(CLAIM in (outer.get("class") or "").split() for outer in element.iterancestors("span")):
            continue
        words = " ".join(text_of(element).split())
        if not words:
            found.append(Misused("", "a claim is marked that says nothing"))
        elif element.tag == "pre" or (element.tag in BLOCKS and any(inner.tag in BLOCKS for inner in element.iterdescendants())):
            found.append(Misused(words, f"a claim is marked on several blocks, or on code: “{shortened(words)}”"))
        elif element.tag in BLOCKS:
            claim = etree.Element("span", {"class": CLAIM})
            move(element, claim)
            element.append(claim)
        elif element.tag == "span" and not element.attrib:
            element.set("class", CLAIM)
        else:
            _put_inside(element, etree.Element("span", {"class": CLAIM}))
    return found


def _put_inside(element: etree._Element, claim: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.insert(parent.index(element), claim)
    claim.tail, element.tail = element.tail, None
    claim.append(element)


def misused(parts: Parts) -> Iterator[Misused]:
    """Yield the claims that stand where the boxed notice cannot stand with them, or that could not be proven."""
    for part in parts.trees():
        for claim in claims_of(part):
            words = " ".join(text_of(claim).split())
            above = list(claim.iterancestors())
            why = next((_WHERE_NONE[outer.tag] for outer in above if outer.tag in _WHERE_NONE), "")
            if part is parts.abstract:
                why = "an abstract is repeated in catalogues"
            elif any(outer.tag == "section" and outer.get("class") == "notes" for outer in above):
                why = "a note may be shown in a window of its own"
            elif not why and runs_to_left(words):
                why = "what runs from right to left cannot be proven to carry its symbol"
            if why:
                yield Misused(words, f"a claim is marked where it cannot be, since {why}: “{shortened(words)}”")


def add_notice(parts: Parts, notice: str, language: str) -> None:
    """Give each marked claim of the body its symbol, and the body the boxed notice, where there are any; before the notes.

    `notice` is the disclaimer's, which stands on every page, `language` the article's.
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
    if language.split("-")[0].lower() != "en":
        box.set("lang", "en")
    etree.SubElement(box, "p").text = f"{symbol} {STATEMENT if len(claims) == 1 else STATEMENTS}"
    notes = body.find("section[@class='notes']")
    body.insert(len(body) if notes is None else body.index(notes), box)
