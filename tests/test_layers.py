"""Who may import whom: one table of packages, checked over every import; and the bounds of modules, functions and calls."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {"weasyprint", "ebooklib", "pypdfium2", "PIL", "fontTools", "pydantic", "rich", "tinycss2", "cssselect2", "pydyf"}

MAY_IMPORT: Mapping[str, str] = {
    # From the lowest floor up. A name stands for a package with all modules below it, or for one module. The root's own modules
    # (document, contract, punctuation, contrast, registry) are what plug-ins may import, or find plug-ins by. `__init__` is handbill's own
    # __init__.py, `exporters` that of exporters/.
    "__init__": "",
    "document": "",
    "punctuation": "",
    "contrast": "",
    "diagnostics": "",
    "contract": "document punctuation diagnostics",
    "language": "document",
    "system": "language.folding diagnostics",
    "exporters": "",
    "exporters.epub": "document contract contrast",
    "exporters.pdf": "document contract contrast",
    "exporters.text": "document contract",
    "registry": "contract document diagnostics",
    "manuscript": "system language diagnostics",
    "markdown": "system.bounds language",
    "markdown.tree": "markdown system.bounds language document",
    "publication.assets": "system document contrast diagnostics",
    "publication": "publication.assets system language contract document diagnostics",
    "proof": "registry contract system language document diagnostics",
    "checks": "markdown.tree manuscript publication.check_settings language document diagnostics",
    "checks.claims": "checks markdown.tree publication.check_settings language",
    "reader": "checks markdown manuscript publication proof.disclaimer contract system language document diagnostics",
    "rendering": "proof registry contract system document diagnostics",
    "publishing": "rendering.verification proof publication.article_urls system document diagnostics",
    "testing": "registry proof contract system document diagnostics",
    "builder": "reader rendering proof checks manuscript publication registry contract system document diagnostics",
    "linkcheck": "reader checks manuscript markdown.tree document diagnostics",
    "preview": "builder rendering.pool proof.manifest proof.manifest_file publication.discovery system diagnostics",
    "cli": "builder preview linkcheck publishing rendering reader proof publication registry system diagnostics",
    "__main__": "cli",
}
ROOT_MODULES = ("__init__", "document", "punctuation", "contrast", "contract", "registry", "__main__")
LONGEST_MODULE = 400
MOST_PARAMETERS = 6
MOST_POSITIONAL_ARGUMENTS = 6
LONGEST_WITHOUT_DOCSTRING = 13
"""Lines of a function that is read at a glance."""

PART_MAY_IMPORT: Mapping[str, Mapping[str, str]] = {
    # In each exporter, from the lowest floor up: a module that lies at its top or a package with all modules below it, and which other
    # parts of the same exporter it may import. `readback` and what it may import know nothing of how a handout is written.
    "pdf": {
        "options": "",
        "conformance": "",
        "added_characters": "",
        "readback": "conformance added_characters",
        "patching": "",
        "engine": "patching",
        "fonts": "added_characters patching",
        "style": "options",
        "pages": "options style fonts added_characters",
        "tags": "added_characters",
        "standards": "options conformance fonts tags pages",
        "log": "style",
        "render": "options engine fonts style pages standards log",
        "__init__": "options readback fonts render",
    },
    "epub": {
        "options": "",
        "namespaces": "",
        "css": "",
        "readback": "css",
        "package": "namespaces",
        "pages": "namespaces package",
        "styles": "css package pages",
        "writing": "options package pages styles",
        "__init__": "options readback writing",
    },
    "text": {
        "options": "",
        "cells": "",
        "readback": "cells",
        "layout": "cells",
        "writing": "options layout readback",
        "__init__": "options readback writing",
    },
}


@dataclass(frozen=True)
class Module:
    """A module of handbill or of an exporter: its dotted name without `handbill.` ("" for handbill), its row of MAY_IMPORT, its file."""

    name: str
    package: str
    path: str
    tree: ast.Module
    lines: int


@dataclass(frozen=True)
class Import:
    """An import in a module: the line, and what is imported, dotted and without `handbill.`."""

    module: Module
    line: int
    target: str


def package_of(name: str, is_package: bool) -> str:
    """Return the row of MAY_IMPORT that a module belongs to."""
    parts = name.split(".")
    if parts[0] == "exporters":
        return ".".join(parts[:2])
    if not name:
        return "__init__"
    return name if is_package or name in ROOT_MODULES else ".".join(parts[:-1])


@cache
def modules() -> Mapping[str, Module]:
    found = {}
    for top, prefix in (("handbill", ()), ("exporters", ("exporters",))):
        for file in sorted((ROOT / top).rglob("*.py")):
            parts = (*prefix, *file.relative_to(ROOT / top).with_suffix("").parts)
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            text = file.read_text(encoding="utf-8")
            path = file.relative_to(ROOT).as_posix()
            found[name] = Module(name, package_of(name, is_package), path, ast.parse(text), len(text.splitlines()))
    return found


def absolute(module: Module, node: ast.ImportFrom) -> str:
    """Return the full name of the module that a `from` statement names, relative or not."""
    if not node.level:
        return node.module or ""
    parts = ["handbill", *(module.name.split(".") if module.name else [])]
    if not module.path.endswith("__init__.py"):
        parts = parts[:-1]
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def imports_of(module: Module, known: Mapping[str, Module]) -> Iterator[Import]:
    """Yield each import of handbill's own modules, also in functions and under TYPE_CHECKING, and by the folder's name `exporters`."""
    for node in ast.walk(module.tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node)
            names = [f"{base}.{alias.name}" if f"{base}.{alias.name}".removeprefix("handbill.") in known else base for alias in node.names]
        for name in names:
            if name.startswith(("handbill.", "exporters.")):
                yield Import(module, node.lineno, name.removeprefix("handbill."))


def is_below(name: str, allowed: str) -> bool:
    return name == allowed or name.startswith(f"{allowed}.")


def broken_rules(found: Iterable[Import], known: Mapping[str, Module]) -> list[str]:
    """Return a sentence for each import that MAY_IMPORT does not allow."""
    wrong = []
    for one in found:
        package = one.module.package
        target = known[one.target].package if one.target in known else ""
        if target == package or any(is_below(one.target, allowed) for allowed in MAY_IMPORT[package].split()):
            continue
        path = known[one.target].path if one.target in known else one.target
        wrong.append(f"{one.module.path}:{one.line} imports {path}: {package} may import {MAY_IMPORT[package] or 'nothing'}")
    return wrong


def circles(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of names that reach each other (Tarjan's strongly connected components), those of one name left out."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(arrows.get(name, ())):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in sorted(arrows):
        if name not in index:
            visit(name)
    return found


def all_imports() -> list[Import]:
    return [one for module in modules().values() for one in imports_of(module, modules())]


def test_each_package_has_its_row() -> None:
    assert {module.package for module in modules().values()} == set(MAY_IMPORT)


def test_every_permission_is_used() -> None:
    used = {
        (one.module.package, allowed)
        for one in all_imports()
        for allowed in MAY_IMPORT[one.module.package].split()
        if is_below(one.target, allowed)
    }
    assert {(package, allowed) for package, row in MAY_IMPORT.items() for allowed in row.split()} - used == set()
    parts = {(name, source, target) for name in PART_MAY_IMPORT for _, source, target in arrows_between_parts(name, all_imports())}
    permitted = {(name, part, to) for name, table in PART_MAY_IMPORT.items() for part, row in table.items() for to in row.split()}
    assert permitted - parts == set()


def test_packages_import_what_the_table_allows() -> None:
    assert broken_rules(all_imports(), modules()) == []


def test_a_wrong_import_is_named_with_both_files_and_the_rule() -> None:
    known = modules()
    text = "def f():\n    from handbill.builder import plan\n"
    made = Module("reader.made", "reader", "handbill/reader/made.py", ast.parse(text), 2)
    (wrong,) = broken_rules(imports_of(made, known), known)
    assert wrong == f"handbill/reader/made.py:2 imports handbill/builder/plan.py: reader may import {MAY_IMPORT['reader']}"


@pytest.mark.parametrize(
    ("name", "path", "text", "imported"),
    [
        ("", "handbill/__init__.py", "from handbill.cli import app", "handbill/cli/app.py"),
        ("exporters", "exporters/__init__.py", "from handbill import reader", "handbill/reader/__init__.py"),
        ("reader.read", "handbill/reader/read.py", "from exporters.text import cells", "exporters/text/cells.py"),
        ("reader.read", "handbill/reader/read.py", "import exporters.text.cells", "exporters/text/cells.py"),
    ],
)
def test_a_wrong_import_is_seen_in_every_module_and_by_every_name(name: str, path: str, text: str, imported: str) -> None:
    package = package_of(name, path.endswith("__init__.py"))
    (wrong,) = broken_rules(imports_of(Module(name, package, path, ast.parse(text), 1), modules()), modules())
    assert wrong.startswith(f"{path}:1 imports {imported}: {package} may import ")


def test_an_exporter_that_imports_another_is_named() -> None:
    known = modules()
    made = Module("exporters.text.made", "exporters.text", "exporters/text/made.py", ast.parse("from ..pdf import options\n"), 1)
    assert broken_rules(imports_of(made, known), known) == [
        "exporters/text/made.py:1 imports exporters/pdf/options.py: exporters.text may import document contract"
    ]


def part_of(name: str) -> str:
    """Return the part of its exporter that a module belongs to, as in PART_MAY_IMPORT."""
    parts = name.split(".")
    return parts[2] if len(parts) > 2 else "__init__"


def arrows_between_parts(exporter: str, found: Iterable[Import]) -> Iterator[tuple[Import, str, str]]:
    """Yield each import from one part of an exporter into another, with the names of both parts."""
    for one in found:
        inside = is_below(one.module.name, f"exporters.{exporter}") and is_below(one.target, f"exporters.{exporter}")
        if inside and part_of(one.module.name) != part_of(one.target):
            yield one, part_of(one.module.name), part_of(one.target)


def broken_part_rules(exporter: str, found: Iterable[Import]) -> list[str]:
    """Return a sentence for each import that PART_MAY_IMPORT does not allow."""
    allowed = PART_MAY_IMPORT[exporter]
    return [
        f"{one.module.path}:{one.line} imports {modules()[one.target].path}: {source} may import {allowed[source] or 'nothing'}"
        for one, source, target in arrows_between_parts(exporter, found)
        if target not in allowed[source].split()
    ]


@pytest.mark.parametrize("exporter", PART_MAY_IMPORT)
def test_the_parts_of_an_exporter_import_what_the_table_allows(exporter: str) -> None:
    parts = {part_of(module.name) for module in modules().values() if module.package == f"exporters.{exporter}"}
    assert parts == set(PART_MAY_IMPORT[exporter])
    assert broken_part_rules(exporter, all_imports()) == []


@pytest.mark.parametrize("exporter", PART_MAY_IMPORT)
def test_the_table_of_an_exporters_parts_has_no_circle_and_keeps_readback_apart(exporter: str) -> None:
    allowed = {part: set(targets.split()) for part, targets in PART_MAY_IMPORT[exporter].items()}
    assert circles(allowed) == []
    assert allowed["options"] == set()
    # Beside its own modules it uses facts of the format alone: parts that import nothing of the exporter.
    assert {fact: allowed[fact] for fact in allowed["readback"]} == {fact: set() for fact in allowed["readback"]}


def test_a_readback_that_imports_of_the_way_out_is_named() -> None:
    known = modules()
    tree = ast.parse("def f():\n    from ..pages import markup\n")
    made = Module("exporters.pdf.readback.made", "exporters.pdf", "exporters/pdf/readback/made.py", tree, 2)
    assert broken_part_rules("pdf", imports_of(made, known)) == [
        "exporters/pdf/readback/made.py:2 imports exporters/pdf/pages/markup.py: readback may import conformance added_characters"
    ]


def test_no_modules_and_no_packages_import_each_other_in_a_circle() -> None:
    between: dict[str, set[str]] = {}
    above: dict[str, set[str]] = {}
    for one in all_imports():
        if one.target not in modules():
            continue
        between.setdefault(one.module.name, set()).add(one.target)
        between.setdefault(one.target, set())
        if modules()[one.target].package != one.module.package:
            above.setdefault(one.module.package, set()).add(modules()[one.target].package)
    assert circles(between) == []
    assert circles(above) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_a_module_can_be_read_in_one_sitting() -> None:
    assert {module.path: module.lines for module in modules().values() if module.lines > LONGEST_MODULE} == {}


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many parameters a function has, `self` and `cls` not counted."""
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"])) + (node.args.vararg is not None) + (node.args.kwarg is not None)


def is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a function is a command of the command line; it takes what is typed: one parameter for each option."""
    return any(ast.unparse(decorator).startswith("click.command(") for decorator in node.decorator_list)


def long_signatures(tree: ast.Module) -> dict[str, int]:
    """Return the functions of a module that have too many parameters, with their number."""
    return {
        node.name: parameters(node)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and parameters(node) > MOST_PARAMETERS and not is_command(node)
    }


def test_no_function_has_more_parameters_than_a_reader_can_hold() -> None:
    assert {module.path: long for module in modules().values() if (long := long_signatures(module.tree))} == {}
    seven = "(a, b, c, *, d, e, f, g): ..."
    tree = ast.parse(f"def one{seven}\nasync def two{seven}\n@click.command()\ndef three{seven}\n")
    assert long_signatures(tree) == {"one": 7, "two": 7}


def test_a_function_that_is_not_read_at_a_glance_says_what_it_returns() -> None:
    assert [
        f"{module.path}:{node.lineno} {node.name}"
        for module in modules().values()
        if not is_below(module.name, "exporters")
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(node) is None
        if (node.end_lineno or 0) - node.lineno >= LONGEST_WITHOUT_DOCSTRING
    ] == []


def test_a_call_of_ours_names_its_arguments_where_they_are_many() -> None:
    core = [module for module in modules().values() if not is_below(module.name, "exporters")]
    nodes = [node for module in core for node in ast.walk(module.tree)]
    ours = {node.name for node in nodes if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    ours -= {node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.args.vararg is not None}
    assert [
        f"{module.path}:{node.lineno} {ast.unparse(node.func)}"
        for module in core
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and len(node.args) > MOST_POSITIONAL_ARGUMENTS
        if ast.unparse(node.func).rpartition(".")[2] in ours
    ] == []


def test_the_core_is_imported_by_its_full_name_and_an_exporter_by_relative_ones() -> None:
    for module in modules().values():
        relative = {node.level > 0 for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)}
        own = {one.target for one in imports_of(module, modules()) if one.target.startswith("exporters.")}
        if module.package.startswith("exporters."):
            named = {node.module for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom) and not node.level}
            assert not {name for name in named if name and name.startswith(("handbill.exporters", "exporters"))}, module.path
        else:
            assert relative <= {False}, module.path
            assert not own, module.path


def test_every_package_and_every_file_beside_its_modules_is_installed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packages = {file.parent.relative_to(ROOT).as_posix().replace("/", ".") for file in (ROOT / "handbill").rglob("*.py")}
    packages |= {f"handbill.{file.parent.relative_to(ROOT).as_posix().replace('/', '.')}" for file in (ROOT / "exporters").rglob("*.py")}
    assert sorted(settings["packages"]) == sorted(packages)
    for package, folder in (("handbill", ROOT / "handbill"), ("handbill.exporters", ROOT / "exporters")):
        others = {file for file in folder.rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")}
        assert others == {file for pattern in settings["package-data"][package] for file in folder.glob(pattern)}


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    assert [
        f"{module.path}:{node.lineno} imports {name}"
        for module in modules().values()
        if module.package != "testing" and not module.package.startswith("exporters.")
        for node in module.tree.body
        for name in _imported_names(node)
        if name.split(".")[0] in HEAVY
    ] == []


def _imported_names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_loading_our_exporters_imports_nothing_heavy() -> None:
    script = "import sys\nfrom handbill.registry import load\nfor name in ('pdf', 'epub', 'text'): load(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & HEAVY


ENDS_AND_STREAMS = {"print", "click.echo", "sys.exit", "exit", "SystemExit", "os._exit", "os.abort", "sys.stdout", "sys.stderr"}


def ends_and_streams(tree: ast.Module) -> set[str]:
    """Return what a module names to print or to end the process."""
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Attribute))} & ENDS_AND_STREAMS


def test_only_the_command_line_prints_or_exits() -> None:
    found = {module.path: names for module in modules().values() if module.package != "cli" and (names := ends_and_streams(module.tree))}
    # A worker process has no command line above it, and the kit's own process answers on stdout.
    assert found == {"handbill/rendering/worker.py": {"os._exit"}, "handbill/testing/isolated.py": {"sys.stdout"}}
    assert ends_and_streams(ast.parse("def f():\n    sys.stdout.write('')\n    raise SystemExit(1)\n")) == {"sys.stdout", "SystemExit"}


def test_only_the_build_folder_the_scaffold_and_the_cache_are_written() -> None:
    writing = {
        module.path
        for module in modules().values()
        if module.package != "testing"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("write_text", "write_bytes", "unlink", "rmtree")
    }
    written = ("handbill/system/files.py", "handbill/cli/scaffold.py", "handbill/builder/seals.py", "exporters/pdf/fonts/disk_cache.py")
    assert writing == set(written)


def test_a_module_says_in_a_line_what_its_job_is() -> None:
    first_lines = {module.path: (ast.get_docstring(module.tree) or "").split("\n")[0] for module in modules().values() if module.lines}
    assert {path: line for path, line in first_lines.items() if not line.endswith((".", "…")) or len(line) > 140} == {}
