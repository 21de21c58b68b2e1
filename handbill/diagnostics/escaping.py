r"""Texts of authors made safe to print: the one place that says how a message is shortened and escaped, by where it is printed.

A value that an author wrote may hold line ends, control sequences of terminals, controls of writing direction, commands of CI runners, and
a megabyte. Two steps keep these out of what is printed:

1. `message_text` gives each message one line of bounded length, when the Diagnostic is made. A message is kept in the manifest and in the
   build cache, sent by workers and shown on the preview's page, so each of these holds the short one. A path is not changed: it finds the
   file.
2. A function for each destination escapes all that is printed there: `escape_line`, `escape_part` and `escape_lines` for a terminal and the
   log of a CI job, `escape_workflow` for the parts of a GitHub workflow command, `escape_json` and `escape_xml` for whole documents.

Invisible characters become escapes such as `\x1b` and `\u202e`; in JSON they are JSON's own escapes, which keep the value.

A CI runner reads commands from both streams of a job: GitHub's from a line that begins with `::` (GitHub, "Workflow commands"), and
GitHub's old ones, Azure's and TeamCity's from `##[`, `##vso[` and `##teamcity[` anywhere in a line. One character of each is escaped.
"""

from __future__ import annotations

import re

__all__ = [
    "LINE_LIMIT",
    "MESSAGE_LIMIT",
    "PATH_LIMIT",
    "TEXT_LIMIT",
    "VALUE_LIMIT",
    "escape_invisible",
    "escape_json",
    "escape_line",
    "escape_lines",
    "escape_part",
    "escape_workflow",
    "escape_xml",
    "message_text",
    "shorten",
]

VALUE_LIMIT = 200
"""The most characters of one value in a message: words in backticks or “quotation marks”, or characters without a space."""

MESSAGE_LIMIT = 2000
"""The most characters of a message or a hint. The longest hints list every code that `[checks]` knows."""

_LONGEST_READ = 20 * MESSAGE_LIMIT
"""The most characters of a message in which values are looked for."""

PATH_LIMIT = 4096
"""The most characters of a path; Linux finds no file by a longer one (limits.h, PATH_MAX)."""

LINE_LIMIT = 8192
"""The most characters of a line on a terminal: a path and a message, and more."""

TEXT_LIMIT = 100_000
"""The most characters of a text of several lines that is no result, such as a traceback."""

_INVISIBLE_RANGES = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
)
_INVISIBLE = re.compile(f"[{_INVISIBLE_RANGES}]")
"""Controls, line and paragraph separators, controls of direction, other characters that are not seen, surrogates, and noncharacters
(Unicode 16.0, 23). The joiners U+200C and U+200D are left out: words of Persian and of India, and emoji, need them."""

_INVISIBLE_IN_DOCUMENT = re.compile(f"(?!\n)[{_INVISIBLE_RANGES}]")
"""The same without line ends: a document in JSON or XML has lines."""

_MARK_INSIDE = re.compile(r"##(?=\w*\[)")
_MARK_AT_START = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)

_VALUE = re.compile(r"`[^`]+`|“[^“”]+”|[^\s`“”]+")


def shorten(text: str, limit: int) -> str:
    """Return a text of at most so many characters: its beginning and its end, with an ellipsis where characters are left out."""
    if len(text) <= limit:
        return text
    end = limit // 4
    return f"{text[: limit - end - 1]}…{text[-end:]}"


def _shorten_values(text: str) -> str:
    """Return a message with each of its values shortened to VALUE_LIMIT; quotation marks stay around them."""

    def short(found: re.Match[str]) -> str:
        value = found[0]
        if value[0] in "`“":
            return f"{value[0]}{shorten(value[1:-1], VALUE_LIMIT)}{value[-1]}"
        return shorten(value, VALUE_LIMIT)

    return text if len(text) <= VALUE_LIMIT else _VALUE.sub(short, text)


def message_text(text: str) -> str:
    """Return a message or a hint on one line, without invisible characters, its values and its whole length within the limits.

    The result of it is returned as it is.
    """
    # The text is cut first, so that a message costs little whatever its length. Values are shortened before the escaping, which makes them
    # longer, so that the words after a long one are kept.
    escaped = escape_invisible(shorten(_shorten_values(shorten(text, _LONGEST_READ)), 2 * MESSAGE_LIMIT))
    return shorten(_shorten_values(escaped), MESSAGE_LIMIT)


def escape_invisible(text: str) -> str:
    r"""Return a text on one line, with an escape such as `\x07` in place of each invisible character."""
    return text if text.isprintable() else _INVISIBLE.sub(_visible_escape, text)


def _visible_escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def escape_part(text: str) -> str:
    """Return a part of a printed line that does not begin it: without invisible characters and without commands of CI runners."""
    return shorten(_MARK_INSIDE.sub(r"#\\x23", escape_invisible(shorten(text, LINE_LIMIT))), LINE_LIMIT)


def escape_line(text: str) -> str:
    """Return a printed line, or its beginning: as `escape_part` does, and without a workflow command of GitHub's."""
    return _MARK_AT_START.sub(r"\1\\x3a", escape_part(text))


def escape_lines(text: str) -> str:
    """Return a text of several lines for a terminal, each as by `escape_line`; tabs are spaces up to the next column of eight."""
    return "\n".join(escape_line(line.expandtabs()) for line in text.split("\n"))


def escape_workflow(text: str, more: str = "") -> str:
    """Return a value or the message of a workflow command; `%` and the characters of `more` are percent-encoded, as GitHub requires."""
    text = escape_part(text)
    for character in "%" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def escape_json(document: str) -> str:
    """Return a document in JSON with the same values, its invisible characters and marks of CI runners as escapes (RFC 8259, 7)."""
    return _MARK_INSIDE.sub(r"#\\u0023", _INVISIBLE_IN_DOCUMENT.sub(_json_escape, document))


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def escape_xml(document: str) -> str:
    """Return a document in XML without CDATA sections, well-formed whatever characters its texts had (XML 1.0, 2.2).

    Marks of CI runners become character references, which keep the value. Other invisible characters become visible escapes: XML 1.0 has no
    reference for most of them.
    """
    visible = _INVISIBLE_IN_DOCUMENT.sub(_visible_escape, document)
    return _MARK_AT_START.sub(r"\1&#58;", _MARK_INSIDE.sub("#&#35;", visible))
