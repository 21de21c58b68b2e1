"""Run DAISY Ace over many EPUBs: one browser for all, and half of them in a second process where there is a second processor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from conformance.verdict import Failure, Verdict

__all__ = ["check"]

FOLDER = Path(__file__).resolve().parent / "ace"
_MILLISECONDS = "30000"


def check(epubs: Sequence[Path], processes: int = 2) -> list[Verdict]:
    """Return Ace's verdict for each EPUB, in order. Raises RuntimeError where Ace breaks down."""
    with tempfile.TemporaryDirectory() as folder:
        shares = [epubs[first::processes] for first in range(processes) if epubs[first::processes]]
        running = [(share, Path(folder, f"{number}.json"), Path(folder, f"{number}.log")) for number, share in enumerate(shares)]
        begun = [_begin(share, report, log) for share, report, log in running]
        verdicts: dict[Path, Verdict] = {}
        for process, (share, report, log) in zip(begun, running, strict=True):
            if process.wait() or not report.is_file():
                raise RuntimeError(f"Ace broke down:\n{log.read_text('utf-8', 'replace')}")
            verdicts |= _verdicts(share, json.loads(report.read_text("utf-8")))
        return [verdicts[epub] for epub in epubs]


def _begin(epubs: Sequence[Path], report: Path, log: Path) -> subprocess.Popen[bytes]:
    node, browser = shutil.which("node"), shutil.which("chromium") or shutil.which("chromium-browser")
    if node is None or browser is None:
        raise RuntimeError("Ace needs node and chromium: .ci/install conformance gets them")
    home = report.with_suffix(".home")
    home.mkdir()
    environment = os.environ | {
        "PUPPETEER_EXECUTABLE_PATH": browser,
        "ACE_TIMEOUT_INITIAL": _MILLISECONDS,
        # Ace writes its log and its settings there.
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
    }
    command = [node, str(FOLDER / "run.cjs"), str(report), *map(str, epubs)]
    return subprocess.Popen(command, stdout=log.open("wb"), stderr=subprocess.STDOUT, env=environment)


def _verdicts(epubs: Sequence[Path], report: dict[str, object]) -> dict[Path, Verdict]:
    found = report["found"]
    assert isinstance(found, dict)
    return {
        epub: Verdict(
            epub,
            f"Ace {report['release']}",
            f"{found[str(epub)]['documents']} documents",
            tuple(
                Failure(one["rule"], f"{one['document']}: {one['impact']}: {' '.join(one['message'].split())} {one['html'][:160]}".strip())
                for one in found[str(epub)]["violations"]
            ),
        )
        for epub in epubs
    }
