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
