"""Which number stands in the text for a note or for the address of a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from handbill.document import text_of

__all__ = ["References", "address_of", "is_address_shown", "number_references"]

_SCHEME = re.compile(r"https?://")
_NOT_DIGIT = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class References:
    """The numbers of an article's references: `notes` by the note's id, `links` by the address, both in the order of the list."""

    notes: Mapping[str, str]
    links: Mapping[str, str]


def number_references(trees: Iterable[etree._Element], notes: etree._Element | None) -> References:
    """Return the numbers: notes keep theirs, links in the text get those that follow, an address that occurs again its first.

    A link in a note has none: its address stands in the note.
    """
    calls: dict[str, str] = {}
    addresses: dict[str, None] = {}
    for link in (link for tree in trees for link in tree.iter("a") if not _is_within(link, notes)):
        href = (link.get("href") or "").strip()
        if "noteref" in (link.get("class") or "").split():
            calls.setdefault(href.removeprefix("#"), text_of(link).strip())
        elif href and not href.startswith("#") and _has_content(link) and not is_address_shown(link):
            addresses.setdefault(href)
    for link in notes.iter("a") if notes is not None else ():
        if "noteref" in (link.get("class") or "").split():
            calls.setdefault((link.get("href") or "").removeprefix("#"), text_of(link).strip())
    numbers: dict[str, str] = {}
    for place, note in enumerate(notes if notes is not None else (), start=1):
        number = calls.get(str(note.get("id")), "")
        numbers[str(note.get("id"))] = number or str(place)
    last = max((int(number) for number in numbers.values() if number.isdecimal()), default=0)
    return References(numbers, {address: str(number) for number, address in enumerate(addresses, start=last + 1)})


def _is_within(link: etree._Element, notes: etree._Element | None) -> bool:
    return notes is not None and any(parent is notes for parent in link.iterancestors("section"))


def _has_content(link: etree._Element) -> bool:
    return bool(text_of(link).strip()) or link.find(".//img") is not None


def address_of(href: str) -> str:
    """Return the address as it is written: e-mail addresses and telephone numbers without their scheme."""
    return href.strip().removeprefix("mailto:").removeprefix("tel:")


def is_address_shown(link: etree._Element) -> bool:
    """Say whether the link's text is its own address, so that it need not be written again.

    It may lack the scheme and a last slash (www.example.org), or write the digits of a telephone number in another way.
    """
    href = (link.get("href") or "").strip()
    text = " ".join(text_of(link).split())
    if text in (href, address_of(href)) or text.removesuffix("/") == _SCHEME.sub("", href).removesuffix("/"):
        return True
    digits = _NOT_DIGIT.sub("", text)
    return href.startswith("tel:") and len(digits) > 2 and _NOT_DIGIT.sub("", href).endswith(digits)
