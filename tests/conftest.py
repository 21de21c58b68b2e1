"""What several test modules stand on: the command line in a folder of its own, things that are made once for all workers."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commandline import Handbill
from faulty import MANY
from twostates import Two

ROOT = Path(__file__).parents[1]


@pytest.fixture
def handbill(tmp_path: Path) -> Iterator[Handbill]:
    with contextlib.closing(Handbill(tmp_path)) as handbill:
        yield handbill


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
def environments(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Return what gives the Python of an environment that sees handbill, and in which the named plug-ins are installed.

    Environments are kept in pytest's cache, each by a digest of what it is made of: only a change makes a new one.
    """
    cache: pytest.Cache | None = getattr(request.config, "cache", None)
    kept = cache.mkdir("environments") if cache is not None else tmp_path_factory.getbasetemp()

    def python(*plugins: str) -> str:
        folder = kept / f"{'-'.join(plugins)}-{_digest(plugins)}"
        with (kept / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "finished").exists():
                for old in kept.glob(f"{'-'.join(plugins)}-*"):
                    shutil.rmtree(old)
                environment(folder, *plugins)
                (folder / "finished").touch()
        return str(folder / "bin/python")

    return python


def _digest(plugins: tuple[str, ...]) -> str:
    """Return a digest of all that an environment depends on: the plug-ins' files, the pinned versions, this Python and its packages."""
    files = [ROOT / "constraints.txt", ROOT / "pyproject.toml", Path(__file__)]
    files += sorted(file for name in plugins for file in (ROOT / "tests/plugins" / name).rglob("*") if file.suffix in (".py", ".toml"))
    digest = hashlib.sha256(f"{sys.version} {sys.executable} {sysconfig.get_path('purelib')}".encode())
    for file in files:
        digest.update(f"{file.relative_to(ROOT)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def plugged(environments: Callable[..., str]) -> str:
    """Return the Python of an environment in which the plug-ins are installed."""
    return environments("handbill-html", "handbill-misbehaving")


def environment(folder: Path, *plugins: str) -> None:
    """Make a virtual environment that has what the running one has, and these plug-ins."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin/python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    # A .pth file adds folders, and by addsitedir those that their own .pth files name: an editable handbill is one.
    line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    (folder / "lib" / version / "site-packages/handbill-tests.pth").write_text(line)
    sources = [shutil.copytree(ROOT / "tests/plugins" / name, folder / "src" / name) for name in plugins]
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, *sources], check=True)


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
