"""The recipes for CI: valid, pinned, with no more rights than they need, and the project's own is the one that ships."""

from __future__ import annotations

import dataclasses
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from commandline import Handbill, publication, write
from handbill import __version__
from handbill.cli.scaffold import RECIPES, recipe

ROOT = Path(__file__).parents[2]
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
    # A publication written beside the tests' own folders would be that of every file that stands alone in one of them.
    (tmp_path / "inner").mkdir()
    inside = dataclasses.replace(handbill, folder=tmp_path / "inner")
    assert "is not below the current folder" in inside.inside("init", "..", "--ci", "gitlab", code=2).err


NAMESAKES = ["de/letter.pdf", "letter.pdf", "sub/letter.pdf", "sub-letter.pdf", "sub/deep/letter.pdf", "manifest.json"]
SEAL = f"seals/{'0' * 64}.pdf"
ASSETS = {"de-letter.pdf", "letter.pdf", "sub--letter.pdf", "sub-letter.pdf", "sub-deep-letter.pdf", "manifest.json"}


def release(system: str, folder: Path, environment: dict[str, str]) -> None:
    """Run what a recipe does to release the handouts in `folder`, each of which holds its own path."""
    loaded = yaml.safe_load(recipe(system, "source", "."))
    if system == "github":
        (script,) = [step["run"] for step in loaded["jobs"]["release"]["steps"] if "run" in step]
    else:
        script = "\n".join(loaded["release"]["script"])
        write(folder / "code", "0")
    for path in (*NAMESAKES, SEAL):
        write(folder / {"github": "handouts", "gitlab": "build"}[system] / path, path)
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=True)


def test_githubs_release_has_each_handout_under_a_name_of_its_own(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    write(tools / "gh", '#!/bin/sh\nprintf "%s\\n" "$@" > arguments\n').chmod(0o755)
    release("github", tmp_path / "work", {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "GITHUB_REF_NAME": "v1"})
    command, create, tag, *rest = (tmp_path / "work/arguments").read_text().splitlines()
    assert (command, create, tag) == ("release", "create", "v1")
    assets = [Path(argument) for argument in rest if not argument.startswith("-")]
    assert {file.name for file in assets} == ASSETS
    assert {(tmp_path / "work" / file).read_text() for file in assets} == set(NAMESAKES)


def test_gitlabs_release_has_each_handout_under_a_name_of_its_own(tmp_path: Path) -> None:
    received: dict[str, bytes] = {}

    class Answering(http.server.BaseHTTPRequestHandler):
        """Takes what it is sent."""

        def do_PUT(self) -> None:
            """Keep it."""
            received[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(201)
            self.end_headers()

        def do_POST(self) -> None:
            """Keep it too."""
            self.do_PUT()

        def log_message(self, *arguments: object) -> None:
            """Print nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        api = f"http://127.0.0.1:{server.server_port}"
        release("gitlab", tmp_path, {"CI_API_V4_URL": api, "CI_PROJECT_ID": "7", "CI_COMMIT_TAG": "v1", "CI_JOB_TOKEN": "x"})
        server.shutdown()
    made = json.loads(received.pop("/projects/7/releases"))
    links = {link["name"]: link["url"] for link in made["assets"]["links"]}
    assert set(links) == ASSETS
    assert {received[url.removeprefix(api)].decode() for url in links.values()} == set(NAMESAKES)


def test_gitlab_restores_nothing_for_a_release_and_keeps_nothing_of_a_merge_request() -> None:
    build = yaml.safe_load(recipe("gitlab", "source", "."))["build"]
    tag, branch, request = [rule["variables"] for rule in build["rules"]]
    assert build["rules"][0]["if"] == "$CI_COMMIT_TAG"
    assert tag["CACHE_POLICY"] == "push"
    assert tag["CACHE_KEY"] != branch["CACHE_KEY"]
    assert branch == {"CACHE_KEY": "handouts", "CACHE_POLICY": "pull-push"}
    assert request == {"CACHE_KEY": "handouts", "CACHE_POLICY": "pull"}
    assert build["cache"]["key"] == "$CACHE_KEY"
    assert build["cache"]["policy"] == "$CACHE_POLICY"


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
    needed = re.findall(r'\("\w[\w ]*", "\S+\.so\.\d+", "([\w.-]+)"\)', (ROOT / "handbill/cli/doctor.py").read_text())
    assert {"libpango-1.0-0", "libharfbuzz-subset0"} <= set(needed)
    assert all(name in text for name in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"))
