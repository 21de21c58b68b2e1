"""Files in the output folder that handbill did not write: they are found before anything is written, told one by one, and kept."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import ARTICLE, TEXT_ALONE, Handbill, publication, write
from fault_injection import FAULT_SCRIPT, TODAY, build_here, intercept_files
from folders import files_below, handouts_below
from handbill.builder import merge as merging
from handbill.builder.build_folder import WritePermission, open_build_folder
from handbill.builder.journal import FILE as JOURNAL
from handbill.builder.request import Request
from handbill.diagnostics.errors import MachineError
from handbill.preview.latest_build import LatestBuild
from handbill.preview.loop import watch
from inprocess import InProcessPool

OWN_FILES = ("manifest.json", ".handbill-known.json", ".handbill-lock", ".handbill-written")
ARTICLES = {"a.md": ARTICLE, "sub/b.md": ARTICLE, "deep/er/c.md": ARTICLE}


def fill(folder: Path, names: set[str]) -> dict[str, bytes]:
    """Write a person's file under each name, and return the files of the folder."""
    for name in names:
        write(folder / name, f"mine: {name}\n")
    return files_below(folder)


def told_paths(err: str, code: str = "in-the-way") -> list[str]:
    """Return the paths of the messages with a code, each of which has a hint on the next line."""
    lines = err.splitlines()
    found = [number for number, line in enumerate(lines) if f": error[{code}]: " in line]
    assert all(lines[number + 1].startswith("    hint: ") for number in found)
    return [lines[number].partition(": error[")[0] for number in found]


@pytest.mark.parametrize("options", [(), ("--force",), ("--shard", "1/2"), ("-t", "text", "-t", "epub")], ids=" ".join)
def test_a_build_overwrites_no_name_that_it_could_write(handbill: Handbill, tmp_path: Path, options: tuple[str, ...]) -> None:
    publication(tmp_path, articles=ARTICLES)
    handbill.inside("build", "-o", "reference", *options)
    names = set(files_below(tmp_path / "reference")) | set(OWN_FILES)
    assert len(names) > len(OWN_FILES) + 1
    mine = fill(handbill.build, names)
    done = handbill.inside("build", *options, code=8)
    assert told_paths(done.err) == sorted(f"build/{name}" for name in names)
    assert files_below(handbill.build) == mine


def test_a_merge_overwrites_no_name_that_it_could_write(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles=ARTICLES)
    for number in (1, 2):
        handbill.inside("build", "-t", "text", "--shard", f"{number}/2", "-o", f"part-{number}")
    handbill.inside("merge", "part-1", "part-2", "-o", "reference")
    names = set(files_below(tmp_path / "reference")) | set(OWN_FILES)
    assert {"a.txt", "sub/b.txt", "deep/er/c.txt"} <= names
    mine = fill(handbill.build, names)
    done = handbill.inside("merge", "part-1", "part-2", code=8)
    assert told_paths(done.err) == sorted(f"build/{name}" for name in names)
    assert files_below(handbill.build) == mine
    for name in OWN_FILES:
        (handbill.build / name).unlink()
    told = told_paths(handbill.inside("merge", "part-1", "part-2", code=8).err)
    assert [path for path in told if "/seals/" not in path] == ["build/a.txt", "build/deep/er/c.txt", "build/sub/b.txt"]
    assert len(told) == 4
    assert not list(handbill.build.glob(".handbill-*"))
    overwrite = [part for path in told for part in ("--overwrite", path.removeprefix("build/"))]
    handbill.inside("merge", "part-1", "part-2", *overwrite)
    assert handouts_below(handbill.build) == handouts_below(tmp_path / "reference")


def test_a_file_that_a_merge_would_not_change_is_not_in_its_way(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    handbill.inside("build", "-t", "text", "-o", "part")
    write(handbill.build / "letter.txt", (tmp_path / "part/letter.txt").read_text())
    handbill.inside("merge", "part")
    handbill.inside("verify")


def test_beside_a_persons_files_nothing_of_theirs_is_written_or_removed(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, settings=TEXT_ALONE, articles={"article.md": ARTICLE, "other.md": ARTICLE})
    parts = (".handbill-mine.part", ".handbill-1-0123456789abcdef.part", "notes/.handbill-2.part")
    mine = fill(tmp_path, {"article.txt", "article.pdf", *parts})
    done = handbill.inside("build", "-o", ".", code=8)
    assert told_paths(done.err) == ["article.txt"]
    assert "--overwrite article.txt replaces it" in done.err
    assert files_below(tmp_path) == mine, "there is no other handout, no manifest and no lock"
    (tmp_path / "article.txt").rename(tmp_path / "moved.txt")
    handbill.inside("build", "-o", ".")
    (source / "other.md").unlink()
    (source / "article.md").unlink()
    write(source / "last.md", ARTICLE)
    handbill.inside("build", "-o", ".")
    left = {name: content for name, content in files_below(tmp_path).items() if not name.startswith("source/")}
    sealed = {name for name in left if name.startswith("seals/")}
    assert len(sealed) == 1
    assert set(left) - sealed == {"last.txt", "manifest.json", ".handbill-known.json", ".handbill-lock", "moved.txt", "article.pdf", *parts}
    assert all(left[name] == mine[name] for name in ("article.pdf", *parts))


def test_a_handout_that_a_person_has_changed_is_kept_until_it_is_named(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, settings=TEXT_ALONE, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    handbill.inside("build")
    write(handbill.build / "a.txt", "edited")
    before = files_below(handbill.build)
    write(source / "b.md", ARTICLE + "\nNew.\n")
    for options in ((), ("--force",), ("--overwrite", "b.txt")):
        done = handbill.inside("build", *options, code=8)
        assert told_paths(done.err, "changed-handout") == ["build/a.txt"]
        assert "hint: move it away; --overwrite a.txt replaces it" in done.err
        assert files_below(handbill.build) == before
    # What is not asked for is not in the way.
    handbill.inside("build", "source/b.md")
    assert (handbill.build / "a.txt").read_text() == "edited"
    handbill.inside("build", "--overwrite", "a.txt")
    handbill.inside("verify")


@pytest.mark.parametrize("content", ["", "{}", '{"name": "a web app"}', "{", "not JSON"])
def test_force_alone_does_not_replace_a_foreign_manifest(handbill: Handbill, tmp_path: Path, content: str) -> None:
    publication(tmp_path)
    file = write(handbill.build / "manifest.json", content)
    done = handbill.inside("build", "-t", "text", "--force", code=8)
    assert told_paths(done.err) == ["build/manifest.json"]
    assert files_below(handbill.build) == {"manifest.json": content.encode()}
    handbill.inside("build", "-t", "text", "--overwrite", "manifest.json")
    assert file.read_text() != content
    handbill.inside("verify")


def test_the_manifest_of_a_site_is_not_replaced_by_that_of_a_build(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    handbill.inside("build", "-t", "text")
    handbill.inside("site")
    before = files_below(tmp_path / "site")
    assert told_paths(handbill.inside("build", "-t", "text", "-o", "site", code=8).err) == ["site/manifest.json"]
    assert files_below(tmp_path / "site") == before


def put_link(file: Path) -> None:
    file.symlink_to(write(file.parent / "elsewhere", "mine"))


def put_folder_link(file: Path) -> None:
    (file.parent / "elsewhere").mkdir()
    file.symlink_to("elsewhere")


KINDS: list[Callable[[Path], object]] = [put_link, put_folder_link, lambda file: file.symlink_to("nowhere"), Path.mkdir, os.mkfifo]


@pytest.mark.parametrize("put", KINDS, ids=["link", "link to a folder", "dangling link", "folder", "pipe"])
@pytest.mark.parametrize("name", ["letter.txt", *OWN_FILES])
def test_what_is_no_file_is_in_the_way_too(handbill: Handbill, tmp_path: Path, put: Callable[[Path], object], name: str) -> None:
    publication(tmp_path)
    handbill.build.mkdir()
    put(handbill.build / name)
    before = [(path, path.lstat().st_ino, path.is_symlink()) for path in sorted(handbill.build.rglob("*"))]
    assert told_paths(handbill.inside("build", "-t", "text", code=8).err) == [f"build/{name}"]
    assert [(path, path.lstat().st_ino, path.is_symlink()) for path in sorted(handbill.build.rglob("*"))] == before


def test_a_file_in_the_place_of_a_folder_is_in_the_way(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"sub/a.md": ARTICLE, "sub/b.md": ARTICLE})
    mine = fill(handbill.build, {"sub"})
    assert told_paths(handbill.inside("build", "-t", "text", "--overwrite", "sub", code=8).err) == ["build/sub"]
    assert files_below(handbill.build) == mine


def test_a_file_that_comes_while_a_build_is_at_work_is_kept(handbill: Handbill, tmp_path: Path) -> None:
    handbill.build.mkdir()
    with open_build_folder(handbill.build, WritePermission({"a.txt": "", "b.txt": ""})) as folder:
        write(handbill.build / "a.txt", "mine")
        with pytest.raises(MachineError, match="in-the-way"):
            folder.write("a.txt", b"ours")
        folder.write("b.txt", b"ours")
    assert handouts_below(handbill.build) == {"a.txt": b"mine", "b.txt": b"ours"}


def test_a_handout_whose_name_changed_in_its_case_is_known_again(handbill: Handbill, tmp_path: Path) -> None:
    """On a file system that takes both names for one, the file of the old name is found under the new one: here it is a second link."""
    source = publication(tmp_path, settings=TEXT_ALONE, articles={"Letter.md": ARTICLE})
    handbill.inside("build")
    (source / "Letter.md").rename(source / "letter.md")
    os.link(handbill.build / "Letter.txt", handbill.build / "letter.txt")
    handbill.inside("build")
    handbill.inside("verify")
    assert list(handbill.rows()) == ["letter.txt"]


def test_a_file_that_stays_under_another_name_is_not_removed(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=TEXT_ALONE, articles={"Letter.md": ARTICLE, "other.md": ARTICLE})
    handbill.inside("build")
    os.link(handbill.build / "Letter.txt", handbill.build / "letter.txt")
    with open_build_folder(handbill.build, WritePermission({})) as folder:
        rows = folder.manifest.handouts
        new = type(folder.manifest)({"letter.txt": rows["Letter.txt"]})
        assert folder.is_kept_under_another_name(rows["Letter.txt"], new)
        assert not folder.is_kept_under_another_name(rows["other.txt"], new)


def test_a_manifest_that_was_lost_is_made_again_with_what_the_cache_knows(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, settings=TEXT_ALONE)
    handbill.inside("build")
    (handbill.build / "manifest.json").unlink()
    write(source / "letter.md", ARTICLE + "\nNew.\n")
    handbill.inside("build")
    handbill.inside("verify")
    (handbill.build / "manifest.json").unlink()
    (handbill.build / ".handbill-known.json").unlink()
    assert told_paths(handbill.inside("build", code=8).err) == ["build/letter.txt"]


def kill_at(number: int, folder: Path, source: Path) -> None:
    """Build into `folder`/build, and kill the process at a file operation there."""
    command = [sys.executable, FAULT_SCRIPT, "killed", str(number), "build", source, "-j", "1", "--today", str(TODAY)]
    environment = dict(os.environ) | {"PYTHONPATH": str(FAULT_SCRIPT.parent)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def write_of_manifest(source: Path) -> int:
    """Return the number of the file operation by which a first build puts its manifest in place: only the cache comes after it."""
    build, met = source.parent / "counted", list[str]()
    build.mkdir()
    with intercept_files(build, lambda number, name, path: met.append(name)):
        build_here(source, build)
    shutil.rmtree(build)
    return [number for number, name in enumerate(met, 1) if name == "replace"][-2]


def test_a_first_build_that_was_killed_before_its_manifest_is_repaired_after_a_change(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, settings=TEXT_ALONE, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    handbill.build.mkdir()
    kill_at(write_of_manifest(source), tmp_path, source)
    assert sorted(handouts_below(handbill.build)) == ["a.txt", "b.txt"]
    for name in ("a.md", "b.md"):
        write(source / name, ARTICLE + "\nNew.\n")
    handbill.inside("build")
    handbill.inside("verify")
    assert {file.name for file in handbill.build.rglob(".*")} == {".handbill-lock", ".handbill-known.json"}


@pytest.fixture
def killed_build(handbill: Handbill, tmp_path: Path) -> Path:
    """Return a publication in two editions whose first build wrote all handouts and was killed before it wrote its manifest."""
    source = publication(
        tmp_path, settings='[editions.pdf]\nenabled = false\n[editions.epub]\nenabled = false\n[editions.wide]\nexporter = "text"\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handbill.builder.build_folder.BuildFolder.commit", lambda *_, **__: None)
        build_here(source, handbill.build)
    assert sorted(handouts_below(handbill.build)) == ["letter-wide.txt", "letter.txt"]
    assert (handbill.build / ".handbill-written").is_file()
    write(source / "letter.md", ARTICLE + "\nNew.\n")
    return source


def test_a_build_of_a_part_does_not_forget_what_a_killed_build_wrote(handbill: Handbill, killed_build: Path) -> None:
    handbill.inside("build", "-t", "text")
    assert (handbill.build / JOURNAL).exists()
    handbill.inside("build")
    handbill.inside("verify")
    assert not (handbill.build / JOURNAL).exists()


def test_a_file_that_was_changed_after_a_build_was_killed_is_kept(handbill: Handbill, killed_build: Path) -> None:
    write(handbill.build / "letter.txt", "mine")
    before = files_below(handbill.build)
    assert told_paths(handbill.inside("build", code=8).err) == ["build/letter.txt"]
    assert files_below(handbill.build) == before


@pytest.mark.parametrize("cut", [1, 20, 80])
def test_a_journal_whose_last_line_was_cut_off_counts_for_the_others(handbill: Handbill, killed_build: Path, cut: int) -> None:
    journal = handbill.build / JOURNAL
    names = [json.loads(line)[0] for line in journal.read_text().splitlines()[1:] if line]
    journal.write_bytes(journal.read_bytes()[:-cut])
    # The file of a line that is cut off was not written yet.
    (handbill.build / names[-1]).unlink()
    handbill.inside("build")
    handbill.inside("verify")
    assert not journal.exists()


def test_a_merge_that_was_killed_is_repaired_after_a_change(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, settings=TEXT_ALONE)
    handbill.inside("build", "-o", "part")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "write_manifest", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            merging.merge([tmp_path / "part"], handbill.build)
    assert sorted(handouts_below(handbill.build)) == ["letter.txt"]
    write(source / "letter.md", ARTICLE + "\nNew.\n")
    handbill.inside("build", "-o", "part")
    handbill.inside("merge", "part")
    assert handouts_below(handbill.build) == handouts_below(tmp_path / "part")
    assert not (handbill.build / JOURNAL).exists()


def test_a_watch_tells_what_is_in_its_way_and_goes_on(tmp_path: Path) -> None:
    source, build = publication(tmp_path, settings=TEXT_ALONE), tmp_path / "build"
    mine, told = fill(build, {"letter.txt"}), list[list[str]]()

    def changes() -> object:
        assert files_below(build) == mine
        (build / "letter.txt").unlink()
        yield True

    request = Request(source, build, datetime.date(2026, 11, 27))
    watch(
        lambda: request, changes(), LatestBuild(), InProcessPool(), lambda report, _: told.append([one.code for one in report.diagnostics])
    )  # type: ignore[arg-type] # it has what is used
    assert told[0] == ["in-the-way"]
    assert "in-the-way" not in told[1]
    assert b"The first paragraph." in files_below(build)["letter.txt"]
