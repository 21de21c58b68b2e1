"""`handbill doctor`: what the machine lacks, and the command that gets it."""

from __future__ import annotations

import ctypes
import shutil

import pytest

from commandline import Handbill
from handbill.cli import doctor


def test_this_machine_has_what_handbill_needs(handbill: Handbill) -> None:
    out = handbill("doctor").out
    for what in ("Python", "Pango", "WeasyPrint", "fonts: ", "exporter pdf", "exporter epub", "exporter text"):
        assert f"ok   {what}" in out
    assert "lack" not in out


def test_a_missing_library_is_named_with_the_command_that_gets_it(handbill: Handbill, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(name: str) -> None:
        if "pango-1.0" in name:
            raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", opened)
    out = handbill.inside("doctor", code=8).out
    assert "lack Pango: libpango-1.0.so.0 is missing\n     apt-get install libpango-1.0-0" in out


def test_what_only_developers_need_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    java = next(finding for finding in doctor.examine() if finding.name.startswith("Java"))
    assert not java.is_met
    assert not java.needed
    assert java.command == "apt-get install default-jre-headless"
