"""The recipes for CI: valid, pinned, with no more rights than they need, and the project's own is the one that ships."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from commandline import Handbill, publication
from handbill import __version__
from handbill.starter import RECIPES, recipe

ROOT = Path(__file__).parents[1]
SCHEMAS = {"github": ["vendor.github-workflows"], "gitlab": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"]}


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found, f"{name} is missing: .ci/install test gets it"
    return found


@pytest.mark.parametrize("system", RECIPES)
def test_init_writes_a_recipe_that_its_schema_accepts(system: str, handbill: Handbill, tmp_path: Path) -> None:
    done = handbill.inside("init", "leaf lets", "--ci", system)
    assert RECIPES[system] in done.out.splitlines()
    file = tmp_path / RECIPES[system]
    text = file.read_text()
    assert 'SOURCE: "leaf lets"' in text
    assert f'HANDBILL: "handbill=={__version__}"' in text
    schema, *options = SCHEMAS[system]
    checked = subprocess.run(
        [tool("check-jsonschema"), "--builtin-schema", schema, *options, file], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "is there already" in handbill.inside("init", "leaf lets", "--ci", system, code=2).err


def test_init_adds_a_recipe_to_a_publication_that_is_there(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path)
    before = sorted(source.rglob("*"))
    assert handbill.inside("init", "source", "--ci", "github").out.splitlines() == [RECIPES["github"]]
    assert sorted(source.rglob("*")) == before
    assert "is not below the current folder" in handbill.inside("init", "..", "--ci", "gitlab", code=2).err.replace(
        "../publication.toml", ""
    )


def workflow() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / RECIPES["github"]).read_text())
    return loaded


def test_the_projects_own_workflow_is_the_recipe_that_ships() -> None:
    assert (ROOT / RECIPES["github"]).read_text() == recipe("github", "source", ".")


def test_actions_are_pinned_and_rights_are_given_job_by_job() -> None:
    data = workflow()
    assert data["permissions"] == {}
    used = re.findall(r"uses: (\S+)(.*)", (ROOT / RECIPES["github"]).read_text())
    assert used
    assert all(
        re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action) and re.fullmatch(r" # v\d+\.\d+\.\d+", version) for action, version in used
    )
    rights = {name: job.get("permissions") for name, job in data["jobs"].items()}
    assert rights == {
        "build": {"contents": "read"},
        "pages": {"pages": "write", "id-token": "write"},
        "attest": {"id-token": "write", "attestations": "write"},
        "release": {"contents": "write"},
        "review": {"issues": "write"},
        "outcome": {},
    }
    assert all("timeout-minutes" in job for job in data["jobs"].values())


def test_nothing_that_others_write_is_pasted_into_a_script() -> None:
    for job in workflow()["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")


def test_an_auditor_of_workflows_finds_nothing() -> None:
    done = subprocess.run(
        [tool("zizmor"), "--offline", "--no-progress", ROOT / RECIPES["github"]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hook_for_pre_commit_names_a_command_that_is_there(handbill: Handbill, tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    publication(tmp_path)
    command, *arguments = hook["entry"].split()
    assert command == "handbill"
    handbill.inside(*arguments)
    assert re.search(hook["files"], "source/letter.md")
    assert not re.search(hook["files"], "setup.py")


def test_the_image_runs_as_nobody_in_particular_and_copies_what_is_there() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER handbill$", text, re.MULTILINE)
    assert re.search(r"^FROM python:3\.\d+-slim$", text, re.MULTILINE)
    for names in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / name).exists() for name in names.split())
    needed = re.findall(r'\("\w[\w ]*", "\S+\.so\.\d+", "([\w.-]+)"\)', (ROOT / "handbill/doctor.py").read_text())
    assert {"libpango-1.0-0", "libharfbuzz-subset0"} <= set(needed)
    assert all(name in text for name in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"))
