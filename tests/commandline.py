"""The command line as its users meet it: publications in a temporary folder, and `python -m handbill` started on them."""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from handbill.cli import app
from inprocess import InProcessPool
from polling import HANG_LIMIT

SETTINGS = 'title = "Tests"\nlanguage = "en"\ndisclaimer = "general"\n'
ARTICLE = "---\ntitle: A letter\n---\n\nThe first paragraph.\n\nThe second paragraph.\n"
DISCLAIMER = (
    "---\ntitle: Disclaimer\nnotice: No advice.\n---\n\nThis handout gives general information. It is no advice.\n\n- Ask a professional.\n"
)


def publication(folder: Path, *, settings: str = "", articles: Mapping[str, str] | None = None, disclaimer: str = DISCLAIMER) -> Path:
    """Write a publication into `folder`/source and return that."""
    source = folder / "source"
    for name, text in {
        "publication.toml": SETTINGS + settings,
        "disclaimers/general.md": disclaimer,
        **({"letter.md": ARTICLE} if articles is None else articles),
    }.items():
        write(source / name, text)
    return source


def write(file: Path, text: str) -> Path:
    """Write a text file, its folder too."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def obeying_rights() -> None:
    """Make root, for the program that is started next, obey the rights of files like anybody (capabilities(7), prctl(2))."""
    if os.geteuid() == 0:
        drop_from_bounding_set, override, read_search = 24, 1, 2
        for capability in (override, read_search):
            ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


class Gate:
    """A folder that the edition `gated` (handbill-misbehaving) waits for: none of its handouts is made before the gate is opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "gate"
        self.folder.mkdir()
        # A day, so that no bound of time ends a job before its test does.
        self.settings = f"[editions.gated]\ngate = {json.dumps(str(self.folder))}\n[bounds]\nseconds = 86400\n"

    def begun(self) -> list[str]:
        """Return the names of the articles whose handouts are begun."""
        return sorted(file.stem for file in self.folder.glob("*.begun"))

    def open(self) -> None:
        """Let the handouts be made."""
        (self.folder / "open").touch()


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, what it printed on stdout, and on stderr."""

    code: int
    out: str
    err: str


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None, **others: Any) -> Done:
    """Run a command to its end, and return what it left; `environment` is added to this process's own."""
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=HANG_LIMIT, check=False, **others)
    return Done(done.returncode, done.stdout, done.stderr)


def end_of(process: subprocess.Popen[str]) -> Done:
    """Wait until a command has ended, and return what it left."""
    out, err = process.communicate(timeout=HANG_LIMIT)
    return Done(process.returncode, out, err)


@dataclass(frozen=True)
class Handbill:
    """Starts handbill in a folder, with the Python of an environment. `close` ends what is still running then."""

    folder: Path
    python: str = sys.executable
    _started: list[subprocess.Popen[str]] = field(default_factory=list, repr=False)

    def __call__(self, *arguments: str | Path, environment: Mapping[str, str] | None = None, code: int | None = 0, **others: Any) -> Done:
        """Run a command to its end; its exit code is `code`, where that is not None."""
        done = run([self.python, "-m", "handbill", *map(str, arguments)], environment, cwd=self.folder, **others)
        assert code is None or done.code == code, f"exit {done.code}\n{done.out}\n{done.err}"
        return done

    def inside(self, *arguments: str | Path, environment: Mapping[str, str] | None = None, code: int | None = 0) -> Done:
        """Run a command in this very process, which is warm; the exit code is `code`, where that is not None.

        The handouts are made here too, unless a number of workers is asked for (-j). Plug-ins of the environment are found.
        """
        out, err = io.StringIO(), io.StringIO()
        ended: object = None
        with contextlib.ExitStack() as stack:
            for context in (contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)):
                stack.enter_context(context)
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            for name, value in (environment or {}).items():
                patch.setenv(name, value)
            if self.python != sys.executable:
                (packages,) = Path(self.python).parents[1].glob("lib/python*/site-packages")
                patch.syspath_prepend(str(packages))
            if "-j" not in arguments:
                patch.setattr("handbill.builder.workers.Pool", InProcessPool)
            try:
                app.main([str(argument) for argument in arguments])
            except SystemExit as end:
                ended = end.code
        done = Done(ended if isinstance(ended, int) else 0, out.getvalue(), err.getvalue())
        assert code is None or done.code == code, f"exit {done.code}\n{done.out}\n{done.err}"
        return done

    def start(self, *arguments: str | Path, script: str = "", **others: Any) -> subprocess.Popen[str]:
        """Start a command in a process group of its own; by a script, where one is given, that runs the command line itself."""
        command = [self.python, *(("-c", script) if script else ("-m", "handbill")), *map(str, arguments)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=self.folder, stdout=pipe, stderr=pipe, text=True, start_new_session=True, **others)
        self._started.append(process)
        return process

    def close(self) -> None:
        """Kill the commands that were started and have not ended, each with its process group."""
        for process in self._started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        self._started.clear()

    @property
    def build(self) -> Path:
        """The folder of handouts."""
        return self.folder / "build"

    def files(self) -> list[str]:
        """Return the names of what stands in the build folder, dot files aside."""
        files = (file for file in self.build.rglob("*") if file.is_file() and not file.name.startswith("."))
        return sorted(file.relative_to(self.build).as_posix() for file in files)

    def manifest(self) -> dict[str, Any]:
        """Return the manifest."""
        data: dict[str, Any] = json.loads((self.build / "manifest.json").read_text())
        return data

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the manifest's handouts by file."""
        return {row["file"]: row for row in self.manifest()["handouts"]}

    def change_manifest(self, change: Any) -> None:
        """Let `change` change the manifest's data in place."""
        data = self.manifest()
        change(data)
        (self.build / "manifest.json").write_text(json.dumps(data))
