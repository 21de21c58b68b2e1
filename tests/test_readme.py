"""The exporter that docs/how-to/write-an-exporter.md shows works, and other pages list what is so."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handbill.cli.app import cli
from handbill.contract import ExporterError, Run
from handbill.diagnostics.errors import ProofError
from handbill.document import Document
from handbill.proof.disclaimer import expected_disclaimer, prove_disclaimer
from handbill.testing.documents import LONG_DISCLAIMER, PLAIN, TIMESTAMP, TORTURE

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/how-to/write-an-exporter.md").read_text(encoding="utf-8")
EXAMPLE, KIT = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
RUN = Run(TIMESTAMP, lambda found: None)


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Any:
    module = types.ModuleType("handbill_gemtext")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(EXAMPLE, module.__dict__)  # noqa: S102 - the page's own code is what is tested
    return module.exporter


@pytest.mark.parametrize(
    "document", [PLAIN, TORTURE, dataclasses.replace(TORTURE, disclaimer=LONG_DISCLAIMER, disclaimer_position="front")]
)
def test_its_exporter_makes_handouts_that_pass_the_proof(example: Any, document: Document) -> None:
    handout = example.export(document, example.options_type(), RUN)
    assert prove_disclaimer(example.pages(handout), expected_disclaimer(document.disclaimer, document.disclaimer_position)).pages == 2


def test_its_exporter_without_the_disclaimer_is_refused(example: Any) -> None:
    handout = example.export(TORTURE, example.options_type(), RUN).split(b"\f")[0]
    with pytest.raises(ProofError):
        prove_disclaimer(example.pages(handout), expected_disclaimer(TORTURE.disclaimer))


def test_what_could_change_the_disclaimers_page_from_outside_is_refused(example: Any) -> None:
    handout = example.export(PLAIN, example.options_type(), RUN)
    assert example.disclaimer_of(handout, "end").first == 2
    for foreign in ("\n```\n", "\x1b[8m", "\u009b8m", "\f"):
        with pytest.raises(ExporterError):
            example.disclaimer_of(handout.replace(b"One", foreign.encode()), "end")


def test_its_exporter_has_some_forty_lines() -> None:
    assert len([line for line in EXAMPLE.splitlines() if line.strip()]) <= 40
    assert "about forty lines" in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


def test_its_exporter_passes_the_contract_kit_as_the_page_runs_it(tmp_path: Path) -> None:
    entry_points = re.search(r'^    \[project\.entry-points\."(.+?)"\]\n    (.+)$', PAGE, re.MULTILINE)
    assert entry_points is not None
    installed = tmp_path / "handbill_gemtext-1.0.dist-info"
    for file, text in {
        tmp_path / "handbill_gemtext.py": EXAMPLE,
        tmp_path / "test_gemtext.py": KIT,
        installed / "METADATA": "Metadata-Version: 2.1\nName: handbill-gemtext\nVersion: 1.0\n",
        installed / "entry_points.txt": f"[{entry_points[1]}]\n{entry_points[2].replace(chr(34), '')}\n",
    }.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path / "test_gemtext.py"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_explains_itself(command: str) -> None:
    shown = CliRunner().invoke(cli, [command, "--help"])
    assert shown.exit_code == 0
    assert shown.output.startswith("Usage:")
    assert cli.commands[command].help


def test_the_page_on_accessibility_lists_what_costs_a_claim() -> None:
    listed = set(
        re.findall(
            r"`([a-z-]+)`",
            "".join(re.findall(r"^\| (`[a-z`, -]+) \|", (ROOT / "docs/reference/accessibility.md").read_text(), re.MULTILINE)),
        )
    )
    made = (node for file in (ROOT / "handbill/checks").rglob("*.py") for node in ast.walk(ast.parse(file.read_text())))
    found = [node for node in made if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding"]
    barred = {node.args[0]: one.value for node in found for one in node.keywords if one.arg == "barrier"}
    assert len(barred) == len(found)
    barriers = {code.value for code, barrier in barred.items() if isinstance(code, ast.Constant) and ast.unparse(barrier) != "False"}
    assert len(barriers) > 8
    assert barriers <= listed
    everything = "".join(file.read_text() for folder in ("handbill", "exporters") for file in (ROOT / folder).rglob("*.py"))
    assert not {code for code in listed if f'"{code}"' not in everything}
