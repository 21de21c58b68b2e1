"""Any input makes handouts that are proven, strictly parsed and whole, or an error with a place. `make fuzz` tries many more.

What was found before is tried again: `fuzzing/found/NAME/` holds the files of a publication that broke something once.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from folders import files_below
from fuzzing.cases import cases
from fuzzing.command_line import check_command_line
from fuzzing.invariants import Case, Defect, check_case
from fuzzing.known_words import KnownWords, known_articles
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import SourceError
from handbill.registry import load

pytestmark = pytest.mark.slow

FOUND = sorted((Path(__file__).parents[1] / "fuzzing/found").iterdir())
few = settings(
    max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck), report_multiple_bugs=False
)


@few
@given(cases())
def test_any_input_is_built_whole_or_refused_with_a_place(case: Case) -> None:
    with TemporaryDirectory() as folder:
        verdict = check_case(Path(folder), case)
    assert verdict.handouts or verdict.refused


@few
@given(known_articles())
def test_every_word_of_an_article_stands_where_it_was_written(article: KnownWords) -> None:
    with TemporaryDirectory() as folder:
        assert len(check_case(Path(folder), Case({"article.md": article.text.encode()}, article)).handouts) == 2


@pytest.mark.parametrize("place", FOUND, ids=lambda place: place.name)
def test_what_was_found_before_is_not_found_again(place: Path, tmp_path: Path) -> None:
    formats = ("text", "epub", "pdf") if place.name.startswith("pdf-") else ("text", "epub")
    verdict = check_case(tmp_path, Case(files_below(place)), formats)
    assert verdict.handouts or verdict.refused


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"article.md": b"# T\n\n![x](none.png)\n"}, "3"),
        ({"article.md": b"# T\n\nText.\n", "publication.toml": b"title ="}, "4"),
    ],
    ids=["the source", "the settings"],
)
def test_the_command_line_is_held_to_it_too(files: dict[str, bytes], code: str, tmp_path: Path) -> None:
    assert check_command_line(tmp_path, Case({**files, "sound.md": b"# S\n\nText.\n"})).refused == (code,)


@pytest.mark.parametrize(
    ("said", "signature"),
    [
        ([["One"], ["two", "three"], ["four"]], ""),
        ([["One"], ["two", "three"], ["four"], ["five"]], "lost: reader: epub"),
        ([["One"], ["four"], ["two", "three"]], "order: reader: epub"),
        ([["One"], ["three", "two"], ["four"]], "order: reader: epub"),
        ([["One"], ["two", "four"]], "order: reader: epub"),
    ],
)
def test_a_word_that_the_reader_loses_or_misplaces_is_noticed(said: list[list[str]], signature: str, tmp_path: Path) -> None:
    text = "# One\n\ntwo three\n\n- four\n" if said[-1] != ["two", "four"] else "# One\n\n- four\n\ntwo\n"
    case = Case({"article.md": text.encode()}, KnownWords(text, said))
    if not signature:
        assert check_case(tmp_path, case).handouts
        return
    with pytest.raises(Defect, match=signature):
        check_case(tmp_path, case)


def test_a_word_that_an_exporter_loses_and_a_message_without_a_place_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exporter = type(load("text"))
    plain = exporter.pages
    case = Case({"article.md": b"# One\n\ntwo three\n\n- four\n"})
    for word in (b"three", b"four"):
        monkeypatch.setattr(exporter, "pages", lambda self, handout, word=word: plain(self, handout.replace(word, b"")))
        with pytest.raises(Defect, match="lost: text: "):
            check_case(tmp_path, case)
    monkeypatch.setattr("fuzzing.invariants.read_article", nowhere)
    with pytest.raises(Defect, match="unlocated: lost"):
        check_case(tmp_path, case)


def nowhere(*arguments: object) -> None:
    raise SourceError(Diagnostic(Severity.ERROR, "lost", "something is wrong somewhere"))
