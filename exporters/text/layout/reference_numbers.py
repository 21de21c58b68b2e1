"""Numbers the references of an article: notes, and the addresses of links that stand in a list below the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from handbill.document import is_note_call, text_of

__all__ = ["References", "is_address_shown", "number_references", "written_address"]

_SCHEME = re.compile(r"https?://")
_NOT_DIGIT = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class References:
    """The numbers of an article's references, in their order: of notes by the note's id, of links by the address."""

    notes: Mapping[str, str]
    links: Mapping[str, str]


def number_references(trees: Iterable[etree._Element], notes: etree._Element | None) -> References:
    """Return the numbers of the references in the trees: notes keep theirs, addresses get the numbers that follow, each address one.

    A link in a note gets none, since its address stands in the note. `notes` is the section that holds the notes.
    """
    calls: dict[str, str] = {}
    addresses: dict[str, None] = {}
    for link in (link for tree in trees for link in tree.iter("a") if not _is_within(link, notes)):
        href = (link.get("href") or "").strip()
        if is_note_call(link):
            calls.setdefault(href.removeprefix("#"), text_of(link).strip())
        elif href and not href.startswith("#") and _has_content(link) and not is_address_shown(link):
            addresses.setdefault(href)
    for link in notes.iter("a") if notes is not None else ():
        if is_note_call(link):
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


def written_address(href: str) -> str:
    """Return a link's target as it is written: e-mail addresses and telephone numbers without their scheme."""
    return href.strip().removeprefix("mailto:").removeprefix("tel:")


def is_address_shown(link: etree._Element) -> bool:
    """Return whether the link's text is its own address, so that it need not be written again.

    The text may lack the scheme and a last slash (www.example.org), or group the digits of a telephone number in another way.
    """
    href = (link.get("href") or "").strip()
    text = " ".join(text_of(link).split())
    if text in (href, written_address(href)) or text.removesuffix("/") == _SCHEME.sub("", href).removesuffix("/"):
        return True
    digits = _NOT_DIGIT.sub("", text)
    return href.startswith("tel:") and len(digits) > 2 and _NOT_DIGIT.sub("", href).endswith(digits)
