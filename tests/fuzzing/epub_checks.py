"""EPUBCheck on the EPUBs of a long run, in a process of its own."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from conformance.epubchecker import check
from folders import files_below
from fuzzing.invariants import Defect
from fuzzing.worker import Ledger, is_saved, save_defect

__all__ = ["check_epubs"]


def check_epubs(folder: Path, until: float) -> None:
    """Check the EPUBs below `folder` until a moment of time.monotonic(), and those that are left then."""
    ledger = Ledger(folder, "epubcheck")
    while True:
        is_over = time.monotonic() > until
        waiting = sorted((folder / "epubs").glob("*/handout.epub"))
        for epub in waiting:
            _check_epub(folder, ledger, epub)
        if is_over and not waiting:
            return
        time.sleep(1)


def _check_epub(folder: Path, ledger: Ledger, epub: Path) -> None:
    verdict = next(check([epub]))
    ledger.count("checked")
    if not verdict.clean:
        first = verdict.messages[0]
        defect = Defect(f"epubcheck: {first.partition(': ERROR ')[2][:80]}", "\n".join(verdict.messages))
        if not is_saved(folder, defect.signature):
            save_defect(folder, defect, files_below(epub.parent / "source"))
            ledger.count("defects")
    shutil.rmtree(epub.parent)
