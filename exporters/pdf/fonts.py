"""The fonts that pages are set in: where their files are, and a fontconfig that knows no others."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from handbill.contract import Diagnostic, ExporterError, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["configuration", "environment_variables", "font_digest", "font_files"]

# Distributions' packages, and the folders in them that hold fonts. Fallbacks for what the Source families lack come last.
_FOLDERS = (
    ("fontpkg_source_serif_4", "files"),
    ("fontpkg_source_sans_3", "files"),
    ("fontpkg_source_code_pro", "files"),
    ("justmytype_western_core", "fonts/ofl/notoserif"),
    ("justmytype_western_core", "fonts/ofl/notosans"),
    ("justmytype_western_core", "fonts/ofl/notosansmono"),
    ("justmytype_western_core", "fonts/ofl/notosanssymbols2"),
    ("justmytype_western_core", "fonts/ofl/stixtwomath"),
)

# WeasyPrint maps a glyph to the first text that it stands for. Where a Source family draws several characters with one glyph, what
# is read or copied from the page would be wrong: a hyphen of the text could not be told from one that hyphenation adds. These
# characters (soft hyphen, hyphen, non-breaking hyphen, ʻ ʼ ˭, division slash, increment) come from the next family; - ‘ ’ = ⁄ Δ
# keep their glyph.
_SHARED_GLYPHS = (0xAD, 0x2010, 0x2011, 0x2BB, 0x2BC, 0x2ED, 0x2215, 0x2206)
_SEPARATE_GLYPHS = f"""\
  <match target="scan">
    <test name="family" compare="contains"><string>Source S</string></test>
    <edit name="charset" mode="assign">
      <minus>
        <name>charset</name>
        <charset>{"".join(f"<int>{code}</int>" for code in _SHARED_GLYPHS)}</charset>
      </minus>
    </edit>
  </match>
"""

# fontconfig sets Source Serif's axis of optical size from the size that Pango asks for, which WeasyPrint states in CSS pixels. Here
# it is about the size in points, which the axis means, and in steps: sizes that lie close together share one font in the file.
_OPTICAL_SIZES = ((0, 9), (13, 12), (22, 24), (40, 40))
# fontconfig's weights (FC_WEIGHT) with those of the axis.
_WEIGHTS = ((0, 400), (90, 500), (150, 600), (190, 700))


def _optical_size_rules() -> str:
    """Return rules of which the last one that fits counts."""
    return "".join(
        f"""\
  <match target="font">
    <test name="family" compare="contains"><string>Source Serif</string></test>
    <test name="size" target="pattern" compare="more_eq"><double>{pixels}</double></test>
    <test name="weight" target="pattern" compare="more_eq"><int>{named}</int></test>
    <edit name="fontvariations" mode="assign"><string>wght={weight},opsz={optical}</string></edit>
  </match>
"""
        for pixels, optical in _OPTICAL_SIZES
        for named, weight in _WEIGHTS
    )


@functools.cache
def _folders() -> tuple[Path, ...]:
    found = []
    for package, folder in _FOLDERS:
        spec = importlib.util.find_spec(package)
        path = Path(next(iter(spec.submodule_search_locations or ()), ""), folder) if spec else None
        if path is None or not path.is_dir():
            raise ExporterError(
                Diagnostic(
                    Severity.ERROR,
                    "missing-fonts",
                    f"the fonts of the Python package {package} are not installed",
                    hint=f"pip install {package.replace('_', '-')}",
                )
            )
        found.append(path)
    return tuple(found)


def font_files() -> tuple[Path, ...]:
    """Return every font file that pages may use, in a fixed order. Raises ExporterError where a package is not installed."""
    return tuple(file for folder in _folders() for file in sorted(folder.iterdir()) if file.suffix in {".ttf", ".otf"})


@functools.cache
def font_digest() -> str:
    """Return the SHA-256 digest, in hexadecimal, of the fonts' names and bytes."""
    digest = hashlib.sha256()
    for file in font_files():
        digest.update(file.name.encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _configuration_text(cache: Path) -> str:
    folders = "".join(f"  <dir>{escape(str(folder))}</dir>\n" for folder in _folders())
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"{folders}  <cachedir>{escape(str(cache))}</cachedir>\n{_SEPARATE_GLYPHS}{_optical_size_rules()}</fontconfig>\n"
    )


def _write(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = _configuration_text(folder / "cache")
    file = folder / "fonts.conf"
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        # Other processes read this file: it is there whole, or not at all.
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".conf", delete=False) as temporary:
            temporary.write(text)
        Path(temporary.name).replace(file)
    return file


@functools.cache
def configuration() -> Path:
    """Return a fonts.conf that names our folders alone, written to the user's cache folder or else to a temporary one."""
    import platformdirs

    key = hashlib.sha256(_configuration_text(Path()).encode()).hexdigest()[:16]
    try:
        return _write(platformdirs.user_cache_path("handbill") / "fontconfig" / key)
    except OSError:
        return _write(Path(tempfile.mkdtemp(prefix="handbill-fontconfig-")))


@contextlib.contextmanager
def environment_variables(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables of this process, and set back what they were."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
