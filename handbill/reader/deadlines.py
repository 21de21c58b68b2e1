"""Deadlines: by when a text has to be reviewed, and until when it is good, against a day that is passed in."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.rules import at, diagnostic

__all__ = ["Deadline", "deadline_findings", "expiry"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that an article or a disclaimer names in its front matter, and where: `review-by` or `expires`."""

    kind: Literal["review-by", "expires"]
    whose: Literal["article", "disclaimer"]
    day: datetime.date
    path: str
    line: int
    column: int


def expiry(deadlines: Iterable[Deadline]) -> datetime.date | None:
    """Return the first day of `expires`, None where nothing expires."""
    return min((deadline.day for deadline in deadlines if deadline.kind == "expires"), default=None)


def deadline_findings(deadlines: Iterable[Deadline], today: datetime.date, remind: int) -> list[Diagnostic]:
    """Return what is to be said of deadlines: a warning where a review is overdue, a note of what falls due within `remind` days.

    What has expired is not among them: it has no handouts any more, which the build tells.
    """
    found = []
    for deadline in deadlines:
        days = (deadline.day - today).days
        if days > remind or (deadline.kind == "expires" and days < 0):
            continue
        when = "today" if days == 0 else f"in {_count(days)}" if days > 0 else f"{_count(-days)} ago"
        if deadline.kind == "expires":
            code = "expires-soon"
            message = f"the {deadline.whose} is good until {deadline.day.isoformat()}, {when}: after that day it has no handouts"
            hint = "review it, and set expires: anew"
        else:
            overdue = days < 0
            code = "review-overdue" if overdue else "review-due"
            message = f"the review of the {deadline.whose} {'was' if overdue else 'is'} due by {deadline.day.isoformat()}, {when}"
            hint = "review it, and set reviewed: and review-by: anew"
        found.append(diagnostic(code, message, at(deadline.path, deadline.line, deadline.column), hint))
    return found


def _count(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
