"""`handbill init`: a publication that builds as it is."""

from __future__ import annotations

from pathlib import Path

from commandline import Handbill, write


def test_a_new_publication_builds_under_strict(handbill: Handbill) -> None:
    done = handbill("init", "ours")
    assert done.out == "ours/publication.toml\nours/first-article.md\nours/disclaimers/general.md\n"
    assert "Now: handbill build ours" in done.err
    built = handbill("build", "ours", "--strict")
    assert "warning" not in built.err
    name = "first-article"
    assert handbill.files() == [f"{name}-large-print.pdf", f"{name}.epub", f"{name}.pdf", f"{name}.txt", "manifest.json"]
    handbill.inside("verify")


def test_what_is_there_is_never_overwritten(handbill: Handbill, tmp_path: Path) -> None:
    kept = write(tmp_path / "ours/disclaimers/general.md", "kept")
    err = handbill.inside("init", "ours", code=2).err
    assert "ours/disclaimers/general.md is there already" in err
    assert kept.read_text() == "kept"
    assert [file.name for file in (tmp_path / "ours").iterdir()] == ["disclaimers"]


def test_a_folder_that_cannot_be_written_is_told_so(handbill: Handbill) -> None:
    assert "cannot be written" in handbill.inside("init", "/proc/ours", code=8).err


def test_two_new_publications_have_two_titles_and_leave_each_other_alone(handbill: Handbill, tmp_path: Path) -> None:
    for name in ("one", 'the "other"'):
        handbill.inside("init", name)
        (tmp_path / name / "first-article.md").rename(tmp_path / name / f"{name[0]}.md")
        handbill.inside("build", name, "-t", "text")
    handbill.inside("build", "one", "-t", "text")
    assert {"o.txt", "t.txt"} <= set(handbill.files())
    handbill.inside("verify")
