"""The command line itself: its commands, its options, what it prints where, and how fast it answers."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from commandline import ARTICLE, DISCLAIMER, Handbill, publication, write
from handbill import __version__
from handbill.cli.app import cli

COMMANDS = ["build", "check", "completion", "doctor", "exporters", "init", "merge", "publish", "schema", "site", "verify", "watch"]


def test_help_names_every_command_and_every_exit_code(handbill: Handbill) -> None:
    done = handbill("--help")
    assert sorted(cli.commands) == COMMANDS
    for name in COMMANDS:
        assert f"\n  {name} " in done.out
    for code in ("0 done", "1 a defect", "2 usage", "3 the source", "4 the", "5 an exporter", "6 the proof", "8 the machine", "130"):
        assert code in " ".join(done.out.split())


def test_help_keeps_the_lines_of_the_exit_codes(handbill: Handbill) -> None:
    done = handbill.inside("--help")
    assert "\\b" not in done.out
    assert "\b" not in done.out
    # Click joins the lines of any other paragraph.
    assert "\n\n  Exit codes:\n  0 done, " in done.out
    assert done.out.partition("Exit codes:")[2].partition("\n\n")[0].count("\n") == 3


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_every_option_says_what_it_is_for(command: str) -> None:
    assert cli.commands[command].help
    for parameter in cli.commands[command].params:
        assert parameter.param_type_name == "argument" or getattr(parameter, "help", ""), parameter.name


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    script = "import sys\ntry:\n    from handbill.cli import main; main(['--help'])\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    modules = set(done.stderr.split())
    assert "click" in modules
    assert {name for name in modules if name.startswith("handbill.")} <= {
        f"handbill.{name}" for name in ("cli", "cli.app", "cli.build_commands", "cli.options", "cli.publish_commands", "cli.setup_commands")
    }
    heavy = {"weasyprint", "ebooklib", "pypdfium2", "PIL", "fontTools", "lxml", "lxml.etree", "markdown", "nh3", "yaml", "pydantic", "rich"}
    assert not heavy & modules


def test_version(handbill: Handbill) -> None:
    assert handbill("--version").out == f"handbill, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Usage: handbill"),
        (["bild"], "No such command 'bild'"),
        (["build", "--strickt"], "--strickt"),
        (["build", "-j", "0"], "0 is not in the range"),
        (["build", "--set", "large"], "'large' is not EDITION.KEY=VALUE"),
        (["build", "--disclaimer", "nowhere.md"], "File 'nowhere.md' does not exist"),
        (["build", "-t", "tekst"], "there is no edition `tekst`\n    hint: did you mean `text`?"),
        (["build", "--set", "tekst.width=3"], "there is no edition `tekst`"),
        (["completion", "tcsh"], "'tcsh' is not one of"),
    ],
)
def test_what_is_asked_wrongly_is_a_usage_error(handbill: Handbill, tmp_path: Path, arguments: list[str], message: str) -> None:
    publication(tmp_path)
    done = handbill.inside(*arguments, code=2)
    assert message in done.err
    assert not handbill.build.exists()


def test_json_is_alone_on_stdout(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": ARTICLE, "bad.md": "![x](none.png)\n"})
    done = handbill("build", "-t", "text", "--json", code=3)
    data = json.loads(done.out)
    assert data["exit-code"] == 3
    good, bad = data["handouts"]
    assert good == {
        "file": "a.txt",
        "state": "built",
        "stale": False,
        "size": (handbill.build / "a.txt").stat().st_size,
        "sha256": handbill.rows()["a.txt"]["sha256"],
        "proof": {"first": 2, "last": 2, "pages": 2},
        "claims": [],
        "barriers": {},
    }
    assert (bad["file"], bad["state"], bad["proof"]) == ("bad.txt", "failed", None)
    errors = [one for one in data["diagnostics"] if one["severity"] == "error"]
    assert [(one["code"], one["path"], one["line"], one["column"]) for one in errors] == [("missing-image", "source/bad.md", 1, 6)]


def test_plain_lines_tell_how_far_a_build_is_where_there_is_no_terminal(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    done = handbill("build", "-t", "text", "-j", "1")
    assert done.err == "[1/1] letter.txt\n"
    assert done.out.splitlines()[0].split() == ["handout", "state", "bytes", "where", "the", "disclaimer", "stands"]
    assert done.out.splitlines()[2].endswith("disclaimer on page 2 of 2")
    assert handbill.inside("build", "-t", "text", "--force", "-q").err == ""


def test_a_bar_and_colours_tell_it_on_a_terminal(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": ARTICLE, "bad.md": "![x](none.png)\n"})
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "handbill", "build", "-t", "text"]
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, text=True, check=False)
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    assert done.returncode == 3
    assert b"Building" in seen
    assert b"100%" in seen
    assert b"\x1b[31m\x1b[1merror[missing-image]\x1b[0m" in seen
    assert "a.txt" in done.stdout


def test_an_option_for_this_run(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": "# T\n\n" + "word " * 100})
    handbill.inside("build", "-t", "text", "--set", "text.width=40")
    assert max(map(len, (handbill.build / "a.txt").read_text().splitlines())) <= 40
    err = handbill.inside("build", "-t", "text", "--set", "text.width=wide", code=4).err
    assert err.startswith("--set text.width: error[setting]: `width` is a ")
    assert "did you mean `width`" in handbill.inside("build", "--set", "text.widht=40", code=4).err


def test_a_single_file_with_its_disclaimer(handbill: Handbill, tmp_path: Path) -> None:
    write(tmp_path / "texts/article.md", ARTICLE)
    write(tmp_path / "own.md", DISCLAIMER)
    done = handbill.inside("build", "texts/article.md", "-t", "text", code=3)
    assert "texts/article.md:1:1: error[no-disclaimer]: no disclaimer is named" in done.err
    assert "--disclaimer FILE" in done.err
    handbill.inside("build", "texts/article.md", "--disclaimer", "own.md", "-t", "text", "-o", "out")
    assert [file.name for file in sorted((tmp_path / "out").glob("[a-z]*"))] == ["article.txt", "manifest.json", "seals"]
    handbill.inside("verify", "out")


def test_one_article_of_a_publication_is_built_as_the_publication_builds_it(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings='[editions.wide]\nexporter = "text"\nwidth = 100\n', articles={"sub/a.md": ARTICLE, "b.md": ARTICLE})
    handbill.inside("build", "-t", "text", "-t", "wide")
    digests = {name: row["sha256"] for name, row in handbill.rows().items()}
    done = handbill.inside("build", "source/sub/a.md", "-t", "text", "-t", "wide")
    assert done.out.count("unchanged") == 2
    assert {name: row["sha256"] for name, row in handbill.rows().items()} == digests


def test_a_disclaimer_for_all_articles(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": ARTICLE, "b.md": ARTICLE})
    write(tmp_path / "own.md", DISCLAIMER.replace("It is no advice.", "Ask a lawyer."))
    handbill.inside("build", "-t", "text", "--disclaimer", "own.md")
    for name in ("a.txt", "b.txt"):
        assert "Ask a lawyer." in (handbill.build / name).read_text()


def test_check_reads_everything_and_writes_nothing(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path)
    assert handbill.inside("check").err == ""
    write(source / "letter.md", ARTICLE + "\n[x](nowhere.md)\n")
    assert "warning[dead-link]" in handbill.inside("check").err
    assert "error[dead-link]" in handbill.inside("check", "--strict", code=3).err
    assert [file.name for file in tmp_path.iterdir()] == ["source"]


def test_schema_describes_what_publications_may_say(handbill: Handbill) -> None:
    schema = json.loads(handbill.inside("schema").out)
    assert schema["required"] == ["title", "language", "disclaimer"]
    assert schema["$defs"]["text"]["properties"]["width"]["type"] == "integer"
    assert schema["properties"]["disclaimer"]["not"] == {"const": "none"}
    settings = tomllib.loads((Path(__file__).parents[2] / "source/publication.toml").read_text())
    assert settings.keys() <= schema["properties"].keys()
    for edition in settings["editions"].values():
        assert edition.keys() <= schema["$defs"][edition["exporter"]]["properties"].keys()


def test_exporters_lists_ours_with_their_options(handbill: Handbill) -> None:
    out = handbill.inside("exporters").out
    for name, media_type in (("pdf", "application/pdf"), ("epub", "application/epub+zip"), ("text", "text/plain")):
        assert f"{name}  (handbill {__version__})\n    {media_type}" in out
    assert "    font-size: " in out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(handbill: Handbill, shell: str) -> None:
    assert "_HANDBILL_COMPLETE" in handbill.inside("completion", shell).out


def test_the_completion_script_is_answered(handbill: Handbill) -> None:
    environment = {"_HANDBILL_COMPLETE": "bash_complete", "COMP_WORDS": "handbill ve", "COMP_CWORD": "1"}
    assert handbill("ignored", environment=environment).out == "plain,verify\n"


def test_a_defect_keeps_its_traceback(handbill: Handbill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    publication(tmp_path)
    monkeypatch.setattr("handbill.builder.plan.open_publication", broken)
    done = handbill.inside("build", code=1)
    assert "Traceback (most recent call last)" in done.err
    assert "ZeroDivisionError: nobody foresaw this" in done.err
    assert "this is a defect of handbill: please report it" in done.err


def test_an_interrupt_while_a_module_makes_its_classes_is_one(handbill: Handbill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    def importing(*arguments: object) -> None:
        type("Article", (), {"field": Interrupted()})

    publication(tmp_path)
    monkeypatch.setattr("handbill.builder.plan.open_publication", importing)
    assert handbill.inside("build", code=130).err == "handbill: interrupted\n"


def test_an_error_of_the_machine_has_no_traceback(handbill: Handbill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied", "source")

    publication(tmp_path)
    monkeypatch.setattr("handbill.builder.plan.open_publication", broken)
    assert handbill.inside("build", code=8).err.startswith("handbill: error[machine]: source: Permission denied\n")
