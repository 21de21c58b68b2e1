"""Findings that an author allows, by a comment where they stand that says why: `<!-- handbill: allow CODE: REASON -->`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from handbill.checks.locating import Place, Places
from handbill.checks.prose import without_code
from handbill.config import suggestion
from handbill.contract import Diagnostic, Severity
from handbill.severities import FINDINGS, OF_EXPORTERS
from handbill.source import Source

__all__ = ["Allowance", "allowances_in", "settled", "unused"]

_COMMENT = re.compile(r"<!--\s*handbill:((?:[^-]|-(?!->))*)-->")
_ALLOWING = re.compile(r"\s*allow\s+([a-z0-9-]+)\s*(?::\s*(\S.*?))?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Allowance:
    """A comment that allows the findings of one code, where it stands, and the lines for which it does: path and number of each.

    These are those of the block that it stands in, or of the one after it where it stands by itself. What stands at no line of the text
    (the whole article, its front matter) is allowed wherever the comment stands.
    """

    code: str
    reason: str
    place: Place
    lines: frozenset[tuple[str, int]]


def allowances_in(source: Source) -> tuple[list[Allowance], list[Diagnostic]]:
    """Return the allowances of an article, and warnings about comments to handbill that allow nothing."""
    places = Places(source)
    found: list[Allowance] = []
    wrong: list[Diagnostic] = []
    if "handbill:" not in places.text:
        return found, wrong
    for comment in _COMMENT.finditer(without_code(places.text)):
        place = places.at(comment.start())
        said = _ALLOWING.fullmatch(comment[1])
        if said is None:
            message, hint = "the comment to handbill says nothing that it knows", "write <!-- handbill: allow CODE: REASON -->"
        elif said[1] not in FINDINGS:
            message, hint = f"no finding that can be allowed has the code `{said[1]}`", suggestion(said[1], FINDINGS)
        elif said[2] is None:
            message, hint = f"the comment that allows `{said[1]}` does not say why", f"write <!-- handbill: allow {said[1]}: REASON -->"
        else:
            found.append(Allowance(said[1], " ".join(said[2].split()), place, _lines(source, places.text, comment)))
            continue
        wrong.append(Diagnostic(Severity.WARNING, "bad-allowance", message, *place, hint=hint))
    return found, wrong


def _lines(source: Source, text: str, comment: re.Match[str]) -> frozenset[tuple[str, int]]:
    """Return the lines of the block that a comment stands in, or of the next one where its lines hold nothing else."""
    first, last = text.count("\n", 0, comment.start()), text.count("\n", 0, comment.end())
    lines = source.lines
    alone = not text[text.rfind("\n", 0, comment.start()) + 1 : comment.start()].strip(" \t>")
    alone &= not text[comment.end() : text.find("\n", comment.end())].strip()
    before, after = first, last + 1
    if not alone:
        while before > 0 and lines[before - 1].text.strip():
            before -= 1
    else:
        while after < len(lines) and not lines[after].text.strip():
            after += 1
    while after < len(lines) and lines[after].text.strip():
        after += 1
    return frozenset((line.path, line.number) for line in lines[before:after])


def settled(found: Iterable[Diagnostic], source: Source, allowances: Collection[Allowance]) -> tuple[list[Diagnostic], set[Allowance]]:
    """Return messages, those that are allowed as notes of the code `allowed`, and the allowances that were needed; errors stay."""
    text = {(line.path, line.number) for line in source.lines} if allowances else set()
    told: list[Diagnostic] = []
    needed: set[Allowance] = set()
    for one in found:
        allowance = None
        if one.severity is not Severity.ERROR:
            place = one.path, one.line or 0
            general = place not in text and one.path in source.files
            allowance = next((each for each in allowances if each.code == one.code and (general or place in each.lines)), None)
        if allowance is None:
            told.append(one)
            continue
        needed.add(allowance)
        message = f"{one.message} ({one.code}, allowed: {allowance.reason})"
        told.append(replace(one, severity=Severity.NOTE, code="allowed", message=message, hint=""))
    return told, needed


def unused(allowances: Iterable[Allowance], needed: Collection[Allowance]) -> list[Diagnostic]:
    """Return a warning for each allowance that nothing needed; what exporters alone find is not known before they run."""
    return [
        Diagnostic(
            Severity.WARNING,
            "unused-allowance",
            f"nothing of the code `{one.code}` is found here, and none need be allowed",
            *one.place,
            hint="delete the comment",
        )
        for one in allowances
        if one not in needed and one.code not in OF_EXPORTERS
    ]
