"""The rules of a build: what is made, kept, marked, replaced and removed, and what is never touched."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commandline import ARTICLE, DISCLAIMER, TEXT_ALONE, Handbill, publication, write
from folders import handouts_below


def states(out: str) -> dict[str, str]:
    """Return each handout's state of a table."""
    rows = (line.split("  ") for line in out.splitlines()[2:])
    return {cells[0]: next(cell for cell in cells[1:] if cell).strip() for cells in rows}


def digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in handouts_below(folder).items()}


def test_the_publication_that_ships_builds_and_then_stands_unchanged(shipped: Path, tmp_path: Path) -> None:
    shutil.copytree(shipped, tmp_path, dirs_exist_ok=True)
    handbill = Handbill(tmp_path)
    name = "kratom-and-melatonin"
    editions = [name + ending for ending in ("-large-print%s.pdf", "%s.epub", "%s.pdf", "%s.txt")]
    wanted = [edition % language for edition in editions for language in ("", ".es")]
    assert handbill.files() == sorted([*wanted, "manifest.json"])
    out = handbill.inside("verify").out
    assert len(out.splitlines()) == len(wanted)
    assert f"build/{name}.pdf: disclaimer on page " in out
    before = digests(tmp_path / "build")
    again = handbill("build", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert set(states(again.out).values()) == {"unchanged"}
    imported = {line.rpartition("|")[2].strip() for line in again.err.splitlines() if line.startswith("import time:")}
    assert "handbill.builder.build" in imported
    assert not {"weasyprint", "ebooklib", "pypdfium2", "PIL", "fontTools", "rich", "pydantic"} & imported
    assert digests(tmp_path / "build") == before


def test_another_process_time_zone_and_hash_seed_give_the_same_bytes(shipped: Path, tmp_path: Path) -> None:
    shutil.copytree(shipped, tmp_path, dirs_exist_ok=True)
    environment = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711", "LC_ALL": "C"}
    # Large print is the same exporter with other options.
    out = Handbill(tmp_path)("build", "--force", "-j", "1", "-t", "pdf", "-t", "epub", "-t", "text", environment=environment).out
    assert list(states(out).values()) == ["built"] * 6
    assert digests(tmp_path / "build") == digests(shipped / "build")


def test_only_what_changed_is_built_again(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    handbill.inside("build", "-t", "text")
    write(source / "a.md", ARTICLE + "\nMore.\n")
    assert states(handbill.inside("build", "-t", "text").out) == {"a.txt": "built", "b.txt": "unchanged"}
    (handbill.build / "a.txt").unlink()
    assert states(handbill.inside("build", "-t", "text").out) == {"a.txt": "built", "b.txt": "unchanged"}
    (handbill.build / "b.txt").write_text("tampered")
    assert states(handbill.inside("build", "-t", "text", "--overwrite", "b.txt").out) == {"a.txt": "unchanged", "b.txt": "built"}
    assert states(handbill.inside("build", "-t", "text", "--set", "text.width=50").out) == {"a.txt": "built", "b.txt": "built"}
    handbill.inside("build", "-t", "text")
    write(source / "disclaimers/general.md", DISCLAIMER + "\nOne more sentence.\n")
    assert states(handbill.inside("build", "-t", "text").out) == {"a.txt": "built", "b.txt": "built"}
    assert "One more sentence." in (handbill.build / "b.txt").read_text()


def test_a_handout_that_no_source_asks_for_is_removed_in_a_full_build_alone(handbill: Handbill, tmp_path: Path) -> None:
    settings = TEXT_ALONE
    source = publication(tmp_path, settings=settings, articles={"a.md": ARTICLE, "b.md": ARTICLE, "c.md": ARTICLE})
    handbill.inside("build")
    write(handbill.build / "own.txt", "not handbill's")
    (handbill.build / "c.txt").write_text("changed by other hands")
    (source / "b.md").unlink()
    (source / "c.md").unlink()
    handbill.inside("build", "-t", "text")
    handbill.inside("build", "source/a.md")
    assert handbill.files() == ["a.txt", "b.txt", "c.txt", "manifest.json", "own.txt"]
    done = handbill.inside("build")
    assert handbill.files() == ["a.txt", "c.txt", "manifest.json", "own.txt"]
    assert states(done.out) == {"a.txt": "unchanged", "b.txt": "removed"}
    assert "build/c.txt: warning[changed-handout]: this handout is no longer asked for, but was changed by other hands" in done.err
    assert list(handbill.rows()) == ["a.txt"]


def test_handouts_of_another_publication_are_not_touched(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": ARTICLE})
    handbill.inside("build", "-t", "text")
    other = publication(tmp_path / "other", articles={"b.md": ARTICLE})
    write(
        other / "publication.toml",
        (other / "publication.toml").read_text().replace("Tests", "Other tests")
        + "[editions.pdf]\nenabled=false\n[editions.epub]\nenabled=false\n",
    )
    handbill.inside("build", "other/source")
    assert handbill.files() == ["a.txt", "b.txt", "manifest.json"]
    handbill.inside("verify")


def test_an_article_that_fails_keeps_its_last_handouts_marked_stale(handbill: Handbill, tmp_path: Path) -> None:
    settings = TEXT_ALONE
    source = publication(tmp_path, settings=settings, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    handbill.inside("build")
    write(source / "a.md", ARTICLE + "\n![x](none.png)\n")
    done = handbill.inside("build", code=3)
    assert "a.txt    failed, old one kept" in done.out
    assert {name: row["stale"] for name, row in handbill.rows().items()} == {"a.txt": True, "b.txt": False}
    assert "build/a.txt: disclaimer on page 2 of 2; stale: its article has failed since" in handbill.inside("verify").out
    write(source / "a.md", ARTICLE)
    assert states(handbill.inside("build").out) == {"a.txt": "unchanged", "b.txt": "unchanged"}
    assert not any(row["stale"] for row in handbill.rows().values())


def test_what_has_expired_has_no_handouts_and_the_manifest_says_since_when(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    handbill.inside("build", "-t", "text")
    write(source / "a.md", ARTICLE.replace("title:", "expires: 2020-01-31\ntitle:"))
    done = handbill.inside("build", "-t", "text", "-v")
    assert "source/a.md:1: note[expired]: the article or its disclaimer was good until 2020-01-31: it has no handouts any more" in done.err
    assert handbill.files() == ["b.txt", "manifest.json"]
    expired = [{"publication": "Tests", "article": "a.md", "since": "2020-01-31"}]
    assert handbill.manifest()["expired"] == expired
    handbill.inside("build", "source/b.md", "-t", "text")
    assert handbill.manifest()["expired"] == expired, "what was not asked for keeps its entry"
    assert "note[expired]" in handbill.inside("check", "-v").err
    write(source / "a.md", ARTICLE.replace("title:", "expires: 2999-01-31\ntitle:"))
    handbill.inside("build", "-t", "text")
    assert handbill.files() == ["a.txt", "b.txt", "manifest.json"]
    assert handbill.manifest()["expired"] == []
    write(source / "disclaimers/general.md", DISCLAIMER.replace("title:", "expires: 2020-01-31\ntitle:"))
    handbill.inside("build", "-t", "text")
    assert handbill.files() == ["manifest.json"]


def test_translations_have_their_language_in_their_names(handbill: Handbill, tmp_path: Path) -> None:
    articles = {"a.md": ARTICLE, "a.es.md": ARTICLE.replace("A letter", "Una carta"), "b.es.md": ARTICLE, "sub/c.md": ARTICLE}
    source = publication(tmp_path, settings='[editions.wide]\nexporter = "text"\nwidth = 100\n', articles=articles)
    write(source / "disclaimers/general.es.md", DISCLAIMER.replace("title: Disclaimer", "title: Aviso\nlang: es"))
    handbill.inside("build", "-t", "text", "-t", "wide")
    assert handbill.files() == [
        "a-wide.es.txt",
        "a-wide.txt",
        "a.es.txt",
        "a.txt",
        "b.es-wide.txt",
        "b.es.txt",
        "manifest.json",
        "sub/c-wide.txt",
        "sub/c.txt",
    ]
    assert handbill.rows()["a.es.txt"]["language"] == "es"
    assert "Aviso" in (handbill.build / "a.es.txt").read_text()
    handbill.inside("verify")


@pytest.mark.parametrize(
    ("articles", "settings", "message"),
    [
        (["a.md", "a-big.md"], '[editions.big]\nexporter = "text"\n', "two handouts would be called a-big.txt: "),
        (["a.md", "A.md"], "", "two handouts would be called "),
        (["a.md", "a.txt/b.md"], "", "text of a.md would be called like the folder of pdf of a.txt/b.md: a.txt"),
    ],
)
def test_two_handouts_of_one_name_are_an_error_of_the_configuration(
    handbill: Handbill, tmp_path: Path, articles: list[str], settings: str, message: str
) -> None:
    publication(tmp_path, settings=settings, articles=dict.fromkeys(articles, ARTICLE))
    for command in ("check", "build"):
        assert f"source/publication.toml: error[same-name]: {message}" in handbill.inside(command, code=4).err
    assert not handbill.build.exists()


def test_source_date_epoch_is_the_time_of_the_handouts(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    handbill.inside("build", "-t", "epub")
    first = (handbill.build / "letter.epub").read_bytes()
    done = handbill.inside("build", "-t", "epub", environment={"SOURCE_DATE_EPOCH": "1700000000"})
    assert states(done.out) == {"letter.epub": "built"}
    assert (handbill.build / "letter.epub").read_bytes() != first
    done = handbill.inside("build", "-t", "epub", environment={"SOURCE_DATE_EPOCH": "tomorrow"}, code=2)
    assert "SOURCE_DATE_EPOCH is a number of seconds since 1970, up to the year 9999, not 'tomorrow'" in done.err


def test_a_link_in_the_build_folder_is_never_written_or_deleted_through(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"a.md": ARTICLE, "sub/b.md": ARTICLE})
    outside = tmp_path / "outside"
    outside.mkdir()
    write(outside / "kept.txt", "kept")
    handbill.build.mkdir()
    (handbill.build / "sub").symlink_to(outside)
    (handbill.build / "a.txt").symlink_to(outside / "kept.txt")
    done = handbill.inside("build", "-t", "text", code=8)
    assert "build/sub: error[in-the-way]: this is no folder of handbill's, and a handout is to be in it" in done.err
    assert "build/a.txt: error[in-the-way]: handbill did not write this file" in done.err
    assert (
        "build/sub: error[in-the-way]" in handbill.inside("build", "-t", "text", "--overwrite", "sub", "--overwrite", "a.txt", code=8).err
    )
    assert (handbill.build / "a.txt").is_symlink()
    (handbill.build / "sub").unlink()
    handbill.inside("build", "-t", "text", "--overwrite", "a.txt")
    assert [file.name for file in outside.iterdir()] == ["kept.txt"]
    assert (outside / "kept.txt").read_text() == "kept"
    assert not (handbill.build / "a.txt").is_symlink()
    assert source.is_dir()


def test_a_handout_is_not_read_from_a_pipe(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    handbill.inside("build", "-t", "text")
    (handbill.build / "letter.txt").unlink()
    os.mkfifo(handbill.build / "letter.txt")
    assert "build/letter.txt: error[missing-handout]" in handbill.inside("verify", code=6).err
    assert "build/letter.txt: error[in-the-way]" in handbill.inside("build", "-t", "text", code=8).err
    handbill.inside("build", "-t", "text", "--overwrite", "letter.txt")
    handbill.inside("verify")


@pytest.mark.parametrize("what", ["file", "dangling", "folder"])
def test_a_build_folder_that_is_none_is_told_so(handbill: Handbill, tmp_path: Path, what: str) -> None:
    publication(tmp_path)
    if what == "file":
        write(handbill.build, "")
    elif what == "dangling":
        handbill.build.symlink_to(tmp_path / "nowhere")
    else:
        (handbill.build / "letter.txt").mkdir(parents=True)
    done = handbill.inside("build", "-t", "text", code=2 if what == "file" else 8)
    assert "Traceback" not in done.err
    assert "build" in done.err


def test_two_hundred_articles_build_in_one_run(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={f"article-{number:03}.md": ARTICLE.replace("A letter", f"Letter {number}") for number in range(200)})
    handbill.inside("build", "-q", "-j", "2", "-t", "text")
    assert len(handbill.files()) == 201
    titles = {row["title"] for row in handbill.rows().values()}
    assert len(titles) == 200
    handbill.inside("verify", "-q")


def test_an_unchanged_build_starts_no_worker(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    handbill.inside("build", "-t", "text")
    script = (
        "import multiprocessing.process as p, sys\np.BaseProcess.start = None\nfrom handbill.cli import main\nmain(['build', '-t', 'text'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert states(done.stdout) == {"letter.txt": "unchanged"}


def test_a_stale_handout_whose_disclaimer_has_changed_since_is_outdated(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    handbill.inside("build", "-t", "text")
    write(source / "a.md", "---\ntitle: [\n---\n")

    def outdated() -> dict[str, bool]:
        handbill.inside("build", "-t", "text", code=3)
        return {name: row["outdated"] for name, row in handbill.rows().items()}

    assert outdated() == {"a.txt": False, "b.txt": False}
    write(source / "disclaimers/general.md", DISCLAIMER.replace("general information", "general advice"))
    assert outdated() == {"a.txt": True, "b.txt": False}
    write(source / "disclaimers/general.md", DISCLAIMER)
    assert outdated() == {"a.txt": False, "b.txt": False}
    (source / "disclaimers/general.md").unlink()
    assert outdated() == {"a.txt": True, "b.txt": True}


def test_the_manifest_says_what_the_articles_are(handbill: Handbill, tmp_path: Path) -> None:
    text = ARTICLE.replace("title:", "version: '2.0'\nreviewed: 2026-11-22\nabstract: In *short*.\ntitle:")
    source = publication(tmp_path, settings=TEXT_ALONE, articles={"a.md": text, "b.md": ARTICLE})
    handbill.inside("build")
    about = {row["source"]: row for row in handbill.manifest()["articles"]}
    assert list(about) == ["a.md", "b.md"]
    assert (about["a.md"]["title"], about["a.md"]["version"], about["a.md"]["reviewed"]) == ("A letter", "2.0", "2026-11-22")
    assert about["a.md"]["abstract"] == "<body><p>In <em>short</em>.</p></body>"
    (source / "b.md").unlink()
    handbill.inside("build")
    assert [row["source"] for row in handbill.manifest()["articles"]] == ["a.md"]
