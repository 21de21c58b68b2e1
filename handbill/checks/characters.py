"""Check of characters that a reader may not see or hear: private use, control characters, unclosed direction controls.

Private-use characters are looked for in trees, the others in the Markdown source. The rules are those of the Unicode Standard and of
XML 1.0 that each function names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from handbill.checks.finding import Finding
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.rules import diagnostic, location
from handbill.document import text_of
from handbill.language.characters import UNPRINTABLE_RUN, code_point
from handbill.manuscript.source_file import Source
from handbill.markdown.tree.document_parts import Parts

__all__ = ["private_use_characters", "source_lines", "unclosed_direction_controls", "unprintable_characters"]

_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_CONTROL_NAMES = {
    "\x00": "the null character",
    "\x08": "a backspace",
    "\x0c": "a form feed",
    "\x1b": "an escape",
    "\x7f": "a delete character",
    "\ufeff": "a byte order mark inside the text",
}
_CLOSED_BY = {**dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"), **dict.fromkeys("\u2066\u2067\u2068", "\u2069")}
_DIRECTION_CONTROL_OR_BLANK_LINE = re.compile("[\u202a-\u202e\u2066-\u2069]|\n[ \t>]*(?=\n)")


def private_use_characters(parts: Parts, texts: Sequence[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each private-use character in the text and the alternative texts of the parts, and in `texts`.

    `texts` are other texts of the document, such as its subtitle. Only one font defines what a private-use character shows: it cannot
    be read aloud, searched or copied (Unicode 16.0, 23.5; WCAG 2.1, 1.1.1).
    """
    for part in parts.trees():
        shown = [text_of(part), *(image.get("alt") or "" for image in part.iter("img")), *(texts if part is parts.heading else ())]
        for character in (found for text in shown for found in _PRIVATE_USE.findall(text)):
            message = f"the character {code_point(character)} is of private use: only the font that it was made for shows it"
            hint = "write what it stands for in words, or show it as an image with its alternative text"
            yield Finding("private-use", message, hint, barrier=True, element=part, kind="character", words=character)


def source_lines(source: Source) -> Iterator[tuple[str, int, str]]:
    """Yield the path, the number (from 1) and the text of each line that was read for an article.

    The article's front matter is among them; the front matter of the files that it includes is not.
    """
    included = {(line.path, line.number) for line in source.lines if line.path != source.path}
    for path, content in source.files.items():
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        for number, line in enumerate(text.split("\n"), 1):
            if path == source.path or (path, number) in included:
                yield path, number, line


def unprintable_characters(source: Source) -> Iterator[Diagnostic]:
    """Yield a warning for each run of characters that a text must not contain (XML 1.0, 2.2; Unicode 16.0, 23.7)."""
    for path, number, line in source_lines(source):
        for found in UNPRINTABLE_RUN.finditer(line):
            first = found[0][0]
            what = _CONTROL_NAMES.get(first) or ("a control character" if unicodedata.category(first) == "Cc" else "no character")
            more = f", with {len(found[0]) - 1} more after it" if len(found[0]) > 1 else ""
            message = f"{code_point(first)} is {what}; it is left out{more}"
            hint = "delete it, or write what was meant"
            yield diagnostic("control-character", message, location(path, number, found.start() + 1), hint)


def unclosed_direction_controls(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each direction control that its paragraph does not close, or that closes none: its offset, its name and what is wrong.

    Such a character can make text appear in another order than the one it is stored in (Unicode Standard Annex 9, section 2; Unicode
    Technical Standard 55).
    """
    unclosed: list[tuple[int, str]] = []
    for found in _DIRECTION_CONTROL_OR_BLANK_LINE.finditer(text + "\n\n"):
        character = found[0]
        if character in _CLOSED_BY:
            unclosed.append((found.start(), character))
        elif character[0] == "\n":
            yield from (
                (
                    offset,
                    code_point(opening),
                    "is not closed in its paragraph: what follows may be shown in another order than it is written",
                )
                for offset, opening in unclosed
            )
            unclosed.clear()
        elif unclosed and _CLOSED_BY[unclosed[-1][1]] == character:
            unclosed.pop()
        else:
            yield found.start(), code_point(character), "closes nothing"
