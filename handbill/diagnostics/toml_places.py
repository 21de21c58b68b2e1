"""The places of tables and keys in a TOML text, which tomllib does not give; and the place of its syntax errors."""

from __future__ import annotations

import re
import tomllib

__all__ = ["toml_error", "toml_places"]

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_TABLE = re.compile(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]")
_PAIR = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=[ \t]*")
_TOKEN = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}]|\n', re.DOTALL)


def toml_places(text: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Return line and column (from 1) of each table's header and each key, by the path of names that leads to it.

    The text must be valid TOML. Keys inside inline tables have no place of their own. A name that occurs again keeps its first place.
    """
    places: dict[tuple[str, ...], tuple[int, int]] = {}
    table: tuple[str, ...] = ()
    position = 0
    while position < len(text):
        line = text.count("\n", 0, position) + 1
        start = position - (text.rfind("\n", 0, position) + 1)
        if header := _TABLE.match(text, position):
            table = _names(header[1])
            places.setdefault(table, (line, start + header.start(1) - position + 1))
            position = _end_of_statement(text, header.end())
        elif pair := _PAIR.match(text, position):
            names = table + _names(pair[1])
            for length in range(len(table) + 1, len(names) + 1):
                places.setdefault(names[:length], (line, start + pair.start(1) - position + 1))
            position = _end_of_statement(text, pair.end())
        else:
            position = _end_of_statement(text, position)
    return places


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name if name[0] not in "\"'" else next(iter(tomllib.loads(f"{name} = 0"))) for name in re.findall(_KEY, dotted))


def _end_of_statement(text: str, position: int) -> int:
    """Return the position after the line break that ends the statement: not one inside brackets or a long string."""
    depth = 0
    for token in _TOKEN.finditer(text, position):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        elif token[0] == "\n" and depth <= 0:
            return token.end()
    return len(text)


def toml_error(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, int, str]:
    """Return line and column (from 1) of a syntax error of tomllib, and its message without them."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
    if found is None or found[1] is None:
        lines = text.rstrip().split("\n")
        return len(lines), len(lines[-1]) + 1, str(error).split(" (at ")[0]
    return int(found[1]), int(found[2]), str(error)[: found.start()]
