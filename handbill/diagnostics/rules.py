"""The rules behind all codes, and the one way to make a message of one of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal, get_args

from handbill.diagnostics.diagnostic import Diagnostic, Place, Severity
from handbill.diagnostics.failures import FAILURES
from handbill.diagnostics.findings import FINDINGS
from handbill.diagnostics.rule import Rule

__all__ = ["FINDINGS", "RULES", "WEIGHTS", "Weight", "at", "diagnostic", "weighed"]

RULES: Mapping[str, Rule] = dict(sorted({**FINDINGS, **FAILURES}.items()))
"""All rules by code. A plug-in's own codes are not among them."""

Weight = Literal["error", "warning", "note", "off"]
"""What a publication may say of a finding's code in `[checks]`."""

WEIGHTS: tuple[str, ...] = get_args(Weight)

NOWHERE: Place = ("", None, None)


def at(path: str, line: int | None = None, column: int | None = None) -> Place:
    """Return a place: a path, with a line and a column that count from 1 where they are known."""
    return path, line, column


def diagnostic(
    code: str, message: str, place: Place = NOWHERE, hint: str = "", excerpt: str = "", severity: Severity | None = None
) -> Diagnostic:
    """Return a message of a rule: its severity and its hint are the rule's where none is given.

    Raises KeyError where no rule has the code, ValueError where the rule does not have the severity, or nothing says what to do.
    """
    rule = RULES[code]
    if severity is not None and severity is not rule.severity and severity not in rule.also:
        raise ValueError(f"the rule {code} has no severity {severity}")
    if not hint and rule.hint == "":
        raise ValueError(f"the message of {code} says nothing of what to do")
    return Diagnostic(severity or rule.severity, code, message, *place, hint or rule.hint or "", excerpt)


def weighed(found: Diagnostic, weights: Mapping[str, str]) -> Diagnostic | None:
    """Return a message with the severity that a publication gives its code; None where it is off.

    What is an error by itself stays one: there is no handout that could be had in spite of it.
    """
    weight = weights.get(found.code)
    if weight is None or found.severity is Severity.ERROR:
        return found
    return None if weight == "off" else dataclasses.replace(found, severity=Severity(weight))
