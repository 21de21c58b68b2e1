"""A publication in two states, with the files of undisturbed builds of both: the reference for builds that meet a fault.

A fault test copies the build folder of the old state, builds the new state with a fault, and asserts that the folder is sound
(`assert_sound`) and that the next build repairs it (`assert_repaired`).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from commandline import DISCLAIMER, publication, write
from fault_injection import build_here
from folders import handouts_below
from handbill.proof import verify
from handbill.registry import load
from handbill.testing.documents import png

__all__ = ["TwoStates", "manifest_rows"]

ARTICLE = (
    '---\ntitle: "{0}"\nversion: "1"\nreviewed: 2026-01-01\n---\n\nThe text of {0}.\n\n![A square](figures/a.png "Its caption")\n\n'
    '--8<-- "_part.md"\n'
)


def _write_publication(folder: Path, version: str, articles: tuple[str, ...], formats: Collection[str]) -> Path:
    """Write a publication whose articles and disclaimer contain a version, and return its folder."""
    source = publication(
        folder,
        settings="".join(f"[editions.{name}]\nenabled = false\n" for name in ("pdf", "epub", "text") if name not in formats),
        articles={f"{name}.md": ARTICLE.format(name) + f"\nVersion {version}.\n" for name in articles},
        disclaimer=DISCLAIMER.replace("It is no advice.", f"It is no advice. Version {version}."),
    )
    (source / "figures").mkdir()
    (source / "figures/a.png").write_bytes(png())
    write(source / "_part.md", "An included part.\n")
    return source


class TwoStates:
    """Two states of a publication, and the files in the build folder after an undisturbed build of each, one after the other.

    `old` and `new` are these files by path; `built` is the build folder of the old state. From the old state to the new one an article is
    removed, one is added, one stays but for its disclaimer, and the others change.
    """

    def __init__(self, root: Path, articles: int, formats: Collection[str] = ("text", "epub")) -> None:
        names = tuple(f"letter-{number}" for number in range(articles))
        self.old_source = _write_publication(root / "old", "one", names, formats)
        self.new_source = _write_publication(root / "new", "two", (*names[1:], "sub/late"), formats)
        shutil.copytree(self.new_source / "figures", self.new_source / "sub/figures")
        write(self.new_source / "sub/_part.md", "An included part.\n")
        shutil.copy(self.old_source / "letter-1.md", self.new_source)
        # The build cache does not trust files that were modified in the same moment.
        time.sleep(0.15)
        self.built = root / "built"
        build_here(self.old_source, self.built)
        self.old = handouts_below(self.built)
        undisturbed = shutil.copytree(self.built, root / "undisturbed")
        build_here(self.new_source, undisturbed)
        self.new = handouts_below(undisturbed)
        assert len(self.old) == len(self.new) == len(formats) * articles + 1

    def copy_old_build(self, folder: Path) -> Path:
        """Copy the build folder of the old state to a path, which is replaced, and return that."""
        shutil.rmtree(folder, ignore_errors=True)
        return shutil.copytree(self.built, folder)

    def assert_sound(self, build: Path, *, lost: frozenset[str] = frozenset()) -> None:
        """Assert that each file is old or new, none is missing, and the manifest is true; `lost` are files that the fault removed."""
        found = handouts_below(build)
        for name, content in found.items():
            if name != "manifest.json":
                assert content in (self.old.get(name), self.new.get(name)), f"{name} is neither old nor new"
        assert set(self.old) & set(self.new) <= set(found) | lost, "a handout is lost"
        if "manifest.json" not in found:
            return
        rows = {
            name: [_lasting_fields(row) for state in (self.old, self.new) for row in manifest_rows(state) if row["file"] == name]
            for name in {*self.old, *self.new}
        }
        for row in manifest_rows(found):
            assert _lasting_fields(row) in rows[row["file"]], f"the manifest says of {row['file']} what is not so"
        for one in verify.verify(build, lambda jobs: [verify.verify_handout(job, load) for job in jobs]):
            if not one.problems:
                assert hashlib.sha256(found[one.file]).hexdigest() in {row["sha256"] for row in rows[one.file]}

    def assert_repaired(self, build: Path, *, lost: frozenset[str] = frozenset()) -> None:
        """Build once more, and assert that the folder equals that of an undisturbed build.

        Where the fault removed the manifest, handouts that no source asks for stay: no build knows whose they are.
        """
        report = build_here(self.new_source, build)
        assert report.exit_code == 0
        unknown = set(self.old) - set(self.new) if "manifest.json" in lost else set()
        assert {name: content for name, content in handouts_below(build).items() if name not in unknown} == self.new
        assert {file.name for file in build.rglob(".*")} == {".handbill-lock", ".handbill-known.json"}


def manifest_rows(state: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return the handouts' rows of the manifest among these files."""
    found: list[dict[str, Any]] = json.loads(state["manifest.json"])["handouts"]
    return found


def _lasting_fields(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row without the fields that later builds change."""
    return {name: value for name, value in row.items() if name not in ("stale", "outdated")}
