"""Reads drawn tables and frames, cell by cell, as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ..cells import cells, clusters

__all__ = ["box_text", "frame_start", "read_frame"]

_UPPER_EDGE = re.compile(r"(.*?)(?:┌[─┬]+┐|\+-[-+]*-\+)")
_BOX_EDGE = re.compile(r"[┌└]─+[┐┘]|\+-+\+")
_JOINTS = frozenset("┌┐└┘├┤┬┴┼╞╡╪╤╧╒╕╘╛+")
_VERTICAL = frozenset("│|") | _JOINTS
_HORIZONTAL = re.compile("[─═=-]+")
_DOUBLE = frozenset("═=")

Segment = tuple[int, str]
"""The text between two vertical lines, and the column of its first cell."""


def frame_start(line: str) -> int | None:
    """Return the column at which the upper edge of a table begins, where the line ends with one; else None. Columns are in cells."""
    match = _UPPER_EDGE.fullmatch(line)
    return None if match is None else cells(match.group(1))


def read_frame(lines: Iterable[str], start: int, width: int) -> tuple[list[str], int]:
    """Return the text of the table whose upper edge is in the first line, and how many lines the table takes.

    `start` is the column of the edge, `width` that of the page, in cells. A list's bullet before the table is part of the text. The lines
    of a cell follow each other; cells come in the order of their first lines, from left to right. Lines between two rules are one row.
    In a table without rules between its rows each line is a row, unless the table is as wide as the page and its lines look wrapped.
    """
    frame: list[list[str]] = []
    before = ""
    for line in lines:
        columns = _columns(line)
        margin, columns = "".join(columns[:start]).strip("> "), columns[start:]
        if frame and (margin or len(columns) != len(frame[0]) or columns[0] not in _VERTICAL or columns[-1] not in _VERTICAL):
            break
        before = before or margin
        frame.append(columns)
    edges = sorted({column for columns in frame if _has_rule(columns) for column, character in enumerate(columns) if character in _JOINTS})
    rows = [_segments(columns, edges) for columns in frame]
    last_head = max((number for number, row in enumerate(rows) if any(_DOUBLE & set(text) for _, text in row if _is_rule(text))), default=0)
    body = rows[last_head + 1 :]
    has_rules = any(_is_rule(text) for row in body[:-1] for _, text in row)
    line_is_row = not has_rules and (start + len(frame[0]) < width or not _is_wrapped(body[:-1]))
    texts: list[list[str]] = [[before]]
    open_cells: dict[int, list[str]] = {}
    for number, row in enumerate(rows):
        for column, text in row:
            if _is_rule(text):
                for other in [other for other in open_cells if column <= other < column + len(_columns(text))]:
                    del open_cells[other]
            elif column in open_cells and not (line_is_row and number > last_head):
                open_cells[column].append(text.strip())
            else:
                open_cells[column] = [text.strip()]
                texts.append(open_cells[column])
    return [line for text in texts for line in text if line], len(frame)


def box_text(lines: Sequence[str]) -> str | None:
    """Return the text inside a frame of one cell at the margin, which these lines are; None where they are not such a frame."""
    frame = [_columns(line) for line in lines]
    has_edges = len(frame) > 2 and all(_BOX_EDGE.fullmatch("".join(columns)) for columns in (frame[0], frame[-1]))
    inner = frame[1:-1]
    if not has_edges or any(columns[0] not in "│|" or columns[-1] not in "│|" or len(columns) != len(frame[0]) for columns in inner):
        return None
    return "\n".join("".join(columns[1:-1]).strip() for columns in inner)


def _columns(line: str) -> list[str]:
    """Return the line's clusters by the column in which they begin, with empty texts for the second cells of wide ones."""
    columns: list[str] = []
    for cluster in clusters(line):
        taken = cells(cluster)
        if taken == 0 and columns:
            columns[-1] += cluster
        else:
            columns += [cluster, *[""] * (taken - 1)]
    return columns


def _has_rule(columns: Sequence[str]) -> bool:
    return columns[0] in _JOINTS or columns[-1] in _JOINTS or "├" in columns or "┤" in columns


def _is_rule(text: str) -> bool:
    return _HORIZONTAL.fullmatch(text) is not None


def _segments(columns: Sequence[str], edges: Sequence[int]) -> list[Segment]:
    """Return the texts between the vertical lines that the line has at the edges of the table's columns."""
    drawn = [edge for edge in edges if edge < len(columns) and columns[edge] in _VERTICAL]
    return [(first + 1, "".join(columns[first + 1 : last])) for first, last in pairwise(drawn) if last > first + 1]


def _is_wrapped(rows: Sequence[Sequence[Segment]]) -> bool:
    """Return whether lines continue each other: in no column would a line's first word fit at the end of the line above."""
    above: dict[int, str] = {}
    for row in rows:
        for column, text in row:
            words = text.split()
            if column in above and words and cells(above[column].strip()) + 1 + cells(words[0]) <= len(_columns(text)) - 2:
                return False
            above[column] = text
    return len(rows) > 1
