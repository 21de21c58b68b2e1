"""Names of handbill's own classes and ids: no rule of its style sheets can apply to an element by a class that an author gave it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from handbill.markdown.tree.elements import copy_attributes, is_reserved_class
from handbill.markdown.tree.structure import assign_ids

ROOT = Path(__file__).parents[2]
SHEETS = sorted((ROOT / "exporters").rglob("*.css"))
MAY_BE_AN_AUTHORS = {"admonition", "admonition-title", "claim", "align-left", "align-center", "align-right"}
"""Classes that an author's element has only where its place or another mark gives it that meaning, and alignment, which is harmless."""


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.relative_to(ROOT).as_posix())
def test_style_sheets_address_reserved_classes_alone(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = re.findall(r"([^{}]*)\{", text)
    found = {name for selector in selectors for name in re.findall(r"\.(-?[A-Za-z_][\w-]*)", selector)}
    of_callouts = {name for selector in selectors for name in re.findall(r"\.admonition\.([\w-]+)", selector)}
    assert {name for name in found - of_callouts - MAY_BE_AN_AUTHORS if not is_reserved_class(name)} == set()


def test_exporters_add_reserved_classes_alone() -> None:
    added = set()
    for file in (ROOT / "exporters").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for names in re.findall(r'(?:"class": f?|add_class\(\w+, |set\("class", f?)"([^"]*)"', text):
            added |= {name for name in names.split() if re.fullmatch(r"[\w-]+", name)}
    assert "handbill-running-head" in added or "handbill-disclaimer" in added
    assert {name for name in added if not is_reserved_class(name)} == set()


@pytest.mark.parametrize("name", ["handbill-running-head", "HANDBILL-x", "handbill", "note", "notes", "boxed-notice", "summary"])
def test_an_authors_element_has_no_reserved_class(name: str) -> None:
    copied = copy_attributes(etree.Element("p", {"class": f"own {name} running-head"}), etree.Element("p"))
    assert copied.get("class") == "own running-head"


@pytest.mark.parametrize(
    "written", ["handbill-disclaimer", "Handbill-Disclaimer", "handbill-endnotes", "note-1", "note-boxed-1", "noteref-1"]
)
def test_an_authors_id_is_none_of_handbills(written: str) -> None:
    body = etree.fromstring(f'<body><p id="{written}">a</p><h2>{written.replace("-", " ")}</h2></body>')
    assign_ids(body, None)
    ids = [element.get("id", "") for element in body]
    assert all(identifier.startswith("s-") for identifier in ids)
    assert len(set(ids)) == 2
