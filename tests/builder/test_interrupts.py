"""Builds that are interrupted, killed, met by another build, or run out of room: nothing is broken, and the next run repairs."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from commandline import ARTICLE, Gate, Handbill, end_of, obeying_rights, publication, write
from polling import group_members, wait_for

SETTINGS = "[editions.sleeping]\nseconds = {}\n"


pytestmark = pytest.mark.plugins


def command_of(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def wait_until_nobody_is_left(group: int) -> None:
    wait_for("all of a build's processes ended", lambda: not group_members(group))


@pytest.mark.parametrize("whole_group", [True, False], ids=["from a terminal", "to the process alone"])
def test_an_interrupt_ends_with_130_and_leaves_no_process_and_no_partial_file(
    handbill: Handbill, tmp_path: Path, whole_group: bool
) -> None:
    gate = Gate(tmp_path)
    publication(tmp_path, settings=gate.settings, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    process = handbill.start("build", "-t", "text", "-t", "gated", "-j", "2")
    wait_for("one was done and one begun", lambda: (handbill.build / "a.txt").exists() and gate.begun(), process)
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
    done = end_of(process)
    assert done.code == 130, done.err
    assert "handbill: interrupted" in done.err
    assert "Traceback" not in done.err
    wait_until_nobody_is_left(process.pid)
    assert not list(handbill.build.glob("*.gated")), "it does not wait for the workers: they wait for the gate"
    assert not list(handbill.build.rglob("*.part"))
    handbill.inside("verify")
    assert "a.txt" in handbill.rows()


def test_an_interrupt_while_the_workers_start_prints_no_traceback(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=Gate(tmp_path).settings, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    process = handbill.start("build", "-t", "gated", "-j", "2")
    wait_for("a worker started", lambda: any(b"forkserver" in command_of(member) for member in group_members(process.pid)), process)
    os.killpg(process.pid, signal.SIGINT)
    done = end_of(process)
    assert done.code == 130, done.err
    assert "Traceback" not in done.err
    wait_until_nobody_is_left(process.pid)


def test_what_an_interrupted_build_did_not_come_to_has_not_failed(handbill: Handbill, tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    publication(tmp_path, settings=gate.settings, articles={f"{name}.md": ARTICLE for name in "abcdef"})
    process = handbill.start("build", "-t", "text", "-t", "gated", "-j", "1")
    wait_for("it was at work", gate.begun, process)
    process.send_signal(signal.SIGINT)
    assert end_of(process).code == 130
    assert json.loads((handbill.build / "manifest.json").read_text())["failed"] == []


def test_killed_builds_leave_nothing_broken_and_the_next_repairs(handbill: Handbill, tmp_path: Path) -> None:
    articles = {f"letter-{n}.md": ARTICLE for n in range(8)}
    source = publication(tmp_path, settings=SETTINGS.format(0.05), articles=articles)
    handbill.inside("build", "-t", "sleeping")
    old = (handbill.build / "letter-0.sleeping").read_bytes()
    for name in articles:
        write(source / name, ARTICLE + "\nNew.\n")
    new = set()
    for turn in range(3):
        process = handbill.start("build", "-t", "sleeping", "-j", "2", "--force")
        wait_for("it began", lambda turn=turn: len(changed(handbill, old)) > 2 * turn, process)
        os.kill(process.pid, signal.SIGKILL)
        end_of(process)
        wait_until_nobody_is_left(process.pid)  # workers end with their parent
        for file in handbill.build.glob("*.sleeping"):
            content = file.read_bytes()
            assert content == old or b"New." in content
            new.add(content)
        rows = handbill.rows()
        assert len(rows) == 8
    # What a kill may leave behind in the middle of a write.
    write(handbill.build / f".handbill-1-{hashlib.sha256(b'letter-0.sleeping').hexdigest()[:16]}.part", "half")
    handbill.inside("build", "-t", "sleeping")
    handbill.inside("verify")
    assert len(new - {old}) == 1
    assert sorted(file.name for file in handbill.build.iterdir() if "part" in file.name) == []


def changed(handbill: Handbill, old: bytes) -> list[Path]:
    return [file for file in handbill.build.glob("*.sleeping") if file.read_bytes() != old]


def test_a_second_build_of_a_folder_says_that_one_is_at_work(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=Gate(tmp_path).settings)
    process = handbill.start("build", "-t", "gated", "-t", "text")
    wait_for("it was at work", (handbill.build / "letter.txt").exists, process)
    done = handbill("build", "-t", "text", code=8)
    assert "error[locked]: another build is at work in build\n    hint: wait for it" in done.err
    handbill.inside("build", "-t", "text", "-o", "other")
    process.send_signal(signal.SIGTERM)
    end_of(process)
    wait_until_nobody_is_left(process.pid)
    handbill.inside("build", "-t", "text")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_has_enough_stops_nothing(handbill: Handbill, tmp_path: Path, stream: str) -> None:
    publication(tmp_path, articles={"a.md": ARTICLE, "bad.md": "![x](none.png)\n"})
    reading, writing = os.pipe()
    os.close(reading)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | {stream: writing}
    command = [handbill.python, "-m", "handbill", "build", "-t", "text"]
    done = subprocess.run(command, cwd=tmp_path, **streams, text=True, check=False)
    os.close(writing)
    assert done.returncode == 3
    assert handbill.files() == ["a.txt", "manifest.json"]
    assert "BrokenPipe" not in (done.stderr or "")


def test_a_disk_without_room_is_the_machines_matter_and_breaks_nothing(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    handbill.inside("build", "-t", "text")
    write(source / "a.md", ARTICLE + "\n" + "many words " * 5000)

    def no_large_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    process = handbill.start("build", "-t", "text", preexec_fn=no_large_files)
    done = end_of(process)
    assert done.code == 8
    assert "build/a.txt cannot be written: File too large" in done.err
    assert "Traceback" not in done.err
    assert "many words" not in (handbill.build / "a.txt").read_text()
    assert handbill.rows()["a.txt"]["stale"] is True
    assert not list(handbill.build.rglob("*.part"))
    handbill.inside("build", "-t", "text")
    handbill.inside("verify")


def test_a_folder_that_may_not_be_written_is_told_so(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    handbill.inside("build", "-t", "text")
    before = (handbill.build / "letter.txt").read_bytes()
    handbill.build.chmod(0o500)
    done = handbill("build", "-t", "text", "--force", code=8, preexec_fn=obeying_rights)
    handbill.build.chmod(0o700)
    assert "build/.handbill-written cannot be written: Permission denied\n    hint: look at the folder's owner and rights" in done.err
    assert "Traceback" not in done.err
    assert (handbill.build / "letter.txt").read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told_so(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    done = handbill.inside("build", "-t", "text", "-o", "/proc/handbill", code=8)
    assert "error[not-written]: /proc/handbill cannot be written: " in done.err
    assert "Traceback" not in done.err
