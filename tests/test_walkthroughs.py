"""The walk-throughs for contributors can be followed literally: their changes are made in a copy of the repository, their commands run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs/contributing").glob("add-*.md"))
NEEDED = ("handbill", "exporters", "source", "tests", "docs", "README.md", "pyproject.toml")
"""What is copied of the repository: all that the commands of the pages read."""

_STEP = re.compile(r"^(`{3,})(\w+)(?: (\S+))?(?: ([^\n]+))?\n(.*?)^\1$|^    (\S[^\n]*)\n", re.MULTILINE | re.DOTALL)
_FAILS = re.compile(r"\n*It fails(?: with exit code (\d+))?\b")
_RUN = re.compile(r"mkdir |cp |printf |\.venv/bin/python -m (?:handbill|pytest .* -k) ")
"""The commands that the test runs. It leaves out whole test modules, which `make test` runs, and what installs or measures everything."""


@dataclass(frozen=True)
class Change:
    """A change to the file at `path`: a block of kind `diff`, or text that is a whole file or stands at `place` in one."""

    path: str
    kind: str
    place: str
    text: str

    def apply(self, root: Path) -> None:
        """Make the change below a folder. Raises AssertionError where the file is not as the block shows it."""
        file = root / self.path
        if self.kind != "diff" and not self.place:
            assert not file.exists(), self.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self.text, encoding="utf-8")
            return
        text = file.read_text(encoding="utf-8")
        if self.place == "end":
            # Two blank lines part functions.
            text += f"\n\n{self.text}"
        for old, new in self.replacements():
            assert text.count(f"\n{old}") == 1, f"{self.path} does not have once:\n{old}"
            text = text.replace(f"\n{old}", f"\n{new}")
        file.write_text(text, encoding="utf-8")

    def replacements(self) -> Iterator[tuple[str, str]]:
        """Yield lines of the file, and what replaces them."""
        if self.kind == "diff":
            for hunk in self.text.split("@@\n"):
                lines = hunk.splitlines(keepends=True)
                yield "".join(line[1:] for line in lines if line[0] in " -"), "".join(line[1:] for line in lines if line[0] in " +")
        elif self.place != "end":
            assert self.place.startswith("before "), self.place
            following = self.place.removeprefix("before ")
            yield f"{following}\n", f"{self.text}{following}\n"


@dataclass(frozen=True)
class Command:
    """A command, and the exit code that the page gives it; 1, as of pytest, where the page says only that it fails."""

    line: str
    code: int


def steps(page: str) -> Iterator[Change | Command]:
    """Yield the steps of a walk-through in their order."""
    for found in _STEP.finditer(page):
        _, kind, path, place, text, line = found.groups()
        if path:
            yield Change(path, kind, place or "", text)
        elif line and _RUN.match(line):
            failing = _FAILS.match(page, found.end())
            yield Command(line, 0 if failing is None else int(failing[1] or 1))


def copied_repository(root: Path) -> None:
    """Copy what is needed of the repository into a folder."""
    for name in NEEDED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("node_modules"))
        else:
            shutil.copy2(ROOT / name, root / name)


def install(root: Path) -> None:
    """Make the copy importable with the entry points of its pyproject.toml, as an installation of it would be."""
    link = root / "handbill/exporters"
    if not link.is_symlink():
        link.symlink_to("../exporters")
    entry_points = tomllib.loads((root / "pyproject.toml").read_text())["project"]["entry-points"]["handbill.exporters"]
    installed = root / "handbill-0.dist-info"
    installed.mkdir(exist_ok=True)
    (installed / "METADATA").write_text(distribution("handbill").read_text("METADATA") or "")
    lines = [f"{name} = {value}" for name, value in entry_points.items()]
    (installed / "entry_points.txt").write_text("\n".join(["[handbill.exporters]", *lines, ""]))


def run(line: str, root: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a page in the copy, with its temporary folder and its cache beside the copy."""
    command = line.replace("/tmp/", f"{root.parent}/").replace(".venv/bin/python", sys.executable)
    environment = {
        **os.environ,
        "PYTHONPATH": str(root),
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
        "XDG_CACHE_HOME": str(root.parent / "cache"),
    }
    return subprocess.run(["bash", "-c", command], cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_changes_apply_and_its_commands_end_as_it_says(page: Path, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    copied_repository(root)
    commands, changed = 0, set[str]()
    for step in steps(page.read_text(encoding="utf-8")):
        if isinstance(step, Change):
            step.apply(root)
            changed.add(step.path)
            continue
        install(root)
        done = run(step.line, root)
        assert done.returncode == step.code, f"{step.line}\n{done.stdout}\n{done.stderr}"
        commands += 1
    assert commands > 4
    (root / "handbill/exporters").unlink()  # ruff would take it for a package of other people
    for check in ("check", "format --check"):
        done = run(f".venv/bin/python -m ruff {check} --no-cache {' '.join(path for path in changed if path.endswith('.py'))}", root)
        assert done.returncode == 0, done.stdout


def test_a_block_that_does_not_apply_and_a_command_that_ends_otherwise_are_found(tmp_path: Path) -> None:
    text = "Run it:\n\n    .venv/bin/python -m handbill schema\n\nIt fails with exit code 3.\n\n```diff a.py\n-two\n+three\n```\n"
    command, change = steps(text)
    assert command == Command(".venv/bin/python -m handbill schema", 3)
    assert isinstance(change, Change)
    (tmp_path / "a.py").write_text("# a\none\n")
    with pytest.raises(AssertionError, match="does not have once"):
        change.apply(tmp_path)
    (tmp_path / "a.py").write_text("# a\ntwo\n")
    change.apply(tmp_path)
    assert (tmp_path / "a.py").read_text() == "# a\nthree\n"
