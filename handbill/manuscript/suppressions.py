"""Findings that an author allows, by a comment where they stand that says why: `<!-- handbill: allow CODE: REASON -->`."""

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
_ALLOWING = re.compile(r"allow\s+([a-z0-9-]+)\s*(:?)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment that allows the findings of one code, where it stands, and the first and the last of the article's lines for which it does.

    These are those of the block that it stands in, or of the one after it where it stands by itself. What stands at no line of the text
    (the whole article, its front matter) is allowed wherever the comment stands.
    """

    code: str
    reason: str
    place: Place
    first: int
    last: int


def suppressions_in(source: Source) -> tuple[list[Suppression], list[Diagnostic]]:
    """Return the allowances of an article, and warnings about comments to handbill that allow nothing."""
    text = source.text()
    found: list[Suppression] = []
    wrong: list[Diagnostic] = []
    if "handbill:" not in text:
        return found, wrong
    blocks = _blocks(source)
    for start, end, comment in _comments(without_code(text)):
        place = source.at(start)
        said = _ALLOWING.fullmatch(comment)
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
    """Yield where each comment to handbill begins and ends, and what it says."""
    end = 0
    while opening := _OPENING.search(text, end):
        closing = text.find("-->", opening.end())
        if closing < 0:
            return
        end = closing + len("-->")
        yield opening.start(), end, text[opening.end() : closing].strip()


def _blocks(source: Source) -> list[tuple[int, int]]:
    """Return, for each line, the first and the last line of its block; a blank line is the first line of the block after it."""
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
    """Return the first and the last line of the block that a comment stands in, or of the next one where its lines hold nothing else."""
    first, last = source.line_at(start), source.line_at(end)
    alone = not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t>")
    alone &= not text[end : text.find("\n", end)].strip()
    return (first, blocks[min(last + 1, len(blocks) - 1)][1]) if alone else (blocks[first][0], blocks[last][1])


def apply_suppressions(
    found: Iterable[Diagnostic], source: Source, allowances: Sequence[Suppression]
) -> tuple[list[Diagnostic], set[Suppression]]:
    """Return messages, those that are allowed as notes of the code `allowed`, and the allowances that were needed; errors stay."""
    if not allowances:
        return list(found), set()
    lines: dict[tuple[str, int | None], list[int]] = {}
    for number, line in enumerate(source.lines):
        lines.setdefault((line.path, line.number), []).append(number)
    allowed: dict[tuple[str, int | None], Suppression] = {}
    for one in dict.fromkeys(allowances):
        allowed.setdefault((one.code, None), one)
        # Several for one block are gone through once.
        last = one.first if (one.code, one.last) in allowed else one.last
        for number in range(one.first, last + 1):
            allowed.setdefault((one.code, number), one)
    told: list[Diagnostic] = []
    needed: set[Suppression] = set()
    for each in found:
        # What stands in none of the lines is the whole article's, or its front matter's.
        at = lines.get((each.path, each.line), [None] if each.path in source.files else [])
        allowance = next((allowed[each.code, number] for number in at if (each.code, number) in allowed), None)
        if allowance is None or each.severity is Severity.ERROR:
            told.append(each)
            continue
        needed.add(allowance)
        message = f"{each.message} ({each.code}, allowed: {allowance.reason})"
        told.append(replace(each, severity=Severity.NOTE, code="allowed", message=message, hint=""))
    return told, needed


def unused_suppressions(allowances: Iterable[Suppression], needed: Collection[Suppression]) -> list[Diagnostic]:
    """Return a warning for each allowance that nothing needed; what exporters alone find is not known before they run."""
    return [
        diagnostic(
            "unused-allowance", f"nothing of the code `{one.code}` is found here, and none need be allowed", one.place, "delete the comment"
        )
        for one in allowances
        if one not in needed and FINDINGS[one.code].origin == "publication"
    ]
