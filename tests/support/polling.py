"""Waiting for events, with one generous limit for all tests.

No test asserts how long something takes. A test waits until a condition is true; HANG_LIMIT only ends a test that would wait for ever.
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
"""Seconds after which a test counts as hanging: far more than any step takes on a loaded machine. No limit in the tests is shorter."""

_PAUSE = 0.02
"""Seconds between two looks at a condition."""


def wait_for(what: str, condition: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until a condition is true; `what` names it in messages. Raises AssertionError where `process` ends before, or at HANG_LIMIT."""
    end = time.monotonic() + HANG_LIMIT
    while not condition():
        # The process may have met the condition and ended after the condition was looked at.
        if process is not None and process.poll() is not None and not condition():
            raise AssertionError(f"ended with {process.returncode} before {what}: {process.communicate()}")
        assert time.monotonic() < end, f"hangs: never {what}"
        time.sleep(_PAUSE)


def wait_for_ends(processes: Iterable[psutil.Process]) -> None:
    """Wait until each process has ended; a zombie, which its parent has not waited for, counts as ended."""
    for process in processes:
        wait_for(f"{process} ended", lambda process=process: has_ended(process))  # type: ignore[misc] # it is bound here


def has_ended(process: psutil.Process) -> bool:
    """Return whether a process has ended or is a zombie."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def group_members(group: int) -> list[int]:
    """Return the processes of a process group that are no zombies (proc(5), fields 3 and 5 of /proc/PID/stat)."""
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
    """Wait until a port of 127.0.0.1 accepts connections."""

    def answers() -> bool:
        with socket.socket() as trying:
            return trying.connect_ex(("127.0.0.1", port)) == 0

    wait_for(f"something answers on port {port}", answers)
