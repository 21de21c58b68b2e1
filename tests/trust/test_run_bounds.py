"""Bounds of a whole run: it ends as an interrupt ends it, with a message and an exit code of its own, and the manifest is true."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from commandline import ARTICLE, TEXT_ALONE, Gate, Handbill, end_of, publication
from handbill.builder import merge as merging
from handbill.system.interrupts import hold_interrupts
from handbill.system.run_limits import RunMeter, RunStopped
from polling import group_members, wait_for

LETTERS = {f"letter-{number}.md": ARTICLE for number in range(3)}
OVER = "handbill: error[run-bound]: "


@pytest.fixture
def three(handbill: Handbill, tmp_path: Path) -> Handbill:
    """Return the command line beside a publication of three articles in one edition."""
    publication(tmp_path, settings=TEXT_ALONE, articles=LETTERS)
    return handbill


@pytest.mark.plugins
def test_a_build_whose_time_is_over_ends_and_records_what_is_done(handbill: Handbill, tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    publication(tmp_path, settings=gate.settings, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    process = handbill.start("build", "-t", "text", "-t", "gated", "-j", "2", "--run-seconds", "3600")
    wait_for("one was done and one begun", lambda: (handbill.build / "a.txt").exists() and gate.begun(), process)
    # The signal that the kernel would send in an hour.
    process.send_signal(signal.SIGALRM)
    done = end_of(process)
    assert done.code == 8, done.err
    assert f"{OVER}the run was not done after its 3,600 seconds\n    hint: what was done is recorded" in done.err
    assert "a.txt" in done.out
    wait_for("all of its processes ended", lambda: not group_members(process.pid))
    assert handbill.manifest()["failed"] == []
    assert not list(handbill.build.rglob("*.part"))
    assert "build/a.txt: disclaimer" in handbill.inside("verify").out


@pytest.mark.plugins
@pytest.mark.parametrize("command", ["verify", "site"])
def test_a_verification_whose_time_is_over_ends(handbill: Handbill, tmp_path: Path, command: str) -> None:
    publication(tmp_path, settings="[editions.sleeping]\n")
    handbill.inside("build", "-t", "sleeping")
    with (handbill.build / "letter.sleeping").open("a") as stream:
        stream.write(f"#wait {tmp_path / 'waits'}\n")
    process = handbill.start(command, "--run-seconds", "3600")
    wait_for("it was at work", (tmp_path / "waits").exists, process)
    process.send_signal(signal.SIGALRM)
    done = end_of(process)
    assert done.code == 8, done.err
    assert f"{OVER}the run was not done after its 3,600 seconds" in done.err
    assert not (tmp_path / "site").exists()


def test_the_time_of_the_publication_ends_a_check(three: Handbill, monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(which: int, seconds: float, repeat: float = 0) -> None:
        if seconds:
            assert (which, seconds) == (signal.ITIMER_REAL, 7)
            signal.raise_signal(signal.SIGALRM)

    with (three.folder / "source/publication.toml").open("a") as stream:
        stream.write("[bounds]\nrun-seconds = 7\n")
    monkeypatch.setattr(signal, "setitimer", at_once)
    assert f"{OVER}the run was not done after its 7 seconds" in three.inside("check", code=8).err


def test_a_build_that_would_write_more_than_it_may_ends_and_records_what_is_done(three: Handbill, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(RunMeter, "_most_bytes", 600)
        done = three.inside("build", code=8)
    assert f"{OVER}after " in done.err
    assert "bytes the run was to write" in done.err
    assert list(three.rows()) == [name for name in three.files() if name != "manifest.json"] == ["letter-0.txt"]
    three.inside("verify")
    three.inside("build")
    assert len(three.rows()) == 3


def test_a_run_about_more_handouts_than_it_may_have_does_nothing(three: Handbill) -> None:
    with (three.folder / "source/publication.toml").open("a") as stream:
        stream.write("[bounds]\nrun-handouts = 2\n")
    message = f"{OVER}the run is about 3 handouts, and its bound is 2\n    hint: nothing was done; allow more with --run-handouts"
    assert message in three.inside("check", code=8).err
    assert message in three.inside("build", code=8).err
    assert not three.build.exists()
    three.inside("build", "--run-handouts", "3")
    assert message in three.inside("verify", "--run-handouts", "2", code=8).err
    assert message in three.inside("site", "--run-handouts", "2", code=8).err
    assert message in three.inside("merge", "build", "-o", "merged", "--run-handouts", "2", code=8).err
    assert not (three.folder / "site").exists()
    assert not (three.folder / "merged").exists()


def test_a_merge_and_a_site_that_would_write_more_than_they_may_write_nothing(three: Handbill, monkeypatch: pytest.MonkeyPatch) -> None:
    three.inside("build")
    monkeypatch.setattr(RunMeter, "_most_bytes", 600)
    assert f"{OVER}the run would write" in three.inside("merge", "build", "-o", "merged", code=8).err
    assert f"{OVER}the run would write" in three.inside("site", code=8).err
    assert not (three.folder / "merged").exists()
    assert not (three.folder / "site").exists()


def test_a_merge_whose_time_is_over_records_what_is_written(three: Handbill, monkeypatch: pytest.MonkeyPatch) -> None:
    three.inside("build")
    shutil.move(three.build, three.folder / "shard")
    replace, written = merging.files.replace, []

    def replace_two(build: Path, name: str, content: bytes) -> None:
        replace(build, name, content)
        if not name.startswith((".", "seals/")):
            written.append(name)
        if len(written) == 2:
            signal.raise_signal(signal.SIGALRM)

    with monkeypatch.context() as patch:
        patch.setattr(merging.files, "replace", replace_two)
        assert f"{OVER}the run was not done after" in three.inside("merge", "shard", code=8).err
    assert sorted(three.rows()) == sorted(written)
    three.inside("verify")
    three.inside("merge", "shard")
    assert len(three.rows()) == 3


def test_the_end_of_the_time_waits_until_a_step_is_complete() -> None:
    steps = []

    def step() -> None:
        with RunMeter().limited_time(), hold_interrupts():
            signal.raise_signal(signal.SIGALRM)
            steps.append("complete")

    with pytest.raises(RunStopped):
        step()
    assert steps == ["complete"]
