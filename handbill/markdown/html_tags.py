"""Where the elements of raw HTML end, each looked for in time that does not grow with the text."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

__all__ = ["Ends"]


@dataclass(slots=True)
class _Tags:
    """The start and end tags of one name: the line of each, how many are open before each, and which one closes what is open there.

    `closing[n]` is the first tag after which fewer are open than before tag n; the number of tags where there is none.
    """

    lines: list[int] = field(default_factory=list)
    closing: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Ends:
    """The tags in the lines of a text, those in the lines `without` left out (fenced code)."""

    texts: Sequence[str]
    without: frozenset[int]
    _known: dict[str, _Tags] = field(default_factory=dict)

    def line(self, number: int, tag: str, depth: int) -> int:
        """Return the number of the line in which an element of that name ends; -1 where it does not.

        `depth` is 1 where it is open at the beginning of the line of the given number, 0 where its start tag is the first in it.
        """
        tags = self._tags(tag)
        first = bisect.bisect_left(tags.lines, number) + (1 - depth)
        at = tags.closing[first] if first < len(tags.closing) else len(tags.lines)
        return tags.lines[at] if at < len(tags.lines) else -1

    def _tags(self, tag: str) -> _Tags:
        if tag not in self._known:
            pattern = re.compile(rf"<(/?){tag}(?=[\s/>]|$)", re.IGNORECASE)
            found = [
                (number, -1 if one[1] else 1)
                for number, text in enumerate(self.texts)
                if number not in self.without
                for one in pattern.finditer(text)
            ]
            self._known[tag] = _Tags([number for number, _ in found], _closing([step for _, step in found]))
        return self._known[tag]


def _closing(steps: Iterable[int]) -> list[int]:
    """Return for each step the first one after which the sum is below what it was before that step; their number where there is none."""
    steps = list(steps)
    closing = [len(steps)] * len(steps)
    waiting: list[tuple[int, int]] = []
    before = 0
    for at, step in enumerate(steps):
        waiting.append((before, at))
        before += step
        while waiting and waiting[-1][0] > before:
            closing[waiting.pop()[1]] = at
    return closing
