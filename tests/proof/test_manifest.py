"""The manifest: whole or not at all, checked before it is believed, and never a way out of the build folder."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from commandline import TEXT_ALONE, Handbill, publication, write
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import ProofError
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof
from handbill.proof.manifest import Expired, Handout, Manifest, is_handout_name
from handbill.proof.manifest_file import read_manifest, write_manifest

TEXT = ExpectedDisclaimer((("Title",), ("A link", "https://example.org", ".")), "Notice.", "See page {page}.")
HANDOUT = Handout(
    file="sub/a.txt",
    publication="P",
    article="sub/a",
    source="sub/a.md",
    edition="text",
    exporter="text",
    media_type="text/plain",
    language="en",
    title="A – ünïcode",
    version="1.10",
    size=3,
    sha256="0" * 64,
    inputs="1" * 64,
    disclaimer=TEXT.digest(),
    proof=Proof(2, 3, 4),
    stale=True,
    claims=("PDF/A-2a", "PDF/UA-1"),
    barriers={"missing-alt": 2},
    diagnostics=(Diagnostic(Severity.WARNING, "code", "message", "sub/a.md", 3, 4, "hint"), Diagnostic(Severity.NOTE, "other", "m")),
)
MANIFEST = Manifest({HANDOUT.file: HANDOUT}, {TEXT.digest(): TEXT}, (Expired("P", "old.md", "2020-01-01"),))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST


def test_a_manifest_of_version_1_which_knew_of_no_claims_is_read(tmp_path: Path) -> None:
    data = json.loads(MANIFEST.text()) | {"manifest": 1}
    for key in ("claims", "barriers"):
        del data["handouts"][0][key]
    write(tmp_path / "manifest.json", json.dumps(data))
    assert read_manifest(tmp_path).handouts[HANDOUT.file] == dataclasses.replace(HANDOUT, claims=(), barriers={})


def test_the_same_manifest_is_not_written_again(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    before = (tmp_path / "manifest.json").stat().st_ino
    write_manifest(tmp_path, MANIFEST)
    assert (tmp_path / "manifest.json").stat().st_ino == before
    write_manifest(tmp_path, dataclasses.replace(MANIFEST, expired=()))
    assert (tmp_path / "manifest.json").stat().st_ino != before


def test_texts_that_no_handout_uses_are_left_out() -> None:
    assert json.loads(dataclasses.replace(MANIFEST, handouts={}).text())["disclaimers"] == {}


def test_there_is_an_empty_manifest_where_there_is_none(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) == Manifest()


def _set(key: str, value: object) -> Any:
    def change(data: dict[str, Any]) -> None:
        data["handouts"][0][key] = value

    return change


def _text(value: object) -> Any:
    def change(data: dict[str, Any]) -> None:
        data["disclaimers"][TEXT.digest()]["blocks"] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("file", "/etc/passwd"),
        _set("file", "../outside.txt"),
        _set("file", "sub/../../outside.txt"),
        _set("file", "sub//a.txt"),
        _set("file", "."),
        _set("file", ""),
        _set("file", "a\0.txt"),
        _set("file", "manifest.json"),
        _set("file", ".handbill-lock"),
        _set("file", 3),
        _set("size", "3"),
        _set("stale", "no"),
        _set("title", None),
        _set("sha256", ["0"]),
        _set("proof", {"first": "1", "last": 1, "pages": 1}),
        _set("proof", None),
        _set("diagnostics", [{"severity": "fatal", "code": "x", "message": "y"}]),
        _set("diagnostics", [{"severity": "note", "code": "x", "message": "y", "line": "1"}]),
        _set("diagnostics", "none"),
        _set("claims", "PDF/UA-1"),
        _set("claims", [1]),
        _set("claims", None),
        _set("barriers", ["missing-alt"]),
        _set("barriers", {"missing-alt": "2"}),
        _set("barriers", None),
        _set("something-new", 1),
        _text([]),
        _text([[]]),
        _text([[" "]]),
        lambda data: data["handouts"][0].pop("inputs"),
        lambda data: data.pop("expired"),
        lambda data: data.update(expired=[{"publication": "P"}]),
        lambda data: data.update(handouts=[3]),
        lambda data: data.update(disclaimers=[]),
        lambda data: data.update(manifest="1"),
    ],
)
def test_a_manifest_that_was_changed_by_hand_is_checked_before_it_is_believed(tmp_path: Path, change: Any) -> None:
    data = json.loads(MANIFEST.text())
    change(data)
    write(tmp_path / "manifest.json", json.dumps(data))
    with pytest.raises(ProofError) as caught:
        read_manifest(tmp_path)
    assert caught.value.diagnostics[0].code == "manifest"


@pytest.mark.parametrize("name", ["a.pdf", "sub/a.es.txt", "sub dir/ä.epub", ".hidden.pdf", "..a.pdf"])
def test_names_below_the_folder_are_fine(name: str) -> None:
    assert is_handout_name(name)


def test_rows_that_name_files_outside_never_touch_them(handbill: Handbill, tmp_path: Path) -> None:
    """A row that claims an outside file, with its true digest, through a link in the build folder."""
    settings = TEXT_ALONE
    publication(tmp_path, settings=settings)
    handbill.inside("build")
    kept = write(tmp_path / "outside/kept.txt", (handbill.build / "letter.txt").read_text())
    (handbill.build / "sub").symlink_to(tmp_path / "outside")
    (handbill.build / "link.txt").symlink_to(kept)

    def claim(data: dict[str, Any]) -> None:
        for name in ("sub/kept.txt", "link.txt"):
            data["handouts"].append(data["handouts"][0] | {"file": name, "source": "gone.md"})

    handbill.change_manifest(claim)
    err = handbill.inside("verify", code=6).err
    assert "build/sub/kept.txt: error[missing-handout]" in err
    assert "build/link.txt: error[missing-handout]" in err
    handbill.inside("build")
    assert kept.exists()
    assert (handbill.build / "link.txt").is_symlink()
    assert list(handbill.rows()) == ["letter.txt"]


def test_a_damaged_manifest_stops_a_build_until_it_is_forced(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    handbill.inside("build", "-t", "text")
    write(handbill.build / "manifest.json", '{"manifest": 3,')
    done = handbill.inside("build", "-t", "text", code=6)
    assert done.err == "build/manifest.json: error[manifest]: the manifest is not JSON\n    hint: handbill build --force makes all anew\n"
    handbill.inside("build", "-t", "text", "--force")
    handbill.inside("verify")
