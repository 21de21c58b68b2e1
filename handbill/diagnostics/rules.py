"""The table of all rules, by code, and the constructor of diagnostics from it.

`diagnostic` takes a code, a message and a place, and adds the severity and the hint of the rule.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal, get_args

from handbill.diagnostics.diagnostic import Diagnostic, Place, Severity
from handbill.diagnostics.failure_rules import FAILURES
from handbill.diagnostics.finding_rules import FINDINGS
from handbill.diagnostics.rule import Rule

__all__ = ["FINDINGS", "RULES", "WEIGHTS", "Weight", "apply_weight", "diagnostic", "location"]

RULES: Mapping[str, Rule] = dict(sorted({**FINDINGS, **FAILURES}.items()))
"""All rules, by code, without those of plug-ins."""

Weight = Literal["error", "warning", "note", "off"]
"""The severity that a publication may give a finding's code in `[checks]`; "off" leaves it out."""

WEIGHTS: tuple[str, ...] = get_args(Weight)

NOWHERE: Place = ("", None, None)


def location(path: str, line: int | None = None, column: int | None = None) -> Place:
    """Return a place: a path, and a line and a column (from 1) where they are known."""
    return path, line, column


def diagnostic(
    code: str, message: str, place: Place = NOWHERE, hint: str = "", excerpt: str = "", severity: Severity | None = None
) -> Diagnostic:
    """Return a diagnostic of the rule with this code; the rule's severity and hint are used where none is given.

    Raises KeyError where no rule has the code; ValueError where the rule does not allow the severity, or where there is no hint and the
    rule needs one.
    """
    rule = RULES[code]
    if severity is not None and severity is not rule.severity and severity not in rule.also:
        raise ValueError(f"the rule {code} has no severity {severity}")
    if not hint and rule.hint == "":
        raise ValueError(f"the message of {code} says nothing of what to do")
    return Diagnostic(severity or rule.severity, code, message, *place, hint or rule.hint or "", excerpt)


def apply_weight(found: Diagnostic, weights: Mapping[str, str]) -> Diagnostic | None:
    """Return a diagnostic with the severity that a publication's `[checks]` give its code; None where it is "off".

    `weights` are by code. An error stays an error, since no handout is made.
    """
    weight = weights.get(found.code)
    if weight is None or found.severity is Severity.ERROR:
        return found
    return None if weight == "off" else dataclasses.replace(found, severity=Severity(weight))
