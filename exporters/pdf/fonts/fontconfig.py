"""fontconfig files that name the packaged fonts and those of one publication, and no other font of the machine."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from .disk_cache import cache_folder, write_atomically
from .files import FontFile, excluded_files, font_folders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["fontconfig_file", "temporary_environment"]

# The Source families draw these characters (soft hyphen, hyphen, non-breaking hyphen, ʻ ʼ ˭, division slash, increment) with the glyphs
# of - ‘ ’ = ⁄ Δ, so that the text read from the page would be wrong. They are removed here, and come from the next family.
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

# fontconfig sets Source Serif's optical size axis to the font size in CSS pixels, as WeasyPrint states it to Pango; the axis means points.
# These rules set it to about the size in points, in steps, so that similar sizes share one font in the PDF.
_OPTICAL_SIZES = ((0, 9), (13, 12), (22, 24), (40, 40))
# fontconfig's weights (FC_WEIGHT), each with the value of the weight axis.
_WEIGHTS = ((0, 400), (90, 500), (150, 600), (190, 700))


def _optical_size_rules() -> str:
    """Return the rules for the optical size. Where several match, fontconfig applies the last one."""
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
    rejected = "".join(f"<glob>{escape(str(file))}</glob>" for file in excluded_files())
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
            write_atomically(own / font.name, font.path.read_bytes() if font.path else font.content or b"")
    file = folder / "fonts.conf"
    write_atomically(file, _configuration_text(folder / "cache", own).encode())
    return file


@functools.lru_cache(maxsize=32)
def fontconfig_file(fonts: tuple[FontFile, ...] = ()) -> Path:
    """Return the path of a fonts.conf that names the folders of the font packages and a copy of these fonts, and nothing else.

    It is in the user's cache folder, or in a temporary one where that cannot be written. Only the user can read it and the fonts
    beside it.
    """
    identity = _configuration_text(Path(), None) + "\n".join(font.name for font in fonts)
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    try:
        return _write(cache_folder("fontconfig") / key, fonts)
    except OSError:
        return _write(Path(tempfile.mkdtemp(prefix="handbill-fontconfig-")), fonts)


@contextlib.contextmanager
def temporary_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables of this process, and restore them at the end."""
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
