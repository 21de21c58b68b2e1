"""What one process of a long run does: inputs tried, one after the other; each kind of defect kept once, as small as it was found."""

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
from fuzzing.commanding import command
from fuzzing.holding import Case, Defect, Verdict, hold

__all__ = ["Ledger", "keep", "kept", "work"]

MEMORY = 8_000_000_000
# How inputs are tried: in this process in two formats, with PDF too, or on the command line. Most are cheap.
_WAYS = st.sampled_from([*["text epub"] * 23, *["text epub pdf"] * 8, "command"])
_ONE_IN = 6
"""Of so many EPUBs EPUBCheck is given one: it is slower than what makes them."""


@dataclass(slots=True)
class Ledger:
    """The counts of one process, and what it is trying, in files that outlive it."""

    folder: Path
    name: str
    counts: Counter[str] = field(default_factory=Counter)

    def trying(self, files: dict[str, bytes]) -> None:
        """Write down an input before it is tried: should the process never come back, this is why."""
        text = json.dumps({name: content.decode("latin-1") for name, content in files.items()})
        (self.folder / f"{self.name}.trying").write_text(text)

    def count(self, *what: str) -> None:
        """Count, and write the counts down."""
        self.counts.update(what)
        part = self.folder / f"{self.name}.part"
        part.write_text(json.dumps(self.counts))
        part.replace(self.folder / f"{self.name}.counts")


def _folder_of(folder: Path, signature: str) -> Path:
    name = re.sub(r"[^a-z0-9]+", "-", signature.lower()).strip("-")[:60]
    return folder / "defects" / f"{name}-{hashlib.sha256(signature.encode()).hexdigest()[:6]}"


def kept(folder: Path, signature: str) -> bool:
    """Tell whether a defect with this signature was kept already."""
    return _folder_of(folder, signature).exists()


def keep(folder: Path, defect: Defect, files: dict[str, bytes]) -> None:
    """Keep the input that shows a defect, in a form that can be moved to tests/fuzzing/found/, and what was told beside it."""
    place = _folder_of(folder, defect.signature)
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    place.with_suffix(".txt").write_text(str(defect), "utf-8", "backslashreplace")


def work(folder: Path, number: int, until: float, first_seed: int) -> None:
    """Try inputs until a moment of time.monotonic(), and write down what came of it below `folder`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    ledger = Ledger(folder, f"worker-{number}")
    places = {"dir": "/dev/shm"} if os.access("/dev/shm", os.W_OK) else {}
    root = Path(tempfile.mkdtemp(prefix="handbill-fuzzing-", **places))
    try:
        turn = first_seed
        while time.monotonic() < until:
            _turn(root, ledger, until, turn)
            turn += 1
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _turn(root: Path, ledger: Ledger, until: float, number: int) -> None:
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
    def tried(case: Case, way: str) -> None:
        if time.monotonic() > until:
            return
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        files = dict(case.files)
        ledger.trying(files)
        try:
            verdict = command(root, case) if way == "command" else hold(root, case, tuple(way.split()))
        except Defect as defect:
            if kept(ledger.folder, defect.signature):
                ledger.count("tried", "seen before")
                return
            ledger.count("tried")
            last[:] = [defect, files]
            raise
        ledger.count("tried", f"way {way}", "built" if verdict.handouts else "refused", *(f"code {code}" for code in verdict.refused))
        _share(ledger, case, verdict)

    try:
        tried()
    except (Defect, Flaky):
        # Flaky: the time was over in the midst of making the input smaller.
        keep(ledger.folder, *last)
        ledger.count("defects")


def _share(ledger: Ledger, case: Case, verdict: Verdict) -> None:
    """Put some of the EPUBs where EPUBCheck finds them, each with its article."""
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
