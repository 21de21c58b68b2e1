"""Invariants of the command line for any input: an exit code of its class, no traceback, nothing written outside the build folder."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from articles import write
from commandline import SETTINGS, Done, Handbill
from folders import files_below
from fuzzing.invariants import FILES, Case, Defect, Verdict

__all__ = ["check_command_line"]

_LOCATED_ERROR = re.compile(r"^[^\n:]+(?::\d+){0,2}: error\[[a-z0-9-]+\]: ", re.MULTILINE)


def check_command_line(root: Path, case: Case) -> Verdict:
    """Build and verify a publication by the command line, and return the result. Raises Defect."""
    source = write(root / "source", {"publication.toml": SETTINGS.encode(), **FILES, **case.files})
    outside = root / "outside"
    outside.mkdir()
    before = files_below(source)
    places = {"HOME": str(outside), "TMPDIR": str(outside)}
    handbill = Handbill(root)
    try:
        done = handbill("build", "-t", "text", "-t", "epub", environment=places, code=None)
    except subprocess.TimeoutExpired:
        raise Defect("command: hang", "no end after two minutes") from None
    except UnicodeDecodeError as error:
        raise Defect("command: what is printed is not UTF-8", str(error)) from None
    _check_result(done, {0, 3, 4, 5} if case.sane else {0, 2, 3, 4, 5, 6})
    # The user's cache has the sealed pages.
    strays = [name for name in files_below(outside) if not name.startswith(".cache/handbill/")]
    if files_below(source) != before or set(root.iterdir()) - {source, outside, handbill.build} or strays:
        raise Defect("command: written outside BUILD", "\n".join(sorted(files_below(root))))
    if not (handbill.build / "manifest.json").exists():
        return Verdict(refused=(str(done.code),))
    verified = handbill("verify", environment=places, code=None)
    if verified.code:
        raise Defect("command: not verified", f"{done}\n{verified}")
    handouts = {name: (handbill.build / name).read_bytes() for name in handbill.files() if name != "manifest.json"}
    if set(handouts) != set(handbill.rows()):
        raise Defect("command: manifest", f"{sorted(handouts)} {sorted(handbill.rows())}")
    return Verdict(handouts, () if done.code == 0 else (str(done.code),))


def _check_result(done: Done, codes: set[int]) -> None:
    if "Traceback" in done.err or done.code not in codes:
        raise Defect(f"command: exit code {done.code}", done.err)
    if done.code and not _LOCATED_ERROR.search(done.err):
        raise Defect("command: an error without a place", done.err)
