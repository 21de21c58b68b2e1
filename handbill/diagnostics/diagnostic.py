"""A diagnostic: a message to the user with its severity, code, place and hint."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from handbill.diagnostics.escaping import PATH_LIMIT, escape_invisible, message_text, shorten

__all__ = ["Diagnostic", "Place", "Severity", "suggestion"]

Place = tuple[str, int | None, int | None]
"""The place of a message: a path ("" for none), a line and a column (from 1, None where they are not known)."""


class Severity(enum.StrEnum):
    """The severity of a diagnostic."""

    ERROR = "error"
    """No handout is made."""
    WARNING = "warning"
    """The handout is made, complete and valid; an error under `--strict`."""
    NOTE = "note"
    """For information; never an error."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message: what is wrong, where, and what to do.

    `code` is stable, in lower case with hyphens. `path` is POSIX and relative to the publication, "" where no file is meant. `line` and
    `column` count from 1, the column in characters. An exporter, which does not know the source's lines, may set `excerpt`, a literal
    text of the source, by which the build finds the line.

    The code, the message and the hint are made one short line each (`handbill.diagnostics.escaping`), whatever an author wrote. The path
    is kept as it is, so that it finds the file; a longer one than any file has is shortened.
    """

    severity: Severity
    code: str
    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    hint: str = ""
    excerpt: str = ""

    def __post_init__(self) -> None:
        for name in ("code", "message", "hint"):
            object.__setattr__(self, name, message_text(getattr(self, name)))
        object.__setattr__(self, "path", shorten(self.path, PATH_LIMIT))

    def __str__(self) -> str:
        """Return `path:line:column: severity[code]: message`, and the hint on a line of its own."""
        place = escape_invisible(self.path) or "handbill"
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        text = f"{place}: {self.severity}[{self.code}]: {self.message}"
        return f"{text}\n    hint: {self.hint}" if self.hint else text


def suggestion(name: str, names: Iterable[str]) -> str:
    """Return a hint that names the valid name most similar to an unknown one, or all valid names."""
    known = sorted(names)
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"
