"""Reads a drawn table back, cell by cell, as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ..cells import cells, clusters

__all__ = ["box_text", "frame_start", "read_frame"]

_TOP = re.compile(r"(.*?)(?:┌[─┬]+┐|\+-[-+]*-\+)")
_EDGE = re.compile(r"[┌└]─+[┐┘]|\+-+\+")
_JOINTS = frozenset("┌┐└┘├┤┬┴┼╞╡╪╤╧╒╕╘╛+")
_VERTICAL = frozenset("│|") | _JOINTS
_HORIZONTAL = re.compile("[─═=-]+")
_DOUBLE = frozenset("═=")


def frame_start(line: str) -> int | None:
    """Return at which cell the upper edge of a table begins, where the line ends with one."""
    match = _TOP.fullmatch(line)
    return None if match is None else cells(match.group(1))


def read_frame(lines: Iterable[str], start: int, width: int) -> tuple[list[str], int]:
    """Return the text of the table whose upper edge is in the first line, and how many lines it takes; a list's bullet before it too.

    Each cell's lines follow each other; cells come in the order of their first lines, from left to right. Lines between two rules are
    one row. In a table without rules between its rows each line is a row, unless the table is as wide as the page (`width` cells) and
    the lines look wrapped.
    """
    drawn: list[list[str]] = []
    before = ""
    for line in lines:
        columns = _columns(line)
        margin, columns = "".join(columns[:start]).strip("> "), columns[start:]
        if drawn and (margin or len(columns) != len(drawn[0]) or columns[0] not in _VERTICAL or columns[-1] not in _VERTICAL):
            break
        before = before or margin
        drawn.append(columns)
    edges = sorted({place for columns in drawn if _is_ruled(columns) for place, char in enumerate(columns) if char in _JOINTS})
    rows = [_segments(columns, edges) for columns in drawn]
    last_head = max((number for number, row in enumerate(rows) if any(_DOUBLE & set(text) for _, text in row if _is_rule(text))), default=0)
    body = rows[last_head + 1 :]
    parted = any(_is_rule(text) for row in body[:-1] for _, text in row)
    texts: list[list[str]] = [[before]]
    at: dict[int, list[str]] = {}
    single = not parted and (start + len(drawn[0]) < width or not _is_wrapped(body[:-1]))
    for number, row in enumerate(rows):
        for place, text in row:
            if _is_rule(text):
                for other in [other for other in at if place <= other < place + len(_columns(text))]:
                    del at[other]
            elif place in at and not (single and number > last_head):
                at[place].append(text.strip())
            else:
                at[place] = [text.strip()]
                texts.append(at[place])
    return [line for text in texts for line in text if line], len(drawn)


def box_text(lines: Sequence[str]) -> str | None:
    """Return what a drawn frame holds, from its first line to its last, where it stands at the margin and is one cell; else None."""
    drawn = [_columns(line) for line in lines]
    edges = len(drawn) > 2 and all(_EDGE.fullmatch("".join(columns)) for columns in (drawn[0], drawn[-1]))
    inner = drawn[1:-1]
    if not edges or any(columns[0] not in "│|" or columns[-1] not in "│|" or len(columns) != len(drawn[0]) for columns in inner):
        return None
    return "\n".join("".join(columns[1:-1]).strip() for columns in inner)


def _columns(line: str) -> list[str]:
    """Return the line's clusters by the cell in which they begin, with empty texts for the second cells of wide ones."""
    columns: list[str] = []
    for cluster in clusters(line):
        taken = cells(cluster)
        if taken == 0 and columns:
            columns[-1] += cluster
        else:
            columns += [cluster, *[""] * (taken - 1)]
    return columns


def _is_ruled(columns: Sequence[str]) -> bool:
    return columns[0] in _JOINTS or columns[-1] in _JOINTS or "├" in columns or "┤" in columns


def _is_rule(text: str) -> bool:
    return _HORIZONTAL.fullmatch(text) is not None


def _segments(columns: Sequence[str], edges: Sequence[int]) -> list[tuple[int, str]]:
    """Return what stands between the edges that the line has, each with the place of its first cell."""
    here = [edge for edge in edges if edge < len(columns) and columns[edge] in _VERTICAL]
    return [(first + 1, "".join(columns[first + 1 : last])) for first, last in pairwise(here) if last > first + 1]


def _is_wrapped(rows: Sequence[Sequence[tuple[int, str]]]) -> bool:
    """Say whether lines continue each other: in no column had a line's first word found room at the end of the line above."""
    above: dict[int, str] = {}
    for row in rows:
        for place, text in row:
            words = text.split()
            if place in above and words and cells(above[place].strip()) + 1 + cells(words[0]) <= len(_columns(text)) - 2:
                return False
            above[place] = text
    return len(rows) > 1
