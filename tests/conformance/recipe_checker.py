"""The CI workflow of this repository, run as it is written: the steps of its build, twice, in a clean clone and a new environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml

from conformance import site_checker
from conformance.subjects import ROOT
from conformance.verdict import Failure, Verdict
from folders import files_below

__all__ = ["check"]


def check(folder: Path) -> list[Verdict]:
    """Return the verdicts on the first run of the steps, on the second one, and on the site that they write."""
    folder.mkdir()
    work, environment = _prepare(folder)
    workflow = yaml.safe_load((work / ".github/workflows/handouts.yml").read_text("utf-8"))
    steps = [(step.get("name", ""), step["run"]) for step in workflow["jobs"]["build"]["steps"] if "run" in step]
    environment |= {name: str(value) for name, value in workflow["env"].items()}
    failures = _run_steps(steps, work, environment)
    verdicts = [Verdict(work, "its steps", f"{len(steps)} steps", tuple(failures))]
    if failures:
        return verdicts
    before = files_below(work / "site")
    failures = _run_steps(steps[2:], work, environment)
    failures += [Failure("sent again", path) for path, content in files_below(work / "site").items() if before.get(path) != content]
    summary = Path(environment["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
    failures += [] if "disclaimer on page" in summary and "## Due" in summary else [Failure("summary", summary[:200])]
    output = Path(environment["GITHUB_OUTPUT"]).read_text("utf-8")
    failures += [] if output == "code=0\ncode=0\n" else [Failure("output", output)]
    verdicts.append(Verdict(work, "its steps, again", f"{len(before)} files of the site", tuple(failures)))
    return verdicts + site_checker.check_site(work / "site", work / "build", folder / "downloads")


def _prepare(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return a clean clone, and the environment of a runner with a new virtual environment."""
    work = folder / "work"
    for command in (
        ["git", "clone", "--quiet", "--bare", str(ROOT), str(folder / "bare.git")],
        ["git", "clone", "--quiet", str(folder / "bare.git"), str(work)],
        [sys.executable, "-m", "venv", str(folder / "venv")],
    ):
        subprocess.run(command, check=True)
    named = {
        "PATH": f"{folder / 'venv/bin'}{os.pathsep}{os.environ['PATH']}",
        "PIP_CONSTRAINT": str(work / "constraints.txt"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "CI": "true",
    }
    return work, {**{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}, **named}


def _run_steps(steps: list[tuple[str, str]], work: Path, environment: dict[str, str]) -> list[Failure]:
    """Run each step as GitHub's runner does, and return the failure of the first that fails."""
    for name, script in steps:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            return [Failure(name, f"exit {done.returncode}: {(done.stdout + done.stderr)[-600:]}")]
    return []
