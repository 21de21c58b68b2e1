"""Fixtures, options and markers that several test modules share.

The costly fixtures are made once: `environments` for all runs (pytest's cache folder), `shipped` for all workers of a run, `states` for
the tests of a worker. They are not to be changed; a test copies what it changes.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import gc
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from commandline import Handbill
from costs import is_slow
from environments import environment
from fault_injection import MANY
from golden import Golden
from handbill.rendering.worker import GC_THRESHOLDS
from two_states import TwoStates

ROOT = Path(__file__).parents[1]

# No deadline for an example: a loaded machine is slow.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--accept`."""
    parser.addoption("--accept", action="store_true", help="write golden cases anew instead of comparing with them (cases/README.md)")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return the comparison with the golden files of `cases/`; under `--accept` it writes them anew."""
    return Golden(accept=bool(request.config.getoption("accept")))


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and restore SIGINT, which a shell makes a background process and its children ignore (POSIX)."""
    config.addinivalue_line("markers", "slow: starts processes or builds handouts, and is left out by `make test-fast` (costs.py)")
    config.addinivalue_line("markers", "plugins: the fixture `handbill` runs in an environment in which the plug-ins are installed")
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests."""
    for item in items:
        if is_slow(item):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Collect garbage as rarely as handbill's workers do: the objects of the tests and of the libraries stay to the end."""
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


@pytest.fixture
def handbill(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Handbill]:
    """Return the command line in a folder of its own; that of an environment with plug-ins under the marker `plugins`."""
    python = request.getfixturevalue("plugged") if request.node.get_closest_marker("plugins") else sys.executable
    with contextlib.closing(Handbill(tmp_path, python)) as handbill:
        yield handbill


def once(name: str, factory: pytest.TempPathFactory, worker: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that all workers of a run share; the first one that asks for it makes it."""
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
    """Return a function of names of plug-ins that returns the Python of an environment in which they are installed."""
    cache: pytest.Cache | None = getattr(request.config, "cache", None)
    return functools.partial(environment, cache.mkdir("environments") if cache is not None else tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def plugged(environments: Callable[..., str]) -> str:
    """Return the Python of an environment in which the plug-ins are installed."""
    return environments("handbill-html", "handbill-misbehaving")


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Path:
    """Return a folder with source/ and build/ of the publication in this repository. Not to be changed: copy it."""

    def make(folder: Path) -> None:
        shutil.copytree(ROOT / "source", folder / "source")
        Handbill(folder)("build")

    return once("shipped", tmp_path_factory, worker, make)


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory) -> TwoStates:
    """Return a publication in two states (two_states.py). Not to be changed: copy it."""
    return TwoStates(tmp_path_factory.mktemp("states"), 3 if MANY else 2, ("text", "epub") if MANY else ("text",))


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[[str, int, int], None]:
    """Return a function that counts, for `make faults`: a kind of fault, how many were injected, how many builds succeeded all the same."""
    return lambda kind, injected, survived: record_property("faults", (kind, injected, survived))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts of faults under `make faults`. A test that failed has none."""
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
