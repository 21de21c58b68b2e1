"""Sealed pages: made once, by a process of their own, kept in the build folder beside the manifest, and in the user's cache."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from commandline import ARTICLE, DISCLAIMER, TEXT_ALONE, Handbill, publication, write
from handbill.builder import seals
from handbill.builder.seals import Seals
from handbill.document import Disclaimer
from handbill.proof.disclaimer import expected_disclaimer
from handbill.proof.manifest_file import read_manifest
from handbill.registry import load
from handbill.rendering.job import Crash, Failed, SealJob
from handbill.rendering.pool import JobLimits, Pool

OF_TEXT = Disclaimer(id="d", title="Disclaimer", language="en", notice="No advice.", body=b"<body><p>Ask a doctor.</p></body>")


def job(disclaimer: Disclaimer = OF_TEXT, width: int = 72) -> SealJob:
    exporter = load("text")
    return SealJob("text", exporter.options_type(width=width), disclaimer, expected_disclaimer(disclaimer))


def store(cache: Path | None, code: str = "1") -> Seals:
    return Seals(2, JobLimits(), (), {"text": code}, cache)


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[Pool]:
    """Return a list of the pools that make sealed pages from now on."""
    made: list[Pool] = []

    def make_pool(*values: object, **named: object) -> Pool:
        made.append(Pool(*values, **named))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(seals, "Pool", make_pool)
    return made


def test_a_page_is_made_once_and_then_taken_from_the_cache(tmp_path: Path, pools: list[Pool]) -> None:
    first = store(tmp_path).of(job())
    assert isinstance(first, bytes)
    assert b"Ask a doctor." in first
    again = store(tmp_path)
    assert [again.of(job()), again.of(job())] == [first, first]
    assert len(pools) == 1
    assert store(None).of(job()) == first
    assert len(pools) == 2


def test_each_page_is_made_by_a_process_that_has_made_nothing_else(tmp_path: Path, pools: list[Pool]) -> None:
    store(tmp_path).prepare([job(), job(width=50)])
    (pool,) = pools
    assert (pool.size, pool.jobs_per_worker) == (2, 1)


@pytest.mark.parametrize("change", ["code", "option", "text", "notice", "words"])
def test_whatever_a_page_depends_on_makes_another(tmp_path: Path, pools: list[Pool], change: str) -> None:
    store(tmp_path).of(job())
    other = {
        "text": {"body": b"<body><p>Ask a nurse.</p></body>"},
        "notice": {"notice": "Nothing."},
        "words": {"words": dataclasses.replace(OF_TEXT.words, version="v{version}")},
    }.get(change, {})
    store(tmp_path, "2" if change == "code" else "1").of(job(dataclasses.replace(OF_TEXT, **other), 50 if change == "option" else 72))
    assert len(pools) == 2


@pytest.mark.parametrize("damage", [b"", b"no digest\nNothing.", None])
def test_a_damaged_page_in_the_cache_is_made_again(tmp_path: Path, pools: list[Pool], damage: bytes | None) -> None:
    first = store(tmp_path).of(job())
    (file,) = tmp_path.iterdir()
    if damage is None:
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(damage)
    assert store(tmp_path).of(job()) == first
    assert len(pools) == 2


def test_a_page_that_cannot_be_proven_is_not_kept(tmp_path: Path) -> None:
    rule = dataclasses.replace(OF_TEXT, body=f"<body><p>{'-' * 30}</p></body>".encode())
    refused = store(tmp_path).of(job(rule))
    assert isinstance(refused, Failed)
    assert [found.code for found in refused.diagnostics] == ["taken-for-rule"]
    missing = dataclasses.replace(job(), exporter="none")
    broken = Seals(1, JobLimits(), (), {"none": ""}, tmp_path).of(missing)
    assert isinstance(broken, (Failed, Crash))
    assert list(tmp_path.iterdir()) == []


def sealed(handbill: Handbill) -> dict[str, str]:
    """Return the file of each handout's sealed page."""
    return {name: row.seal_file for name, row in read_manifest(handbill.build).handouts.items()}


def test_handouts_with_one_disclaimer_in_one_edition_share_a_page(handbill: Handbill, tmp_path: Path) -> None:
    publication(
        tmp_path, settings=TEXT_ALONE + '[editions.wide]\nexporter = "text"\nwidth = 90\n', articles={"a.md": ARTICLE, "b.md": ARTICLE}
    )
    handbill.inside("build")
    files = sealed(handbill)
    assert files["a.txt"] == files["b.txt"] != files["a-wide.txt"] == files["b-wide.txt"]
    assert sorted(file.relative_to(handbill.build).as_posix() for file in (handbill.build / "seals").iterdir()) == sorted(
        set(files.values())
    )
    for name in set(files.values()):
        content = (handbill.build / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() in name
        assert b"It is no advice." in content
        assert b"Text." not in content, "nothing of the article is in it"
    assert {row["proven"] for row in handbill.rows().values()} == {"sealed"}
    handbill.inside("verify")


def test_a_page_that_no_handout_needs_any_more_goes(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, settings=TEXT_ALONE)
    handbill.inside("build")
    before = sealed(handbill)["letter.txt"]
    write(source / "disclaimers/general.md", DISCLAIMER + "\nOne more sentence.\n")
    handbill.inside("build")
    assert not (handbill.build / before).exists()
    assert (handbill.build / sealed(handbill)["letter.txt"]).is_file()
    handbill.inside("verify")


@pytest.mark.parametrize("damage", [None, b"Another page."])
def test_a_build_folder_without_the_page_is_told_and_filled_again(handbill: Handbill, tmp_path: Path, damage: bytes | None) -> None:
    publication(tmp_path, settings=TEXT_ALONE)
    handbill.inside("build")
    name = sealed(handbill)["letter.txt"]
    content = (handbill.build / name).read_bytes()
    (handbill.build / name).unlink()
    if damage is not None:
        (handbill.build / name).write_bytes(damage)
    assert f"build/letter.txt: error[no-seal]: its sealed page, {name}, is missing or was changed" in handbill.inside("verify", code=6).err
    if damage is not None:
        told = handbill.inside("build", code=8).err
        assert f"build/{name}: error[changed-handout]" in told or f"build/{name}: error[in-the-way]" in told
        handbill.inside("build", "--overwrite", name)
    else:
        handbill.inside("build")
    assert (handbill.build / name).read_bytes() == content
    handbill.inside("verify")


def test_a_merge_brings_the_pages_and_refuses_a_shard_without_one(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=TEXT_ALONE, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    for number in (1, 2):
        handbill.inside("build", "--shard", f"{number}/2", "-o", f"part-{number}")
    (page,) = (tmp_path / "part-1/seals").iterdir()
    content = page.read_bytes()
    page.write_text("Another page.")
    done = handbill.inside("merge", "part-1", "part-2", code=6)
    assert f"part-1/seals/{page.name}: error[no-seal]: the sealed page is missing or was changed" in done.err
    assert not handbill.build.exists() or handbill.files() == []
    page.write_bytes(content)
    handbill.inside("merge", "part-1", "part-2")
    assert [file.name for file in (handbill.build / "seals").iterdir()] == [page.name]
    handbill.inside("verify")


def test_handouts_of_a_manifest_from_before_sealed_pages_are_verified_by_their_pages(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=TEXT_ALONE)
    handbill.inside("build")
    data = handbill.manifest()
    data["manifest"] = 3
    for row in data["handouts"]:
        del row["seal"], row["proven"]
    write(handbill.build / "manifest.json", json.dumps(data))
    for file in (handbill.build / "seals").iterdir():
        file.unlink()
    handbill.inside("verify")
    assert read_manifest(handbill.build).handouts["letter.txt"].proven == "read"


@pytest.mark.parametrize(("seal", "proven"), [("", "sealed"), ("a" * 64, "read"), ("../letter", "sealed"), ("A" * 64, "sealed")])
def test_a_manifest_that_says_two_things_of_a_proof_is_damaged(handbill: Handbill, tmp_path: Path, seal: str, proven: str) -> None:
    publication(tmp_path, settings=TEXT_ALONE)
    handbill.inside("build")
    data = handbill.manifest()
    data["handouts"][0].update(seal=seal, proven=proven)
    write(handbill.build / "manifest.json", json.dumps(data))
    assert "error[manifest]: the manifest does not have what a manifest has" in handbill.inside("verify", code=6).err


def test_no_handout_is_written_whose_sealed_page_is_refused(handbill: Handbill, tmp_path: Path) -> None:
    publication(
        tmp_path, settings=TEXT_ALONE, articles={"a.md": ARTICLE, "b.md": ARTICLE}, disclaimer=f"{DISCLAIMER}\n- {'-' * 30} and\n- x\n"
    )
    handbill.inside("build", "--set", "text.ascii=true", code=0)
    write(tmp_path / "source/disclaimers/general.md", DISCLAIMER.replace("It is no advice.", "It is no advice \N{BULLET} at all."))
    done = handbill.inside("build", "--set", "text.ascii=true", code=5)
    assert done.err.count("error[not-ascii]") >= 1
    assert {row["stale"] for row in handbill.rows().values()} == {True}
