"""The benchmarks' content is the same for everybody, and of the size that the results speak of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from commandline import Handbill

FOLDER = Path(__file__).parents[1] / "benchmarks"
WRITE = "import sys; sys.path.insert(0, sys.argv[1]); import content; from pathlib import Path; content.{}"


def written(call: str, folder: Path, seed: str = "0") -> dict[str, bytes]:
    command = [sys.executable, "-c", WRITE.format(call.format(f"Path({str(folder)!r})")), str(FOLDER)]
    subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed})
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.parametrize("call", ["write_article({})", "write_library({}, 3)", "write_book({}, 2)"])
def test_the_content_is_the_same_at_any_time(call: str, tmp_path: Path) -> None:
    assert written(call, tmp_path / "one") == written(call, tmp_path / "other", "4711")


def test_an_article_builds_without_a_message(tmp_path: Path) -> None:
    written("write_article({})", tmp_path / "source")
    done = Handbill(tmp_path)("build", "-t", "text", "--strict")
    assert done.err == "[1/1] shelf-000/article-00000.txt\n"
    words = (tmp_path / "source" / "shelf-000" / "article-00000.md").read_text().split()
    assert 1300 < len(words) < 1600


def test_a_book_has_what_the_results_say(tmp_path: Path) -> None:
    files = written("write_book({})", tmp_path / "book")
    text = files["book.md"].decode()
    assert 104_000 < len(text.split()) < 112_000
    assert text.count("| Name | Kind | Number |") == text.count("![A chart") == 40
    assert text.count("\n[^n") == 200
