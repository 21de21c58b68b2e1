"""One process of a long run: it tries random inputs one after the other, and saves each kind of defect once, with its smallest input."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from fuzzing.cases import cases
from fuzzing.command_line import check_command_line
from fuzzing.invariants import Case, Defect, Verdict, check_case

__all__ = ["Ledger", "is_saved", "save_defect", "work"]

MEMORY = 8_000_000_000
# The ways to try an input, by frequency: in this process in two formats, in three, or on the command line.
_WAYS = st.sampled_from([*["text epub"] * 23, *["text epub pdf"] * 8, "command"])
_ONE_IN = 6
"""EPUBCheck gets one EPUB of so many: it is slower than the exporter."""


@dataclass(slots=True)
class Ledger:
    """The counts of one process and its current input, in files that remain when the process is killed."""

    folder: Path
    name: str
    counts: Counter[str] = field(default_factory=Counter)

    def trying(self, files: dict[str, bytes]) -> None:
        """Save an input before it is tried, so that one that kills or hangs the process is known."""
        text = json.dumps({name: content.decode("latin-1") for name, content in files.items()})
        (self.folder / f"{self.name}.trying").write_text(text)

    def count(self, *what: str) -> None:
        """Add to the counts, and save them."""
        self.counts.update(what)
        part = self.folder / f"{self.name}.part"
        part.write_text(json.dumps(self.counts))
        part.replace(self.folder / f"{self.name}.counts")


def _defect_folder(folder: Path, signature: str) -> Path:
    name = re.sub(r"[^a-z0-9]+", "-", signature.lower()).strip("-")[:60]
    return folder / "defects" / f"{name}-{hashlib.sha256(signature.encode()).hexdigest()[:6]}"


def is_saved(folder: Path, signature: str) -> bool:
    """Return whether a defect with this signature is saved."""
    return _defect_folder(folder, signature).exists()


def save_defect(folder: Path, defect: Defect, files: dict[str, bytes]) -> None:
    """Save the input of a defect as a folder that can be moved to tests/fuzzing/found/, and its details in a file beside it."""
    place = _defect_folder(folder, defect.signature)
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    place.with_suffix(".txt").write_text(str(defect), "utf-8", "backslashreplace")


def work(folder: Path, number: int, until: float, first_seed: int) -> None:
    """Try inputs until a moment of time.monotonic(); counts and defects are saved below `folder`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    ledger = Ledger(folder, f"worker-{number}")
    places = {"dir": "/dev/shm"} if os.access("/dev/shm", os.W_OK) else {}
    root = Path(tempfile.mkdtemp(prefix="handbill-fuzzing-", **places))
    try:
        turn = first_seed
        while time.monotonic() < until:
            _try_many(root, ledger, until, turn)
            turn += 1
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _try_many(root: Path, ledger: Ledger, until: float, number: int) -> None:
    last: list[Any] = []

    @seed(number)
    @settings(
        max_examples=500,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(), _WAYS)
    def try_case(case: Case, way: str) -> None:
        if time.monotonic() > until:
            return
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        files = dict(case.files)
        ledger.trying(files)
        try:
            verdict = check_command_line(root, case) if way == "command" else check_case(root, case, tuple(way.split()))
        except Defect as defect:
            if is_saved(ledger.folder, defect.signature):
                ledger.count("tried", "seen before")
                return
            ledger.count("tried")
            last[:] = [defect, files]
            raise
        ledger.count("tried", f"way {way}", "built" if verdict.handouts else "refused", *(f"code {code}" for code in verdict.refused))
        _pass_on_epubs(ledger, case, verdict)

    try:
        try_case()
    except (Defect, Flaky):
        # Flaky: the time ended while hypothesis made the input smaller.
        save_defect(ledger.folder, *last)
        ledger.count("defects")


def _pass_on_epubs(ledger: Ledger, case: Case, verdict: Verdict) -> None:
    """Copy some of the EPUBs, each with its source, to the folder that EPUBCheck's process reads."""
    for name, content in verdict.handouts.items():
        ledger.count("handouts")
        if not name.endswith(".epub"):
            continue
        ledger.count("epubs")
        if ledger.counts["epubs"] % _ONE_IN == 0:
            place = ledger.folder / "epubs" / f"{ledger.name}-{ledger.counts['epubs']}"
            place.mkdir(parents=True)
            for file, source in case.files.items():
                (place / "source" / file).parent.mkdir(parents=True, exist_ok=True)
                (place / "source" / file).write_bytes(source)
            (place / "part").write_bytes(content)
            (place / "part").replace(place / "handout.epub")
