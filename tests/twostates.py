"""Two states of a publication, with what undisturbed builds make of them: what builds that met a fault are compared with."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from commandline import DISCLAIMER, publication, write
from faulty import build_here, contents
from handbill.proof import verify
from handbill.testing.documents import png

__all__ = ["Two", "rows_of"]

ARTICLE = (
    '---\ntitle: "{0}"\nversion: "1"\nreviewed: 2026-01-01\n---\n\nThe text of {0}.\n\n![A square](figures/a.png "Its caption")\n\n'
    '--8<-- "_part.md"\n'
)


def _written(folder: Path, version: str, articles: tuple[str, ...], formats: Collection[str]) -> Path:
    """Write a publication whose disclaimer, and all that it holds, says a version."""
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


class Two:
    """Two states of a publication, and what stands in the build folder after an undisturbed build of each, one after the other."""

    def __init__(self, root: Path, articles: int, formats: Collection[str] = ("text", "epub")) -> None:
        names = tuple(f"letter-{number}" for number in range(articles))
        self.old_source = _written(root / "old", "one", names, formats)
        # One article goes, one comes, one stays as it is but for its disclaimer.
        self.new_source = _written(root / "new", "two", (*names[1:], "sub/late"), formats)
        shutil.copytree(self.new_source / "figures", self.new_source / "sub/figures")
        write(self.new_source / "sub/_part.md", "An included part.\n")
        shutil.copy(self.old_source / "letter-1.md", self.new_source)
        # What has just been written is not remembered.
        time.sleep(0.15)
        self.built = root / "built"
        build_here(self.old_source, self.built)
        self.old = contents(self.built)
        undisturbed = shutil.copytree(self.built, root / "undisturbed")
        build_here(self.new_source, undisturbed)
        self.new = contents(undisturbed)
        assert len(self.old) == len(self.new) == len(formats) * articles + 1

    def fresh(self, folder: Path) -> Path:
        """Put the build folder of the old state at a path, and return that."""
        shutil.rmtree(folder, ignore_errors=True)
        return shutil.copytree(self.built, folder)

    def hold(self, build: Path, *, lost: frozenset[str] = frozenset()) -> None:
        """See that nothing is lost or half, and that the manifest says nothing false; `lost` are files that the fault itself took."""
        found = contents(build)
        for name, content in found.items():
            if name != "manifest.json":
                assert content in (self.old.get(name), self.new.get(name)), f"{name} is neither old nor new"
        assert set(self.old) & set(self.new) <= set(found) | lost, "a handout is lost"
        if "manifest.json" not in found:
            return
        rows = {
            name: [plain(row) for state in (self.old, self.new) for row in rows_of(state) if row["file"] == name]
            for name in {*self.old, *self.new}
        }
        for row in rows_of(found):
            assert plain(row) in rows[row["file"]], f"the manifest says of {row['file']} what is not so"
        for one in verify.verify(build):
            if not one.problems:
                assert hashlib.sha256(found[one.file]).hexdigest() in {row["sha256"] for row in rows[one.file]}

    def repaired(self, build: Path, *, lost: frozenset[str] = frozenset()) -> None:
        """Let the next run come, and see that nothing tells its result from that of an undisturbed build.

        Where the fault took the manifest, nobody knows whose the handouts are that no source asks for any more: they stay.
        """
        report = build_here(self.new_source, build)
        assert report.exit_code == 0
        strange = set(self.old) - set(self.new) if "manifest.json" in lost else set()
        assert {name: content for name, content in contents(build).items() if name not in strange} == self.new
        assert {file.name for file in build.rglob(".*")} == {".handbill-lock", ".handbill-known.json"}


def rows_of(state: Mapping[str, bytes]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(state["manifest.json"])["handouts"]
    return found


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a row says of its handout, without what it says of the time since."""
    return {name: value for name, value in row.items() if name not in ("stale", "outdated")}
