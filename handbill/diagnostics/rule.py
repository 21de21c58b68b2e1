"""A rule: one kind of diagnostic, with what all diagnostics of its code have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handbill.diagnostics.diagnostic import Severity

__all__ = ["Origin", "Rule", "error", "finding"]

Origin = Literal["publication", "exporter", "web", "run"]
"""The step that reports it: reading the publication, an exporter, the request of a link, or another part of the run."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of diagnostic.

    `sentence` says what it means. `severity` is the default; `also` are others that some call sites use. `exit_codes` are those that a
    run may end with where it is an error; empty where it is never an error by itself. `hint` says what to do; "" where each call site
    gives its own, None where a diagnostic may have no hint.
    """

    sentence: str
    severity: Severity
    origin: Origin
    exit_codes: tuple[int, ...] = ()
    also: tuple[Severity, ...] = ()
    hint: str | None = ""

    @property
    def is_finding(self) -> bool:
        """Whether the handout is made all the same, so that a publication may change the severity in `[checks]`."""
        return self.severity is not Severity.ERROR


def finding(
    severity: Severity, sentence: str, *, origin: Origin = "publication", exit_codes: tuple[int, ...] = (), hint: str | None = ""
) -> Rule:
    """Return the rule of a finding: the handout is made all the same. With `exit_codes`, some call sites make it an error."""
    return Rule(sentence, severity, origin, exit_codes, (Severity.ERROR,) if exit_codes else (), hint)


def error(sentence: str, *, exit_codes: tuple[int, ...], also: tuple[Severity, ...] = (), hint: str | None = "") -> Rule:
    """Return the rule of an error: no handout is made, or the command cannot be carried out."""
    return Rule(sentence, Severity.ERROR, "run", exit_codes, also, hint)
