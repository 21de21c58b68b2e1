"""Every place in handbill's code where a message is made, found by reading the code: its code, how it weighs, what it ends a run with.

A message is made by Diagnostic or by Finding, or by a function that hands its own parameters on to one of these; a code that is neither
written there as a literal nor handed on is `unseen`.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.contract import ExporterError
from handbill.diagnostics import errors

ROOT = Path(__file__).parents[1]
EXIT_CODES: Mapping[str, int] = {name: getattr(errors, name).exit_code for name in errors.__all__ if name.endswith("Error")} | {
    "ExporterError": ExporterError.exit_code
}

COMPUTED: Mapping[str, Mapping[str, bool]] = {
    # What is named by a table or by a choice between literals: the codes, and whether each always has a hint.
    "exporters/pdf/log.py": {"unreadable-image": True, "image-without-alt": True, "dead-link": True},
    "handbill/checks/claims/health_claims.py": {"absolute-claim": True, "disease-claim": True, "unsourced-amount": True},
    "handbill/reader/disclaimer_rules.py": {"missing-version": True, "missing-review-date": True, "missing-contact": True},
    "handbill/system/files.py": {"not-read": True, "not-written": True, "not-removed": True, "not-locked": True},
    "handbill/reader/deadlines.py": {"expires-soon": True, "review-due": True, "review-overdue": True},
    "handbill/linkcheck/findings.py": {
        "broken-link": True,
        "moved-link": True,
        "refused-link": True,
        "unasked-link": True,
        "unreachable-link": True,
    },
}
_SHORTEST = 8
"""Letters that a text of the code has of its own, so that it can be known again."""

REPLAYED = ("handbill/builder/cache.py", "handbill/proof/manifest.py")
"""These read back messages that an earlier run kept."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place where a message is made. `hinted` tells that it always has a hint; `exits` are the exit codes of what it is raised in."""

    path: str
    line: int
    code: str
    hinted: bool
    severity: str = ""
    exits: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Relay:
    """What makes a message of its arguments: each of code, hint and severity is fixed, or a parameter (its name and its position)."""

    name: str
    path: str
    method: bool = False
    code: str | tuple[str, int] = ""
    hint: bool | tuple[str, int] = False
    severity: str | tuple[str, int] = ""
    defaults: tuple[tuple[str, ast.expr], ...] = ()
    exits: frozenset[int] = frozenset()


_DIAGNOSTIC = _Relay("Diagnostic", "", code=("code", 1), hint=("hint", 6), severity=("severity", 0))
_FINDING = _Relay("Finding", "", code=("code", 0), hint=("hint", 2))
# What links.py is given to tell of what it finds.
_CALLED_BACK = _Relay("found", "handbill/markdown/tree/links.py", code=("code", 1), hint=("hint", 4), severity=("severity", 0))


@dataclass
class _Module:
    path: str
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    calls: list[ast.Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        for node in ast.walk(self.tree):
            self.parents |= dict.fromkeys(ast.iter_child_nodes(node), node)
            if isinstance(node, ast.Call):
                self.calls.append(node)
            if isinstance(node, ast.ImportFrom) and node.module:
                self.imported |= {alias.asname or alias.name: f"{node.module.replace('.', '/')}.py" for alias in node.names}

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.parents:
            node = self.parents[node]
            yield node

    def functions(self, node: ast.AST) -> list[ast.FunctionDef]:
        return [each for each in self.above(node) if isinstance(each, ast.FunctionDef)]


@functools.cache
def sites() -> tuple[tuple[Site, ...], tuple[str, ...]]:
    """Return all places where a message is made, and those (`path:line`) whose code cannot be seen."""
    files = sorted([*(ROOT / "handbill").rglob("*.py"), *(ROOT / "exporters").rglob("*.py")])
    paths = [file.relative_to(ROOT).as_posix() for file in files]
    return found_in([(path, ast.parse((ROOT / path).read_text(encoding="utf-8"))) for path in paths if "/testing/" not in path])


def found_in(trees: Iterable[tuple[str, ast.Module]]) -> tuple[tuple[Site, ...], tuple[str, ...]]:
    """Return the same of modules, given their paths and their trees."""
    modules = [_Module(path, tree) for path, tree in trees]
    relays = {_DIAGNOSTIC, _FINDING, _CALLED_BACK}
    while True:
        found: dict[Site, None] = {}
        unseen: dict[str, None] = {}
        more: set[_Relay] = set()
        for module in modules:
            for call in module.calls:
                _look(module, call, relays, found, unseen, more)
        if more <= relays:
            return tuple(sorted(found, key=lambda site: (site.path, site.line, site.code))), tuple(unseen)
        relays |= more


def _look(
    module: _Module, call: ast.Call, relays: set[_Relay], found: dict[Site, None], unseen: dict[str, None], more: set[_Relay]
) -> None:
    relay = _relay_of(module, call, relays)
    if relay is None:
        code = next((keyword.value for keyword in call.keywords if keyword.arg == "code"), None)
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            hint = next((keyword.value for keyword in call.keywords if keyword.arg == "hint"), None)
            found[Site(module.path, call.lineno, code.value, _says(module, call, hint))] = None
        return
    functions = module.functions(call)
    code_at, hint_at, severity_at = (_argument(call, relay, part) for part in (relay.code, relay.hint, relay.severity))
    exits = relay.exits | _exits(module, call)
    if isinstance(code_at, ast.Attribute) and code_at.attr == "code":
        return  # another message's, which was made elsewhere
    named = code_at if isinstance(code_at, str) else code_at.value if isinstance(code_at, ast.Constant) else None
    severity = severity_at if isinstance(severity_at, str) else _severity(severity_at)
    handed = {part: _parameter(value, functions) for part, value in (("code", code_at), ("hint", hint_at), ("severity", severity_at))}
    always = hint_at if isinstance(hint_at, bool) else _says(module, call, _expression(hint_at))
    if named == "":
        return  # no message, but what finds the place of one
    if isinstance(named, str) and handed["hint"] is None:
        found[Site(module.path, call.lineno, named, always, severity, exits)] = None
        return
    function = next((each[0] for each in (handed["code"], handed["hint"]) if each is not None), None)
    if function is None or (named is None and handed["code"] is None):
        if module.path in COMPUTED:
            for name, hinted in COMPUTED[module.path].items():
                found[Site(module.path, call.lineno, name, hinted, severity, exits)] = None
        elif module.path not in REPLAYED:
            unseen[f"{module.path}:{call.lineno}"] = None
        return
    method = isinstance(module.parents.get(function), ast.ClassDef)
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)][method:]
    values = function.args.defaults
    kept: dict[str, tuple[str, int]] = {
        part: (name.id, names.index(name.id))
        for part, name in (("code", code_at), ("hint", hint_at), ("severity", severity_at))
        if isinstance(name, ast.Name) and name.id in names
    }
    more.add(
        _Relay(
            function.name,
            module.path,
            method,
            kept.get("code") or (named if isinstance(named, str) else ""),
            kept.get("hint") or always,
            kept.get("severity") or severity,
            tuple(zip(names[len(names) - len(values) :], values, strict=True)) if values else (),
            exits,
        )
    )


def _expression(value: object) -> ast.expr | None:
    return value if isinstance(value, ast.expr) else None


def _relay_of(module: _Module, call: ast.Call, relays: set[_Relay]) -> _Relay | None:
    function = call.func
    name = function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    if name in ("Diagnostic", "Finding"):
        if name == "Finding" and not module.imported.get(name, "").startswith("handbill/checks"):
            return None
        return _DIAGNOSTIC if name == "Diagnostic" else _FINDING
    alike = [relay for relay in relays if relay.name == name]
    here = [relay for relay in alike if relay.path == module.path]
    if not here and isinstance(function, ast.Attribute):
        here = [relay for relay in alike if relay.method]
    if not here and isinstance(function, ast.Name):
        here = [relay for relay in alike if relay.path == module.imported.get(name)]
    if not here:
        return None
    if any(keyword.arg == "code" for keyword in call.keywords):
        here = [relay for relay in here if isinstance(relay.code, tuple)] or here
    # Of a function that makes several messages of what it is given, the least is what can be relied on.
    return min(here, key=lambda relay: (isinstance(relay.hint, tuple), relay.hint is True))


def _argument(call: ast.Call, relay: _Relay, part: str | bool | tuple[str, int]) -> ast.expr | str | bool | None:
    if not isinstance(part, tuple):
        return part
    name, position = part
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    # `*place` stands for line and column, and for the path where nothing stands before it.
    values: list[ast.expr] = []
    for argument in call.args:
        width = 1
        if isinstance(argument, ast.Starred):
            width = 3 if relay is _DIAGNOSTIC and len(values) == 3 else 2
        values += [argument] * width
    if position < len(values):
        return values[position]
    return dict(relay.defaults).get(name)


def _parameter(value: object, functions: list[ast.FunctionDef]) -> tuple[ast.FunctionDef, str] | None:
    if not isinstance(value, ast.Name):
        return None
    for function in functions:
        if value.id in [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]:
            return function, value.id
    return None


def _severity(value: object) -> str:
    return value.attr.lower() if isinstance(value, ast.Attribute) and getattr(value.value, "id", "") == "Severity" else ""


def _exits(module: _Module, call: ast.Call) -> frozenset[int]:
    found: set[int] = set()
    for node in module.above(call):
        if isinstance(node, ast.stmt):
            break
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            found |= {EXIT_CODES[name]} if name in EXIT_CODES else set()
            for argument in node.args:
                if isinstance(argument, ast.Attribute) and argument.attr == "exit_code" and isinstance(argument.value, ast.Name):
                    found.add(EXIT_CODES[argument.value.id])
    return frozenset(found)


def _says(module: _Module, call: ast.Call, value: ast.expr | None) -> bool:
    """Tell whether an expression is never the empty text, as far as can be seen in the function that it stands in."""
    if value is None:
        return False
    if isinstance(value, ast.Constant):
        return bool(value.value)
    if isinstance(value, ast.IfExp):
        return _says(module, call, value.body) and _says(module, call, value.orelse)
    if isinstance(value, ast.Name):
        for function in module.functions(call):
            given = [each for node in ast.walk(function) for each in _assigned(node, value.id)]
            if given:
                return all(_says(module, call, each) for each in given)
    return True


def _assigned(node: ast.AST, name: str) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Assign):
        return
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id == name and not (isinstance(node.value, ast.Name) and node.value.id == name):
            yield node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) and len(target.elts) == len(node.value.elts):
            for one, value in zip(target.elts, node.value.elts, strict=True):
                if isinstance(one, ast.Name) and one.id == name:
                    yield value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.IfExp):
            for arm in (node.value.body, node.value.orelse):
                yield from _assigned(ast.Assign(targets=[target], value=arm), name)


@functools.cache
def sentences() -> tuple[re.Pattern[str], ...]:
    """Return every text in the code as a pattern, its values matching anything."""
    found: dict[str, None] = {}
    for file in sorted([*(ROOT / "handbill").rglob("*.py"), *(ROOT / "exporters").rglob("*.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            written = [str(part.value) if isinstance(part, ast.Constant) else "" for part in parts]
            if isinstance(node, ast.JoinedStr | ast.Constant) and len("".join(written)) >= _SHORTEST:
                found["".join(_pattern(text) or ".+" for text in written)] = None
    return tuple(re.compile(pattern) for pattern in found)


def _pattern(text: str) -> str:
    """Return a text as a pattern, what str.format fills in matching anything."""
    return ".+".join(map(re.escape, re.split(r"\{[a-z]+\}", text)))
