"""What a run found, for other programs: GitHub's and GitLab's annotations, SARIF, JUnit. JSON is the summary's own (`summary.py`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from handbill import __version__
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.rules import RULES

__all__ = ["FORMATS", "Case", "report_in"]


@dataclass(frozen=True, slots=True)
class Case:
    """A handout that was built, kept, failed or verified; `failed` says why, "" where it did not."""

    file: str
    failed: str = ""


def report_in(form: str, command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    """Return the report of a command's run in one of FORMATS, without a line end after it."""
    return FORMATS[form](command, cases, found)


def _hinted(found: Diagnostic) -> str:
    return f"{found.message} ({found.hint})" if found.hint else found.message


# ---- GitHub: workflow commands ----

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def _escaped(text: str, also: str = "") -> str:
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _github(command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    lines = []
    for one in found:
        values = {"file": one.path, "line": one.line, "col": one.column, "title": f"handbill: {one.code}"}
        properties = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in values.items() if value)
        lines.append(f"::{_COMMANDS[one.severity]} {properties}::{_escaped(_hinted(one))}")
    return "\n".join(lines)


# ---- GitLab: a Code Quality report ----

_WEIGHTS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def _gitlab(command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    seen: dict[str, int] = {}
    rows = []
    for one in found:
        # A finding keeps its fingerprint when lines are added above it; of several alike, each has its own.
        said = json.dumps([one.code, one.path, one.message])
        number = seen[said] = seen.get(said, 0) + 1
        rows.append(
            {
                "description": _hinted(one),
                "check_name": one.code,
                "fingerprint": hashlib.sha256(f"{said} {number}".encode()).hexdigest(),
                "severity": _WEIGHTS[one.severity],
                "location": {"path": one.path or "publication.toml", "lines": {"begin": one.line or 1}},
            }
        )
    return json.dumps(rows, indent=2, ensure_ascii=False)


# ---- SARIF 2.1.0 ----


def _place(one: Diagnostic) -> dict[str, Any]:
    region = {name: value for name, value in (("startLine", one.line), ("startColumn", one.column)) if value}
    # A reference, not a path (SARIF 2.1.0, 3.4.3); what RFC 3986, 3.3, lets stand stays readable.
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(one.path, safe="/!$&'()*+,;=@~")}}
    return {"physicalLocation": physical | ({"region": region} if region else {})}


def _rule(code: str) -> dict[str, Any]:
    """Return what is known of a code; of one that a plug-in brings, its name alone (SARIF 2.1.0, 3.49)."""
    if code not in RULES:
        return {"id": code}
    rule = RULES[code]
    return {"id": code, "shortDescription": {"text": rule.sentence}, "defaultConfiguration": {"level": str(rule.severity)}}


def _sarif(command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    rules = sorted({one.code for one in found})
    results = [
        {
            "ruleId": one.code,
            "ruleIndex": rules.index(one.code),
            "level": str(one.severity),
            "message": {"text": _hinted(one)},
            **({"locations": [_place(one)]} if one.path else {}),
        }
        for one in found
    ]
    driver = {"name": "handbill", "version": __version__, "rules": [_rule(code) for code in rules]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


# ---- JUnit ----


def _junit(command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    by_path: dict[str, list[Diagnostic]] = {}
    for one in found:
        by_path.setdefault(one.path or "handbill", []).append(one)
    suite = ElementTree.Element("testsuite", {"name": f"handbill {command}"})
    failures = 0
    for case in cases:
        node = ElementTree.SubElement(suite, "testcase", {"classname": f"handbill.{command}", "name": case.file})
        if case.failed:
            failures += 1
            ElementTree.SubElement(node, "failure", {"message": case.failed})
    for path, messages in by_path.items():
        node = ElementTree.SubElement(suite, "testcase", {"classname": f"handbill.{command}.sources", "name": path})
        errors = [one for one in messages if one.severity is Severity.ERROR]
        if errors:
            failures += 1
            failure = ElementTree.SubElement(node, "failure", {"message": errors[0].message, "type": errors[0].code})
            failure.text = "\n".join(map(str, errors))
        others = [str(one) for one in messages if one.severity is not Severity.ERROR]
        if others:
            ElementTree.SubElement(node, "system-out").text = "\n".join(others)
    if not len(suite):
        ElementTree.SubElement(suite, "testcase", {"classname": f"handbill.{command}", "name": command})
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


FORMATS: Mapping[str, Callable[[str, Sequence[Case], Sequence[Diagnostic]], str]] = {
    "github": _github,
    "gitlab": _gitlab,
    "sarif": _sarif,
    "junit": _junit,
}
"""Each returns a report of a command, its handouts, and what was found."""
