"""Who may import whom: the core never an exporter, an exporter never the core's insides, and nobody anything heavy at the top."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "handbill").rglob("*.py"))
EXPORTERS = sorted((ROOT / "exporters").rglob("*.py"))
SEAM = {"handbill.document", "handbill.contract", "handbill.diagnostics.errors", "handbill.punctuation", "handbill.diagnostics.diagnostic"}
HEAVY = {"weasyprint", "ebooklib", "pypdfium2", "PIL", "fontTools", "pydantic", "rich", "tinycss2", "cssselect2", "pydyf"}


def imported(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[str]:
    """Yield the full names of modules that are imported absolutely; relative ones begin with a dot."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((f"{module}.{alias.name}" for alias in node.names) if module == "handbill" else [module])


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_every_package_and_every_file_beside_its_modules_is_installed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packages = {file.parent.relative_to(ROOT).as_posix().replace("/", ".") for file in CORE}
    packages |= {f"handbill.{file.parent.relative_to(ROOT).as_posix().replace('/', '.')}" for file in EXPORTERS}
    assert sorted(settings["packages"]) == sorted(packages)
    for package, folder in (("handbill", ROOT / "handbill"), ("handbill.exporters", ROOT / "exporters")):
        others = {file for file in folder.rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")}
        assert others == {file for pattern in settings["package-data"][package] for file in folder.glob(pattern)}


@pytest.mark.parametrize("file", CORE, ids=name_of)
def test_the_core_never_imports_an_exporter(file: Path) -> None:
    names = set(imported(ast.walk(ast.parse(file.read_text()))))
    assert not {name for name in names if name.startswith("handbill.exporters")}
    assert not {name for name in names if name.startswith(".")}, "the core is imported by its full name"


@pytest.mark.parametrize("file", EXPORTERS, ids=name_of)
def test_an_exporter_imports_the_contract_and_the_document_alone(file: Path) -> None:
    names = set(imported(ast.walk(ast.parse(file.read_text()))))
    assert {name for name in names if name.split(".")[0] == "handbill"} <= SEAM
    assert not {name for name in names if name.split(".")[0] == "exporters"}
    package = file.relative_to(ROOT / "exporters").parts[0]
    assert not {name for name in names if name.startswith("..") and len(file.relative_to(ROOT / "exporters" / package).parts) == 1}


@pytest.mark.parametrize("file", [file for file in CORE if "testing" not in file.parts], ids=name_of)
def test_the_core_imports_heavy_libraries_where_it_uses_them(file: Path) -> None:
    tops = {name.split(".")[0] for name in imported(ast.parse(file.read_text()).body)}
    assert not tops & HEAVY


def test_loading_our_exporters_imports_nothing_heavy() -> None:
    script = "import sys\nfrom handbill.registry import load\nfor name in ('pdf', 'epub', 'text'): load(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & HEAVY


def test_only_the_command_line_prints_or_exits() -> None:
    printing = {
        name_of(file)
        for file in [*CORE, *EXPORTERS]
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "click.echo", "sys.exit", "exit")
    }
    assert {name.rpartition("/")[0] for name in printing} <= {"handbill/cli"}


def test_only_the_build_folder_the_starter_and_the_cache_are_written() -> None:
    writing = {
        name_of(file)
        for file in [*CORE, *EXPORTERS]
        if "testing" not in file.parts
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("write_text", "write_bytes", "unlink", "rmtree")
    }
    assert writing <= {"handbill/system/files.py", "handbill/cli/scaffold.py", "exporters/pdf/fonts/cache.py"}


@pytest.mark.parametrize("file", [*CORE, *EXPORTERS], ids=name_of)
def test_a_module_says_in_a_line_what_its_job_is(file: Path) -> None:
    text = file.read_text()
    if text.strip():
        docstring = ast.get_docstring(ast.parse(text))
        assert docstring
        assert docstring.split("\n")[0].endswith((".", "…"))
        assert len(docstring.split("\n")[0]) <= 140
