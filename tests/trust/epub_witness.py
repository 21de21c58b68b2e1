"""Photographs pages of EPUB handouts with Chromium: what a person sees of the disclaimer's page, and of the notice of another page.

Chromium is the witness because it draws pages as reading systems do, and has no code of handbill's.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

__all__ = ["Photograph", "alike", "photographs"]

_WIDTH, _HEIGHT, _COLUMNS = 480, 1400, 8
_MOST_AT_ONCE = 16
_DARK, _GREY = 140, 190
"""Below the first value of grey, ink is seen; below the second, it is the edge of a stroke."""
_SECONDS = 120
"""The time that Chromium gets for one photograph."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """What a person sees of a book: its disclaimer's page, and the last pixels of another page, where its notice stands."""

    disclaimer: Image.Image
    notice: Image.Image


def alike(one: Photograph, other: Photograph) -> bool:
    """Return whether two photographs show the same disclaimer and the same notice.

    The disclaimer has to be the same to the pixel. The lines of a notice lie on whole pixels, wherever the article above ends, and may be
    a pixel higher or lower.
    """
    if one.disclaimer.tobytes() != other.disclaimer.tobytes() or one.notice.size != other.notice.size:
        return False
    return _is_within(one.notice, other.notice) and _is_within(other.notice, one.notice)


def _is_within(one: Image.Image, other: Image.Image) -> bool:
    """Return whether all that is dark in a picture is dark in another one, or a pixel beside what is."""
    near = other.convert("L").filter(ImageFilter.MinFilter(3)).point(lambda value: 255 if value < _GREY else 0)
    dark = one.convert("L").point(lambda value: 255 if value < _DARK else 0)
    return ImageChops.subtract(dark, near).getbbox() is None


def photographs(handouts: Sequence[bytes], page: str, notice_height: int) -> list[Photograph]:
    """Return a photograph of each book, in their order.

    `page` is the file name of that page, which must fit into a height of 1,400 pixels; `notice_height` is in pixels. Raises RuntimeError
    where there is no Chromium, or it fails.
    """
    found: list[Photograph] = []
    for start in range(0, len(handouts), _MOST_AT_ONCE):
        found += _photographs(handouts[start : start + _MOST_AT_ONCE], page, notice_height)
    return found


def _photographs(handouts: Sequence[bytes], page: str, notice_height: int) -> list[Photograph]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        frames = []
        for number, handout in enumerate(handouts):
            with zipfile.ZipFile(io.BytesIO(handout)) as archive:
                archive.extractall(folder / str(number))
            for file in ("disclaimer.xhtml", page):
                column, row = len(frames) % _COLUMNS, len(frames) // _COLUMNS
                place = f"position: absolute; border: 0; left: {column * _WIDTH}px; top: {row * _HEIGHT}px"
                frames.append(f'<iframe src="{number}/EPUB/{file}" style="{place}" width="{_WIDTH}" height="{_HEIGHT}"></iframe>')
        (folder / "all.html").write_text(f"<!DOCTYPE html><body style='margin: 0'>{''.join(frames)}</body>", "utf-8")
        size = (_COLUMNS * _WIDTH, -(-len(frames) // _COLUMNS) * _HEIGHT)
        sheet = _photographed(folder, size)
    cells = [
        sheet.crop(((n % _COLUMNS) * _WIDTH, (n // _COLUMNS) * _HEIGHT, (n % _COLUMNS + 1) * _WIDTH, (n // _COLUMNS + 1) * _HEIGHT))
        for n in range(len(frames))
    ]
    return [Photograph(own, _end(other, notice_height)) for own, other in zip(cells[::2], cells[1::2], strict=True)]


def _end(picture: Image.Image, height: int) -> Image.Image:
    """Return the last pixels of a page, down to the last that is not white."""
    box = ImageChops.invert(picture).getbbox()
    bottom = box[3] if box else height
    return picture.crop((0, max(0, bottom - height), _WIDTH, bottom))


def _photographed(folder: Path, size: tuple[int, int]) -> Image.Image:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise RuntimeError("the witness needs chromium: .ci/install conformance gets it")
    shot = folder / "shot.png"
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files"]
    command += [f"--user-data-dir={folder / 'profile'}", f"--window-size={size[0]},{size[1]}", "--virtual-time-budget=3000"]
    done = subprocess.run(
        [*command, f"--screenshot={shot}", (folder / "all.html").as_uri()], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if not shot.exists():
        raise RuntimeError(f"chromium made no picture:\n{done.stderr[-2000:]}")
    with Image.open(shot) as picture:
        return picture.convert("RGB").crop((0, 0, *size))
