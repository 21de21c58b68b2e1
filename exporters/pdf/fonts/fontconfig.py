"""A fontconfig that knows our fonts and those of one publication, and no others."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from .cache import cache_folder, put
from .files import FontFile, files_left_out, font_folders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["configuration", "environment_variables"]

# Where a Source family draws several characters with one glyph (soft hyphen, hyphen, non-breaking hyphen, ʻ ʼ ˭, division slash,
# increment), what is read from the page could not be told from - ‘ ’ = ⁄ Δ, which keep their glyph: these come from the next family.
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


def _configuration_text(cache: Path, own: Path | None) -> str:
    folders = [*font_folders(), *([own] if own else [])]
    listed = "".join(f"  <dir>{escape(str(folder))}</dir>\n" for folder in folders)
    rejected = "".join(f"<glob>{escape(str(file))}</glob>" for file in files_left_out())
    listed += f"  <selectfont><rejectfont>{rejected}</rejectfont></selectfont>\n" if rejected else ""
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"{listed}  <cachedir>{escape(str(cache))}</cachedir>\n{_SEPARATE_GLYPHS}{_optical_size_rules()}</fontconfig>\n"
    )


def _write(folder: Path, fonts: tuple[FontFile, ...]) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = folder / "fonts" if fonts else None
    if own:
        own.mkdir(mode=0o700, exist_ok=True)
        for font in fonts:
            put(own / font.name, font.path.read_bytes() if font.path else font.content or b"")
    file = folder / "fonts.conf"
    put(file, _configuration_text(folder / "cache", own).encode())
    return file


@functools.lru_cache(maxsize=32)
def configuration(fonts: tuple[FontFile, ...] = ()) -> Path:
    """Return a fonts.conf that names our packages' folders and a copy of these fonts, and nothing else.

    It is in the user's cache folder, or else in a temporary one; it and the fonts beside it are readable by the user alone.
    """
    said = _configuration_text(Path(), None) + "\n".join(font.name for font in fonts)
    key = hashlib.sha256(said.encode()).hexdigest()[:16]
    try:
        return _write(cache_folder("fontconfig") / key, fonts)
    except OSError:
        return _write(Path(tempfile.mkdtemp(prefix="handbill-fontconfig-")), fonts)


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
