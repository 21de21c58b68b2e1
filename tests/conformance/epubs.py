# ruff: noqa: T201 - a script, which prints
"""EPUBCheck over every EPUB of the publication that ships and of the tests: `make conformance`.

Run from `tests/`, as `python -m conformance.epubs`.

Prints a table of errors and warnings. Exits 1 where there is one, or where EPUBCheck passes an EPUB that is broken on purpose.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

from conformance import epubchecker
from handbill.document import Document
from handbill.testing import documents as samples

TESTS = Path(__file__).resolve().parent.parent


def sample_epubs(folder: Path) -> list[Path]:
    """Export each sample document to the folder, with the disclaimer at the end and in front, split and whole; return the files."""
    (entry,) = entry_points(group="handbill.exporters", name="epub")
    exporter = entry.load()
    made = []
    for name, document in sorted(vars(samples).items()):
        if not isinstance(document, Document):
            continue
        front = dataclasses.replace(document, disclaimer=samples.LONG_DISCLAIMER, disclaimer_position="front")
        for kind, variant, options in (
            ("end", document, exporter.options_type()),
            ("front", front, exporter.options_type()),
            ("whole", document, exporter.options_type(split="none")),
        ):
            made.append(folder / f"sample-{name.lower()}-{kind}.epub")
            made[-1].write_bytes(exporter.export(variant, options, samples.run()))
    return made


def publication_epubs(publication: Path, folder: Path, *, must_build: bool) -> list[Path]:
    """Build a publication's EPUBs to the folder, and return the files. Exits where `must_build` and it does not."""
    command = [sys.executable, "-m", "handbill", "build", str(publication), "-o", str(folder), "-t", "epub", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and must_build:
        sys.exit(f"{done.stdout}{done.stderr}{publication.name} does not build (exit {done.returncode})")
    if done.returncode:
        print(f"{publication.name}: exit {done.returncode}; what it left is checked")
    return sorted(folder.rglob("*.epub"))


def broken(epub: Path, target: Path) -> Path:
    """Copy the EPUB without its navigation document, which the package requires (EPUB 3.3, section 5.4.1), and return it."""
    with zipfile.ZipFile(epub) as whole, zipfile.ZipFile(target, "w") as copy:
        for entry in whole.infolist():
            if not entry.filename.endswith("nav.xhtml"):
                copy.writestr(entry, whole.read(entry))
    return target


def main() -> int:
    """Build, check, print, and return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        epubs = sample_epubs(folder)
        publications = sorted(path.parent for path in (TESTS / "publications").glob("*/publication.toml"))
        for number, publication in enumerate([TESTS.parent / "source", *publications]):
            out = folder / f"{number}-{publication.name}"
            out.mkdir()
            epubs += publication_epubs(publication, out, must_build=number == 0)
        canary = broken(epubs[0], folder / "broken on purpose.epub")

        print(f"{'errors':>6} {'warnings':>8}  EPUB")
        found = 0
        for verdict in epubchecker.check([canary, *epubs]):
            print(f"{verdict.errors:6} {verdict.warnings:8}  {verdict.path.relative_to(folder)}")
            if verdict.path == canary:
                if verdict.errors == 0:
                    print("EPUBCheck passes an EPUB without a navigation document: its verdicts are worth nothing")
                    return 1
                continue
            found += not verdict.clean
            for message in verdict.messages:
                print(f"    {message}")
        print(f"{len(epubs)} EPUBs, {found} with errors or warnings (not counting the one that is broken on purpose)")
        return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
