"""What several test modules stand on: the command line in a folder of its own, things that are made once for all workers."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import Handbill
from faulty import MANY
from twostates import Two

ROOT = Path(__file__).parents[1]


@pytest.fixture
def handbill(tmp_path: Path) -> Handbill:
    return Handbill(tmp_path)


def once(name: str, factory: pytest.TempPathFactory, worker: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first worker to come makes, and the others find."""
    base = factory.getbasetemp()
    shared = base if worker == "master" else base.parent
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder, finished = shared / name, shared / f"{name}.finished"
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            finished.touch()
    return folder


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    return str(getattr(request.config, "workerinput", {}).get("workerid", "master"))


@pytest.fixture(scope="session")
def plugged(tmp_path_factory: pytest.TempPathFactory, worker: str) -> str:
    """Return the Python of a fresh environment that sees handbill, and in which the plug-ins are installed."""

    def make(folder: Path) -> None:
        environment(folder / "venv", "handbill-html", "handbill-misbehaving")

    return str(once("plugged", tmp_path_factory, worker, make) / "venv/bin/python")


def environment(folder: Path, *plugins: str) -> Path:
    """Make a virtual environment that has what the running one has, and these plug-ins; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin/python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    # A .pth file adds folders, and by addsitedir those that their own .pth files name: an editable handbill is one.
    line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    (folder / "lib" / version / "site-packages/handbill-tests.pth").write_text(line)
    sources = [shutil.copytree(ROOT / "tests/plugins" / name, folder / "src" / name) for name in plugins]
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, *sources], check=True)
    return python


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Path:
    """Return the folder with source/ and build/ of the publication that ships. Not to be changed: copy it."""

    def make(folder: Path) -> None:
        shutil.copytree(ROOT / "source", folder / "source")
        Handbill(folder)("build")

    return once("shipped", tmp_path_factory, worker, make)


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """Return a publication in two states. Not to be changed: copy it."""
    return Two(tmp_path_factory.mktemp("two"), 3 if MANY else 2, ("text", "epub") if MANY else ("text",))


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[[str, int, int], None]:
    """Return what notes, for `make faults`: a kind of fault, how many were injected, how many builds were done all the same."""
    return lambda kind, injected, survived: record_property("faults", (kind, injected, survived))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print, for `make faults`, how many faults there were. A test that found a loss has failed, and counts none."""
    rows = [value for report in terminalreporter.getreports("passed") for name, value in report.user_properties if name == "faults"]
    if not MANY or not rows:
        return
    counts: dict[str, list[int]] = {}
    for kind, injected, survived in rows:
        total = counts.setdefault(kind, [0, 0])
        total[0] += injected
        total[1] += survived
    lost = len(terminalreporter.getreports("failed")) + len(terminalreporter.getreports("error"))
    terminalreporter.section("faults")
    terminalreporter.line(f"{'injected':>8} {'survived':>8}")
    for kind, (injected, survived) in sorted(counts.items()):
        terminalreporter.line(f"{injected:8} {survived:8}  {kind}")
    injected, survived = (sum(total[place] for total in counts.values()) for place in (0, 1))
    terminalreporter.line(f"{injected:8} {survived:8}  in all; tests that found something lost, false or not put right: {lost}")
