"""What a publication says of findings in `[checks]`, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles import SETTINGS, write
from commandline import TEXT_ALONE, Handbill
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.rules import FINDINGS, apply_weight

ARTICLE = "---\ntitle: T\n---\n\nText, [here](https://example.org/).\n\n## Empty\n"
ONLY_TEXT = SETTINGS + TEXT_ALONE


def publication(root: Path, checks: str) -> Path:
    return write(root / "source", {"publication.toml": f"{ONLY_TEXT}\n[checks]\n{checks}", "article.md": ARTICLE})


@pytest.mark.parametrize(
    ("weight", "severity"), [("error", Severity.ERROR), ("warning", Severity.WARNING), ("note", Severity.NOTE), ("off", None)]
)
def test_a_finding_weighs_what_the_publication_says(weight: str, severity: Severity | None) -> None:
    found = Diagnostic(Severity.WARNING, "vague-link", "m")
    settled = apply_weight(found, {"vague-link": weight})
    assert (settled and settled.severity) == severity
    assert apply_weight(found, {"missing-alt": weight}) is found


def test_an_error_stays_one() -> None:
    found = Diagnostic(Severity.ERROR, "bad-language", "m")
    assert apply_weight(found, {"bad-language": "off"}) is found


def test_what_weighs_as_an_error_keeps_the_article_from_being_built(tmp_path: Path) -> None:
    publication(tmp_path, 'vague-link = "error"\n')
    result = Handbill(tmp_path).inside("build", code=3)
    assert "article.md:5:7: error[vague-link]" in result.err
    assert "article.md:7:1: warning[empty-section]" in result.err
    assert not list((tmp_path / "build").glob("*.txt"))


def test_what_is_off_is_not_told_and_strict_promotes_warnings_alone(tmp_path: Path) -> None:
    publication(tmp_path, 'vague-link = "off"\nempty-section = "note"\n')
    result = Handbill(tmp_path).inside("check", "--strict", "--verbose")
    assert "note[empty-section]" in result.err
    assert "vague-link" not in result.err


def test_another_weight_needs_no_reading_and_no_building(tmp_path: Path) -> None:
    handbill = Handbill(tmp_path)
    publication(tmp_path, "")
    handbill.inside("build")
    publication(tmp_path, 'vague-link = "error"\n')
    assert "error[vague-link]" in handbill.inside("build", code=3).err
    publication(tmp_path, 'vague-link = "off"\n')
    assert "unchanged" in handbill.inside("build").out


@pytest.mark.parametrize(
    ("checks", "message"),
    [
        ('vage-link = "off"', "10:1: error[setting]: no finding has the code `vage-link`"),
        ('vague-link = "none"', '10:1: error[setting]: `vague-link` is "error", "warning", "note" or "off", not "none"'),
        ("vague-link = 1", '10:1: error[setting]: `vague-link` is "error", "warning", "note" or "off", not 1'),
        ('undefined-note = "off"', "10:1: error[setting]: no finding has the code `undefined-note`"),
    ],
)
def test_what_no_finding_is_called_is_refused(tmp_path: Path, checks: str, message: str) -> None:
    publication(tmp_path, f"{checks}\n")
    assert message in Handbill(tmp_path).inside("check", code=4).err


def test_every_weight_has_a_severity_that_can_be_weighed() -> None:
    assert {rule.severity for rule in FINDINGS.values()} == {Severity.WARNING, Severity.NOTE}


def test_what_an_exporter_finds_can_be_allowed_where_it_stands(tmp_path: Path) -> None:
    publication(tmp_path, "")
    article, other = "---\ntitle: T\n---\n\nA balanced \u202eword\u202c.\n", "Another \u202eword\u202c.\n"
    allowance = "<!-- handbill: allow concealing-character: shown as it was copied -->\n"
    (tmp_path / "source" / "article.md").write_text(article.replace("A bal", f"{allowance}A bal") + "\n" + other)
    handbill = Handbill(tmp_path)
    assert "allowed]" in handbill.inside("build", "--verbose").err
    assert "concealing-character]" not in handbill.inside("build", "--verbose").err
    (tmp_path / "source" / "article.md").write_text(article + "\n" + allowance + other)
    assert "warning[concealing-character]" in handbill.inside("build", "--verbose").err
