"""`handbill verify` reads handouts back in processes with limits: one that hangs, dies or grows fails alone and is named."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from commandline import ARTICLE, Handbill, end_of, publication, run
from polling import wait_for, wait_for_ends

pytestmark = pytest.mark.plugins

OVER_WHEN_IT_WAITS = """
import sys
from pathlib import Path
from types import SimpleNamespace
from handbill.cli import app
from handbill.rendering import pool as workers
workers.time = SimpleNamespace(monotonic=lambda: 1e9 if Path("waits").exists() else 0.0)
app.main()
"""
"""Runs handbill with a clock that stands still until a handout waits, and is past every limit that was set before then."""


def build_letters(handbill: Handbill, folder: Path, **last_lines: str) -> None:
    """Build a handout for each letter, and add a last line to some of them."""
    publication(folder, settings="[editions.sleeping]\n", articles={f"{name}.md": ARTICLE for name in "abcd"})
    handbill.inside("build", "-t", "sleeping")
    for name, line in last_lines.items():
        with (handbill.build / f"{name}.sleeping").open("a") as stream:
            stream.write(line)


def test_a_handout_whose_reading_dies_or_grows_fails_alone(handbill: Handbill, tmp_path: Path) -> None:
    build_letters(handbill, tmp_path, a="#die\n", b="#grow\n")
    done = handbill("verify", "-j", "2", "--memory-limit", "1000", code=6)
    dead, grown = "build/a.sleeping: error[worker-died]:", "build/b.sleeping: error[too-large]:"
    assert f"{dead} the process of the exporter `sleeping` ended with code 3\n    hint: build it anew; it may have run" in done.err
    assert f"{grown} the exporter `sleeping` ran out of memory\n    hint: build it anew, or give it more memory: --memory-limit" in done.err
    assert done.out.splitlines() == [f"build/{name}.sleeping: disclaimer on page 2 of 2" for name in "cd"]
    assert done.err.count("error[") == 2


def test_a_handout_whose_reading_hangs_is_ended_at_its_limit(handbill: Handbill, tmp_path: Path) -> None:
    build_letters(handbill, tmp_path, b=f"#wait {tmp_path / 'waits'}\n")
    done = run([handbill.python, "-c", OVER_WHEN_IT_WAITS, "verify", "-j", "1", "--time-limit", "2"], cwd=tmp_path)
    assert done.code == 6, done.err
    message = "build/b.sleeping: error[too-slow]: the exporter `sleeping` was not done after 2 seconds"
    assert f"{message}\n    hint: build it anew, or give it longer: --time-limit" in done.err
    assert len(done.out.splitlines()) == 3


def test_nothing_is_published_where_a_reading_dies(handbill: Handbill, tmp_path: Path) -> None:
    build_letters(handbill, tmp_path, a="#die\n")
    done = handbill("site", "-j", "1", code=6)
    assert "build/a.sleeping: error[worker-died]" in done.err
    assert "error[not-published]" in done.err
    assert not (tmp_path / "site").exists()


def test_an_interrupt_of_verify_leaves_no_process(handbill: Handbill, tmp_path: Path) -> None:
    build_letters(handbill, tmp_path, a=f"#wait {tmp_path / 'waits'}\n")
    process = handbill.start("verify", "-j", "2")
    wait_for("a handout was begun", (tmp_path / "waits").exists, process)
    below = psutil.Process(process.pid).children(recursive=True)
    assert below
    os.kill(process.pid, 2)
    wait_for_ends(below)
    assert end_of(process).code == 130


def test_as_many_handouts_are_read_at_a_time_as_there_are_workers(handbill: Handbill, tmp_path: Path) -> None:
    waits = [tmp_path / f"waits-{name}" for name in "abc"]
    build_letters(handbill, tmp_path, a=f"#wait {waits[0]}\n", b=f"#wait {waits[1]}\n", c=f"#wait {waits[2]}\n")
    process = handbill.start("verify", "-j", "3")
    wait_for("three were begun", lambda: all(file.exists() for file in waits), process)
    os.kill(process.pid, 2)
    assert end_of(process).code == 130
