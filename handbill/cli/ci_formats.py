"""Messages of a run in the formats of other programs: GitHub workflow commands, GitLab Code Quality, SARIF 2.1.0, JUnit XML.

`format_report` takes a command's handouts and its messages and returns the text to be printed. The form `json` is made by `text_and_json`.
"""

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
from handbill.diagnostics.escaping import escape_json, escape_workflow, escape_xml
from handbill.diagnostics.rules import RULES

__all__ = ["FORMATS", "Case", "format_report"]


@dataclass(frozen=True, slots=True)
class Case:
    """A handout that was built, kept or verified, or failed; `failure` is the reason, "" where there is none."""

    file: str
    failure: str = ""


def format_report(form: str, command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    """Return the report of a command's run in one of FORMATS, without a line end after it."""
    return FORMATS[form](command, cases, found)


def _message_with_hint(found: Diagnostic) -> str:
    return f"{found.message} ({found.hint})" if found.hint else found.message


# ---- GitHub: workflow commands ----

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def _github(command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    lines = []
    for one in found:
        values = {"file": one.path, "line": one.line, "col": one.column, "title": f"handbill: {one.code}"}
        properties = ",".join(f"{name}={escape_workflow(str(value), ':,')}" for name, value in values.items() if value)
        lines.append(f"::{_COMMANDS[one.severity]} {properties}::{escape_workflow(_message_with_hint(one))}")
    return "\n".join(lines)


# ---- GitLab: a Code Quality report ----

_WEIGHTS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def _gitlab(command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    """Return the report of GitLab Code Quality: a JSON list with an entry for each message."""
    counts: dict[str, int] = {}
    rows = []
    for one in found:
        # The line is left out: a finding keeps its fingerprint when lines are added above it. Equal findings are told apart by a number.
        identity = json.dumps([one.code, one.path, one.message])
        number = counts[identity] = counts.get(identity, 0) + 1
        rows.append(
            {
                "description": _message_with_hint(one),
                "check_name": one.code,
                "fingerprint": hashlib.sha256(f"{identity} {number}".encode()).hexdigest(),
                "severity": _WEIGHTS[one.severity],
                "location": {"path": one.path or "publication.toml", "lines": {"begin": one.line or 1}},
            }
        )
    return escape_json(json.dumps(rows, indent=2, ensure_ascii=False))


# ---- SARIF 2.1.0 ----


def _place(one: Diagnostic) -> dict[str, Any]:
    region = {name: value for name, value in (("startLine", one.line), ("startColumn", one.column)) if value}
    # A URI reference, not a path (SARIF 2.1.0, section 3.4.3). Characters that RFC 3986, section 3.3, allows in a path are not encoded.
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(one.path, safe="/!$&'()*+,;=@~", errors="surrogatepass")}}
    return {"physicalLocation": physical | ({"region": region} if region else {})}


def _rule(code: str) -> dict[str, Any]:
    """Return the rule of a code (SARIF 2.1.0, section 3.49); the id alone for a code of a plug-in."""
    if code not in RULES:
        return {"id": code}
    rule = RULES[code]
    return {"id": code, "shortDescription": {"text": rule.sentence}, "defaultConfiguration": {"level": str(rule.severity)}}


def _sarif(command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    """Return a SARIF 2.1.0 log with one run: its rules are the codes that occur, its results the messages."""
    rules = sorted({one.code for one in found})
    results = [
        {
            "ruleId": one.code,
            "ruleIndex": rules.index(one.code),
            "level": str(one.severity),
            "message": {"text": _message_with_hint(one)},
            **({"locations": [_place(one)]} if one.path else {}),
        }
        for one in found
    ]
    driver = {"name": "handbill", "version": __version__, "rules": [_rule(code) for code in rules]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return escape_json(json.dumps(log, indent=2, ensure_ascii=False))


# ---- JUnit ----


def _junit(command: str, cases: Sequence[Case], found: Sequence[Diagnostic]) -> str:
    """Return JUnit XML: a test case for each handout, and one for each file with messages, which fails where one of them is an error."""
    by_path: dict[str, list[Diagnostic]] = {}
    for one in found:
        by_path.setdefault(one.path or "handbill", []).append(one)
    suite = ElementTree.Element("testsuite", {"name": f"handbill {command}"})
    failures = 0
    for case in cases:
        node = ElementTree.SubElement(suite, "testcase", {"classname": f"handbill.{command}", "name": case.file})
        if case.failure:
            failures += 1
            ElementTree.SubElement(node, "failure", {"message": case.failure})
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
    return escape_xml(ElementTree.tostring(suite, encoding="unicode", xml_declaration=True))


FORMATS: Mapping[str, Callable[[str, Sequence[Case], Sequence[Diagnostic]], str]] = {
    "github": _github,
    "gitlab": _gitlab,
    "sarif": _sarif,
    "junit": _junit,
}
"""By the name of a form, the function that returns the report of a command, its handouts and its messages."""
