"""What authors, file names and arguments hold cannot steer a terminal, a CI runner or a parser, on any stream, in any output format."""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from commandline import ARTICLE, DISCLAIMER, SETTINGS, TEXT_ALONE, Handbill, publication, write
from growth import assert_linear
from handbill.cli import terminal
from handbill.cli.ci_formats import Case, format_report
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.preview.latest_build import Snapshot
from handbill.preview.pages import preview_page
from printed import FORMS, assert_plain, assert_safe, controls, messages

SEED = 20_261_201
PIECES = (
    "\x1b[31m",
    "\x1b]0;t\x07",
    "\x07",
    "\x00",
    "\x08",
    "\x9b2J",
    "\r",
    "\n::error file=a,line=1::pwned",
    "\n::add-mask::e",
    "::stop-commands::t",
    "##[add-path]/tmp",
    "##vso[task.setvariable variable=a]b",
    "section_start:1:a\r\x1b[0K",
    "\u202e",
    "\u2066",
    "\u200f",
    "\u2028",
    "\ufffe",
    "]]>",
    "<&\"'",
    "%0A::error::p",
    "`",
    "“",
    "a b",
)
WRITERS = {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}
WRONG_NAME = "the-name-of-nothing"


def payloads() -> Mapping[str, str]:
    """Return texts of a few pieces each, every piece in one of them, with a name by which a message that repeats them is known."""
    order = random.Random(SEED)
    shuffled = order.sample(PIECES, len(PIECES))
    mixed = {f"mixed-{start}": WRONG_NAME + "e".join(shuffled[start : start + 6]) for start in range(0, len(PIECES), 6)}
    return {**mixed, "command": f"{WRONG_NAME}##[error]e", "long": WRONG_NAME + "\x07y" * 500, "megabyte": WRONG_NAME + "y" * 1_000_000}


def toml(text: str) -> str:
    """Return a text as a basic string of TOML."""
    return json.dumps(text).replace("\x7f", r"\u007f")


def article(head: str = "title: T", body: str = "Text.") -> dict[str, str]:
    return {"a.md": f"---\n{head}\n---\n\n{body}\n"}


def settings(text: str) -> dict[str, str]:
    return {"publication.toml": SETTINGS + text, "a.md": ARTICLE}


def theme(css: str) -> dict[str, str]:
    return {**settings('theme = "theme.css"\n'), "theme.css": css}


FIELDS: Mapping[str, Callable[[str], dict[str, str]]] = {
    "setting": lambda text: settings(f"{toml(text)} = 1\n"),
    "value of a setting": lambda text: settings(f"disclaimer-position = {toml(text)}\n"),
    "language": lambda text: {"publication.toml": f'title = "T"\ndisclaimer = "general"\nlanguage = {toml(text)}\n', "a.md": ARTICLE},
    "title": lambda text: {"publication.toml": f'title = {toml(text)}\ndisclaimer = "x"\nlanguage = "en"\n', "a.md": ARTICLE},
    "disclaimer": lambda text: {"publication.toml": f'title = "T"\ndisclaimer = {toml(text)}\nlanguage = "en"\n', "a.md": ARTICLE},
    "base-url": lambda text: settings(f"base-url = {toml(text)}\n"),
    "edition": lambda text: settings(f'[editions.{toml(text)}]\nexporter = "pdf"\n'),
    "exporter": lambda text: settings(f"[editions.x]\nexporter = {toml(text)}\n"),
    "option": lambda text: settings(f"[editions.pdf]\n{toml(text)} = 1\n"),
    "value of an option": lambda text: settings(f"[editions.pdf]\npage-size = {toml(text)}\n"),
    "code": lambda text: settings(f'[checks]\n{toml(text)} = "note"\n'),
    "weight": lambda text: settings(f"[checks]\nno-summary = {toml(text)}\n"),
    "font": lambda text: settings(f"fonts = [{toml(text)}]\n"),
    "logo": lambda text: settings(f"logo = {toml(text)}\n"),
    "profile": lambda text: settings(f"[profiles.{toml(text)}]\nphrases = 1\n"),
    "words of claims": lambda text: settings(f"[claims]\n{toml(text)} = 1\n"),
    "broken TOML": lambda text: settings(f"x = {text}\n"),
    "selector": lambda text: theme(f"{text} {{ color: red }}\n"),
    "property": lambda text: theme(f"p {{ {text}: red }}\n"),
    "value in CSS": lambda text: theme(f"p {{ color: {text} }}\n"),
    "URL in CSS": lambda text: theme(f"p {{ background: url({toml(text)}) }}\n"),
    "front matter key": lambda text: article(f"title: T\n{json.dumps(text)}: 1"),
    "front matter value": lambda text: article(f"title: T\ndate: {json.dumps(text)}"),
    "disclaimer of an article": lambda text: article(f"title: T\ndisclaimer: {json.dumps(text)}"),
    "language of an article": lambda text: article(f"title: T\nlang: {json.dumps(text)}"),
    "broken front matter": lambda text: article(f"title: {text}: ["),
    "title of an article": lambda text: article(f"title: {json.dumps(text)}"),
    "raw HTML": lambda text: article(body=f"A <{text}> tag, an <em {text}>, <x-{text}>.\n\n<div class='{text}'>\n"),
    "note label": lambda text: article(body=f"A note.[^{text}] And [^x{text.splitlines()[0] if text.strip() else ''}]."),
    "include": lambda text: article(body=f'--8<-- "{text}"'),
    "image": lambda text: article(body=f"![{text}]({text}.png) ![words](<{text}>)"),
    "link": lambda text: article(body=f"[here]({text}) [x](<http://{text}>) [y](#{text}) <{text}>"),
    "heading": lambda text: article(body=f"## {text}\n\n## {text}\n"),
    "id": lambda text: article(body=f"## One {{#{text}}}\n\nText.\n\n## Two {{#{text}}}\n\nText."),
    "format block": lambda text: article(body=f"::: only {text}\n\nText.\n\n:::"),
    "allowance": lambda text: article(body=f"<!-- handbill: allow {text}: {text} -->\n\nText."),
    "text of a disclaimer": lambda text: {**settings(""), "disclaimers/general.md": f"{DISCLAIMER}\n<{text}>\n\n![x]({text})\n"},
}
NEVER_REPEATED = {"title", "broken TOML", "value in CSS", "broken front matter", "title of an article"}
"""Fields whose text no message about these payloads repeats, in its first characters."""


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_an_author_reaches_a_stream_raw(field: str, handbill: Handbill, tmp_path: Path) -> None:
    repeated = False
    for name, text in payloads().items():
        files = FIELDS[field](text)
        source = publication(tmp_path / name, articles={})
        for path, content in files.items():
            # Written as bytes, so that a carriage return stays one.
            (source / path).write_bytes(content.encode("utf-8", "replace"))
        for form in FORMS if name.startswith("mixed") else ("github",):
            done = handbill.inside("check", source, "--output-format", form, code=None)
            assert_safe(done, form)
            assert len(done.err) < 20_000
            assert done.code in (0, 3, 4, 5)
            repeated |= WRONG_NAME in done.err
    assert repeated == (field not in NEVER_REPEATED)


@pytest.mark.parametrize("form", FORMS)
def test_names_of_files_reach_no_stream_raw(form: str, handbill: Handbill, tmp_path: Path) -> None:
    names = ["\x1b[31m\n::error::a", "##[error]b", "a\u202e", "b\udcff", "\r::x", "c" * 250]
    publication(tmp_path, settings=TEXT_ALONE, articles={f"{name}.md": ARTICLE for name in ("::error file=x::y", *names)})
    # From within the folder, names stand at the beginning of lines.
    refused = Handbill(tmp_path / "source").inside("check", ".", "--output-format", form, code=3)
    for name in names:
        (tmp_path / "source" / f"{name}.md").unlink()
    built = Handbill(tmp_path / "source").inside("build", ".", "-o", "../build", "--output-format", form)
    assert "[1/1] ::error file=x::y.txt" in built.err
    for name in names:
        write(tmp_path / "build" / f"{name}.pdf", "x")
    verified = Handbill(tmp_path / "build").inside("verify", ".", "--output-format", form, code=6)
    for done in (refused, built, verified):
        assert_safe(done, form)
    for done in (refused, verified):
        assert r"\x1b[31m\n::error::a" in done.err
        if form == "json":
            paths = {Path(one["path"]).stem for one in json.loads(done.out)["diagnostics"]}
            assert paths >= set(names[:1] + names[2:5])
    if form == "text":
        assert r"\x3a:error file=x::y.txt" in built.out + verified.out


def test_a_name_at_the_beginning_of_a_line_of_results_is_no_command(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=TEXT_ALONE, articles={"::error::y.md": ARTICLE})
    handbill.inside("build")
    for arguments in (["check", "."], ["build", ".", "-o", "../build"]):
        done = Handbill(tmp_path / "source").inside(*arguments)
        assert r"\x3a:error::y" in done.out
        assert_safe(done, "text")
    assert_safe(Handbill(handbill.build).inside("verify", "."), "text")
    sent = handbill.inside("site")
    assert "::error::y" in sent.out
    assert_safe(sent, "text")
    assert_safe(handbill.inside("init", "::error::x\n::error::y"), "text")
    assert_safe(handbill.inside("merge", "build", "-o", "all\n::error::y"), "text")


@pytest.mark.parametrize("name", payloads())
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "-t", "TEXT"],
        ["check", "--set", "TEXT"],
        ["check", "--set", "pdf.TEXT=1"],
        ["check", "--set", "text.width=TEXT"],
        ["check", "--today", "TEXT"],
        ["check", "--allow-network", "TEXT"],
        ["check", "--disclaimer", "TEXT"],
        ["check", "--output-format", "TEXT"],
        ["check", "TEXT"],
        ["check", "--TEXT"],
        ["check", "source", "TEXT"],
        ["build", "--shard", "TEXT"],
        ["build", "-j", "TEXT"],
        ["build", "--executor", "TEXT"],
        ["merge", "TEXT"],
        ["verify", "TEXT"],
        ["publish", "build", "s3://TEXT"],
        ["publish", "build", "TEXT://x"],
        ["site", "--base-url", "TEXT"],
        ["completion", "TEXT"],
        ["TEXT"],
    ],
    ids=" ".join,
)
def test_no_argument_reaches_a_stream_raw(arguments: list[str], name: str, handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=TEXT_ALONE)
    handbill.build.mkdir()
    text = payloads()[name].replace("\0", "")
    done = handbill.inside(*(one.replace("TEXT", text) for one in arguments), code=None)
    assert done.code in (2, 3, 4, 6, 7, 8)
    assert_safe(done, "text")
    assert len(done.err) < 20_000


@pytest.mark.parametrize("form", FORMS[2:])
def test_each_form_is_well_formed_whatever_a_plug_in_says(form: str) -> None:
    for text in (*payloads().values(), "\ud800 \udc80"):
        found = [Diagnostic(severity, text, text, text, 1, 2, text) for severity in Severity]
        report = format_report(form, "build", [Case(text[:255], text)], found)
        if form == "github":
            assert len(report.splitlines()) == len(found)
        told = list(messages(report, form))
        assert len(told) >= len(found)
        assert controls(report.replace("\n", "")) == []


def test_a_traceback_and_progress_are_printed_plain(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_message("Traceback:\n  File x\nValueError: a\n::error::b\x1b[31m\r##[error]c" + "\ny" * 1_000_000)
    with terminal.progress(quiet=False) as step:
        step("a\n::error::b\x1b", 1, 2)
    err = capsys.readouterr().err
    assert_plain(err)
    assert len(err) < 110_000
    assert r"\x3a:error::b\x1b[31m\r#\x23[error]c" in err
    assert r"[1/2] a\n::error::b\x1b" in err


def test_many_warnings_of_one_code_are_printed_in_linear_time(capsys: pytest.CaptureFixture[str]) -> None:
    def work(count: int) -> None:
        found = [Diagnostic(Severity.WARNING, "raw-html", "m", "a.md", number) for number in range(count)]
        terminal.print_diagnostics(found, verbose=False)

    assert_linear(work, 1000)
    work(5)
    assert capsys.readouterr().err.splitlines()[-4:] == [
        *(f"a.md:{number}: warning[raw-html]: m" for number in range(3)),
        "a.md: warning[raw-html]: and 2 more, on lines 3, 4",
    ]


def test_one_module_writes_to_the_streams() -> None:
    writing = {}
    for file in Path(terminal.__file__).parent.glob("*.py"):
        calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)}
        writing[file.name] = sorted(calls & WRITERS)
    # Of an interrupt the command line says words of its own alone, so that nothing is imported then.
    assert {name: found for name, found in writing.items() if found} == {"app.py": ["click.echo"], "terminal.py": ["click.echo"]}


def test_colours_are_printed_and_those_of_a_message_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []
    monkeypatch.setattr("handbill.cli.terminal.click.echo", lambda text, err: printed.append(text))
    terminal.print_diagnostics([Diagnostic(Severity.ERROR, "setting", "a\x1b[32mb", "x\x1b.toml", 1)])
    assert printed == ["x\\x1b.toml:1: \x1b[31m\x1b[1merror[setting]\x1b[0m: a\\x1b[32mb"]


def test_the_page_of_the_preview_shows_controls_as_escapes() -> None:
    for text in payloads().values():
        found = Diagnostic(Severity.ERROR, "setting", text, text, 1, 1, text)
        page = preview_page(Snapshot("r", 1, (), (found,), (text,)), "").decode()
        assert controls(page.replace("\n", "")) == []
        assert len(page) < 200_000
        assert WRONG_NAME in page or "::error" in page
