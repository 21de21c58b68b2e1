"""Independence of the fonts of the machine: a publication built with no font installed, and with many, must have the same bytes."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

from conformance.subjects import build

__all__ = ["differences"]

_CONFIGURATION = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>
"""
_PACKAGES = (
    "fontpkg_ibm_plex_sans_arabic",
    "fontpkg_source_code_pro",
    "fontpkg_source_sans_3",
    "fontpkg_source_serif_4",
    "justmytype_intl_cjk",
    "justmytype_intl_rtl",
    "justmytype_western_core",
)
_FAMILY_NAMES = frozenset({1, 16})  # OpenType, table `name`: the identifiers that hold a family


def _files() -> list[Path]:
    """Return the font files of the packages that handbill is installed with."""
    files: list[Path] = []
    for package in _PACKAGES:
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.submodule_search_locations
        folder = Path(spec.submodule_search_locations[0])
        files += sorted(file for file in folder.rglob("*") if file.suffix in (".ttf", ".otf"))
    return files


def _write_impostor(file: Path, family: str, target: Path) -> None:
    """Write a copy of a font under another font's family name."""
    from fontTools.ttLib import TTFont

    with TTFont(file) as font:
        for record in font["name"].names:
            if record.nameID in _FAMILY_NAMES:
                record.string = family
        font.save(target)


def _home(folder: Path, *, crowded: bool) -> dict[str, str]:
    """Make a home folder in which fontconfig finds many fonts, or none; return the environment of a process that uses it."""
    fonts = folder / ".fonts"
    fonts.mkdir(parents=True)
    if crowded:
        files = _files()
        for number, file in enumerate(files):
            shutil.copy(file, fonts / f"{number}-{file.name}")
        (other,) = [file for file in files if file.stem.startswith("NotoSerif[")]
        for family in ("Source Serif 4", "Source Sans 3", "Source Code Pro"):
            _write_impostor(other, family, fonts / f"{family}.ttf")
        assert len(list(fonts.iterdir())) > 20, "many fonts"
    configuration = folder / "fonts.conf"
    configuration.write_text(_CONFIGURATION.format(fonts, folder / "cache"), "utf-8")
    named = {"HOME": folder, "XDG_CACHE_HOME": folder / ".cache", "XDG_DATA_HOME": folder / ".data", "FONTCONFIG_FILE": configuration}
    return {**os.environ, **{key: str(value) for key, value in named.items()}}


def differences(publication: Path, folder: Path) -> list[str]:
    """Return a line for each handout whose bytes differ between a machine without fonts and one with many."""
    digests = []
    for name in ("none", "crowded"):
        environment = _home(folder / f"home-{name}", crowded=name == "crowded")
        rows = build(publication, folder / name, environment=environment)
        digests.append({str(row["file"]): str(row["sha256"]) for row in rows})
    none, crowded = digests
    return [f"{name}: its bytes depend on the machine's fonts" for name in sorted(none) if none[name] != crowded.get(name)]
