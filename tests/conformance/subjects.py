"""The subjects of the conformance suite: handouts of this repository's publication, the test publications and the sample documents."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from handbill.document import Document
from handbill.testing import documents as samples

__all__ = ["Subject", "build", "sample_epubs", "subjects"]

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent

_ARCHIVE, _SOURCE, _ACCESSIBLE = "PDF/A-2a", "PDF/A-3a", "PDF/UA-1"
# The claims of editions of the test publications that set `profile`.
_BY_EDITION = {"archive-with-source": (_SOURCE, _ACCESSIBLE), "accessible": (_ACCESSIBLE,), "plain": ()}
_BY_PROFILE = {"accessible-archive": (_ARCHIVE, _ACCESSIBLE), "ua-1": (_ACCESSIBLE,), "a-3a": (_SOURCE, _ACCESSIBLE), "plain": ()}


@dataclass(frozen=True, slots=True)
class Subject:
    """A handout with the standards that it must claim, by their names."""

    path: Path
    label: str
    claims: tuple[str, ...]


def build(publication: Path, folder: Path, *options: str, environment: dict[str, str] | None = None) -> list[dict[str, object]]:
    """Build a publication, every warning an error, and return its manifest's rows. Exits where it does not build."""
    command = [sys.executable, "-m", "handbill", "build", str(publication), "-o", str(folder), "--strict", "-q", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}{publication} does not build (exit {done.returncode})")
    rows: list[dict[str, object]] = json.loads((folder / "manifest.json").read_text("utf-8"))["handouts"]
    return rows


def _build_subjects(publication: Path, folder: Path, *options: str, profile: str = "") -> list[Subject]:
    rows = build(publication, folder, *options)
    return [
        Subject(folder / str(row["file"]), f"{folder.name}/{row['file']}", _claims(row, profile))
        for row in rows
        if row["exporter"] in ("pdf", "epub")
    ]


def _claims(row: dict[str, object], profile: str) -> tuple[str, ...]:
    if row["exporter"] == "epub":
        return ("EPUB Accessibility 1.1 - WCAG 2.1 Level AA",)
    if profile:
        return _BY_PROFILE[profile]
    return _BY_EDITION.get(str(row["edition"]), _BY_PROFILE["accessible-archive"])


def _with_front_disclaimers(publication: Path, folder: Path) -> Path:
    """Return a copy of a publication whose disclaimers stand in front."""
    shutil.copytree(publication, folder)
    settings = folder / "publication.toml"
    text = settings.read_text("utf-8")
    settings.write_text(f'disclaimer-position = "front"\n{text}', "utf-8")
    return folder


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
            ("fonts", document, exporter.options_type(embed_fonts=True)),
        ):
            made.append(folder / f"sample-{name.lower()}-{kind}.epub")
            made[-1].write_bytes(exporter.export(variant, options, samples.run()))
    return made


def _sample_pdfs(folder: Path) -> list[Path]:
    (entry,) = entry_points(group="handbill.exporters", name="pdf")
    exporter = entry.load()
    made = []
    for name, document in sorted(vars(samples).items()):
        if isinstance(document, Document):
            made.append(folder / f"sample-{name.lower()}.pdf")
            made[-1].write_bytes(exporter.export(document, exporter.options_type(), samples.run()))
    return made


def subjects(folder: Path) -> list[Subject]:
    """Build all subjects into a folder and return them."""
    source, torture = ROOT / "source", TESTS / "conformance" / "torture"
    found = _build_subjects(source, folder / "source")
    for profile in ("ua-1", "a-3a"):
        found += _build_subjects(source, folder / f"source-{profile}", "-t", "pdf", "--set", f"pdf.profile={profile}", profile=profile)
    found += _build_subjects(torture, folder / "torture")
    found += _build_subjects(_with_front_disclaimers(torture, folder / "front-source"), folder / "torture-front", "-t", "pdf", "-t", "epub")
    for publication in sorted((TESTS / "publications").iterdir()):
        found += _build_subjects(publication, folder / publication.name)
    made = folder / "samples"
    made.mkdir()
    found += [Subject(path, f"samples/{path.name}", _BY_PROFILE["accessible-archive"]) for path in _sample_pdfs(made)]
    epub = ("EPUB Accessibility 1.1 - WCAG 2.1 Level AA",)
    return found + [Subject(path, f"samples/{path.name}", epub) for path in sample_epubs(made)]


def epub_claims(epub: Path) -> tuple[str, ...]:
    """Return what an EPUB's package claims to conform to (EPUB Accessibility 1.1, section 3.2.1), read without handbill's code."""
    from lxml import etree

    with zipfile.ZipFile(epub) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".opf"))
        package = etree.fromstring(archive.read(name))
    metas = package.iter("{http://www.idpf.org/2007/opf}meta")
    return tuple(str(meta.text).strip() for meta in metas if meta.get("property") == "dcterms:conformsTo")
