"""Builds met by faults: whatever happens, no handout is lost or half, the manifest says nothing false, and the next run puts it right.

A sample of each kind; `make faults` injects them all, and prints how many.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from commandline import Handbill
from fault_injection import FAULT_SCRIPT, MANY, TODAY, build_here, intercept_files
from folders import handouts_below
from handbill.diagnostics.errors import ConfigurationError, MachineError, ProofError, SourceError
from two_states import TwoStates, manifest_rows

Tally = Callable[[str, int, int], None]


def numbers(of: int, sample: int) -> range:
    """Return which of so many faults to inject: all, or a few."""
    return range(1, of + 1) if MANY else range(1 + of % 2, of + 1, max(1, of // sample))


def operations(states: TwoStates, folder: Path) -> list[tuple[str, Path]]:
    """Return the file operations of the build from the old state to the new one."""
    met: list[tuple[str, Path]] = []
    with intercept_files(folder, lambda number, name, path: met.append((name, path))):
        build_here(states.new_source, folder)
    assert {name for name, _ in met} == {"open", "write", "fsync", "replace", "unlink", "mkdir"}
    return met


ERRORS = {"disk full": errno.ENOSPC, "disk broken": errno.EIO, "no right": errno.EACCES, "read-only": errno.EROFS, "quota": errno.EDQUOT}


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("fault", ERRORS if MANY else ["disk full"])
def test_a_file_operation_that_fails_anywhere_loses_nothing(
    states: TwoStates, tmp_path: Path, tally: Tally, fault: str, lasting: bool
) -> None:
    build = tmp_path / "build"
    met = operations(states, states.copy_old_build(build))
    survived = 0
    for number in (chosen := numbers(len(met), 4)):
        states.copy_old_build(build)

        def act(count: int, name: str, path: Path, number: int = number) -> None:
            if count == number or (lasting and count > number and name != "unlink"):
                raise OSError(ERRORS[fault], os.strerror(ERRORS[fault]), str(path))

        try:
            with intercept_files(build, act):
                report = build_here(states.new_source, build)
            assert report.exit_code in (0, 8), report.diagnostics
            assert not report.tracebacks
            survived += report.exit_code == 0
        except (MachineError, OSError):
            # The command line says that of an OSError, too.
            pass
        states.assert_sound(build)
        states.assert_repaired(build)
    tally(f"{fault}, {'lasting' if lasting else 'once'}, at each file operation", len(chosen), survived)


def test_a_process_killed_at_a_file_operation_leaves_old_or_new(states: TwoStates, tmp_path: Path, tally: Tally) -> None:
    build = tmp_path / "build"
    met = operations(states, states.copy_old_build(build))
    survived = 0
    for number in (chosen := numbers(len(met), 2)):
        states.copy_old_build(build)
        command = [sys.executable, FAULT_SCRIPT, "killed", str(number), "build", states.new_source, "-j", "1", "--today", str(TODAY)]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=dict(os.environ) | {"PYTHONPATH": str(FAULT_SCRIPT.parent)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        survived += done.returncode == 0
        states.assert_sound(build)
        states.assert_repaired(build)
    assert survived < len(chosen) / 2
    tally("kill -9 at each file operation", len(chosen), survived)


def inodes(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield the files of a folder, each with its inode, while they come and go."""
    for file in folder.rglob("*.*"):
        with contextlib.suppress(FileNotFoundError):
            yield file, file.stat().st_ino


@pytest.mark.parametrize(
    ("formats", "articles", "kills", "seed"),
    [(("text", "epub"), 50, 50, seed) for seed in range(4)] + [(("text", "pdf"), 4, 10, 4)] if MANY else [(("text",), 8, 2, 0)],
)
def test_a_build_killed_at_any_moment_leaves_old_or_new(
    tmp_path: Path, tally: Tally, formats: tuple[str, ...], articles: int, kills: int, seed: int
) -> None:
    states = TwoStates(tmp_path, articles, formats)
    chance = random.Random(seed)
    build = states.copy_old_build(tmp_path / "build")
    handbill = Handbill(tmp_path)
    command = ("build", states.new_source, "--today", str(TODAY))
    killed = 0
    for _ in range(kills):
        before = {file: file.stat().st_ino for file in states.copy_old_build(build).rglob("*.*")}
        process = handbill.start(*command)
        # By what it has done, not by the clock: others may be at work on the machine.
        written = chance.randrange(len(states.new))
        while process.poll() is None and sum(inode != before.get(file) for file, inode in inodes(build)) < written:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.1)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.communicate()
        states.assert_sound(build)
        states.assert_repaired(build)
    assert killed > kills / 3 or not MANY, "most were killed at work"
    tally(f"kill -9 at random, {articles} articles as {' and '.join(formats)}", kills, kills - killed)


def test_two_builds_at_once_leave_what_one_of_them_made(states: TwoStates, tmp_path: Path, tally: Tally) -> None:
    handbill, refused, pairs = Handbill(tmp_path), 0, 25 if MANY else 1
    build = tmp_path / "build"
    for _ in range(pairs):
        states.copy_old_build(build)
        runs = [handbill.start("build", source, "-j", "1", "--today", str(TODAY)) for source in (states.new_source, states.old_source)]
        told = [run.communicate()[1] for run in runs]
        codes = [run.returncode for run in runs]
        assert set(codes) <= {0, 8}, told
        assert 0 in codes
        assert "Traceback" not in "".join(told)
        refused += 8 in codes
        states.assert_sound(build)
        assert handouts_below(build) in ([states.new] if codes[1] else [states.old] if codes[0] else [states.new, states.old])
        states.assert_repaired(build)
    tally("two builds at once", pairs, pairs - refused)


@pytest.mark.parametrize("what", ["the file", "its folder"])
def test_a_source_that_vanishes_in_the_midst_is_told_of(states: TwoStates, tmp_path: Path, tally: Tally, what: str) -> None:
    met: list[Path] = []
    source, build = tmp_path / "source", tmp_path / "build"
    fill(source, states.new_source)
    states.copy_old_build(build)
    with intercept_files(source, lambda number, name, path: met.append(path)):
        build_here(source, build)
    assert handouts_below(build) == states.new
    survived = 0
    for number in (chosen := numbers(len(met), 4)):
        states.copy_old_build(build)
        fill(source, states.new_source)
        taken: list[Path] = []

        def act(count: int, name: str, path: Path, number: int = number, taken: list[Path] = taken) -> None:
            if count == number:
                taken.append(path if what == "the file" or path.parent == source else path.parent)
                shutil.rmtree(taken[0], ignore_errors=True)
                taken[0].unlink(missing_ok=True)

        try:
            with intercept_files(source, act):
                report = build_here(source, build)
            assert not report.tracebacks
            assert report.exit_code in (0, 3, 8)
            assert all(found.path for found in report.diagnostics)
            survived += report.exit_code == 0
        except (SourceError, ConfigurationError, MachineError, OSError):
            # Nothing can be read at all.
            pass
        states.assert_sound(build)
        fill(source, states.new_source)
        states.assert_repaired(build)
    tally(f"{what} of a source vanishes", len(chosen), survived)


def fill(folder: Path, source: Path) -> None:
    """Make a folder anew with what stands in another, at the same times."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)


@pytest.mark.parametrize("whole", [False, True], ids=["a file", "all of it"])
def test_a_build_folder_from_which_things_vanish_is_filled_again(states: TwoStates, tmp_path: Path, tally: Tally, whole: bool) -> None:
    build = tmp_path / "build"
    met = operations(states, states.copy_old_build(build))
    survived = 0
    for number in (chosen := numbers(len(met), 4)):
        states.copy_old_build(build)
        taken: list[Path] = []

        def act(count: int, name: str, path: Path, number: int = number, taken: list[Path] = taken) -> None:
            if count == number:
                taken.extend([build] if whole else [path])
                shutil.rmtree(build, ignore_errors=True) if whole else path.is_file() and path.unlink()

        try:
            with intercept_files(build, act):
                report = build_here(states.new_source, build)
            assert not report.tracebacks
            assert report.exit_code in (0, 8)
            survived += report.exit_code == 0
        except (MachineError, OSError):
            pass
        lost = frozenset(states.old) | frozenset(states.new) if whole else frozenset(path.relative_to(build).as_posix() for path in taken)
        if build.exists():
            states.assert_sound(build, lost=lost)
        states.assert_repaired(build, lost=lost)
    tally(f"{'the build folder' if whole else 'a file of it'} vanishes", len(chosen), survived)


def cuts(content: bytes) -> Iterator[bytes]:
    """Yield a file cut short: at its beginning and end, at each line's end and beside it, and at random."""
    ends = [place for place, byte in enumerate(content) if byte == 0x0A] or [len(content)]
    lengths = {0, 1, 2, len(content) // 2, len(content) - 1, len(content) - 2}
    lengths |= {place + beside for place in ends for beside in (0, 1, 2)}
    lengths |= {random.Random(number).randrange(len(content)) for number in range(40)}
    yield from (content[:length] for length in sorted(lengths) if 0 <= length < len(content))


def damages(content: bytes) -> Iterator[bytes]:
    """Yield a file with bytes changed, doubled, taken out or made empty, at random."""
    for number in range(200):
        chance = random.Random(number)
        place, length = chance.randrange(len(content)), chance.choice((1, 1, 2, 8, 100))
        put = chance.choice((b"", bytes(length), chance.randbytes(length), content[place : place + length] * 2, b"0", b'"', b"null", b"[]"))
        yield content[:place] + put + content[place + length :]


def edits(data: Any) -> Iterator[Any]:
    """Yield JSON data with one value, wherever it stands, of another kind, of another content, or gone."""
    for put in (None, "x", 0, True, [], {}, ["x"], "../x", "2020-01-01", -1):
        for path in list(paths(data)):
            changed = json.loads(json.dumps(data))
            *way, last = path
            parent = changed
            for step in way:
                parent = parent[step]
            if put is None:
                del parent[last]
            elif parent[last] == put and type(parent[last]) is type(put):
                continue
            else:
                parent[last] = put
            yield changed


def paths(data: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value in JSON data."""
    for step, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (step,)
        yield from ((step, *rest) for rest in paths(value))


def damaged(content: bytes, how: str) -> list[bytes]:
    if how == "edited":
        return [json.dumps(data).encode() for data in edits(json.loads(content))]
    return list((cuts if how == "cut short" else damages)(content))


@pytest.mark.parametrize("state", ["old", "new"])
@pytest.mark.parametrize("how", ["cut short", "damaged", "edited"])
@pytest.mark.parametrize("file", ["manifest.json", ".handbill-known.json"])
def test_a_damaged_manifest_or_memory_is_told_of_or_put_right(
    states: TwoStates, tmp_path: Path, tally: Tally, file: str, how: str, state: str
) -> None:
    kept, build = states.copy_old_build(tmp_path / "kept"), tmp_path / "build"
    if state == "new":
        build_here(states.new_source, kept)
    every = damaged((kept / file).read_bytes(), how)
    # Each is as good as its neighbour: some hundreds, evenly spread.
    chosen = every[:: len(every) // 300 + 1] if MANY else every[len(every) // 4 :: len(every) // 2]
    survived = 0
    for content in chosen:
        shutil.rmtree(build, ignore_errors=True)
        shutil.copytree(kept, build)
        (build / file).write_bytes(content)
        try:
            survived += build_here(states.new_source, build).exit_code == 0
        except MachineError as error:
            # It does not begin any more as a file of handbill's.
            assert ([one.code for one in error.diagnostics], error.diagnostics[0].path) == (["in-the-way"], str(build / file))  # noqa: PT017
            assert handouts_below(build) == handouts_below(kept) | ({file: content} if file == "manifest.json" else {})
            build_here(states.new_source, build, overwrite=(file,))
        except ProofError as error:
            assert (file, error.diagnostics[0].hint) == ("manifest.json", "handbill build --force makes all anew")  # noqa: PT017 - few do
            left = {name: handout for name, handout in handouts_below(build).items() if name != file}
            assert left == {name: handout for name, handout in handouts_below(kept).items() if name != file}
            build_here(states.new_source, build, force=True)
        put_right(states, build, exactly=state == "new" or file != "manifest.json")
    tally(f"{file} {how}, then {'the same' if state == 'new' else 'a changed'} publication", len(chosen), survived)


def put_right(states: TwoStates, build: Path, *, exactly: bool) -> None:
    """See that a build folder is as an undisturbed build leaves it; what a manifest does not know any more stays, where not `exactly`."""
    found = handouts_below(build)
    for name, content in states.new.items():
        if name != "manifest.json":
            assert found[name] == content
    assert {row["file"]: row for row in manifest_rows(found)}.items() >= {row["file"]: row for row in manifest_rows(states.new)}.items()
    assert all(found[name] == states.old[name] for name in set(found) - set(states.new)), "nothing but an old handout is left"
    assert not exactly or found == states.new
