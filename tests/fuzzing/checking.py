"""EPUBCheck over the EPUBs of a long run, in a process of its own, while the others go on."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from conformance.epubchecker import check
from fuzzing.holding import Defect
from fuzzing.working import Ledger, keep, kept

__all__ = ["examine"]


def examine(folder: Path, until: float) -> None:
    """Check EPUBs until a moment of time.monotonic(), and what is left over after it."""
    ledger = Ledger(folder, "epubcheck")
    while True:
        over = time.monotonic() > until
        waiting = sorted((folder / "epubs").glob("*/handout.epub"))
        for epub in waiting:
            _examine(folder, ledger, epub)
        if over and not waiting:
            return
        time.sleep(1)


def _examine(folder: Path, ledger: Ledger, epub: Path) -> None:
    verdict = next(check([epub]))
    ledger.count("checked")
    if not verdict.clean:
        first = verdict.messages[0]
        defect = Defect(f"epubcheck: {first.partition(': ERROR ')[2][:80]}", "\n".join(verdict.messages))
        if not kept(folder, defect.signature):
            source = epub.parent / "source"
            keep(folder, defect, {file.relative_to(source).as_posix(): file.read_bytes() for file in source.rglob("*") if file.is_file()})
            ledger.count("defects")
    shutil.rmtree(epub.parent)
