"""The registry: by entry point, one at a time, and only what is an exporter."""

from __future__ import annotations

import dataclasses
import sys
import types
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from handbill.diagnostics.errors import ConfigurationError
from handbill.registry import Registration, load, registrations


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
