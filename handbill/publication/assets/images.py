"""The files that an article shows: loaded from the publication, recognised by their content, measured."""

from __future__ import annotations

import io
import stat
import warnings
from pathlib import Path

from handbill.diagnostics.errors import MachineError, SourceError
from handbill.diagnostics.rules import at, diagnostic
from handbill.document import Asset
from handbill.publication.assets.svg import UnusableError, drawing
from handbill.system.limits import DEFAULTS, BoundError, Bounds, over

__all__ = ["load_asset"]

_MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
"""Raster images that PDF (by WeasyPrint) and EPUB 3.3 (3.2, core media types) both take."""


def load_asset(root: Path, name: str, bounds: Bounds = DEFAULTS) -> Asset:
    """Return the image at a POSIX path of the publication.

    Raises SourceError, its diagnostic without a line, where it is no image of a kind that every format takes, or over a bound.
    """
    try:
        status = (root / name).stat()
        if not stat.S_ISREG(status.st_mode):
            # Reading a pipe would wait for whoever writes it.
            raise _refusal(name, "is a folder" if stat.S_ISDIR(status.st_mode) else "is no file")
        if status.st_size > bounds.asset_size:
            raise SourceError(over(bounds, "asset_size", f"the image {name} has {status.st_size:,} bytes"))
        content = (root / name).read_bytes()
    except OSError as error:
        hint = "look at its owner and rights"
        raise MachineError(diagnostic("unreadable", f"cannot be read: {error.strerror}", at(name), hint)) from None
    try:
        if name.lower().endswith((".svg", ".svgz")) or content.lstrip()[:5] in (b"<?xml", b"<svg "):
            return Asset(name, "image/svg+xml", *drawing(content, bounds))
        return _raster(name, content, bounds)
    except UnusableError as error:
        raise _refusal(name, str(error)) from None
    except BoundError as error:
        raise SourceError(over(bounds, error.name, f"the image {name} {error.message}")) from None


def _refusal(name: str, why: str) -> SourceError:
    return SourceError(
        diagnostic("bad-image", f"the image {name} {why}", hint="save it as PNG, JPEG, GIF, WebP or SVG, which every format shows")
    )


def _raster(name: str, content: bytes, bounds: Bounds) -> Asset:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # The bound says how many pixels are too many, before any is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(_MEDIA_TYPES)) as image:
                width, height = image.size
                if width * height > bounds.image_pixels:
                    raise BoundError("image_pixels", f"has {width} by {height} pixels")
                kind = image.format or ""
                image.verify()
    except Image.DecompressionBombError:
        raise BoundError("image_pixels", f"has more than {bounds.image_pixels:,} pixels") from None
    except UnidentifiedImageError:
        raise UnusableError("is of no kind that handbill knows") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise UnusableError(f"is damaged: {error}") from None
    return Asset(name, _MEDIA_TYPES[kind], content, float(width), float(height))
