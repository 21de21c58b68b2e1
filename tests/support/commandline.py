"""The command line in tests: publications in a temporary folder, and handbill run on them.

`Handbill(folder)(…)` runs a process, as users do; `Handbill.inside(…)` runs in the test's own process, which is warm and far faster;
`Handbill.start(…)` starts a process for a test that interrupts it. Gate holds handouts back until a test opens it.
"""

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

from folders import handouts_below
from handbill.cli import app
from inprocess import InProcessPool
from polling import HANG_LIMIT

SETTINGS = 'title = "Tests"\nlanguage = "en"\ndisclaimer = "general"\n'
ARTICLE = "---\ntitle: A letter\n---\n\nThe first paragraph.\n\nThe second paragraph.\n"
TEXT_ALONE = "[editions.pdf]\nenabled = false\n[editions.epub]\nenabled = false\n"
"""Settings under which the edition `text` alone is built."""
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
    """Drop root's capabilities to ignore file permissions, for the program that is executed next (capabilities(7), prctl(2)).

    For `preexec_fn` of subprocess; does nothing for other users.
    """
    if os.geteuid() == 0:
        drop_from_bounding_set, override, read_search = 24, 1, 2
        for capability in (override, read_search):
            ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


class Gate:
    """A gate for the edition `gated` (plug-in handbill-misbehaving): each of its handouts waits until a file stands in this folder.

    `settings` are the lines of publication.toml that ask for the edition.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "gate"
        self.folder.mkdir()
        # A time limit of a day: no job ends before its test.
        self.settings = f"[editions.gated]\ngate = {json.dumps(str(self.folder))}\n[bounds]\nseconds = 86400\n"

    def begun(self) -> list[str]:
        """Return the names of the articles whose handouts wait at the gate, or have passed it."""
        return sorted(file.stem for file in self.folder.glob("*.begun"))

    def open(self) -> None:
        """Let the handouts be made."""
        (self.folder / "open").touch()


@dataclass(frozen=True)
class Done:
    """The result of a command: its exit code, and its output on stdout and on stderr."""

    code: int
    out: str
    err: str


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None, **others: Any) -> Done:
    """Run a command to its end; `environment` is added to that of this process."""
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=HANG_LIMIT, check=False, **others)
    return Done(done.returncode, done.stdout, done.stderr)


def end_of(process: subprocess.Popen[str]) -> Done:
    """Wait until a process has ended, and return its result."""
    out, err = process.communicate(timeout=HANG_LIMIT)
    return Done(process.returncode, out, err)


@dataclass(frozen=True)
class Handbill:
    """Runs handbill in a folder, with the Python of an environment. `close` kills the processes that are still running."""

    folder: Path
    python: str = sys.executable
    _started: list[subprocess.Popen[str]] = field(default_factory=list, repr=False)

    def __call__(self, *arguments: str | Path, environment: Mapping[str, str] | None = None, code: int | None = 0, **others: Any) -> Done:
        """Run a command in a process of its own; assert that its exit code is `code`, unless that is None."""
        done = run([self.python, "-m", "handbill", *map(str, arguments)], environment, cwd=self.folder, **others)
        assert code is None or done.code == code, f"exit {done.code}\n{done.out}\n{done.err}"
        return done

    def inside(self, *arguments: str | Path, environment: Mapping[str, str] | None = None, code: int | None = 0) -> Done:
        """Run a command in this process; assert that its exit code is `code`, unless that is None.

        Without -j the handouts are made and verified in this process too. The plug-ins of the environment are importable.
        """
        out, err = io.StringIO(), io.StringIO()
        status: object = None
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
                patch.setattr("handbill.builder.worker_backend.Pool", InProcessPool)
                patch.setattr("handbill.rendering.verification.Pool", InProcessPool)
            try:
                app.main([str(argument) for argument in arguments])
            except SystemExit as end:
                status = end.code
        done = Done(status if isinstance(status, int) else 0, out.getvalue(), err.getvalue())
        assert code is None or done.code == code, f"exit {done.code}\n{done.out}\n{done.err}"
        return done

    def start(self, *arguments: str | Path, script: str = "", **others: Any) -> subprocess.Popen[str]:
        """Start a command in a process group of its own; `script` is Python code that runs the command line, where one is given."""
        command = [self.python, *(("-c", script) if script else ("-m", "handbill")), *map(str, arguments)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=self.folder, stdout=pipe, stderr=pipe, text=True, start_new_session=True, **others)
        self._started.append(process)
        return process

    def close(self) -> None:
        """Kill the process groups of the started commands that have not ended."""
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
        """Return the sorted paths of the files in the build folder, without sealed pages and those whose names begin with a dot."""
        return sorted(handouts_below(self.build))

    def manifest(self) -> dict[str, Any]:
        """Return the manifest."""
        data: dict[str, Any] = json.loads((self.build / "manifest.json").read_text())
        return data

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the manifest's handouts by file."""
        return {row["file"]: row for row in self.manifest()["handouts"]}

    def change_manifest(self, change: Any) -> None:
        """Apply a function that changes the data of the manifest in place, and write it."""
        data = self.manifest()
        change(data)
        (self.build / "manifest.json").write_text(json.dumps(data))
