"""Reports of commands as plain text for people, and as JSON for programs (`--output-format json`).

Each function takes the result of a command (a Report of a build, the rows of `verify`, the Outcome of publishing) and returns the text to
be printed, without a line end after it. docs/reference/report-formats.md describes the JSON; a change of its fields raises SUMMARY_VERSION.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Sequence
from pathlib import Path

from handbill import registry
from handbill.builder.report import Report
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.escaping import escape_json, escape_line, escape_part
from handbill.proof.manifest import Handout, diagnostic_data
from handbill.proof.verify import Verification
from handbill.publication.options import toml_value

if typing.TYPE_CHECKING:
    from handbill.publishing.publish import PublishResult

__all__ = [
    "conformity",
    "exporters",
    "handout_table",
    "publishing_lines",
    "readability_table",
    "report_json",
    "verification_json",
    "verified_line",
]

SUMMARY_VERSION = 1
"""The version of the JSON's fields, which stands in its member `summary`."""


def conformity(handout: Handout) -> str:
    """Return the standards that a handout claims to conform to and the barriers that withhold accessibility; "" for neither."""
    claims = ", ".join(handout.claims)
    withheld = ", ".join(f"{code} ({count})" for code, count in sorted(handout.barriers.items()))
    return "; ".join(part for part in (claims, withheld and f"not accessible: {withheld}") if part)


def handout_table(report: Report) -> str:
    """Return a plain-text table of the handouts of a run and of the files that it removed."""
    conformities = {row.file: conformity(row.handout) for row in report.rows if row.handout is not None}
    rows = [("handout", "state", "bytes", "where the disclaimer stands", "conforms to" if any(conformities.values()) else "")]
    for row in report.rows:
        size = f"{row.handout.size:,}" if row.handout is not None else ""
        disclaimer = str(row.handout.proof) if row.handout is not None else "no handout"
        state = row.state if row.handout is None or not row.handout.stale else f"{row.state}, old one kept"
        rows.append((escape_line(row.file), state, size, disclaimer, conformities.get(row.file, "")))
    rows += [(escape_line(name), "removed", "", "", "") for name in report.removed]
    if len(rows) == 1:
        return "no handout was built"
    # The rule below the last column is as long as its heading: what handouts conform to may be far longer.
    widths = [*_column_widths(rows)[:4], len(rows[0][4])]
    return _aligned_table(rows, "<<><<", widths)


def _column_widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _aligned_table(rows: Sequence[Sequence[str]], alignments: str, widths: Sequence[int]) -> str:
    """Return rows as lines of columns, with a rule of dashes below the first; `alignments` has `<` or `>` for each column."""
    lines = ["  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, alignments, widths, strict=True)).rstrip() for row in rows]
    rule = "  ".join("-" * width for width in widths).rstrip()
    return "\n".join([lines[0], rule, *lines[1:]])


def readability_table(report: Report) -> str:
    """Return a plain-text table of the readability statistics of the articles that were read; "" where none was."""
    rows = [("article", "words", "sentences", "words in one", "reading")]
    for path, one in sorted(report.articles.items()):
        length, scale = one.sentence_length, " of 100" if one.scale == "ease" else ""
        reading = "" if one.score is None else f"{one.scale} {one.score:g}{scale} ({one.formula})"
        words, in_one = "" if one.words is None else f"{one.words:,}", "" if length is None else f"{length:.1f}"
        rows.append((escape_line(path), words, f"{one.sentences:,}", in_one, reading))
    if len(rows) == 1:
        return ""
    return _aligned_table(rows, "<>>><", _column_widths(rows))


def report_json(report: Report) -> str:
    """Return the report of a build or a check as JSON."""
    data = {
        "summary": SUMMARY_VERSION,
        "exit-code": report.exit_code,
        "handouts": [
            {
                "file": row.file,
                "state": row.state,
                "stale": row.handout is not None and row.handout.stale,
                "size": None if row.handout is None else row.handout.size,
                "sha256": None if row.handout is None else row.handout.sha256,
                "proof": None if row.handout is None else dataclasses.asdict(row.handout.proof),
                "claims": None if row.handout is None else row.handout.claims,
                "barriers": None if row.handout is None else row.handout.barriers,
            }
            for row in report.rows
        ],
        "removed": report.removed,
        "mended": [diagnostic_data(found) for found in report.fixed],
        "articles": [
            {
                "source": path,
                "language": one.language,
                "words": one.words,
                "sentences": one.sentences,
                "words-per-sentence": None if one.sentence_length is None else round(one.sentence_length, 1),
                "score": one.score,
                "formula": one.formula or None,
                "scale": one.scale or None,
            }
            for path, one in sorted(report.articles.items())
        ],
        "diagnostics": [diagnostic_data(found) for found in report.diagnostics],
    }
    return escape_json(json.dumps(data, indent=2, ensure_ascii=False))


def verification_json(found: Sequence[Verification], code: int) -> str:
    """Return the rows of `verify` and its exit code as JSON, with the fields of `report_json` that apply."""
    data = {
        "summary": SUMMARY_VERSION,
        "exit-code": code,
        "handouts": [
            {
                "file": row.file,
                "state": "failed" if row.problems else "verified",
                "stale": row.stale,
                "proof": None if row.proof is None else dataclasses.asdict(row.proof),
                "claims": row.claims,
            }
            for row in found
        ],
        "diagnostics": [diagnostic_data(one) for row in found for one in row.problems],
    }
    return escape_json(json.dumps(data, indent=2, ensure_ascii=False))


def verified_line(build: Path, row: Verification) -> str:
    """Return the line of a verified handout that has no problem: its file, the page of its disclaimer, and its claims."""
    assert row.proof is not None
    stale = "; stale: its article has failed since" if row.stale else ""
    claims = f"; claims {', '.join(row.claims)}" if row.claims else ""
    return escape_line(f"{build / row.file}: {row.proof}{claims}{stale}")


def publishing_lines(outcome: PublishResult, *, dry_run: bool) -> str:
    """Return a line for each file that was sent, deleted or withdrawn, or would be with `--dry-run`."""
    send, delete = ("would send", "would delete") if dry_run else ("sent", "deleted")
    lines = [f"{send}: {escape_part(path)}" for path in outcome.sent] + [f"{delete}: {escape_part(path)}" for path in outcome.deleted]
    lines += [f"withdrawn: {escape_part(name)}" for name in outcome.withdrawn]
    return "\n".join(lines) if outcome.sent or outcome.deleted else "\n".join(["nothing to send: the target has it all", *lines])


def exporters() -> tuple[bool, str]:
    """Return whether an installed exporter cannot be loaded, and a list of all exporters with their options."""
    lines: list[str] = []
    broken = False
    known = registry.registrations()
    for name, registration in known.items():
        lines.append(f"{name}  ({registration.distribution} {registration.version})")
        try:
            exporter = registry.load(name, known)
        except HandbillError as error:
            broken = True
            lines += [f"    broken: {found.message}" for found in error.diagnostics]
            continue
        lines.append(f"    {exporter.media_type}, files *{exporter.suffix}")
        hints = typing.get_type_hints(exporter.options_type)
        for item in dataclasses.fields(exporter.options_type):
            key = item.name.replace("_", "-")
            choices = (
                " | ".join(map(str, typing.get_args(hints[item.name]))) if typing.get_origin(hints[item.name]) is typing.Literal else ""
            )
            default = "" if item.default is dataclasses.MISSING else f" (default: {toml_value(item.default)})"
            lines.append(f"    {key}: {item.metadata.get('help', '')}{f' [{choices}]' if choices else ''}{default}")
    return broken, "\n".join(lines)
