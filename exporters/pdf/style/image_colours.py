"""Conversion of images to the colours that the output intent covers: CMYK becomes sRGB, and grey of 16 bits becomes grey of 8."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handbill.document import Asset

__all__ = ["screen_image"]

_JPEG_QUALITY = 92


def _srgb_image(image: Any) -> Any:
    """Return a CMYK image in sRGB, converted by its own colour profile, or by Pillow's formula where it has none that can be used."""
    from PIL import ImageCms

    if profile := image.info.get("icc_profile"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            # As for an image without a profile.
            pass
    return image.convert("RGB")


def screen_image(asset: Asset) -> tuple[bytes, str]:
    """Return an image's bytes and media type, converted where needed.

    PDF/A allows CMYK only with an output intent of that kind (ISO 19005-2, 6.2.4.3). WeasyPrint 70 writes 16-bit grey as noise. An
    image that cannot be read is returned unchanged: WeasyPrint reports it.
    """
    from PIL import Image, ImageOps

    if asset.media_type not in ("image/jpeg", "image/png"):
        return asset.content, asset.media_type
    output = io.BytesIO()
    try:
        with Image.open(io.BytesIO(asset.content)) as image:
            if image.mode == "CMYK":
                _srgb_image(ImageOps.exif_transpose(image)).save(output, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
                return output.getvalue(), "image/jpeg"
            if image.mode.startswith("I;16"):
                image.point(lambda value: value / 256).convert("L").save(output, "PNG")
                return output.getvalue(), "image/png"
    except (OSError, SyntaxError, ValueError):
        # Pillow's errors for broken files.
        pass
    return asset.content, asset.media_type
