"""What is unchanged is neither read nor made again, and nothing that has changed passes for unchanged."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commandline import ARTICLE, DISCLAIMER, Handbill, publication, write
from fault_injection import build_here
from folders import handouts_below
from handbill.builder.cache import FILE
from handbill.builder.file_stamps import FileStamp, FileStamps
from handbill.reader import read as reader
from handbill.rendering.pool import Pool
from handbill.system import files
from two_states import TwoStates


def is_handout(folder: Path, name: str) -> bool:
    """Return whether a file that is read is a handout: none of handbill's own files, and no sealed page here or in the user's cache."""
    return not name.endswith((".json", ".handbill-written")) and "seals" not in (folder.name, Path(name).parts[0])


def counted(folder: Path, *arguments: str) -> dict[str, int]:
    """Run a build with one worker, and return how often it did what costs time."""
    counts = {"articles": 0, "handouts read": 0, "workers": 0}

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*positional: Any, **named: Any) -> Any:
            counts[name] += name != "handouts read" or is_handout(*positional)
            return function(*positional, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name, module, function in (
            ("articles", reader, "read_article"),
            ("handouts read", files, "read"),
            ("workers", Pool, "_start_worker"),
        ):
            patch.setattr(module, function, counting(name, getattr(module, function)))
        Handbill(folder).inside("build", *arguments, "-j", "1")
    return counts


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a publication of three articles that was built, a moment after it was written."""
    source = publication(
        tmp_path, articles={"a.md": ARTICLE + "\nSee [b](b.md).\n", "b.md": ARTICLE, "c.md": '--8<-- "_part.txt"\n\nText.\n'}
    )
    write(source / "_part.txt", "# Included\n")
    time.sleep(0.15)
    Handbill(tmp_path).inside("build", "-t", "text")
    return source


def test_an_unchanged_publication_is_not_read(source: Path) -> None:
    assert counted(source.parent, "-t", "text") == {"articles": 0, "handouts read": 0, "workers": 0}
    assert counted(source.parent, "-t", "text", "--force") == {"articles": 3, "handouts read": 0, "workers": 1}


def test_of_one_article_that_changed_that_one_is_read(source: Path) -> None:
    write(source / "b.md", ARTICLE + "\nMore.\n")
    assert counted(source.parent, "-t", "text") == {"articles": 1, "handouts read": 0, "workers": 1}


def test_one_option_of_one_edition_makes_that_edition_alone(source: Path) -> None:
    handbill = Handbill(source.parent)
    write(source / "publication.toml", (source / "publication.toml").read_text() + '[editions.wide]\nexporter = "text"\nwidth = 100\n')
    handbill.inside("build", "-t", "text", "-t", "wide")
    write(source / "publication.toml", (source / "publication.toml").read_text().replace("100", "90"))
    out = handbill.inside("build", "-t", "text", "-t", "wide").out
    states = {line.split()[0]: line.split()[1] for line in out.splitlines()[2:]}
    assert states == {f"{name}{edition}.txt": state for name in "abc" for edition, state in (("", "unchanged"), ("-wide", "built"))}


def same_size(file: Path) -> None:
    """Change a file's bytes but not its size, and set its time back."""
    status = file.stat()
    file.write_bytes(file.read_bytes().replace(b"paragraph", b"PARAGRAPH"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)


def put_in_place(file: Path) -> None:
    """Put another file of the same size and time in the place of one."""
    status = file.stat()
    other = write(file.with_name("other"), file.read_text().replace("paragraph", "PARAGRAPH"))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(file)


@pytest.mark.parametrize("change", [same_size, put_in_place])
def test_other_bytes_of_the_same_size_and_time_are_seen(source: Path, change: Callable[[Path], None]) -> None:
    change(source / "b.md")
    Handbill(source.parent).inside("build", "-t", "text")
    assert "PARAGRAPH" in (source.parent / "build" / "b.txt").read_text()


@pytest.mark.parametrize("change", [same_size, put_in_place])
def test_a_handout_with_other_bytes_of_the_same_size_and_time_is_seen(source: Path, change: Callable[[Path], None]) -> None:
    change(source.parent / "build" / "b.txt")
    handbill = Handbill(source.parent)
    assert "build/b.txt: error[changed-handout]" in handbill.inside("build", "-t", "text", code=8).err
    handbill.inside("build", "-t", "text", "--overwrite", "b.txt")
    assert "PARAGRAPH" not in (source.parent / "build" / "b.txt").read_text()


def test_a_file_that_was_only_touched_is_not_read_again(source: Path) -> None:
    for file in source.rglob("*.md"):
        os.utime(file)
    assert counted(source.parent, "-t", "text")["articles"] == 0


CHANGES: list[Callable[[Path], object]] = [
    lambda source: write(source / "_part.txt", "# Other words\n"),
    lambda source: write(source / "disclaimers/general.md", DISCLAIMER.replace("no advice", "not advice")),
    lambda source: write(source / "disclaimers/general.en.md", DISCLAIMER.replace("no advice", "not advice")),
    lambda source: write(source / "publication.toml", (source / "publication.toml").read_text() + 'publisher = "Somebody"\n'),
    lambda source: (source / "b.md").unlink(),
]


@pytest.mark.parametrize(
    "change", CHANGES, ids=["an include", "the disclaimer", "a disclaimer that is nearer", "a setting", "a link's end"]
)
def test_what_an_article_depends_on_makes_it_read_again(source: Path, change: Callable[[Path], object]) -> None:
    handbill = Handbill(source.parent)
    change(source)
    handbill.inside("build", "-t", "text")
    handbill.inside("build", "-t", "text", "-o", "fresh")
    fresh = {file.name: file.read_bytes() for file in (source.parent / "fresh").glob("*.txt")}
    assert fresh == {name: (handbill.build / name).read_bytes() for name in fresh}
    messages = [handbill.inside("build", "-t", "text", "-v", *more).err for more in ((), ("--force",))]
    assert messages[0].splitlines() == [line for line in messages[1].splitlines() if not line.startswith("[")]


def test_an_article_is_read_again_when_a_file_appears_that_it_looked_for(source: Path) -> None:
    handbill = Handbill(source.parent)
    write(source / "a.md", ARTICLE + "\nSee [it](notes.html).\n")
    assert "warning[dead-link]" in handbill.inside("build", "-t", "text").err
    time.sleep(0.15)
    assert "warning[dead-link]" in handbill.inside("build", "-t", "text").err
    write(source / "notes.html", "x")
    assert "warning[dead-link]" not in handbill.inside("build", "-t", "text").err


@pytest.mark.parametrize("content", [b'{"sha256":"', b'{"known": 1}', b'{"known": 1, "articles": [{}], "handouts": {}}'])
def test_a_memory_that_cannot_be_read_is_none(source: Path, content: bytes) -> None:
    (source.parent / "build" / FILE).write_bytes(content)
    assert counted(source.parent, "-t", "text") == {"articles": 3, "handouts read": 3, "workers": 0}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_file_in_the_place_of_the_memory_that_does_not_begin_like_one_is_kept(source: Path, content: bytes) -> None:
    file = source.parent / "build" / FILE
    file.write_bytes(content)
    assert f"build/{FILE}: error[in-the-way]" in Handbill(source.parent).inside("build", "-t", "text", code=8).err
    assert file.read_bytes() == content
    file.unlink()
    assert counted(source.parent, "-t", "text") == {"articles": 3, "handouts read": 3, "workers": 0}


def test_a_file_that_has_just_changed_is_not_trusted_by_its_times(tmp_path: Path) -> None:
    file = write(tmp_path / "a.md", "one")
    assert FileStamps(tmp_path, file.stat().st_ctime_ns).stamp_of("a.md") is None
    later = FileStamps(tmp_path, file.stat().st_ctime_ns + 10**10).stamp_of("a.md")
    assert later is not None
    stamps = {"a.md": later}
    assert FileStamps(tmp_path, 0).confirm(stamps, {})
    file.write_text("two")
    assert not FileStamps(tmp_path, 0).confirm(stamps, {})


def test_a_check_remembers_nothing(source: Path) -> None:
    before = (source.parent / "build" / FILE).read_bytes()
    Handbill(source.parent).inside("check")
    assert (source.parent / "build" / FILE).read_bytes() == before


def test_a_translation_is_read_again_when_its_original_goes_or_comes(tmp_path: Path) -> None:
    spanish = DISCLAIMER.replace("title: Disclaimer", "title: Aviso\nlang: es")
    source = publication(tmp_path, articles={"a.md": ARTICLE, "a.es.md": ARTICLE, "b.md": ARTICLE})
    write(source / "disclaimers/general.es.md", spanish)
    handbill = Handbill(tmp_path)
    time.sleep(0.15)
    handbill.inside("build", "-t", "text")
    assert "Aviso" in (handbill.build / "a.es.txt").read_text()
    (source / "a.md").unlink()
    handbill.inside("build", "-t", "text")
    assert "Aviso" not in (handbill.build / "a.es.txt").read_text()
    write(source / "a.md", ARTICLE)
    handbill.inside("build", "-t", "text")
    assert "Aviso" in (handbill.build / "a.es.txt").read_text()


def test_a_file_that_changes_while_it_is_read_is_not_remembered(tmp_path: Path) -> None:
    file = write(tmp_path / "a.md", "old words")
    stamps = FileStamps(tmp_path, time.time_ns() + 10**9)
    assert not stamps.confirm({"a.md": FileStamp(9, 0, 0, 0, "another digest")}, {})
    time.sleep(0.05)
    file.write_text("new words")
    assert stamps.stamp_of("a.md") is None


def test_a_manifest_that_other_hands_have_edited_is_not_believed(states: TwoStates, tmp_path: Path) -> None:
    build = states.copy_old_build(tmp_path / "build")
    handbill = Handbill(tmp_path)

    def falsely(data: dict[str, Any]) -> None:
        data["handouts"][0]["title"] = data["articles"][0]["title"] = "What it never said"
        data["disclaimers"][data["handouts"][0]["disclaimer"]]["blocks"][1] = ["What it never said"]

    handbill.change_manifest(falsely)
    # What is not asked for is not made anew, and is doubted still.
    build_here(states.old_source / "letter-1.md", build)
    assert "What it never said" in (build / "manifest.json").read_text()
    build_here(states.old_source, build)
    assert handouts_below(build) == states.old
    assert {row.state for row in build_here(states.old_source, build).rows} == {"unchanged"}


def test_a_manifest_without_a_memory_is_believed(states: TwoStates, tmp_path: Path) -> None:
    build = states.copy_old_build(tmp_path / "build")
    (build / FILE).unlink()
    assert {row.state for row in build_here(states.old_source, build).rows} == {"unchanged"}


def test_a_memory_that_other_hands_have_edited_counts_for_nothing(states: TwoStates, tmp_path: Path) -> None:
    build = states.copy_old_build(tmp_path / "build")
    plain = (build / FILE).read_text()
    (build / FILE).write_text(plain.replace('"message":"', '"message":"never said: '))
    assert (build / FILE).read_text() != plain
    assert "never said" not in "".join(map(str, build_here(states.old_source, build).diagnostics))
