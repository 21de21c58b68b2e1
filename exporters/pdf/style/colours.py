"""Images in the colours that a page's output intent covers: what is made for printing presses, or has 16 bits, becomes sRGB or grey."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handbill.document import Asset

__all__ = ["on_screen"]

_QUALITY = 92


def _in_srgb(image: Any) -> Any:
    """Return a CMYK image in sRGB: by its own colour profile, or without one by the plain formula."""
    from PIL import ImageCms

    if profile := image.info.get("icc_profile"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            # A profile that cannot be used is as good as none.
            pass
    return image.convert("RGB")


def on_screen(asset: Asset) -> tuple[bytes, str]:
    """Return an image's bytes and media type, changed where PDF/A has no place for its colours.

    CMYK needs an output intent of a printing press (ISO 19005-2, 6.2.4.3); WeasyPrint 70 writes 16-bit grey as noise. An image that
    cannot be read is returned as it is: the renderer says so.
    """
    from PIL import Image, ImageOps

    if asset.media_type not in ("image/jpeg", "image/png"):
        return asset.content, asset.media_type
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(asset.content)) as image:
            if image.mode == "CMYK":
                _in_srgb(ImageOps.exif_transpose(image)).save(out, "JPEG", quality=_QUALITY, subsampling=0)
                return out.getvalue(), "image/jpeg"
            if image.mode.startswith("I;16"):
                image.point(lambda value: value / 256).convert("L").save(out, "PNG")
                return out.getvalue(), "image/png"
    except (OSError, SyntaxError, ValueError):
        # Pillow's errors for broken files.
        pass
    return asset.content, asset.media_type
