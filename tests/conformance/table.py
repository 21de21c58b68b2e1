"""The table of a conformance run, and whether the run passes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from conformance.verdict import Verdict

__all__ = ["lines", "passes"]

_HEAD = ("file", "validator", "checked", "failures")


def lines(rows: Sequence[tuple[str, Verdict]]) -> list[str]:
    """Return the lines of a table of labelled verdicts, with the failures below each."""
    cells = [_HEAD, *((label, verdict.validator, verdict.checked, str(len(verdict.failures))) for label, verdict in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    printed = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    made = [printed[0], "  ".join("-" * width for width in widths)]
    for line, (_, verdict) in zip(printed[1:], rows, strict=True):
        made.append(line)
        made.extend(f"    {failure.rule}: {failure.message[:400]}" for failure in verdict.failures)
    return made


def passes(rows: Iterable[tuple[str, Verdict]]) -> bool:
    """Return whether there is a verdict, and none has a failure."""
    rows = list(rows)
    return bool(rows) and all(not verdict.failures for _, verdict in rows)
