"""Golden cases: what the dialect makes of a text, and the messages that the reader gives, each with its place.

`cases/dialect/NAME.md` becomes `NAME.xhtml`, block by block, as the exporter `pdf` is given it. `cases/messages/CODE/` is a
publication; `expected.txt` lists what is said about it: of its publication.toml where that is at fault, else of its articles.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import vocabulary
from articles import PUBLICATION, Outcome, outcome, write
from handbill.diagnostics.errors import HandbillError
from handbill.publication.discovery import article_paths
from handbill.publication.parser import read_publication
from handbill.testing.documents import png

CASES = Path(__file__).parent / "cases"
FILES: dict[str, str | bytes] = {"figures/plain.png": png(), "figures/a b.png": png(), "other.md": "# Other\n\nText.\n"}
FILES |= {f"disclaimers/general.{tag}.md": f"---\ntitle: D\nlang: {tag}\n---\n\nText.\n" for tag in ("de", "fr", "he")}


def of_dialect(root: Path, case: Path) -> Outcome:
    return outcome(write(root, {**FILES, "article.md": case.read_bytes()}))


def by_blocks(found: Outcome) -> str:
    """Return the title and the body, a line for each block of the body."""
    assert found.document is not None, found.messages
    body = "".join(re.sub(r"\n", "⏎", _xml(block)) + "\n" for block in found.document.tree())
    return f"{found.document.heading.decode()}\n{body}"


def _xml(element: object) -> str:
    from lxml import etree

    return etree.tostring(element, encoding="unicode")  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("case", sorted((CASES / "dialect").glob("*.md")), ids=lambda case: case.stem)
def test_the_dialect_makes_the_tree_that_is_written_down(case: Path, tmp_path: Path) -> None:
    found = of_dialect(tmp_path, case)
    assert by_blocks(found) == case.with_suffix(".xhtml").read_text(encoding="utf-8")
    assert found.document is not None
    assert vocabulary.faults(found.document) == []


def messages(root: Path) -> str:
    """Return everything that is said about a publication, with hints."""
    try:
        publication = read_publication(root) if (root / "publication.toml").exists() else PUBLICATION
        paths = [article.path for article in article_paths(root)]
    except HandbillError as error:
        return "".join(f"{found}\n" for found in error.diagnostics)
    # The articles here are short, and most have no summary.
    outcomes = [outcome(root, path, publication=publication, summary=root.name == "no-summary") for path in paths]
    return "".join(f"{found}\n" for one in outcomes for found in one.diagnostics)


@pytest.mark.parametrize("case", sorted((CASES / "messages").iterdir()), ids=lambda case: case.name)
def test_what_is_wrong_is_told_with_its_place(case: Path) -> None:
    said = messages(case)
    assert said == (case / "expected.txt").read_text(encoding="utf-8")
    assert f"[{case.name.partition('--')[0]}]" in said
