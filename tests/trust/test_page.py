"""docs/reference/trust.md: every promise names a test that is there, and the table of bounds is the code's."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from handbill.system.bounds import Bounds

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/trust.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| (?!promise \|)(.+?) \| (.+) \|$", re.MULTILINE)
_LINK = re.compile(r"\[(test_\w+)\]\(\.\./\.\./(tests/[\w/]+\.py)\)")
PROMISES = [(row[1], row[2]) for row in _ROW.finditer(PAGE.partition("<!-- bounds -->")[0])]


@pytest.mark.parametrize(("promise", "held"), PROMISES, ids=[promise[:60] for promise, _ in PROMISES])
def test_a_promise_links_to_tests_that_are_there(promise: str, held: str) -> None:
    links = _LINK.findall(held)
    assert ", ".join(f"[{name}](../../{file})" for name, file in links) == held
    for name, file in links:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{file} has no {name}"


def test_there_are_promises_in_every_part() -> None:
    parts = re.split(r"^## ", PAGE.partition("## What handbill does not promise")[0], flags=re.MULTILINE)[1:]
    assert len(parts) == 9
    assert all(_LINK.search(part) for part in parts)


def test_every_test_of_trust_holds_a_promise() -> None:
    linked = set(_LINK.findall(PAGE))
    for file in ("tests/trust/test_outputs.py",):
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        named = {(node.name, file) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_no")}
        assert named <= linked


def test_the_table_of_bounds_is_what_the_code_has() -> None:
    rows = ["| bound | default | at most | of what |", "|---|---|---|---|"]
    rows += [
        f"| `{item.name.replace('_', '-')}` | {item.default:,} | {item.metadata['most']:,} | {item.metadata['help']} |"
        for item in dataclasses.fields(Bounds)
    ]
    assert "<!-- bounds -->\n\n" + "\n".join(rows) + "\n" in PAGE


def test_the_security_page_names_the_page_on_trust() -> None:
    assert "(docs/reference/trust.md)" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_an_audit_that_could_not_be_made_does_not_pass(tmp_path: Path) -> None:
    ci = tmp_path / ".ci"
    ci.mkdir()
    (ci / "audit").write_text((ROOT / ".ci/audit").read_text(encoding="utf-8"), encoding="utf-8")
    python = tmp_path / ".audit/bin/python"
    python.parent.mkdir(parents=True)
    outcomes = {
        "exit 1": 3,
        "echo nonsense > $report": 3,
        """echo '{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}' > $report""": 0,
        """echo '{"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "?"}]}' > $report""": 3,
        """echo '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X", "fix_versions": []}]}]}' > $report; exit 1""": 1,
    }
    for does, code in outcomes.items():
        # Stands in for the environment's Python: it is pip-audit where that is asked for, and itself else.
        asked = f'for report; do :; done; case "$1 $2" in "-m pip_audit") {does};; *) exec {sys.executable} "$@";; esac'
        python.write_text(f'#!/bin/sh\n[ "$2" = "import pip_audit" ] && exit 0\n{asked}\n', encoding="utf-8")
        python.chmod(0o755)
        done = subprocess.run(["/bin/sh", ci / "audit"], capture_output=True, text=True, check=False)
        assert done.returncode == code, (does, done.stdout, done.stderr)
        assert ("not audited" in done.stdout + done.stderr) == (code == 3)
