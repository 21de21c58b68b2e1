"""Waiting for events: every wait of the tests has the same limit, which ends a test that hangs and decides nothing else.

No test asserts how long something takes: what has to come is waited for, and what costs time is counted (growth.py).
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

__all__ = ["HANG_LIMIT", "group_members", "wait_for", "wait_for_ends", "wait_for_port"]

HANG_LIMIT = float(os.environ.get("HANDBILL_HANG_LIMIT", "1200"))
"""Seconds until a test is taken to hang. Far longer than anything takes on a loaded machine; no limit of a test is shorter."""

_PAUSE = 0.02


def wait_for(what: str, condition: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until a condition is true. Fails where the process, which is to run meanwhile, ends before."""
    end = time.monotonic() + HANG_LIMIT
    while not condition():
        # Between the two questions it may have done its work, and ended.
        if process is not None and process.poll() is not None and not condition():
            raise AssertionError(f"ended with {process.returncode} before {what}: {process.communicate()}")
        assert time.monotonic() < end, f"hangs: never {what}"
        time.sleep(_PAUSE)


def wait_for_ends(processes: Iterable[psutil.Process]) -> None:
    """Wait until each process has ended, whether or not its parent has asked for its exit code."""
    for process in processes:
        wait_for(f"{process} ended", lambda process=process: has_ended(process))  # type: ignore[misc] # it is bound here


def has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def group_members(group: int) -> list[int]:
    """Return the processes of a process group (proc(5): the fifth field of stat, after the name in brackets) that are no zombies."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            members.append(int(stat.parent.name))
    return members


def wait_for_port(port: int) -> None:
    """Wait until something on loopback takes connections at a port."""

    def answers() -> bool:
        with socket.socket() as trying:
            return trying.connect_ex(("127.0.0.1", port)) == 0

    wait_for(f"something answers on port {port}", answers)
