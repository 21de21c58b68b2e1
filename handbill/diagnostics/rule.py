"""A rule: one kind of message, with all that is the same wherever it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handbill.diagnostics.diagnostic import Severity

__all__ = ["Origin", "Rule", "error", "finding"]

Origin = Literal["publication", "exporter", "web", "run"]
"""What finds it: the reading of the publication, an exporter when a handout is made, the request of a link, or a run beside these."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of message.

    `sentence` says what it means. `severity` is the default, and `also` are others that some places give it. `exit_codes` are those
    that a run may end with where it is an error; it has none where it is never an error by itself. `hint` says what to do, "" where
    each place says that more exactly, None where a message may have no hint.
    """

    sentence: str
    severity: Severity
    origin: Origin
    exit_codes: tuple[int, ...] = ()
    also: tuple[Severity, ...] = ()
    hint: str | None = ""

    @property
    def is_finding(self) -> bool:
        """Whether there is a handout all the same, so that a publication may change the severity in `[checks]`."""
        return self.severity is not Severity.ERROR


def finding(
    severity: Severity, sentence: str, *, origin: Origin = "publication", exit_codes: tuple[int, ...] = (), hint: str | None = ""
) -> Rule:
    """Return the rule of a finding: there is a handout all the same. With `exit_codes`, some places make it an error."""
    return Rule(sentence, severity, origin, exit_codes, (Severity.ERROR,) if exit_codes else (), hint)


def error(sentence: str, *, exit_codes: tuple[int, ...], also: tuple[Severity, ...] = (), hint: str | None = "") -> Rule:
    """Return the rule of an error: there is no handout, or the command cannot do what was asked."""
    return Rule(sentence, Severity.ERROR, "run", exit_codes, also, hint)
