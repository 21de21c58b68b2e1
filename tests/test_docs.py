"""The documentation is so: links lead somewhere, console examples print what they show, reference pages list what the code has."""

from __future__ import annotations

import ast
import dataclasses
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from commandline import Handbill
from handbill.cli.app import cli
from handbill.contract import (
    Boxed,
    DisclaimerParts,
    Exporter,
    HasEnvironment,
    HasThemeEnvironment,
    NeedsModules,
    Page,
    Part,
    Run,
    Seals,
    StatesConformance,
)
from handbill.diagnostics.errors import HandbillError
from handbill.document import Document
from handbill.reader.metadata import ARTICLE_KEYS, DISCLAIMER_KEYS
from test_layers import MAY_IMPORT, ROOT_MODULES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"

PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")), *sorted(DOCS.rglob("*.md"))]
_FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\\)\]\(([^()\s]+)(?: \"[^\"]*\")?\)")
_TEXTS = ("", ".css", ".md", ".py", ".toml", ".txt", ".yml")
_MODULE = re.compile(r"(?<![\w./-])(?:[\w-]+/)*\w+\.py\b")
_NEW_FILE = re.compile(r"^`{3,}\w+ (\S+\.py)$", re.MULTILINE)
NOT_OURS = {"handbill_gemtext.py"}
"""Modules that pages name and that are no part of this repository: the exporter of docs/how-to/write-an-exporter.md."""
_DOCS_PATH = re.compile(r"(?<![\w/])docs/[\w./-]*\w\.(?:md|json|png)\b")


def prose(page: Path) -> str:
    """Return a page's text without its blocks of code, and without what stands in code in its lines."""
    indented = re.sub(r"^(?:    |\t).*$", "", _FENCE.sub("", page.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return re.sub(r"`[^`\n]+`", "`", indented)


def fragments(page: Path) -> set[str]:
    """Return the fragments by which GitHub finds the headings of a page."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        found.add(f"{words}-{seen[words]}" if seen[words] else words)
        seen[words] += 1
    return found


def wrong_links(page: Path) -> list[str]:
    """Return the relative links of a page that lead to no file, or to no heading of one."""
    wrong = []
    for link in _LINK.findall(prose(page)):
        path, _, fragment = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = page if not path else page.parent / path
        if not target.exists() or (fragment and fragment not in fragments(target)):
            wrong.append(link)
    return wrong


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_to_a_file_and_its_fragment_to_a_heading(page: Path) -> None:
    assert wrong_links(page) == []


def test_a_link_to_no_file_or_no_heading_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page: one\n\n[a](page.md#a-page-one) [b](page.md#two) [c](gone.md) [d](#three) `[e](no-link.md)`\n", encoding="utf-8"
    )
    assert wrong_links(page) == ["page.md#two", "gone.md", "#three"]


def test_every_path_of_the_documentation_that_code_and_pages_name_is_there() -> None:
    named: dict[str, str] = {}
    files = [file for folder in ("handbill", "exporters", "tests", "benchmarks") for file in (ROOT / folder).rglob("*")]
    for file in [*files, *PAGES, ROOT / "Makefile", ROOT / "Dockerfile", ROOT / "pyproject.toml"]:
        # field/files.txt lists files of other packages.
        if file.is_file() and file.suffix in _TEXTS and "node_modules" not in file.parts and name_of(file) != "tests/field/files.txt":
            named |= dict.fromkeys(_DOCS_PATH.findall(file.read_bytes().decode(errors="replace")), name_of(file))
    assert len(named) > 20
    assert {path: file for path, file in named.items() if not (ROOT / path).exists()} == {}


def stale_modules(text: str, known: Iterable[str]) -> list[str]:
    """Return the modules that a text names and that are not known: `module.py`, with the folders before it or without."""
    return [name for name in _MODULE.findall(text) if not any(f"/{path}".endswith(f"/{name}") for path in known)]


def test_every_module_that_a_page_or_a_docstring_names_is_there() -> None:
    files = [file for folder in ("handbill", "exporters", "tests", "benchmarks") for file in (ROOT / folder).rglob("*.py")]
    texts = {name_of(page): page.read_text(encoding="utf-8") for page in [*PAGES, *(ROOT / "tests").rglob("README.md")] if page.is_file()}
    # The files that a walk-through makes are known to its page.
    made = {name: set(_NEW_FILE.findall(text)) for name, text in texts.items()}
    texts |= {name_of(file): ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "" for file in files}
    known = {*map(name_of, files), *NOT_OURS}
    stale = {name: stale_modules(text, known | made.get(name, set())) for name, text in texts.items() if "node_modules" not in name}
    assert {name: modules for name, modules in stale.items() if modules} == {}
    assert stale_modules("`plan.py`, builder/plan.py, reader/plan.py, an.py", ["handbill/builder/plan.py"]) == ["reader/plan.py", "an.py"]


def test_the_page_on_modules_lists_each_module_once() -> None:
    text = (REFERENCE / "modules.md").read_text(encoding="utf-8")
    listed = [
        f"{folder}/{name}"
        for folder, part in re.findall(r"^## ((?:handbill|exporters)[\w/]*)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        for name in re.findall(r"^\| `(\w+\.py)` \|", part, re.MULTILINE)
    ]
    files = [file for top in ("handbill", "exporters") for file in (ROOT / top).rglob("*.py")]
    # An __init__.py that only says what its package is for is no module of its own.
    modules = [name_of(file) for file in files if len(ast.parse(file.read_text(encoding="utf-8")).body) > 1 or file.name == "__main__.py"]
    assert sorted(listed) == sorted(modules)


def test_the_page_on_modules_lists_each_package_below_those_that_it_may_import() -> None:
    rows = re.findall(r"^\| \[`(\S+)`\]\(#", section(REFERENCE / "modules.md", "Packages"), re.MULTILINE)
    order = [row.removeprefix("handbill/").replace("/", ".") for row in rows]
    packages = {name for name in MAY_IMPORT if name.partition(".")[0] != "exporters" and name not in ROOT_MODULES}
    assert sorted(order) == sorted({*packages, "handbill", "exporters"})
    for package in packages:
        above = {name.partition(".")[0] if name not in order else name for name in MAY_IMPORT[package].split()} - set(ROOT_MODULES)
        late = {name for name in above if order.index(name) > order.index(package)}
        assert not late, f"{package} may import {late}"


def test_the_map_names_every_page() -> None:
    linked = {(DOCS / path).resolve() for path in _LINK.findall((DOCS / "README.md").read_text(encoding="utf-8")) if "#" not in path}
    kinds = [page for page in PAGES if page.parent.name in ("tutorial", "how-to", "explanation", "reference", "contributing")]
    assert len(kinds) > 30
    assert [name_of(page) for page in kinds if page not in linked] == []


def test_the_list_of_decisions_names_each_page_once() -> None:
    listed = _LINK.findall((DOCS / "decisions/README.md").read_text(encoding="utf-8"))
    pages = sorted(page.name for page in (DOCS / "decisions").glob("*.md") if page.name != "README.md")
    assert sorted(link for link in listed if "/" not in link) == pages


# ---- Console examples ----


@dataclasses.dataclass(frozen=True)
class Step:
    """A step of a page: a file to be written, or a command with what it prints."""

    path: str
    command: str
    text: str


def steps(page: Path) -> Iterator[Step]:
    """Yield the steps of a page: fenced blocks whose language is `console`, or that have a file's path after it."""
    for language, path, text in re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        if path:
            yield Step(path, "", text)
        elif language == "console":
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
                yield Step("", command, shown)


def comparable(printed: str) -> str:
    """Return what a command printed without what differs from machine to machine: progress, sizes, digests, widths of columns."""
    lines = (line for line in printed.splitlines() if not re.match(r"\[\d+/\d+\] ", line))
    plain = (
        re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", re.sub(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?![\w.])|  \d{3}(?=  )", " SIZE", line))
        for line in lines
    )
    return "\n".join(re.sub(r"-+", "-", re.sub(r" +", " ", line)).strip() for line in plain).strip()


def until(lines: Iterable[str], last: str) -> Iterator[str]:
    """Yield the lines before the one that is `last`, which must come."""
    for line in lines:
        if line == last:
            return
        yield line
    raise AssertionError("the shell has ended")


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "tutorial/first-publication.md"], ids=name_of)
def test_its_commands_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PWD": str(tmp_path)}
    commands = []
    with subprocess.Popen(
        ["bash"], cwd=tmp_path, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as shell:
        assert shell.stdin is not None
        assert shell.stdout is not None
        for step in steps(page):
            if step.path:
                file = tmp_path / step.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(step.text, encoding="utf-8")
                continue
            # The command's exit code stays that of the last command, for a page that shows it.
            shell.stdin.write(f"{step.command}\n_code=$?; printf '\\n\\0\\n'; (exit $_code)\n")
            shell.stdin.flush()
            printed = "".join(until(shell.stdout, "\0\n"))
            assert comparable(printed) == comparable(step.text), step.command
            commands.append(step.command)
        shell.stdin.close()
    assert sum(command.startswith("handbill ") for command in commands) >= 3


def test_the_table_of_readability_is_what_check_prints() -> None:
    shown = "\n".join(f"    {line}".rstrip() for line in Handbill(ROOT)("check", "source").out.splitlines())
    assert shown in (REFERENCE / "plain-language.md").read_text(encoding="utf-8")


# ---- The command line ----


def section(page: Path, heading: str) -> str:
    """Return the part of a page below a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"{page.name} has no section {heading}"
    return found[1]


def names_in(text: str) -> list[str]:
    """Return what stands in code in the first column of the tables of a text, without values."""
    return [
        name.split()[0].strip("[]") for row in re.findall(r"^\| (.+?) \|", text, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    ]


def test_the_page_on_the_command_line_lists_every_command() -> None:
    page = REFERENCE / "command-line.md"
    listed = re.findall(r"^\| \[`handbill (\w+)`\]", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(cli.commands)
    assert re.findall(r"^## handbill (\w+)$", page.read_text(encoding="utf-8"), re.MULTILINE) == listed


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_the_section_of_a_command_lists_its_options_with_their_defaults(command: str) -> None:
    text = section(REFERENCE / "command-line.md", f"handbill {command}")
    options = [one for one in cli.commands[command].params if isinstance(one, click.Option)]
    listed = [name for name in names_in(text) if name.startswith("-")]
    assert sorted(listed) == sorted(name for one in options for name in one.opts)
    for one in options:
        row = next(line for line in text.splitlines() if line.startswith("| ") and f"`{one.opts[-1]}" in line.split(" | ")[0])
        stated = re.search(r"\(default: (.+?)[);]", one.help or "")
        if stated and "as for `publish`" not in row and re.fullmatch(r"[\w/.]+", stated[1]):
            assert f"default: {stated[1]}" in row.replace("`", ""), row
        if isinstance(one.type, click.Choice):
            assert set(one.type.choices) <= set(re.findall(r"\w+", row)), row


def test_the_exit_codes_of_every_class_of_error_are_listed() -> None:
    def classes(one: type[HandbillError]) -> Iterator[type[HandbillError]]:
        yield one
        for other in one.__subclasses__():
            yield from classes(other)

    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", section(REFERENCE / "command-line.md", "Exit codes"), re.MULTILINE)}
    assert listed == {0, 130} | {one.exit_code for one in classes(HandbillError)}


# ---- Settings, front matter, languages ----


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(CliRunner().invoke(cli, ["schema"]).stdout)


def test_the_page_on_publications_lists_every_setting(schema: Any) -> None:
    named = names_in(section(REFERENCE / "publication.md", "publication.toml"))
    assert sorted(name.split(".")[0] for name in named) == sorted(schema["properties"])


def test_the_page_on_publications_lists_the_options_of_our_exporters_with_their_defaults(schema: Any) -> None:
    text = section(REFERENCE / "publication.md", "Editions")
    rows = {
        (exporter, option): default
        for exporter, option, default in re.findall(r"^\| `(pdf|epub|text)` \| `([\w-]+)` \| `?([^|`]+)`? \|", text, re.MULTILINE)
    }
    expected = {
        (exporter, option): json.dumps(facts["default"])
        for exporter, options in schema["$defs"].items()
        if exporter in ("pdf", "epub", "text")
        for option, facts in options["properties"].items()
        if option not in ("exporter", "enabled")
    }
    assert {key: default.strip() for key, default in rows.items()} == expected
    for value in schema["$defs"]["pdf"]["properties"]["profile"]["enum"]:
        assert f"| `{value}` |" in text


@pytest.mark.parametrize(
    ("page", "heading", "table"), [("plain-language", "Settings", "plain-language"), ("health-claims", "Words of your own", "claims")]
)
def test_a_table_of_settings_is_listed_where_its_checks_are(page: str, heading: str, table: str, schema: Any) -> None:
    assert names_in(section(REFERENCE / f"{page}.md", heading)) == list(schema["properties"][table]["properties"])


@pytest.mark.parametrize(("heading", "keys"), [("Of an article", ARTICLE_KEYS), ("Of a disclaimer", DISCLAIMER_KEYS)])
def test_the_page_on_front_matter_lists_every_key(heading: str, keys: frozenset[str]) -> None:
    assert sorted(names_in(section(REFERENCE / "front-matter.md", heading))) == sorted(keys)


def test_the_page_on_languages_lists_every_catalogue() -> None:
    table = section(REFERENCE / "languages.md", "Languages with words")
    listed = [tag for row in table.splitlines() if row.startswith("| `") for tag in re.findall(r"`([\w-]+)`", row)]
    catalogues = {file.parents[1].name.replace("_", "-") for file in (ROOT / "handbill").rglob("*.po")}
    assert sorted(listed) == sorted(catalogues | {"en"})
    assert f"{len(listed)} languages" in (ROOT / "README.md").read_text(encoding="utf-8")


# ---- Plug-ins ----


def test_the_page_on_exporters_lists_what_an_exporter_has_and_is_given() -> None:
    page = REFERENCE / "exporter.md"
    required = {name.partition("(")[0] for name in names_in(section(page, "Required members"))}
    assert required == {name for name in vars(Exporter) if not name.startswith("_")}
    optional = {name.partition("(")[0] for name in names_in(section(page, "Optional members"))}
    protocols = (HasEnvironment, HasThemeEnvironment, NeedsModules, Seals, StatesConformance)
    assert optional == {name for protocol in protocols for name in vars(protocol) if not name.startswith("_")}
    for kind in (DisclaimerParts, Document, Page, Part, Run):
        assert sorted(names_in(section(page, f"`{kind.__name__}`"))) == sorted(item.name for item in dataclasses.fields(kind))
    assert Boxed.__name__ in section(page, "`Page`")
