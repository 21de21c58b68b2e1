"""Characters that no reader can be sure to see or hear: of private use, control characters, directions that are left open."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from handbill.checks.finding import Finding
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.rules import at, diagnostic
from handbill.document import text_of
from handbill.language.characters import UNPRINTABLE
from handbill.manuscript.source_file import Source
from handbill.markdown.tree.parts import Parts

__all__ = ["characters", "left_out", "open_directions", "written"]

_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_RUN = re.compile(f"(?:{UNPRINTABLE.pattern})+")
_CONTROLS = {
    "\x00": "the null character",
    "\x08": "a backspace",
    "\x0c": "a form feed",
    "\x1b": "an escape",
    "\x7f": "a delete character",
    "\ufeff": "a byte order mark inside the text",
}
_CLOSED_BY = {**dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"), **dict.fromkeys("\u2066\u2067\u2068", "\u2069")}
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]|\n[ \t>]*(?=\n)")


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"


def characters(parts: Parts, texts: Sequence[str] = ()) -> Iterator[Finding]:
    """Yield each character of private use in the parts' texts and alternatives, and in other texts of the document.

    Only a font knows what such a character shows: it cannot be read aloud, searched or copied (Unicode 16.0, 23.5; WCAG 2.1, 1.1.1).
    """
    for part in parts.trees():
        shown = [text_of(part), *(image.get("alt") or "" for image in part.iter("img")), *(texts if part is parts.heading else ())]
        for character in (found for text in shown for found in _PRIVATE.findall(text)):
            message = f"the character {_name(character)} is of private use: only the font that it was made for shows it"
            hint = "write what it stands for in words, or show it as an image with its alternative text"
            yield Finding("private-use", message, hint, True, part, "character", character)


def written(source: Source) -> Iterator[tuple[str, int, str]]:
    """Yield path, number and text of each line that was read for an article: its front matter too, but not that of what it includes."""
    included = {(line.path, line.number) for line in source.lines if line.path != source.path}
    for path, content in source.files.items():
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        for number, line in enumerate(text.split("\n"), 1):
            if path == source.path or (path, number) in included:
                yield path, number, line


def left_out(source: Source) -> Iterator[Diagnostic]:
    """Yield a warning for each run of what is no character of a text (XML 1.0, 2.2; Unicode 16.0, 23.7)."""
    for path, number, line in written(source):
        for found in _RUN.finditer(line):
            first = found[0][0]
            what = _CONTROLS.get(first) or ("a control character" if unicodedata.category(first) == "Cc" else "no character")
            more = f", with {len(found[0]) - 1} more after it" if len(found[0]) > 1 else ""
            message = f"{_name(first)} is {what}; it is left out{more}"
            hint = "delete it, or write what was meant"
            yield diagnostic("control-character", message, at(path, number, found.start() + 1), hint)


def open_directions(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield offset and name of each character that changes the direction of a paragraph's text and is not closed, or closes nothing.

    Such a character can make a text read otherwise than it is written (Unicode Standard Annex 9, 2; Technical Standard 55).
    """
    waiting: list[tuple[int, str]] = []
    for found in _DIRECTIONS.finditer(text + "\n\n"):
        character = found[0]
        if character in _CLOSED_BY:
            waiting.append((found.start(), character))
        elif character[0] == "\n":
            yield from (
                (offset, _name(opening), "is not closed in its paragraph: what follows may be shown in another order than it is written")
                for offset, opening in waiting
            )
            waiting.clear()
        elif waiting and _CLOSED_BY[waiting[-1][1]] == character:
            waiting.pop()
        else:
            yield found.start(), _name(character), "closes nothing"
