"""Requirements of PDF/A (ISO 19005-2 and -3) on a pydyf PDF: output intent, images, graphics states, associated files, metadata."""

from __future__ import annotations

import io
from importlib import resources
from typing import Any

__all__ = [
    "OUTPUT_PROFILE",
    "deduplicate_associated_files",
    "forbid_interpolation",
    "graphics_state_depth",
    "has_cmyk_colours",
    "output_profile",
    "set_metadata",
]

_CMYK_OPERATORS = frozenset({b"/DeviceCMYK cs", b"/DeviceCMYK CS"})

OUTPUT_PROFILE = "sRGB"
"""The name of the colour profile in the output intent."""


def output_profile() -> Any:
    """Return the colour profile of the output intent (ISO 19005-2, 6.2.3): sRGB, from WeasyPrint's own file.

    Asked for it by name, WeasyPrint would leave the file open.
    """
    from weasyprint.css import ColorProfile

    content = resources.files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    return ColorProfile(io.BytesIO(content), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def forbid_interpolation(pdf: Any) -> None:
    """Turn off the interpolation of all images, also inside SVG images: PDF/A forbids it (ISO 19005-2, 6.2.8)."""
    for entry in pdf.objects:
        if "Interpolate" in getattr(entry, "extra", {}):
            entry.extra["Interpolate"] = "false"


def graphics_state_depth(pdf: Any) -> int:
    """Return the deepest nesting of graphics states (operators q and Q) in any stream of the PDF."""
    deepest = 0
    for entry in pdf.objects:
        saved = 0
        for operator in getattr(entry, "stream", ()):
            if operator == b"q":
                saved += 1
                deepest = max(deepest, saved)
            elif operator == b"Q":
                saved -= 1
    return deepest


def has_cmyk_colours(pdf: Any) -> bool:
    """Return whether anything is painted in CMYK, which an output intent of sRGB does not allow (ISO 19005-2, 6.2.4.3)."""
    return any(
        operator in _CMYK_OPERATORS for entry in pdf.objects for operator in getattr(entry, "stream", ()) if isinstance(operator, bytes)
    )


def deduplicate_associated_files(pdf: Any) -> None:
    """Remove repetitions from the document's associated files (AF): WeasyPrint 70 lists attachments twice."""
    import pydyf

    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def set_metadata(pdf: Any, packet: bytes) -> None:
    """Replace WeasyPrint's metadata, which cannot state two standards, by this XMP packet.

    The stream is not compressed, so that programs that do not parse PDF find the packet (ISO 16684-3).
    """
    import pydyf

    metadata = pydyf.Stream([packet], {"Type": "/Metadata", "Subtype": "/XML"})
    if "Metadata" in pdf.catalog:
        number = int(pdf.catalog["Metadata"].split()[0])
        metadata.number = number
        pdf.objects[number] = metadata
    else:
        pdf.add_object(metadata)
    pdf.catalog["Metadata"] = metadata.reference
