"""Chooses the characters of a handout: cleans the text's, replaces them for ASCII, and gives the marks of the layout."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handbill.contract import ASCII_PUNCTUATION

from .wrap import BREAK

__all__ = ["ASCII", "UNICODE", "Characters", "concealing_characters"]

# Invisible characters that can conceal or reorder visible ones: controls, bidi overrides, deprecated format characters, annotations,
# tags. A flag of a region is a black flag with tags (Unicode Technical Standard 51, ED-14a), and stays.
_CONCEALING = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f)"
    "|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\u206a-\u206f\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
# Soft hyphens, without use in lines that are not hyphenated, and byte order marks.
_UNUSED = re.compile("[\u00ad\ufeff]")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_BLANKS = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]+")
_DASH = re.compile(r"(?<=\w)—(?=\w)")
_NO_BREAK = "\u00a0\u2007\u202f"
_ASCII_TEXT = str.maketrans({mark: text for mark, text in ASCII_PUNCTUATION.items() if mark not in _NO_BREAK})
_ASCII_LINE = str.maketrans(dict.fromkeys(_NO_BREAK, " "))


def concealing_characters(text: str) -> list[str]:
    """Return the characters that a handout leaves out since they are invisible and can conceal others, each once."""
    return list(dict.fromkeys(match.group() for match in _CONCEALING.finditer(text) if match.group(1) is None))


@dataclass(frozen=True, slots=True)
class Characters:
    """The repertoire of a handout. `bullets` are those of lists of the first, the second and deeper levels."""

    ascii: bool
    bullets: tuple[str, ...]
    rule: str
    double_rule: str
    separator: str

    def verbatim(self, text: str) -> str:
        """Return the text as it is written where blanks and line ends count, as in code."""
        text = _UNUSED.sub("", _CONCEALING.sub(lambda match: match.group(1) or "", _LINE_ENDS.sub("\n", text)))
        return text.translate(_ASCII_TEXT) if self.ascii else text

    def prose(self, text: str) -> str:
        """Return the text as it is written in a paragraph: white space is one blank, and a line may end after a dash between words."""
        return self.verbatim(_DASH.sub(f"—{BREAK}", _BLANKS.sub(" ", text)))

    def line(self, text: str) -> str:
        """Return a line as it is written: no-break spaces are blanks in ASCII, and no blanks end the line."""
        return (text.translate(_ASCII_LINE) if self.ascii else text).rstrip()


UNICODE = Characters(False, ("•", "◦", "▪"), "─", "═", " · ")
ASCII = Characters(True, ("*", "-", "+"), "-", "=", " | ")
