"""What the README shows is so."""

from __future__ import annotations

import ast
import dataclasses
import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handbill.cli import cli
from handbill.contract import Run
from handbill.document import Document, Words
from handbill.errors import ProofError
from handbill.proof import expected, prove
from handbill.testing.documents import LONG_DISCLAIMER, PLAIN, TIMESTAMP, TORTURE

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```python\n(.*?)```", README, re.DOTALL)
RUN = Run(TIMESTAMP, lambda found: None)


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Any:
    assert EXAMPLE is not None
    module = types.ModuleType("handbill_gemtext")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(EXAMPLE[1], module.__dict__)  # noqa: S102 - the README's own code is what is tested
    return module.exporter


@pytest.mark.parametrize(
    "document", [PLAIN, TORTURE, dataclasses.replace(TORTURE, disclaimer=LONG_DISCLAIMER, disclaimer_position="front")]
)
def test_its_exporter_makes_handouts_that_pass_the_proof(example: Any, document: Document) -> None:
    handout = example.export(document, example.options_type(), RUN)
    assert prove(example.pages(handout), expected(document.disclaimer, Words(), document.disclaimer_position)).pages == 2


def test_its_exporter_without_the_disclaimer_is_refused(example: Any) -> None:
    handout = example.export(TORTURE, example.options_type(), RUN).split(b"\f")[0]
    with pytest.raises(ProofError):
        prove(example.pages(handout), expected(TORTURE.disclaimer, Words()))


def test_its_exporter_has_some_thirty_lines() -> None:
    assert EXAMPLE is not None
    assert len([line for line in EXAMPLE[1].splitlines() if line.strip()]) <= 30


def test_it_names_every_command() -> None:
    named = set(re.findall(r"^\| `handbill (\w+)", README, re.MULTILINE))
    assert named == set(cli.commands)


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_explains_itself(command: str) -> None:
    shown = CliRunner().invoke(cli, [command, "--help"])
    assert shown.exit_code == 0
    assert shown.output.startswith("Usage:")
    assert cli.commands[command].help


def test_every_option_of_build_that_it_names_is_there() -> None:
    row = next(line for line in README.splitlines() if line.startswith("| `handbill build"))
    options = {name for parameter in cli.commands["build"].params for name in parameter.opts}
    named = {text.split()[0] for text in re.findall(r"`(-[^`]+)`", row)}
    assert named <= options
    assert {"-t", "--set", "--disclaimer", "--strict", "--force", "-j", "--json", "-q", "-v"} <= named


def test_the_page_on_accessibility_lists_what_costs_a_claim() -> None:
    root = Path(__file__).parents[1]
    listed = set(
        re.findall(
            r"`([a-z-]+)`",
            "".join(re.findall(r"^\| (`[a-z`, -]+) \|", (root / "docs/reference/accessibility.md").read_text(), re.MULTILINE)),
        )
    )
    made = (node for file in (root / "handbill/checks").glob("*.py") for node in ast.walk(ast.parse(file.read_text())))
    found = [node.args for node in made if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding"]
    barriers = {code.value for code, _, _, barrier, *_ in found if isinstance(code, ast.Constant) and ast.unparse(barrier) != "False"}
    assert len(barriers) > 8
    assert barriers <= listed
    everything = "".join(file.read_text() for folder in ("handbill", "exporters") for file in (root / folder).rglob("*.py"))
    assert not {code for code in listed if f'"{code}"' not in everything}
