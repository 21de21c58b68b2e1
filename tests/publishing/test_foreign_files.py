"""Files in a site's folder that handbill did not write, or that were changed since: they are told one by one, and kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import ARTICLE, TEXT_ALONE, Handbill, publication, write
from folders import files_below

OWN_FILES = ("manifest.json", ".handbill-journal.json", ".handbill-lease-1")


@pytest.fixture
def site_folder(handbill: Handbill, tmp_path: Path) -> Path:
    """Return the folder of a site that is not there yet, beside a build of two articles."""
    publication(tmp_path, settings=TEXT_ALONE, articles={"a.md": ARTICLE, "sub/b.md": ARTICLE})
    handbill.inside("build")
    return tmp_path / "site"


def told_paths(err: str) -> list[str]:
    """Return the paths of the messages, each of which has a hint on the next line."""
    lines = err.splitlines()
    found = [number for number, line in enumerate(lines) if ": error[in-the-way]: " in line]
    assert all(lines[number + 1].startswith("    hint: ") for number in found)
    return [lines[number].partition(": error[")[0] for number in found]


@pytest.mark.parametrize("command", [("site",), ("publish", "build", "site"), ("publish", "build", "site", "--dry-run")], ids=" ".join)
def test_a_site_overwrites_no_name_that_it_could_write(handbill: Handbill, site_folder: Path, command: tuple[str, ...]) -> None:
    handbill.inside("site", "-o", "reference")
    parts = {".handbill-index.html.part", "a/.handbill-latest.txt.part"}
    names = set(files_below(site_folder.parent / "reference")) | set(OWN_FILES) | parts
    assert len(names) > len(OWN_FILES) + 5
    for name in names:
        write(site_folder / name, f"mine: {name}\n")
    mine = files_below(site_folder)
    assert told_paths(handbill.inside(*command, code=8).err) == sorted(f"site/{name}" for name in names)
    assert files_below(site_folder) == mine
    assert told_paths(handbill.inside(*command, "--adopt", code=8).err) == sorted(f"site/{name}" for name in (*OWN_FILES, *parts))
    assert files_below(site_folder) == mine


def test_a_refused_site_leaves_nothing_behind(handbill: Handbill, site_folder: Path) -> None:
    write(site_folder / "index.html", "mine")
    assert told_paths(handbill.inside("site", code=8).err) == ["site/index.html"]
    assert files_below(site_folder) == {"index.html": b"mine"}


def test_a_page_that_a_person_has_changed_is_kept_until_that_is_allowed(handbill: Handbill, site_folder: Path) -> None:
    handbill.inside("site")
    write(site_folder / "index.html", "edited")
    write(site_folder / "sub/b/index.html", "edited")
    write(site_folder / "sub/b/latest.txt", "edited")
    (site_folder.parent / "source/sub/b.md").unlink()
    handbill.inside("build")
    before = files_below(site_folder)
    told = told_paths(handbill.inside("site", code=8).err)
    assert told == ["site/index.html", "site/sub/b/index.html", "site/sub/b/latest.txt"]
    assert files_below(site_folder) == before
    handbill.inside("site", "--adopt")
    assert b"edited" not in files_below(site_folder).values()


LINKS: list[Callable[[Path], object]] = [lambda file: file.symlink_to("nowhere"), lambda file: file.symlink_to("elsewhere")]


@pytest.mark.parametrize("put", LINKS, ids=["dangling", "to a folder"])
@pytest.mark.parametrize("name", ["index.html", "a", "manifest.json"])
def test_a_link_is_in_the_way_wherever_it_leads(handbill: Handbill, site_folder: Path, put: Callable[[Path], object], name: str) -> None:
    (site_folder / "elsewhere").mkdir(parents=True)
    put(site_folder / name)
    assert told_paths(handbill.inside("site", code=8).err) == [f"site/{name}"]
    assert (site_folder / name).is_symlink()
    assert files_below(site_folder) == {}
