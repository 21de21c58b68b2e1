"""Files of a build folder: replaced whole, read without surprises, never outside; and errors that travel."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path

import pytest

from handbill.builder.report import Report
from handbill.contract import ExporterError
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import (
    ConfigurationError,
    HandbillError,
    MachineError,
    ProofError,
    SourceError,
    UsageError,
    worst_exit_code,
)
from handbill.diagnostics.user_paths import rebase_diagnostic, rebase_errors
from handbill.system import files
from handbill.system.digests import digest_of


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    files.replace(tmp_path, "sub/a.txt", b"old")
    files.replace(tmp_path, "sub/a.txt", b"new")
    assert files.read(tmp_path, "sub/a.txt") == b"new"
    assert [file.name for file in tmp_path.rglob("*")] == ["sub", "a.txt"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    files.replace(tmp_path, "a.txt", b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MachineError) as caught:
        files.replace(tmp_path, "a.txt", b"new")
    assert caught.value.diagnostics[0].message == f"{tmp_path}/a.txt cannot be written: No space left on device"
    assert caught.value.diagnostics[0].hint == "free some space"
    assert files.read(tmp_path, "a.txt") == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_what_is_no_regular_file_of_the_folder_is_not_read(tmp_path: Path) -> None:
    build, outside = tmp_path / "build", tmp_path / "outside"
    build.mkdir()
    outside.mkdir()
    (outside / "a.txt").write_text("secret")
    (build / "link.txt").symlink_to(outside / "a.txt")
    (build / "sub").symlink_to(outside)
    (build / "folder").mkdir()
    (build / "loop").symlink_to(build / "loop")
    os.mkfifo(build / "pipe")
    for name in ("link.txt", "sub/a.txt", "folder", "loop", "loop/a", "pipe", "missing", "../outside/a.txt"):
        assert files.read(build, name) is None
    with pytest.raises(MachineError):
        files.replace(build, "sub/a.txt", b"changed")
    assert (outside / "a.txt").read_text() == "secret"


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with files.lock(tmp_path), pytest.raises(MachineError, match="another build is at work"), files.lock(tmp_path):
        pass
    with files.lock(tmp_path):
        pass


ERRORS = (HandbillError, UsageError, SourceError, ConfigurationError, ExporterError, ProofError, MachineError)


@pytest.mark.parametrize("kind", ERRORS)
def test_errors_travel_between_processes(kind: type[HandbillError]) -> None:
    one, other = Diagnostic(Severity.ERROR, "a", "b", "c", 1, 2, "d"), Diagnostic(Severity.NOTE, "e", "f")
    back = pickle.loads(pickle.dumps(kind([one, other])))  # noqa: S301 - our own bytes
    assert type(back) is kind
    assert back.diagnostics == (one, other)
    assert str(back) == "c:1:2: error[a]: b\n    hint: d\nhandbill: note[e]: f"
    assert kind(one).diagnostics == (one,)


def test_of_several_failures_the_worst_is_the_exit_code() -> None:
    assert worst_exit_code([]) == 0
    assert worst_exit_code([0, 3]) == 3
    for better, worse in ((2, 3), (3, 4), (4, 5), (5, 6), (6, 8), (8, 1)):
        assert worst_exit_code([better, worse, 0]) == worse


def test_paths_are_placed_below_their_folder_once() -> None:
    found = Diagnostic(Severity.ERROR, "a", "b", "x.md", 1)
    assert rebase_diagnostic(found, Path("/source/../texts")).path == "/texts/x.md"
    assert rebase_diagnostic(found, Path("source")).path == "source/x.md"
    for path in ("", "--set a.b"):
        assert rebase_diagnostic(Diagnostic(Severity.ERROR, "a", "b", path), Path("source")).path == path
    with pytest.raises(SourceError) as caught, rebase_errors(Path("source")):
        raise SourceError(found)
    assert caught.value.diagnostics[0].path == "source/x.md"


def test_a_report_tells_each_message_once_by_place() -> None:
    report = Report(Path("s"), strict=True)
    second, first = Diagnostic(Severity.WARNING, "w", "m", "b.md", 2), Diagnostic(Severity.NOTE, "n", "m", "a.md", 1)
    assert report.add([second, first, second], 3) is True
    assert report.add([first], 5) is False
    assert [(one.path, one.severity) for one in report.diagnostics] == [("s/a.md", Severity.NOTE), ("s/b.md", Severity.ERROR)]
    assert report.exit_code == 3


def test_a_digest_tells_types_and_values_apart() -> None:
    values = [1, "1", 1.5, True, None, b"1", ("1",), {"1": 1}, Diagnostic(Severity.NOTE, "a", "b"), Diagnostic(Severity.NOTE, "a", "c")]
    assert len({digest_of(value) for value in values}) == len(values)
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    with pytest.raises(TypeError, match="has no digest"):
        digest_of(object())
