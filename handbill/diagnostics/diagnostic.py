"""What a message is: how much it weighs, what is wrong, where, and what to do."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Diagnostic", "Place", "Severity", "suggestion"]

Place = tuple[str, int | None, int | None]
"""Where a message points: a path ("" for none), a line and a column (from 1, None where they are not known)."""


class Severity(enum.StrEnum):
    """How much a diagnostic weighs."""

    ERROR = "error"
    """There is no handout."""
    WARNING = "warning"
    """There is a handout, whole and valid; an error under `--strict`."""
    NOTE = "note"
    """Good to know; never promoted."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message: what is wrong, where, and what to do.

    `path` is POSIX and relative to the publication ("" where no file is meant). `line` and `column` count from 1; the column
    counts characters. `code` is stable, in lower case with hyphens. An exporter, which does not know the source's lines, may set
    `excerpt`, text that stands in the source as it is; the pipeline then finds the line.
    """

    severity: Severity
    code: str
    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    hint: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        """Return `path:line:column: severity[code]: message`, and the hint on a line of its own."""
        place = self.path or "handbill"
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        text = f"{place}: {self.severity}[{self.code}]: {self.message}"
        return f"{text}\n    hint: {self.hint}" if self.hint else text


def suggestion(name: str, names: Iterable[str]) -> str:
    """Return a hint that names the nearest of the valid names, or all of them."""
    known = sorted(names)
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"
