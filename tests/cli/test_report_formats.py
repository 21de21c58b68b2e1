"""Reports for other programs: each finding with its place, in the form that the program reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from commandline import ARTICLE, TEXT_ALONE, Handbill, publication, write
from handbill.cli.ci_formats import format_report
from handbill.diagnostics.diagnostic import Diagnostic, Severity

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/summary.schema.json").read_text())
SETTINGS = "[checks]\nno-summary = 'off'\n" + TEXT_ALONE
WRONG = f"{ARTICLE}\nA note.[^1]\n"
DOUBTFUL = f"{ARTICLE}\n[here](https://example.org/)\n\n100 %, a: b\n\n![](x.png)\n"


@pytest.fixture
def mixed(handbill: Handbill, tmp_path: Path) -> Handbill:
    from handbill.testing.documents import png

    source = publication(tmp_path, settings=SETTINGS, articles={"bad,1.md": WRONG, "fair.md": DOUBTFUL, "good.md": ARTICLE})
    (source / "x.png").write_bytes(png())
    return handbill


def out(handbill: Handbill, command: str, form: str, code: int = 3) -> str:
    return handbill.inside(command, "--output-format", form, code=code).out


@pytest.mark.parametrize("command", ["build", "check"])
def test_github_shows_each_finding_at_its_line(command: str, mixed: Handbill) -> None:
    lines = out(mixed, command, "github").splitlines()
    assert lines[0] == (
        "::error file=source/bad%2C1.md,line=9,col=8,title=handbill%3A undefined-note::the footnote [^1] is not defined "
        "(add a line [^1]: … or put a backslash before the bracket)"
    )
    assert any(line.startswith("::warning file=source/fair.md,line=9,col=1,title=handbill%3A vague-link::") for line in lines)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)


def test_gitlab_gets_a_code_quality_report_whose_fingerprints_last(mixed: Handbill) -> None:
    rows = json.loads(out(mixed, "check", "gitlab"))
    assert {row["severity"] for row in rows} == {"major", "minor"}
    (note,) = [row for row in rows if row["check_name"] == "undefined-note"]
    assert note["location"] == {"path": "source/bad,1.md", "lines": {"begin": 9}}
    assert len({row["fingerprint"] for row in rows}) == len(rows)
    write(mixed.folder / "source/bad,1.md", WRONG.replace("The first", "One more.\n\nThe first"))
    (moved,) = [row for row in json.loads(out(mixed, "check", "gitlab")) if row["check_name"] == "undefined-note"]
    assert moved["location"]["lines"] == {"begin": 11}
    assert moved["fingerprint"] == note["fingerprint"]


def test_sarif_names_rules_levels_and_regions(mixed: Handbill) -> None:
    log = json.loads(out(mixed, "check", "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    described = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert described["vague-link"] == {
        "id": "vague-link",
        "shortDescription": {"text": "The words of a link do not say where it leads."},
        "defaultConfiguration": {"level": "warning"},
    }
    assert described["undefined-note"]["defaultConfiguration"] == {"level": "error"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "source/bad,1.md"},
        "region": {"startLine": 9, "startColumn": 8},
    }


def test_sarif_knows_nothing_of_a_rule_that_a_plug_in_brings() -> None:
    log = json.loads(format_report("sarif", "check", [], [Diagnostic(Severity.NOTE, "too-plain", "m")]))
    assert log["runs"][0]["tool"]["driver"]["rules"] == [{"id": "too-plain"}]


def test_sarif_names_files_by_references(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=SETTINGS, articles={"50% off, #1 ä.md": WRONG})
    (result,) = json.loads(out(handbill, "check", "sarif"))["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "source/50%25%20off,%20%231%20%C3%A4.md"


def test_junit_counts_handouts_and_sources(mixed: Handbill) -> None:
    suite = ElementTree.fromstring(out(mixed, "build", "junit"))  # noqa: S314 - handbill's own
    cases = {case.get("name"): case for case in suite}
    assert set(cases) == {"bad,1.txt", "fair.txt", "good.txt", "source/bad,1.md", "source/fair.md"}
    failed = {name for name, case in cases.items() if case.find("failure") is not None}
    assert failed == {"bad,1.txt", "source/bad,1.md"}
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("5", "2", "0")
    assert "vague-link" in str(cases["source/fair.md"].findtext("system-out"))


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif", "junit", "json"])
def test_an_error_that_ends_a_run_at_once_is_reported_in_the_same_form(form: str, handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="colour = 1\n")
    for command in ("build", "check"):
        done = handbill.inside(command, "--output-format", form, code=4)
        assert "there is no setting `colour`" in done.out.replace("&#x60;", "`")
        assert "source/publication.toml" in done.out
        assert "error[setting]" in done.err


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif", "junit", "json"])
def test_verify_reports_a_manifest_that_is_missing_or_damaged_in_the_form_that_was_asked_for(
    form: str, handbill: Handbill, tmp_path: Path
) -> None:
    handbill.build.mkdir()
    for content, told in ((None, "there is no manifest"), ("{", "the manifest is not JSON")):
        if content is not None:
            write(handbill.build / "manifest.json", content)
        done = handbill.inside("verify", "--output-format", form, code=6)
        assert told in done.out
        assert "build/manifest.json" in done.out
        assert "error[manifest]" in done.err
        if form == "json":
            jsonschema.validate(json.loads(done.out), SCHEMA, cls=jsonschema.Draft202012Validator)


def test_verify_reports_what_was_changed(mixed: Handbill) -> None:
    mixed.inside("build", code=3)
    (mixed.build / "good.txt").write_text("nothing")
    suite = ElementTree.fromstring(out(mixed, "verify", "junit", 6))  # noqa: S314
    assert {case.get("name") for case in suite if case.find("failure") is not None} == {"good.txt", "build/good.txt"}
    assert "::error file=build/good.txt,title=handbill%3A changed-handout::" in out(mixed, "verify", "github", 6)


def test_json_is_what_its_schema_says(mixed: Handbill) -> None:
    def held(text: str) -> Any:
        data = json.loads(text)
        jsonschema.validate(data, SCHEMA, cls=jsonschema.Draft202012Validator)
        return data

    built = held(out(mixed, "build", "json"))
    assert {row["state"] for row in built["handouts"]} == {"built", "failed"}
    assert held(mixed.inside("build", "--json", code=3).out)["handouts"][1]["state"] == "unchanged"
    held(out(mixed, "check", "json"))
    (mixed.build / "good.txt").write_text("nothing")
    verified = held(out(mixed, "verify", "json", 6))
    assert {row["file"]: row["state"] for row in verified["handouts"]} == {"fair.txt": "verified", "good.txt": "failed"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(built | {"summary": 2}, SCHEMA)
