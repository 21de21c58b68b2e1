"""Images of a handout that are not the sealed ones, each as a picture for people: both side by side, and what differs between them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from handbill.contract import Part
from handbill.diagnostics.errors import HandbillError
from handbill.proof.sealed import UnlikeSealError

__all__ = ["ImageDifference", "image_differences"]

_WHITE, _RED, _GAP = (255, 255, 255), (255, 0, 0), 8


@dataclass(frozen=True, slots=True)
class ImageDifference:
    """A part that is an image and not the sealed one: the name of the part, and a PNG of what differs."""

    name: str
    png: bytes = field(repr=False)


def image_differences(error: HandbillError) -> tuple[ImageDifference, ...]:
    """Return what differs in the images of a handout that was refused with this error; nothing where no image does.

    A PNG has the handout's image on the left and the sealed one on the right. Between them the pixels that differ are red.
    """
    pairs = error.images if isinstance(error, UnlikeSealError) else ()
    return tuple(ImageDifference(found.name, png) for found, wanted in pairs if (png := _side_by_side((found, wanted))))


def _side_by_side(parts: Sequence[Part]) -> bytes:
    """Return the PNG of two images; empty bytes where one of them cannot be read."""
    from PIL import Image, ImageChops

    try:
        images = [Image.open(io.BytesIO(part.content), formats=["PPM"]).convert("RGB") for part in parts]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # Its exporter called it an image.
        return b""
    width, height = (max(sizes) for sizes in zip(*(image.size for image in images), strict=True))
    # A pixel that only one image has differs, also where it is white.
    covered = [_on_sheet(Image.new("L", image.size, 255), (width, height), 0) for image in images]
    channels = ImageChops.difference(*(_on_sheet(image, (width, height), _WHITE) for image in images)).split()
    marked = ImageChops.difference(*covered)
    for channel in channels:
        marked = ImageChops.lighter(marked, channel)
    between = Image.new("RGB", (width, height), _WHITE)
    between.paste(_RED, mask=marked.point(lambda value: 255 if value else 0))
    sheet = Image.new("RGB", (3 * width + 2 * _GAP, height), (128, 128, 128))
    for number, image in enumerate((images[0], between, images[1])):
        sheet.paste(image, (number * (width + _GAP), 0))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _on_sheet(image: Any, size: tuple[int, int], ground: Any) -> Any:
    """Return an image at the upper left of a sheet of this size."""
    from PIL import Image

    sheet = Image.new(image.mode, size, ground)
    sheet.paste(image, (0, 0))
    return sheet
