"""Suppression comments: an author allows a finding where it stands, with a reason: `<!-- handbill: allow CODE: REASON -->`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from handbill.diagnostics.diagnostic import Diagnostic, Place, Severity, suggestion
from handbill.diagnostics.rules import FINDINGS, diagnostic
from handbill.manuscript.masking import without_code
from handbill.manuscript.source_file import Source

__all__ = ["Suppression", "apply_suppressions", "suppressions_in", "unused_suppressions"]

_OPENING = re.compile(r"<!--\s*handbill:")
_SUPPRESSION = re.compile(r"allow\s+([a-z0-9-]+)\s*(:?)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment that allows the findings of one code, with its reason and its place.

    It applies to the lines from `first` to `last`, indices of the article's lines: those of the block that it is in, or of the next block
    where it stands by itself. A finding at no line of the text (the whole article, its front matter) is allowed wherever the comment is.
    """

    code: str
    reason: str
    place: Place
    first: int
    last: int


def suppressions_in(source: Source) -> tuple[list[Suppression], list[Diagnostic]]:
    """Return the suppressions of an article, and warnings about comments to handbill that are none."""
    text = source.text()
    found: list[Suppression] = []
    wrong: list[Diagnostic] = []
    if "handbill:" not in text:
        return found, wrong
    blocks = _blocks(source)
    for start, end, comment in _comments(without_code(text)):
        place = source.place_at(start)
        said = _SUPPRESSION.fullmatch(comment)
        reason = "" if said is None else " ".join(said[3].split())
        if said is None:
            message, hint = "the comment to handbill says nothing that it knows", "write <!-- handbill: allow CODE: REASON -->"
        elif said[1] not in FINDINGS:
            message, hint = f"no finding that can be allowed has the code `{said[1]}`", suggestion(said[1], FINDINGS)
        elif not (said[2] and reason):
            message, hint = f"the comment that allows `{said[1]}` does not say why", f"write <!-- handbill: allow {said[1]}: REASON -->"
        else:
            found.append(Suppression(said[1], reason, place, *_lines(source, text, start, end, blocks)))
            continue
        wrong.append(diagnostic("bad-allowance", message, place, hint))
    return found, wrong


def _comments(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the offsets at which each comment to handbill begins and ends, and its text."""
    end = 0
    while opening := _OPENING.search(text, end):
        closing = text.find("-->", opening.end())
        if closing < 0:
            return
        end = closing + len("-->")
        yield opening.start(), end, text[opening.end() : closing].strip()


def _blocks(source: Source) -> list[tuple[int, int]]:
    """Return, for each line, the indices of the first and the last line of its block; a blank line begins the block after it."""
    lines = source.lines
    ends = [len(lines) - 1] * len(lines)
    starts = list(range(len(lines)))
    for number in range(len(lines) - 2, -1, -1):
        ends[number] = number if lines[number].text.strip() and not lines[number + 1].text.strip() else ends[number + 1]
    for number in range(1, len(lines)):
        if lines[number].text.strip() and lines[number - 1].text.strip():
            starts[number] = starts[number - 1]
    return list(zip(starts, ends, strict=True))


def _lines(source: Source, text: str, start: int, end: int, blocks: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the indices of the first and the last line to which a comment applies, given its offsets in the text."""
    first, last = source.line_index_at(start), source.line_index_at(end)
    alone = not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t>")
    alone &= not text[end : text.find("\n", end)].strip()
    return (first, blocks[min(last + 1, len(blocks) - 1)][1]) if alone else (blocks[first][0], blocks[last][1])


def apply_suppressions(
    found: Iterable[Diagnostic], source: Source, suppressions: Sequence[Suppression]
) -> tuple[list[Diagnostic], set[Suppression]]:
    """Return diagnostics, those that are allowed as notes of the code `allowed`, and the suppressions that were needed; errors stay."""
    if not suppressions:
        return list(found), set()
    lines: dict[tuple[str, int | None], list[int]] = {}
    for number, line in enumerate(source.lines):
        lines.setdefault((line.path, line.number), []).append(number)
    allowed: dict[tuple[str, int | None], Suppression] = {}
    for one in dict.fromkeys(suppressions):
        allowed.setdefault((one.code, None), one)
        # The lines of a block with several suppressions of a code are gone through once.
        last = one.first if (one.code, one.last) in allowed else one.last
        for number in range(one.first, last + 1):
            allowed.setdefault((one.code, number), one)
    diagnostics: list[Diagnostic] = []
    needed: set[Suppression] = set()
    for each in found:
        # A finding at none of the lines is about the whole article or its front matter.
        numbers = lines.get((each.path, each.line), [None] if each.path in source.files else [])
        suppression = next((allowed[each.code, number] for number in numbers if (each.code, number) in allowed), None)
        if suppression is None or each.severity is Severity.ERROR:
            diagnostics.append(each)
            continue
        needed.add(suppression)
        message = f"{each.message} ({each.code}, allowed: {suppression.reason})"
        diagnostics.append(replace(each, severity=Severity.NOTE, code="allowed", message=message, hint=""))
    return diagnostics, needed


def unused_suppressions(suppressions: Iterable[Suppression], needed: Collection[Suppression]) -> list[Diagnostic]:
    """Return a warning for each suppression that no finding needed, but those of codes that exporters report, which run later."""
    return [
        diagnostic(
            "unused-allowance", f"nothing of the code `{one.code}` is found here, and none need be allowed", one.place, "delete the comment"
        )
        for one in suppressions
        if one not in needed and FINDINGS[one.code].origin == "publication"
    ]
