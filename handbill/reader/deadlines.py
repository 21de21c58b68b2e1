"""Deadlines of an article or a disclaimer, read from its front matter, and the diagnostics of those that are due on a given day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.rules import diagnostic, location

__all__ = ["Deadline", "deadline_findings", "expiry"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that a file's front matter names with the key `review-by` or `expires`, and the place of that key."""

    kind: Literal["review-by", "expires"]
    whose: Literal["article", "disclaimer"]
    day: datetime.date
    path: str
    line: int
    column: int


def expiry(deadlines: Iterable[Deadline]) -> datetime.date | None:
    """Return the earliest day of `expires`; None where nothing expires."""
    return min((deadline.day for deadline in deadlines if deadline.kind == "expires"), default=None)


def deadline_findings(deadlines: Iterable[Deadline], today: datetime.date, remind: int) -> list[Diagnostic]:
    """Return a warning for each review that is overdue on the day `today`, a note for each deadline within `remind` days of it.

    What has expired is left out: it has no handouts any more, and the build reports that.
    """
    found = []
    for deadline in deadlines:
        days = (deadline.day - today).days
        if days > remind or (deadline.kind == "expires" and days < 0):
            continue
        when = "today" if days == 0 else f"in {_days(days)}" if days > 0 else f"{_days(-days)} ago"
        if deadline.kind == "expires":
            code = "expires-soon"
            message = f"the {deadline.whose} is good until {deadline.day.isoformat()}, {when}: after that day it has no handouts"
            hint = "review it, and set expires: anew"
        else:
            overdue = days < 0
            code = "review-overdue" if overdue else "review-due"
            message = f"the review of the {deadline.whose} {'was' if overdue else 'is'} due by {deadline.day.isoformat()}, {when}"
            hint = "review it, and set reviewed: and review-by: anew"
        found.append(diagnostic(code, message, location(deadline.path, deadline.line, deadline.column), hint))
    return found


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
