"""The files of `--diff-images`: pictures of what differs from the sealed page, written into a folder, and named in the messages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.proof.image_difference import ImageDifference
from handbill.system import files

__all__ = ["UNLIKE_CODES", "write_image_differences"]

UNLIKE_CODES = frozenset({"disclaimer-differs", "no-notice"})
"""The codes of the messages that name the pictures."""


def write_image_differences(
    folder: Path, file: str, images: Sequence[ImageDifference], diagnostics: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Write the pictures of a handout into a folder, and return the handout's messages with the names of these files.

    `file` is the name of the handout below its build folder. The folder is made where there is none. Raises MachineError.
    """
    beginning = file.replace("/", "-")
    names = ["-".join((beginning, *re.findall(r"\w+", image.name))) + ".png" for image in images]
    for name, image in zip(names, images, strict=True):
        files.replace(folder, name, image.png)
    if not names:
        return tuple(diagnostics)
    seen = f"; see {', '.join(str(folder / name) for name in names)}"
    return tuple(dataclasses.replace(one, message=one.message + seen) if one.code in UNLIKE_CODES else one for one in diagnostics)
