"""Finds the place in the source of what was found in the tree: images, links, headings, passages, by their words and addresses."""

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

__all__ = ["Kind", "PlaceFinder", "letters_and_digits"]

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
"""Markup in a line, which is not read as words: addresses, calls of notes, tags, lists of attributes; and references to characters."""
_BEGINNINGS = (120, 60, 30, 15)
"""How many letters and digits of a passage are looked for, where it is not found whole."""
_LONGEST_LINK = 2_000
"""In characters; what is longer is not looked through for the end of a link or a heading."""


Kind = Literal["image", "link", "heading", "table", "language", "character", "passage", "text", "article", "reported"]


@dataclass(frozen=True, slots=True)
class _Spot:
    """Something in the source: the offset at which it begins, the letters and digits of its words, and its address in comparable form."""

    start: int
    words: str
    address: str = ""


def letters_and_digits(words: str) -> str:
    """Return the letters and digits of a text, case folded and without markup: the form in which words of tree and source compare."""
    words = re.sub(r"\{[^{}\n]*\}\s*$|!?\]\([^()]*\)|\]\[[^\[\]]*\]|\[\^[^\[\]]*\]|</?[A-Za-z][^<>]*>", "", unescape(words))
    return "".join(character for character in words.casefold() if character.isalnum())


def _comparable_address(address: str) -> str:
    """Return an address in the form in which its spellings in Markdown and HTML compare: unescaped, without angle brackets."""
    return unquote(unescape(address.strip().removeprefix("<").removesuffix(">"))).replace("\\", "")


def _offsets_of(words: str, text: str) -> Iterator[int]:
    """Yield the offsets at which words stand in a text; occurrences may overlap."""
    offset = text.find(words)
    while offset >= 0:
        yield offset
        offset = text.find(words, offset + 1)


@dataclass
class PlaceFinder:
    """Finds in an article's source what was found in its tree. `text` is the source's Markdown text."""

    source: Source
    text: str = field(init=False)
    _passage_offsets: dict[str, list[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.text = self.source.text()

    def find(self, kind: Kind, words: str, address: str, occurrence: int) -> Place:
        """Return the place of something of a kind with these words and this address.

        Of several that are alike, `occurrence` is the index; a negative one counts from the last. Where nothing of the kind is found, the
        place is that of the address or of the words in the text, else the file.
        """
        if kind == "passage":
            return self._place_of_passage(letters_and_digits(words), letters_and_digits(address), max(occurrence, 0))
        wanted = letters_and_digits(words), _comparable_address(address)
        spots = [spot for spot in self._candidates(kind) if (spot.words, spot.address) == wanted]
        if spots:
            return self.source.place_at(spots[max(min(occurrence, len(spots) - 1), -len(spots))].start)
        return self.source.locate(address or words, max(occurrence, 0))

    def _place_of_passage(self, wanted: str, following: str, occurrence: int) -> Place:
        """Return the place of running text, given as letters and digits; it may go on over lines and hold markup.

        It is looked for with what follows it, then alone, then by shorter and shorter beginnings. Of several that are alike,
        `occurrence` is the index.
        """
        lengths = (len(wanted), *(part for part in _BEGINNINGS if part < len(wanted)))
        for beginning in (wanted + following, *(wanted[:length] for length in lengths)):
            if beginning not in self._passage_offsets:
                self._passage_offsets[beginning] = list(_offsets_of(beginning, self._letters[0])) if wanted else []
            if places := self._passage_offsets[beginning]:
                return self.source.place_at(self._letters[1][places[min(occurrence, len(places) - 1)]])
        return self.source.path, None, None

    @cached_property
    def _letters(self) -> tuple[str, list[int]]:
        """The letters and digits of the prose without markup, case folded, and the offset of each in the text."""
        letters: list[str] = []
        offsets: list[int] = []
        for start, text, step in self._pieces():
            for number, character in enumerate(text):
                for letter in character.casefold():
                    if letter.isalnum():
                        letters.append(letter)
                        offsets.append(start + number * step)
        return "".join(letters), offsets

    def _pieces(self) -> Iterator[tuple[int, str, int]]:
        """Yield the prose without markup in pieces, each with its offset and by how much that grows with each of its characters.

        The characters that a reference stands for are a piece; all of them have the reference's offset.
        """
        done = 0
        for found in _MARKUP.finditer(self._prose):
            yield done, self._prose[done : found.start()], 1
            if found[0].startswith("&"):
                yield found.start(), unescape(found[0]), 0
            done = found.end()
        yield done, self._prose[done:], 1

    def _candidates(self, kind: Kind) -> list[_Spot]:
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
        """Return the places of all matches of a pattern outside code and comments."""
        return [self.source.place_at(found.start()) for found in pattern.finditer(self._prose)]

    @cached_property
    def tables(self) -> list[Place]:
        """The places of all tables."""
        return [self.source.place_at(found.start()) for found in _TABLE.finditer(self._prose)]

    @cached_property
    def _prose(self) -> str:
        """The text with code and comments replaced by spaces, so that offsets stay."""
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
                spots.append(_Spot(found.start(), letters_and_digits(found[1]), _comparable_address(address)))
        for found in _HTML_IMAGE.finditer(self._prose):
            values = _attributes(found[0])
            decorative = not values.get("alt", "x").strip() or _DECORATIVE.search(re.sub(r"\balt=", "", found[0]))
            if not decorative and "src" in values:
                spots.append(_Spot(found.start(), letters_and_digits(values.get("alt", "")), _comparable_address(values["src"])))
        return sorted(spots, key=lambda spot: spot.start)

    @cached_property
    def _links(self) -> list[_Spot]:
        """Return the links of the text in their order: inline, by reference, and HTML."""
        spots = []
        for found in _LINK_END.finditer(self._prose):
            start = self._opening(found.start())
            if start is not None and self._prose[start - 1 : start] != "!":
                spots.append(_Spot(start, _link_words(self.text[start + 1 : found.start()]), _comparable_address(found[1])))
        for found in _REFERENCE.finditer(self._prose):
            address = self._definitions.get(_label(found[2] or found[1]))
            if address is not None:
                spots.append(_Spot(found.start(), _link_words(self.text[slice(*found.span(1))]), _comparable_address(address)))
        for found in _ANCHOR.finditer(self._prose):
            end = self._prose.find("</", found.end(), found.end() + _LONGEST_LINK)
            words = self.text[found.end() : end] if end > 0 else ""
            spots.append(_Spot(found.start(), _link_words(words), _comparable_address(_attributes(found[0]).get("href", ""))))
        return sorted(spots, key=lambda spot: spot.start)

    def _opening(self, closing: int) -> int | None:
        """Return the offset of the bracket that the one at `closing` closes; None where it closes none, or one too far away."""
        depth = 0
        for offset in range(closing, max(closing - _LONGEST_LINK, -1), -1):
            depth += (self._prose[offset] == "]") - (self._prose[offset] == "[")
            if depth == 0:
                return offset
        return None

    @cached_property
    def _headings(self) -> list[_Spot]:
        spots = [_Spot(found.start(), letters_and_digits(self.text[slice(*found.span(1))])) for found in _ATX.finditer(self._prose)]
        spots += [_Spot(found.start(), letters_and_digits(self.text[slice(*found.span(1))])) for found in _SETEXT.finditer(self._prose)]
        for found in _HTML_HEADING.finditer(self._prose):
            end = self._prose.find("</h", found.end(), found.end() + _LONGEST_LINK)
            if end > 0:
                spots.append(_Spot(found.start(), letters_and_digits(self.text[found.end() : end])))
        return sorted(spots, key=lambda spot: spot.start)


def _label(text: str) -> str:
    """Return the label of a link reference in the form in which labels match (CommonMark, 4.7)."""
    return " ".join(text.casefold().split())


def _link_words(text: str) -> str:
    """Return the letters and digits of a link's words without those of images in it; "!" for a link that has images alone."""
    own = letters_and_digits(_HTML_IMAGE.sub("", _IMAGE.sub("", text)))
    shows = any(not _DECORATIVE.search(image[4] or "") for image in _IMAGE.finditer(text)) or _HTML_IMAGE.search(text)
    return own or ("!" if shows else "")


def _attributes(tag: str) -> dict[str, str]:
    found = (
        (one[1].lower(), one[2] if one[2] is not None else one[3] if one[3] is not None else one[4]) for one in _ATTRIBUTE.finditer(tag)
    )
    return {name: unescape(value) for name, value in found}
