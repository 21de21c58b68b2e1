"""The places of tables and keys in a TOML text, which tomllib does not give; the place of its syntax errors, and of nesting too deep."""

from __future__ import annotations

import re
import tomllib

__all__ = ["place_too_deep", "toml_error", "toml_places"]

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_TABLE = re.compile(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]")
_PAIR = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=[ \t]*")
_TOKEN = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}]|\n', re.DOTALL)
_LEVEL = re.compile(rf'"""(?:[^\\]|\\.)*?"{{3,5}}|\'\'\'.*?\'{{3,5}}|#[^\n]*|(?P<names>{_DOTTED})|[\[\]{{}}]', re.DOTALL)


def toml_places(text: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Return line and column (from 1) of each table's header and each key, by the path of names that leads to it.

    The text must be valid TOML. Keys inside inline tables have no place of their own. A name that occurs again keeps its first place.
    """
    places: dict[tuple[str, ...], tuple[int, int]] = {}
    table: tuple[str, ...] = ()
    position, line = 0, 1
    while position < len(text):
        # A statement begins at the start of a line.
        if header := _TABLE.match(text, position):
            table = _names(header[1])
            places.setdefault(table, (line, header.start(1) - position + 1))
            end = _end_of_statement(text, header.end())
        elif pair := _PAIR.match(text, position):
            names = table + _names(pair[1])
            for length in range(len(table) + 1, len(names) + 1):
                places.setdefault(names[:length], (line, pair.start(1) - position + 1))
            end = _end_of_statement(text, pair.end())
        else:
            end = _end_of_statement(text, position)
        line += text.count("\n", position, end)
        position = end
    return places


def place_too_deep(text: str, most: int) -> tuple[int, int] | None:
    """Return line and column (from 1) of the first key of more than `most` names, or bracket inside as many others; None without one.

    The text need not be valid TOML: it is looked at before tomllib, which takes the square of the time for a key of many names.
    """
    depth = 0
    for token in _LEVEL.finditer(text):
        start = token[0][0]
        if start in "[{":
            depth += 1
        elif start in "]}":
            depth -= 1
        if depth > most or (token["names"] and len(re.findall(_KEY, token["names"])) > most):
            return text.count("\n", 0, token.start()) + 1, token.start() - text.rfind("\n", 0, token.start())
    return None


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
