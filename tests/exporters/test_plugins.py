"""Exporters that others wrote, installed into a fresh environment and used through the command line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import ARTICLE, DISCLAIMER, TEXT_ALONE, Handbill, publication
from conftest import ROOT
from handbill.document import STATEMENT
from handbill.testing.sealed_page import SealedPageContract

pytestmark = pytest.mark.plugins


def test_a_plug_in_passes_the_contract_kit(plugged: str, tmp_path: Path) -> None:
    tests = "from handbill.testing import ExporterContract\n\nclass TestHtml(ExporterContract):\n    name = 'html'\n"
    tests += "\nclass TestHtmlWithContents(ExporterContract):\n    name = 'html'\n    options = {'contents': True}\n"
    (tmp_path / "test_html.py").write_text(tests)
    command = [plugged, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path / "test_html.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    of_sealed_pages = [name for name in vars(SealedPageContract) if name.startswith("test_")]
    assert f", {2 * len(of_sealed_pages)} skipped" in done.stdout, "it makes no sealed pages, and passes all other tests"


def test_its_edition_is_built_where_the_publication_asks_for_it_alone(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=TEXT_ALONE)
    handbill("build")
    assert handbill.files() == ["letter.txt", "manifest.json"]
    publication(tmp_path, settings="[editions.html]\ncontents = true\n[editions.web]\nexporter = 'html'\n")
    handbill("build", "-t", "html", "-t", "web")
    assert handbill.files() == ["letter-web.html", "letter.html", "letter.txt", "manifest.json"]
    assert handbill.rows()["letter.html"]["media-type"] == "text/html"
    handbill("verify")


def test_the_article_that_ships_is_one_html_file(handbill: Handbill, tmp_path: Path, shipped: Path) -> None:
    settings = (shipped / "source/publication.toml").read_text() + "\n[editions.html]\n"
    subprocess.run(["cp", "-r", shipped / "source", tmp_path], check=True)
    (tmp_path / "source/publication.toml").write_text(settings)
    done = handbill.inside("build", "-t", "html")
    page = (handbill.build / "kratom-and-melatonin.html").read_text()
    assert "disclaimer on page" in done.out
    assert page.count("data:image/") == 1
    assert 'src="figures' not in page
    assert "<link" not in page


def test_its_options_are_checked_like_ours(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.html]\ncontent = true\n")
    assert (
        "source/publication.toml:5:1: error[setting]: the exporter `html` has no option `content`" in handbill.inside("check", code=4).err
    )
    publication(tmp_path, settings="[editions.html]\n")
    assert "--set html.contents: error[setting]" in handbill.inside("build", "-t", "html", "--set", "html.contents=maybe", code=4).err


@pytest.mark.parametrize("hiding", ['style="display:none"', "hidden", 'style="color:white"', 'aria-hidden="true"', 'style="font-size:1pt"'])
def test_a_disclaimer_hidden_in_its_handout_is_found_out(handbill: Handbill, tmp_path: Path, hiding: str) -> None:
    publication(tmp_path, settings="[editions.html]\n")
    handbill.inside("build", "-t", "html")
    file = handbill.build / "letter.html"
    file.write_text(file.read_text().replace('<section class="disclaimer"', f'<section {hiding} class="disclaimer"'))
    err = handbill.inside("verify", code=6).err
    assert "build/letter.html: error[changed-handout]: the file was changed since it was built" in err
    assert "build/letter.html: error[disclaimer-missing]: the disclaimer cannot be read whole: “Disclaimer” is not visible in it" in err


def test_a_plug_in_that_draws_no_boxes_has_no_handouts_of_articles_with_marked_claims(handbill: Handbill, tmp_path: Path) -> None:
    disclaimer = f"---\ntitle: Disclaimer\nprofile: us-supplement\n---\n\n{STATEMENT}\n"
    articles = {"leaflet.md": "---\ntitle: T\n---\n\n[Calms the mind.]{.claim}\n", "letter.md": ARTICLE}
    publication(tmp_path, settings="[editions.html]\n", articles=articles, disclaimer=disclaimer)
    done = handbill.inside("build", "-t", "html", "-t", "text", code=6)
    assert "source/leaflet.md: error[no-boxed-notice]: leaflet.html: page 1 bears a marked claim, and not in a box" in done.err
    assert handbill.files() == ["leaflet.txt", "letter.html", "letter.txt", "manifest.json"]


def test_a_plug_in_without_the_disclaimer_gets_exit_6_and_no_file(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.forgetful]\n")
    done = handbill.inside("build", "-t", "forgetful", "-t", "text", code=6)
    assert "source/letter.md: error[disclaimer-missing]: letter.forgetful: the disclaimer cannot be read whole" in done.err
    assert "Traceback" not in done.err
    assert handbill.files() == ["letter.txt", "manifest.json"]
    assert "letter.forgetful  failed" in done.out
    handbill.inside("verify")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("raising", "broke down: StubbornError: nobody foresaw this, letter"),
        ("quitting", "broke down: SystemExit: enough"),
    ],
)
def test_what_a_plug_in_did_not_foresee_keeps_its_traceback_and_stops_nothing_else(
    handbill: Handbill, tmp_path: Path, name: str, said: str
) -> None:
    publication(tmp_path, settings=f"[editions.{name}]\n")
    done = handbill("build", "-t", name, "-t", "text", code=5)
    assert f"source/letter.md: error[crash]: letter.{name}: the exporter `{name}` {said}" in done.err
    assert "Traceback (most recent call last)" in done.err
    assert 'handbill_misbehaving/__init__.py", line' in done.err
    assert "keeps the exporter" in done.err
    assert handbill.files() == ["letter.txt", "manifest.json"]


def test_a_worker_that_dies_fails_its_handout_alone(handbill: Handbill, tmp_path: Path) -> None:
    articles = {f"letter-{n}.md": ARTICLE for n in range(4)}
    publication(tmp_path, settings="[editions.dying]\n", articles=articles)
    done = handbill("build", "-t", "dying", "-t", "text", "-j", "2", code=5)
    for n in range(4):
        assert (
            f"source/letter-{n}.md: error[worker-died]: letter-{n}.dying: the process of the exporter `dying` ended with code 3" in done.err
        )
    assert handbill.files() == [*(f"letter-{n}.txt" for n in range(4)), "manifest.json"]
    assert "Traceback" not in done.err


def test_an_exporter_that_gives_nothing_is_told_so(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.empty]\n")
    assert "the exporter `empty` gave no bytes" in handbill.inside("build", "-t", "empty", code=5).err


def test_what_a_plug_in_prints_does_not_mix_with_the_data(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.talking]\n")
    done = handbill("build", "-t", "talking", "--json")
    assert json.loads(done.out)["handouts"][0]["file"] == "letter.talking"
    assert "loud noise" in done.err


def test_a_message_of_a_plug_in_has_the_place_of_its_excerpt(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.complaining]\n")
    first = handbill.inside("build", "-t", "complaining")
    line = "source/letter.md:7:1: warning[too-plain]: letter.complaining: this paragraph is too plain\n    hint: adorn it\n"
    assert line in first.err
    second = handbill.inside("build", "-t", "complaining")
    assert "unchanged" in second.out
    assert second.err == line
    strict = handbill.inside("build", "-t", "complaining", "--strict", code=5)
    assert strict.err == line.replace("warning", "error")
    assert "failed, old one kept" in strict.out
    assert handbill.rows()["letter.complaining"]["stale"] is True
    handbill.inside("build", "-t", "complaining")
    assert handbill.rows()["letter.complaining"]["stale"] is False


def test_an_exporter_that_refuses_an_article_stops_that_handout_alone(handbill: Handbill, tmp_path: Path) -> None:
    articles = {"a.md": ARTICLE + "\nrefuse me\n", "b.md": ARTICLE}
    publication(tmp_path, settings="[editions.complaining]\n", articles=articles)
    done = handbill.inside("build", "-t", "complaining", code=5)
    assert "source/a.md: error[refused]: a.complaining: it asked for it" in done.err
    assert handbill.files() == ["b.complaining", "manifest.json"]


def test_a_plug_in_that_cannot_be_imported_hinders_only_its_own_editions(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    handbill.inside("build", "-t", "text")
    publication(tmp_path, settings="[editions.unimportable]\n")
    handbill.inside("build", "-t", "text")
    err = handbill.inside("build", code=4).err
    said = "the exporter `unimportable` of handbill-misbehaving cannot be loaded: RuntimeError: this module does not import"
    assert f"source/publication.toml:4:2: error[exporter]: {said}" in err
    assert "Traceback" not in err


def test_an_exporter_goes_by_the_name_of_its_entry_point(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.misnamed]\n")
    assert "registers as `misnamed` is no exporter: it calls itself `forgetful`" in handbill.inside("build", code=4).err


def test_exporters_lists_all_and_marks_the_broken_ones(handbill: Handbill) -> None:
    done = handbill("exporters", code=4)
    assert "html  (handbill-html 1.0)\n    text/html, files *.html\n    contents: Whether a list of the sections" in done.out
    assert "unimportable  (handbill-misbehaving 0.1)\n    broken: " in done.out
    assert "pdf  (handbill " in done.out


def test_a_name_that_two_distributions_claim_is_an_error_that_names_both(tmp_path: Path, environments: Callable[..., str]) -> None:
    handbill = Handbill(tmp_path, environments("handbill-second-pdf"))
    publication(tmp_path)
    for command in (["build", "-t", "text"], ["exporters"], ["verify", "."]):
        if command[0] == "verify":
            (tmp_path / "manifest.json").write_text('{"manifest": 1, "handouts": [], "disclaimers": {}, "expired": []}')
        err = handbill.inside(*command, code=4).err
        assert "handbill and handbill-second-pdf both bring an exporter `pdf`" in err
        assert "pip uninstall handbill-second-pdf" in err


def test_a_handout_whose_exporter_was_uninstalled_cannot_be_verified(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.html]\n")
    handbill.inside("build", "-t", "html")
    err = Handbill(tmp_path)("verify", code=6).err
    assert "build/letter.html: error[exporter]: there is no exporter `html`" in err


def test_several_failures_end_with_the_worst_code(handbill: Handbill, tmp_path: Path) -> None:
    settings = "[editions.forgetful]\n[editions.raising]\n"
    publication(tmp_path, settings=settings, articles={"a.md": ARTICLE, "b.md": "Missing: ![x](none.png)\n"})
    assert handbill.inside("build", "-t", "text", code=3).code == 3
    assert handbill.inside("build", "-t", "text", "-t", "raising", code=5).code == 5
    assert handbill.inside("build", "-t", "raising", "-t", "forgetful", code=6).code == 6


def test_blocks_for_formats_that_are_not_installed_are_noted(tmp_path: Path, handbill: Handbill) -> None:
    article = ARTICLE + "\n::: only html gemini\nFor some.\n:::\n"
    publication(tmp_path, settings="[editions.html]\n", articles={"a.md": article})
    done = handbill.inside("build", "-v", "-t", "html", "-t", "text")
    assert "source/a.md:9:15: warning[unknown-format]" in done.err
    assert "`gemini`" in done.err
    assert "`html`" not in done.err
    assert "For some." in (handbill.build / "a.html").read_text()
    assert "For some." not in (handbill.build / "a.txt").read_text()
    assert DISCLAIMER.split("\n\n")[1] in (handbill.build / "a.html").read_text()


def test_the_plug_ins_are_packages_of_their_own() -> None:
    for name in ("handbill-html", "handbill-misbehaving", "handbill-second-pdf"):
        assert 'build-backend = "setuptools.build_meta"' in (ROOT / "tests/plugins" / name / "pyproject.toml").read_text()
