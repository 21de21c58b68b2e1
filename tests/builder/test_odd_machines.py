"""Machines that are not as they should be: disks that are full, rights that lack, clocks and locales that are off, odd names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import ARTICLE, Handbill, obeying_rights, publication, write
from fault_injection import FAULT_SCRIPT, MANY, TODAY, build_here
from folders import handouts_below
from handbill.testing.documents import png
from two_states import TwoStates

ENVIRONMENT = dict(os.environ) | {"PYTHONPATH": str(FAULT_SCRIPT.parent)}
Tally = Callable[[str, int, int], None]


def assert_results_sound(states: TwoStates, results: Path) -> None:
    """Assert that the folders after a build with a fault are sound, and those after the next build repaired."""
    for result in results.iterdir():
        states.assert_sound(result / "after")
        assert handouts_below(result / "again") == states.new


def test_a_disk_that_is_full_loses_nothing(states: TwoStates, tmp_path: Path, tally: Tally) -> None:
    disk, results = tmp_path / "disk", tmp_path / "results"
    disk.mkdir()
    rooms = [str(room) for room in (range(60) if MANY else (0, 3))]
    command = [sys.executable, FAULT_SCRIPT, "full", states.new_source, states.built, disk, results, *rooms]
    # A small disk of its own, where users may have one (user_namespaces(7)); else limits of the files' sizes.
    mounted = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"', disk]
    may = subprocess.run([*mounted, "true"], capture_output=True, check=False).returncode == 0
    done = subprocess.run([*mounted, *command] if may else command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    codes = [int(line.split()[1]) for line in done.stdout.splitlines()]
    assert len(codes) == len(rooms)
    assert codes[0] == 8
    assert set(codes) <= {0, 8}
    assert_results_sound(states, results)
    tally("a full disk, with room for so many pages" if may else "a limit of the files' sizes", len(rooms), codes.count(0))


PLACES = (
    *("build", "build=", "build/manifest.json", "build/.handbill-known.json", "build/letter-1.txt", "build/letter-1.txt="),
    *("source", "source/publication.toml", "source/letter-1.md", "source/_part.md", "source/disclaimers", "source/disclaimers/general.md"),
    *("source/figures", "source/figures/a.png", "source/sub", "source/sub/late.md"),
)


def test_what_may_not_be_read_or_written_loses_nothing(states: TwoStates, tmp_path: Path, tally: Tally) -> None:
    places = PLACES if MANY else PLACES[1::5]
    command = [
        sys.executable,
        FAULT_SCRIPT,
        "without_rights",
        states.new_source,
        states.built,
        tmp_path / "build",
        tmp_path / "results",
        *places,
    ]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True, preexec_fn=obeying_rights)
    codes = {line.split()[0]: int(line.split()[1]) for line in done.stdout.splitlines()}
    assert set(codes) == set(places)
    assert set(codes.values()) <= {0, 3, 4, 8}, codes
    assert_results_sound(states, tmp_path / "results")
    tally("a file or folder that nobody may read, or write", len(places), list(codes.values()).count(0))


CLOCK = """
import datetime, os, time
shift = int(os.environ["SHIFT"])
for name, unit in (("time", 1), ("time_ns", 10**9)):
    setattr(time, name, lambda plain=getattr(time, name), unit=unit: plain() + shift * unit)
class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(time.time(), tz)
datetime.datetime = Shifted
"""
YEAR = 365 * 86400


@pytest.mark.parametrize("years", [-46, 74] if MANY else [74], ids=lambda years: str(2026 + years))
def test_a_clock_that_is_off_changes_no_byte(states: TwoStates, tmp_path: Path, tally: Tally, years: int) -> None:
    write(tmp_path / "clock/sitecustomize.py", CLOCK)
    environment = {"PYTHONPATH": str(tmp_path / "clock"), "SHIFT": str(years * YEAR)}
    build, handbill = states.copy_old_build(tmp_path / "build"), Handbill(tmp_path)
    asked = [sys.executable, "-c", "import datetime; print(datetime.datetime.now().year)"]
    told = subprocess.run(asked, env=dict(os.environ) | environment, capture_output=True, text=True, check=True).stdout
    assert abs(int(told) - 2026 - years) <= 1
    handbill("build", states.new_source, "-j", "1", environment=environment)
    assert handouts_below(build) == states.new
    for file in [*build.rglob("*"), *(tmp_path / "clock").iterdir()]:
        os.utime(file, (2**31 + years * YEAR, max(0, 1_796_000_000 + years * YEAR)))
    handbill("build", states.new_source, "-j", "1")
    assert handouts_below(build) == states.new
    tally("a clock in 1980 or 2100", 2, 2)


LOCALES: tuple[dict[str, str], ...] = (
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "Pacific/Kiritimati"},
    {"LANG": "C", "PYTHONIOENCODING": "cp1252", "TZ": "Nowhere/None"},
    {"LANG": "C", "LC_ALL": "", "PYTHONUTF8": "0"},
    {"LC_ALL": "C.UTF-8", "TZ": "<+1400>-14:59:59"},
    {"LC_ALL": "tr_TR.UTF-8", "PYTHONIOENCODING": "ascii", "LANGUAGE": "ar"},
    {"LANG": "", "LC_CTYPE": "xx_YY.nonsense", "TZ": "", "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-16"},
)


def named(environment: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in environment.items())


@pytest.mark.parametrize("environment", LOCALES if MANY else LOCALES[:2], ids=named)
def test_a_locale_changes_no_byte_and_breaks_no_message(tmp_path: Path, tally: Tally, environment: dict[str, str]) -> None:
    text = ARTICLE.replace("first", "größte → 中文") + "\n[nirgends](#größe)\n\n![x](größe.png)\n"
    source = publication(
        tmp_path, settings="[editions.pdf]\nenabled = false\n", articles={"größe/日本.md": text, "bad.md": "![→](größe.png)\n"}
    )
    (source / "größe/größe.png").write_bytes(png())
    build_here(source, tmp_path / "undisturbed")

    def run(*command: str) -> subprocess.CompletedProcess[bytes]:
        python = [sys.executable, *command]
        return subprocess.run(python, cwd=tmp_path, env=dict(os.environ) | environment, capture_output=True, check=False)

    done = run("-m", "handbill", "build", "-j", "1")
    # Where ASCII is asked for, click writes UTF-8.
    encoding = environment.get("PYTHONIOENCODING", "utf-8").replace("ascii", "utf-8")
    told = done.stderr.decode(encoding)
    assert "Traceback" not in told
    if run("-c", "import sys; print(sys.getfilesystemencoding())").stdout.decode(encoding) != "utf-8\n":
        # No name beyond ASCII can be told there.
        assert (done.returncode, told.split(":")[1]) == (8, " error[locale]")
        return
    assert done.returncode == 3
    assert "bad.md:1:6: error[missing-image]" in told
    assert handouts_below(tmp_path / "build") == handouts_below(tmp_path / "undisturbed")
    assert run("-m", "handbill", "verify").returncode == 0
    json.loads(run("-m", "handbill", "build", "--json").stdout.decode(encoding))
    tally("a hostile locale or time zone", 1, 1)


NAMES = (
    *("a b", 'it\'s "so"', "👩\u200d👩\u200d👧🇪🇸", "n" * 200, "50% #1?&x=<y>"),
    *("שלום", "e\u0301", "a:b|c*", "$HOME `x` $(x)", "~", "{}", "x.es.y", "[x](y)", "*x*", "日本語", "%2e%2e"),
)


def test_odd_names_of_files_and_folders_are_names(tmp_path: Path, tally: Tally) -> None:
    names = NAMES if MANY else NAMES[:4]
    source = publication(tmp_path, settings="[editions.pdf]\nenabled = false\n", articles={f"{name}/{name}.md": ARTICLE for name in names})
    for name in names:
        # In a link's address these mean something else.
        image = name if not set(name) & set("<>%`[]") else "image"
        (source / name / f"{image}.png").write_bytes(png())
        write(source / name / f"{name}.md", f"{ARTICLE}\n![x](<{image}.png>)\n")
    handbill = Handbill(tmp_path)
    assert build_here(source, handbill.build).exit_code == 0
    assert set(handouts_below(handbill.build)) == {"manifest.json"} | {
        f"{name}/{name}{suffix}" for name in names for suffix in (".txt", ".epub")
    }
    done = handbill("build", "-j", "1", "--json", "--today", str(TODAY))
    assert [row["state"] for row in json.loads(done.out)["handouts"]] == ["unchanged"] * 2 * len(names)
    tally("an odd name of a file and its folder", len(names), len(names))


@pytest.mark.parametrize("name", NAMES if MANY else NAMES[2:3])
def test_a_publication_and_a_build_folder_may_have_odd_names(tmp_path: Path, tally: Tally, name: str) -> None:
    (tmp_path / name).mkdir()
    source = publication(tmp_path / name, settings="[editions.pdf]\nenabled = false\n").rename(tmp_path / name / name)
    handbill, build = Handbill(tmp_path / name), tmp_path / name / f"{name}2"
    handbill("build", "-j", "1", "-o", build, "--", source)
    assert set(handouts_below(build)) == {"manifest.json", "letter.txt", "letter.epub"}
    handbill("verify", "--", build)
    tally("an odd name of a publication and a build folder", 1, 1)
