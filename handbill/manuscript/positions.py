"""Where a finding stands in the source: images, links and headings found again by their words and addresses, code and comments aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from typing import Literal
from urllib.parse import unquote

from handbill.diagnostics.diagnostic import Place
from handbill.manuscript.masking import without_code, without_comments
from handbill.manuscript.source_file import Source

__all__ = ["Kind", "Places", "folded"]

_ADDRESS = r"(<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)"
_TITLE = r"(?:\s+(?:\"[^\"]*\"|'[^']*'))?"
_IMAGE = re.compile(
    rf"(?<!\\)!\[((?:[^\[\]\\]|\\.)*)\](?:\(\s*{_ADDRESS}{_TITLE}\s*\)|[ ]?\[([^\[\]]*)\]|(?!\())[ ]?(\{{[^{{}}\n]*\}})?", re.DOTALL
)
_HTML_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([A-Za-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_DECORATIVE = re.compile(r"\.decorative\b|\brole=[\"']?(?:presentation|none)\b|\baria-hidden=[\"']?true|\balt=")
_DEFINITION = re.compile(r"^[ >]{0,8}\[([^\[\]\n]+)\]:[ \t]*(<[^<>\n]*>|\S+)", re.MULTILINE)
_LINK_END = re.compile(rf"\]\(\s*{_ADDRESS}")
_REFERENCE = re.compile(r"(?<![!\]\\])\[([^\[\]]*)\](?:[ ]?\[([^\[\]]*)\])?(?![(:\[])")
_ANCHOR = re.compile(r"<a\b[^<>]*>", re.IGNORECASE)
_ATX = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*#{1,6}[ \t]+(\S[^\n]*)$", re.MULTILINE)
_SETEXT = re.compile(r"^([^\n]*\S[^\n]*)\n[ \t>]*(?:=+|-+)[ \t]*$", re.MULTILINE)
_HTML_HEADING = re.compile(r"<h[1-6]\b[^<>]*>", re.IGNORECASE)
_TABLE = re.compile(
    r"^(?=[^\n]*\|)[^\n]+(?=\n[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$)|<table\b", re.MULTILINE | re.IGNORECASE
)
_LANGUAGE = re.compile(r"\blang\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>}]+))")
_MARKUP = re.compile(
    r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\]\[[^\[\]\n]*\]|\[\^[^\[\]\n]*\]|</?[A-Za-z][^<>]*>|\{[:#.][^{}\n]*\}"
    r"|&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]*);"
)
"""What of a line is no word that is read: addresses, calls of notes, tags, lists of attributes; and references to characters."""
_BEGINNINGS = (120, 60, 30, 15)
_LONGEST_LINK = 2_000


Kind = Literal["image", "link", "heading", "table", "language", "character", "passage", "text", "article", "reported"]


@dataclass(frozen=True, slots=True)
class _Spot:
    """Something in the source: where it begins, its words as `folded` has them, and its address."""

    start: int
    words: str
    address: str = ""


def folded(words: str) -> str:
    """Return the letters and digits of a text that may hold markup, in lower case: what a tree and its source have in common."""
    words = re.sub(r"\{[^{}\n]*\}\s*$|!?\]\([^()]*\)|\]\[[^\[\]]*\]|\[\^[^\[\]]*\]|</?[A-Za-z][^<>]*>", "", unescape(words))
    return "".join(character for character in words.casefold() if character.isalnum())


def _plain(address: str) -> str:
    """Return an address as different spellings of it have it in common."""
    return unquote(unescape(address.strip().removeprefix("<").removesuffix(">"))).replace("\\", "")


def _places_in(text: str, words: str) -> Iterator[int]:
    """Yield where words stand in a text, also where they overlap."""
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)


@dataclass
class Places:
    """Finds again, in an article's source, what was found in its tree."""

    source: Source
    text: str = field(init=False)
    _found: dict[str, list[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.text = self.source.text()

    def find(self, kind: Kind, words: str, address: str, occurrence: int) -> Place:
        """Return the place of what has these words and this address: of such as are alike, of the n-th, from 0.

        Of headings, negative numbers count from the last one. Where it is not found, the place of the address or of the words, else
        that of the file.
        """
        if kind == "passage":
            return self._passage(folded(words), folded(address), max(occurrence, 0))
        wanted = folded(words), _plain(address)
        spots = [spot for spot in self._spots(kind) if (spot.words, spot.address) == wanted]
        if spots:
            return self.source.at(spots[max(min(occurrence, len(spots) - 1), -len(spots))].start)
        return self.source.locate(address or words, max(occurrence, 0))

    def _passage(self, wanted: str, following: str, occurrence: int) -> Place:
        """Return the place of running text, which may go on over lines and hold markup: of such as are alike, of the n-th, from 0.

        Where it is not found with what follows it, the place of the text alone; where it is not found whole, of what it begins with, of
        a shorter and a shorter beginning.
        """
        lengths = (len(wanted), *(part for part in _BEGINNINGS if part < len(wanted)))
        for beginning in (wanted + following, *(wanted[:length] for length in lengths)):
            if beginning not in self._found:
                self._found[beginning] = list(_places_in(self._letters[0], beginning)) if wanted else []
            if places := self._found[beginning]:
                return self.source.at(self._letters[1][places[min(occurrence, len(places) - 1)]])
        return self.source.path, None, None

    @cached_property
    def _letters(self) -> tuple[str, list[int]]:
        """The letters and digits of the prose as `folded` has them, markup left out, and the offset of each in the text."""
        letters: list[str] = []
        offsets: list[int] = []
        done = 0
        for found in (*_MARKUP.finditer(self._prose), None):
            for offset in range(done, len(self._prose) if found is None else found.start()):
                for letter in self._prose[offset].casefold():
                    if letter.isalnum():
                        letters.append(letter)
                        offsets.append(offset)
            if found is not None:
                done = found.end()
                character = unescape(found[0]) if found[0].startswith("&") else ""
                for letter in character.casefold():
                    if letter.isalnum():
                        letters.append(letter)
                        offsets.append(found.start())
        return "".join(letters), offsets

    def _spots(self, kind: Kind) -> list[_Spot]:
        match kind:
            case "image":
                return self._images
            case "link":
                return self._links
            case "heading":
                return self._headings
            case "language":
                return self._languages
            case _:
                return []

    def matches(self, pattern: re.Pattern[str]) -> list[Place]:
        """Return the places of whatever a pattern finds outside code and comments."""
        return [self.source.at(found.start()) for found in pattern.finditer(self._prose)]

    @cached_property
    def tables(self) -> list[Place]:
        """The places of all tables."""
        return [self.source.at(found.start()) for found in _TABLE.finditer(self._prose)]

    @cached_property
    def _prose(self) -> str:
        """The text with spaces in the place of code and comments, every other character where it stands."""
        return without_comments(without_code(self.text))

    @cached_property
    def _languages(self) -> list[_Spot]:
        return [_Spot(found.start(), "", found[1] or found[2] or found[3]) for found in _LANGUAGE.finditer(self._prose)]

    @cached_property
    def _definitions(self) -> dict[str, str]:
        return {_label(found[1]): found[2] for found in reversed(list(_DEFINITION.finditer(self._prose)))}

    @cached_property
    def _images(self) -> list[_Spot]:
        """Images that are not marked as decoration."""
        spots = []
        for found in _IMAGE.finditer(self._prose):
            address = found[2] if found[2] is not None else self._definitions.get(_label(found[3] or found[1]))
            if address is not None and not _DECORATIVE.search(found[4] or ""):
                spots.append(_Spot(found.start(), folded(found[1]), _plain(address)))
        for found in _HTML_IMAGE.finditer(self._prose):
            values = _attributes(found[0])
            decorative = not values.get("alt", "x").strip() or _DECORATIVE.search(re.sub(r"\balt=", "", found[0]))
            if not decorative and "src" in values:
                spots.append(_Spot(found.start(), folded(values.get("alt", "")), _plain(values["src"])))
        return sorted(spots, key=lambda spot: spot.start)

    @cached_property
    def _links(self) -> list[_Spot]:
        spots = []
        for found in _LINK_END.finditer(self._prose):
            start = self._opening(found.start())
            if start is not None and self._prose[start - 1 : start] != "!":
                spots.append(_Spot(start, _link_words(self.text[start + 1 : found.start()]), _plain(found[1])))
        for found in _REFERENCE.finditer(self._prose):
            address = self._definitions.get(_label(found[2] or found[1]))
            if address is not None:
                spots.append(_Spot(found.start(), _link_words(self.text[slice(*found.span(1))]), _plain(address)))
        for found in _ANCHOR.finditer(self._prose):
            end = self._prose.find("</", found.end(), found.end() + _LONGEST_LINK)
            words = self.text[found.end() : end] if end > 0 else ""
            spots.append(_Spot(found.start(), _link_words(words), _plain(_attributes(found[0]).get("href", ""))))
        return sorted(spots, key=lambda spot: spot.start)

    def _opening(self, closing: int) -> int | None:
        """Return where the bracket stands that a closing one closes."""
        depth = 0
        for offset in range(closing, max(closing - _LONGEST_LINK, -1), -1):
            depth += (self._prose[offset] == "]") - (self._prose[offset] == "[")
            if depth == 0:
                return offset
        return None

    @cached_property
    def _headings(self) -> list[_Spot]:
        spots = [_Spot(found.start(), folded(self.text[slice(*found.span(1))])) for found in _ATX.finditer(self._prose)]
        spots += [_Spot(found.start(), folded(self.text[slice(*found.span(1))])) for found in _SETEXT.finditer(self._prose)]
        for found in _HTML_HEADING.finditer(self._prose):
            end = self._prose.find("</h", found.end(), found.end() + _LONGEST_LINK)
            if end > 0:
                spots.append(_Spot(found.start(), folded(self.text[found.end() : end])))
        return sorted(spots, key=lambda spot: spot.start)


def _label(text: str) -> str:
    return " ".join(text.casefold().split())


def _link_words(text: str) -> str:
    """Return a link's own words, folded, those of images in it left out; where there are images alone, something that is no word."""
    own = folded(_HTML_IMAGE.sub("", _IMAGE.sub("", text)))
    shows = any(not _DECORATIVE.search(image[4] or "") for image in _IMAGE.finditer(text)) or _HTML_IMAGE.search(text)
    return own or ("!" if shows else "")


def _attributes(tag: str) -> dict[str, str]:
    found = (
        (one[1].lower(), one[2] if one[2] is not None else one[3] if one[3] is not None else one[4]) for one in _ATTRIBUTE.finditer(tag)
    )
    return {name: unescape(value) for name, value in found}
