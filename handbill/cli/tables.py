"""What a run did, for people and for machines."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Sequence
from pathlib import Path

from handbill import registry
from handbill.builder.report import Report
from handbill.diagnostics.errors import HandbillError
from handbill.proof.manifest import Handout, diagnostic_data
from handbill.proof.verify import Verification
from handbill.publication.options import toml_value

if typing.TYPE_CHECKING:
    from handbill.publishing.publish import PublishResult

__all__ = ["as_json", "as_line", "as_table", "conformity", "exporters", "of_articles", "of_publishing", "of_verifying"]

SUMMARY_VERSION = 1


def conformity(handout: Handout) -> str:
    """Return in words what a handout claims to conform to, and what kept it from a claim of accessibility; "" for neither."""
    claims = ", ".join(handout.claims)
    withheld = ", ".join(f"{code} ({count})" for code, count in sorted(handout.barriers.items()))
    return "; ".join(part for part in (claims, withheld and f"not accessible: {withheld}") if part)


def as_table(report: Report) -> str:
    """Return a table of the run's handouts, and of what was removed, in plain text."""
    claimed = {row.file: conformity(row.handout) for row in report.rows if row.handout is not None}
    rows = [("handout", "state", "bytes", "where the disclaimer stands", "conforms to" if any(claimed.values()) else "")]
    for row in report.rows:
        size = f"{row.handout.size:,}" if row.handout is not None else ""
        stands = str(row.handout.proof) if row.handout is not None else "no handout"
        state = row.state if row.handout is None or not row.handout.stale else f"{row.state}, old one kept"
        rows.append((row.file, state, size, stands, claimed.get(row.file, "")))
    rows += [(name, "removed", "", "", "") for name in report.removed]
    if len(rows) == 1:
        return "no handout was built"
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{name:<{widths[0]}}  {state:<{widths[1]}}  {size:>{widths[2]}}  {stands:<{widths[3]}}  {claims}".rstrip()
        for name, state, size, stands, claims in rows
    ]
    rule = "  ".join("-" * width for width in (*widths, len(rows[0][4])))
    return "\n".join([lines[0], rule.rstrip(), *lines[1:]])


def of_articles(report: Report) -> str:
    """Return a table of the articles that were read, with how long and how hard they are, in plain text; "" where there is none."""
    rows = [("article", "words", "sentences", "words in one", "reading")]
    for path, one in sorted(report.articles.items()):
        length, scale = one.sentence_length, " of 100" if one.scale == "ease" else ""
        reading = "" if one.score is None else f"{one.scale} {one.score:g}{scale} ({one.formula})"
        rows.append(
            (path, "" if one.words is None else f"{one.words:,}", f"{one.sentences:,}", "" if length is None else f"{length:.1f}", reading)
        )
    if len(rows) == 1:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        f"{path:<{widths[0]}}  {words:>{widths[1]}}  {count:>{widths[2]}}  {length:>{widths[3]}}  {reading}".rstrip()
        for path, words, count, length, reading in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def as_json(report: Report) -> str:
    """Return the run as JSON: `summary` is this form's version."""
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
    return json.dumps(data, indent=2, ensure_ascii=False)


def of_verifying(found: Sequence[Verification], code: int) -> str:
    """Return what `verify` found, in the same form of JSON."""
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
    return json.dumps(data, indent=2, ensure_ascii=False)


def as_line(build: Path, row: Verification) -> str:
    """Return in a line what was found of a handout that was verified and has no problem."""
    assert row.proof is not None
    stale = "; stale: its article has failed since" if row.stale else ""
    claims = f"; claims {', '.join(row.claims)}" if row.claims else ""
    return f"{build / row.file}: {row.proof}{claims}{stale}"


def of_publishing(outcome: PublishResult, *, dry_run: bool) -> str:
    """Return what was sent and deleted, or would be, in lines."""
    send, delete = ("would send", "would delete") if dry_run else ("sent", "deleted")
    lines = [f"{send}: {path}" for path in outcome.sent] + [f"{delete}: {path}" for path in outcome.deleted]
    lines += [f"withdrawn: {name}" for name in outcome.withdrawn]
    return "\n".join(lines) if outcome.sent or outcome.deleted else "\n".join(["nothing to send: the target has it all", *lines])


def exporters() -> tuple[bool, str]:
    """Return whether one of the installed exporters is broken, and a text that lists them all with their options."""
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
