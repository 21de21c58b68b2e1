"""What PDF/A asks of a file beside its tags: its colours, images, graphics states, associated files and metadata."""

from __future__ import annotations

import io
from importlib import resources
from typing import Any

__all__ = ["COLOURS", "colour_profile", "deepest_state", "has_press_colours", "own_references", "set_metadata", "smooth_nothing"]

_CMYK = frozenset({b"/DeviceCMYK cs", b"/DeviceCMYK CS"})

COLOURS = "sRGB"
"""The name of the output intent's colour profile."""


def colour_profile() -> Any:
    """Return what the pages' colours are to be taken as (ISO 19005-2, 6.2.3): sRGB, from a file that comes with WeasyPrint.

    WeasyPrint, asked for it by its own name, leaves the file open.
    """
    from weasyprint.css import ColorProfile

    content = resources.files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    return ColorProfile(io.BytesIO(content), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def smooth_nothing(pdf: Any) -> None:
    """Ask for no interpolation of images, which PDF/A forbids (ISO 19005-2, 6.2.8), wherever they stand: in SVG images too."""
    for entry in pdf.objects:
        if "Interpolate" in getattr(entry, "extra", {}):
            entry.extra["Interpolate"] = "false"


def deepest_state(pdf: Any) -> int:
    """Return how many graphics states are saved upon each other at most (the operators q and Q) in any stream of the PDF."""
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


def has_press_colours(pdf: Any) -> bool:
    """Tell whether anything is painted in CMYK, which the output intent does not cover (ISO 19005-2, 6.2.4.3)."""
    return any(operator in _CMYK for entry in pdf.objects for operator in getattr(entry, "stream", ()) if isinstance(operator, bytes))


def own_references(pdf: Any) -> None:
    """Name each file once among the document's associated files: WeasyPrint 70 names those in its name tree twice."""
    import pydyf

    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def set_metadata(pdf: Any, packet: bytes) -> None:
    """Put the packet in place of WeasyPrint's, which has no room for a second standard.

    It is not compressed: a program that knows nothing of PDF may look for it (ISO 16684-3).
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
