"""The registry: by entry point, one at a time, and only what is an exporter."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
import types
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from handbill.diagnostics.errors import ConfigurationError
from handbill.document import Theme
from handbill.registry import (
    Registration,
    load,
    machine_environment,
    modules_to_preload,
    read_conformance,
    registrations,
    states_conformance,
    theme_environment,
)


@dataclasses.dataclass(frozen=True)
class Options:
    """No options."""


def exporter(**changes: Any) -> types.SimpleNamespace:
    parts = {"name": "odd", "suffix": ".odd", "media_type": "text/plain", "options_type": Options, "export": print, "pages": print}
    return types.SimpleNamespace(**{name: value for name, value in (parts | changes).items() if value is not None})


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what registers an object as the exporter `odd`."""

    def register(found: object) -> dict[str, Registration]:
        module = types.ModuleType("odd_module")
        module.exporter = found  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "odd_module", module)
        point = EntryPoint("odd", "odd_module:exporter", "handbill.exporters")
        return {"odd": Registration("odd", point, "odd-dist", "1")}

    return register


def test_ours_are_registered_and_none_is_loaded_before_it_is_used() -> None:
    known = registrations()
    assert {"pdf", "epub", "text"} <= known.keys()
    assert known["pdf"].distribution == "handbill"
    assert load("text").suffix == ".txt"


def test_what_is_an_exporter_is_returned(registered: Any) -> None:
    found = exporter()
    assert load("odd", registered(found)) is found


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pages": None}, "it has no pages"),
        ({"suffix": None, "export": None}, "it has no suffix, export"),
        ({"name": "even"}, "it calls itself `even`"),
        ({"suffix": "odd"}, "its suffix is 'odd'"),
        ({"suffix": "./../x"}, "its suffix is './../x'"),
        ({"suffix": 3}, "its suffix is 3"),
        ({"options_type": dict}, "its options_type is no dataclass"),
    ],
)
def test_what_is_no_exporter_is_refused(registered: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match="what odd-dist registers as `odd` is no exporter: ") as caught:
        load("odd", registered(exporter(**changes)))
    assert message in caught.value.diagnostics[0].message


def test_a_name_that_nobody_has_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load("pdff")
    assert "did you mean `pdf`?" in caught.value.diagnostics[0].hint


@pytest.mark.parametrize("point", ["no_such_module:exporter", "handbill.cli:no_such_name"])
def test_an_entry_point_that_leads_nowhere_is_told_with_its_distribution(point: str) -> None:
    known = {"odd": Registration("odd", EntryPoint("odd", point, "handbill.exporters"), "odd-dist", "1")}
    with pytest.raises(ConfigurationError, match="the exporter `odd` of odd-dist cannot be loaded"):
        load("odd", known)


def test_an_exporter_without_the_optional_members_depends_on_nothing_and_claims_nothing() -> None:
    plain = exporter()
    assert machine_environment(plain) == theme_environment(plain, Theme()) == {}
    assert modules_to_preload(plain) == ()
    assert not states_conformance(plain)
    assert read_conformance(plain, b"") == ()


def test_the_optional_members_of_an_exporter_are_read() -> None:
    full = exporter(
        environment={"pango": "1.56"},
        environment_of=lambda theme: dict.fromkeys(theme.system_fonts, "digest"),
        modules=["json"],
        claims=lambda handout: [handout.decode()],
    )
    assert machine_environment(full) == {"pango": "1.56"}
    assert theme_environment(full, Theme(system_fonts=("Gentium",))) == {"Gentium": "digest"}
    assert modules_to_preload(full) == ("json",)
    assert states_conformance(full)
    assert read_conformance(full, b"PDF/UA-1") == ("PDF/UA-1",)


def test_a_member_that_an_exporter_computes_is_read_too() -> None:
    class Lazy:
        def __getattr__(self, name: str) -> Any:
            if name == "modules":
                return ("json",)
            raise AttributeError(name)

    assert modules_to_preload(Lazy()) == ("json",)  # type: ignore[arg-type] # it has what is read
    assert not states_conformance(Lazy())  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["pdf", "epub", "text"])
def test_the_modules_that_workers_are_to_import_are_there(name: str) -> None:
    # A worker leaves out a name that it cannot import, and is slower at its first job.
    for module in modules_to_preload(load(name)):
        assert importlib.util.find_spec(module), module
