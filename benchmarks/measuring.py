"""The cost of a command: wall time and processor time in seconds, and peak memory in bytes, of all its processes."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

__all__ = ["Command", "Cost", "in_turn", "peak_memory", "ratio", "run"]

_SAMPLE_SECONDS = 0.02
_PR_SET_CHILD_SUBREAPER = 36
"""prctl(2): this process becomes the parent of the command's orphans and waits for them, so that their time is counted."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line with the folder that it runs in; `prepare` is called before each run and is not measured."""

    arguments: Sequence[str]
    folder: Path
    prepare: Callable[[], object] = lambda: None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall time and processor time in seconds, of the command and of every process that it started."""

    wall: float
    cpu: float


def _start(command: Command, output: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **command.environment}
    return subprocess.Popen(command.arguments, cwd=command.folder, env=environment, stdout=output, stderr=output)


def run(command: Command) -> Cost:
    """Return what one run costs. Raises RuntimeError, with what the command printed, where it fails."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    command.prepare()
    with tempfile.TemporaryFile() as output:
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        process = _start(command, output.fileno())
        code = process.wait()
        wall = time.perf_counter() - begun
        _await_orphans()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if code:
            output.seek(0)
            raise RuntimeError(f"{command.arguments} ended with {code}:\n{output.read().decode(errors='replace')}")
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _await_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def peak_memory(command: Command) -> int:
    """Return the most bytes that the command's processes held at one time in a run of its own, looked at fifty times a second.

    It is the sum of their proportional set sizes (proc(5), smaps_rollup), in which a page that several share counts once.
    """
    command.prepare()
    peak = 0
    with tempfile.TemporaryFile() as output:
        process = _start(command, output.fileno())
        done = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(_SAMPLE_SECONDS):
                peak = max(peak, _memory_below(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        process.wait()
        done.set()
        watcher.join()
        # Otherwise their time would count for the next command.
        _await_orphans()
    return peak


def _memory_below(pid: int) -> int:
    total = 0
    try:
        parent = psutil.Process(pid)
        processes = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return 0
    for process in processes:
        try:
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def in_turn(commands: Mapping[str, Command], rounds: int) -> dict[str, list[Cost]]:
    """Return the costs of commands that ran one after the other, so many rounds, after one that does not count."""
    for command in commands.values():
        run(command)
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            costs[name].append(run(command))
    return costs


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the ratio of the medians."""
    return median(ours) / median(theirs)
