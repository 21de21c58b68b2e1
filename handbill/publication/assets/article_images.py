"""The images of an article: loaded from the publication's folder, their media type found from their content, and measured."""

from __future__ import annotations

import io
import stat
import warnings
from pathlib import Path

from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import diagnostic
from handbill.document import Asset
from handbill.publication.assets.svg import InvalidImageError, clean_svg
from handbill.system.bounds import DEFAULT_BOUNDS, BoundError, Bounds, bound_diagnostic
from handbill.system.paths import unreadable_error

__all__ = ["load_asset"]

_MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
"""The media types of raster images that both WeasyPrint and EPUB 3.3 (3.2, core media types) support, by Pillow's names."""


def load_asset(root: Path, name: str, bounds: Bounds = DEFAULT_BOUNDS) -> Asset:
    """Return the image at a POSIX path of the publication.

    Raises SourceError, its diagnostic without a line, where it is no image that every format supports, or over a bound; MachineError
    where it cannot be read.
    """
    try:
        status = (root / name).stat()
        if not stat.S_ISREG(status.st_mode):
            # Reading a named pipe would block until another process writes to it.
            raise _bad_image(name, "is a folder" if stat.S_ISDIR(status.st_mode) else "is no file")
        if status.st_size > bounds.asset_size:
            raise SourceError(bound_diagnostic(bounds, "asset_size", f"the image {name} has {status.st_size:,} bytes"))
        content = (root / name).read_bytes()
    except OSError as error:
        raise unreadable_error(name, error) from None
    try:
        if name.lower().endswith((".svg", ".svgz")) or content.lstrip()[:5] in (b"<?xml", b"<svg "):
            return Asset(name, "image/svg+xml", *clean_svg(content, bounds))
        return _raster_image(name, content, bounds)
    except InvalidImageError as error:
        raise _bad_image(name, str(error)) from None
    except BoundError as error:
        raise SourceError(bound_diagnostic(bounds, error.name, f"the image {name} {error.message}")) from None


def _bad_image(name: str, why: str) -> SourceError:
    return SourceError(
        diagnostic("bad-image", f"the image {name} {why}", hint="save it as PNG, JPEG, GIF, WebP or SVG, which every format shows")
    )


def _raster_image(name: str, content: bytes, bounds: Bounds) -> Asset:
    """Return a PNG, JPEG, GIF or WebP image as an asset. Raises BoundError for too many pixels, InvalidImageError for a damaged file."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # The bound on pixels is checked here, before any is decoded.
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
        raise InvalidImageError("is of no kind that handbill knows") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidImageError(f"is damaged: {error}") from None
    return Asset(name, _MEDIA_TYPES[kind], content, float(width), float(height))
