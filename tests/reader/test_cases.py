"""Golden cases: the tree that the dialect's converter makes of a text, and the messages of the reader, each with its place.

`cases/dialect/NAME.md` becomes `NAME.xhtml`, block by block, as the exporter `pdf` is given it. `cases/messages/CODE/` is a
publication; `expected.txt` lists its messages: those of its publication.toml where that is at fault, else those of its articles.
`pytest --accept` writes these files anew (cases/README.md).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

import vocabulary
from articles import PUBLICATION, Outcome, outcome, write
from commandline import run
from golden import Golden
from handbill.diagnostics.errors import HandbillError
from handbill.document import Document
from handbill.publication.discovery import article_paths
from handbill.publication.parser import read_publication
from handbill.testing.documents import png

CASES = Path(__file__).parents[1] / "cases"
FILES: dict[str, str | bytes] = {"figures/plain.png": png(), "figures/a b.png": png(), "other.md": "# Other\n\nText.\n"}
FILES |= {f"disclaimers/general.{tag}.md": f"---\ntitle: D\nlang: {tag}\n---\n\nText.\n" for tag in ("de", "fr", "he")}


def read_case(root: Path, case: Path) -> Outcome:
    return outcome(write(root, {**FILES, "article.md": case.read_bytes()}))


def by_blocks(document: Document) -> str:
    """Return the title and the body, a line for each block of the body."""
    body = "".join(re.sub(r"\n", "⏎", _xml(block)) + "\n" for block in document.tree())
    return f"{document.heading.decode()}\n{body}"


def _xml(element: object) -> str:
    from lxml import etree

    return etree.tostring(element, encoding="unicode")  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("case", sorted((CASES / "dialect").glob("*.md")), ids=lambda case: case.stem)
def test_the_dialect_makes_the_tree_that_is_written_down(case: Path, tmp_path: Path, golden: Golden) -> None:
    found = read_case(tmp_path, case)
    assert found.document is not None, found.messages
    assert vocabulary.faults(found.document) == []
    golden.check(by_blocks(found.document), case.with_suffix(".xhtml"))


def messages(root: Path) -> str:
    """Return every message about a publication, with hints."""
    try:
        publication = read_publication(root) if (root / "publication.toml").exists() else PUBLICATION
        paths = [article.path for article in article_paths(root)]
    except HandbillError as error:
        return "".join(f"{found}\n" for found in error.diagnostics)
    # The articles here are short, and most have no summary.
    outcomes = [outcome(root, path, publication=publication, summary=root.name == "no-summary") for path in paths]
    return "".join(f"{found}\n" for one in outcomes for found in one.diagnostics)


@pytest.mark.parametrize("case", sorted((CASES / "messages").iterdir()), ids=lambda case: case.name)
def test_what_is_wrong_is_told_with_its_place(case: Path, golden: Golden) -> None:
    output = messages(case)
    assert f"[{case.name.partition('--')[0]}]" in output
    golden.check(output, case / "expected.txt")


COPIED_CASE = """
from pathlib import Path
from test_cases import messages

def test_copy(golden):
    case = Path("missing-image").resolve()
    golden.check(messages(case), case / "expected.txt")
"""


def test_accept_alone_writes_golden_files_anew(tmp_path: Path) -> None:
    case = shutil.copytree(CASES / "messages/missing-image", tmp_path / "missing-image")
    (tmp_path / "test_copy.py").write_text(COPIED_CASE, encoding="utf-8")
    expected = case / "expected.txt"
    expected.write_text("Something else.\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", "--rootdir", ".", "test_copy.py"]
    environment = {"PYTHONPATH": os.pathsep.join(str(CASES.parent / folder) for folder in (".", "support", "reader"))}
    compared = run(command, environment, cwd=tmp_path)
    assert compared.code == 1, compared
    assert "run pytest --accept" in compared.out
    assert expected.read_text(encoding="utf-8") == "Something else.\n"
    accepted = run([*command, "--accept"], environment, cwd=tmp_path)
    assert accepted.code == 0, accepted
    assert expected.read_bytes() == (CASES / "messages/missing-image/expected.txt").read_bytes()
    expected.unlink()
    assert run(command, environment, cwd=tmp_path).code == 1
    assert not expected.exists()
