"""The exporter's own drawings, as SVG files: an icon for each kind of callout, the rule above footnotes, and a QR code."""

from __future__ import annotations

import io

__all__ = ["DRAWINGS", "LATEST_CODE", "qr_code"]

LATEST_CODE = "latest"
"""The name of the QR code with the address of the latest version."""

_INK = "#0b4a63"
_HEAD = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" width="20" height="20"><g fill="{_INK}">'
_TAIL = "</g></svg>"
_EXCLAMATION = '<path fill="#fff" d="M8.7 {top}h2.6l-.5 {length}h-1.6z"/><circle fill="#fff" cx="10" cy="{dot}" r="1.35"/>'


def _icon(shape: str) -> bytes:
    return (_HEAD + shape + _TAIL).encode()


DRAWINGS = {
    # A disc with an i.
    "note": _icon(
        '<circle cx="10" cy="10" r="9"/><circle fill="#fff" cx="10" cy="5.6" r="1.4"/><path fill="#fff" d="M8.8 8.4h2.4v7h-2.4z"/>'
    ),
    # A disc with a tick.
    "tip": _icon('<circle cx="10" cy="10" r="9"/><path fill="none" stroke="#fff" stroke-width="2.2" d="M5.4 10.4l3.2 3.2 6-6.8"/>'),
    # A disc with an exclamation mark.
    "important": _icon('<circle cx="10" cy="10" r="9"/>' + _EXCLAMATION.format(top="4.2", length="7.2", dot="14.3")),
    # A triangle with an exclamation mark.
    "warning": _icon(
        '<path stroke="#0b4a63" stroke-width="1.6" stroke-linejoin="round" d="M10 1.9L19 17.9H1z"/>'
        + _EXCLAMATION.format(top="6.6", length="6", dot="15.4")
    ),
    # An octagon with an exclamation mark.
    "caution": _icon(
        '<path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z"/>' + _EXCLAMATION.format(top="4.2", length="7.2", dot="14.3")
    ),
    # The rule above footnotes.
    "rule": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 1" width="72" height="1"><path d="M0 0h72v.6H0z" fill="#555"/></svg>',
}
"""SVG files by name. A callout's icon has the name of its kind; the kinds differ in shape, not in colour."""


def qr_code(address: str) -> bytes:
    """Return an SVG file of a QR code (ISO/IEC 18004) of level M, in black on white, with the quiet zone of four modules."""
    import segno

    output = io.BytesIO()
    segno.make_qr(address, error="m").save(output, kind="svg", xmldecl=False, dark="#000", light="#fff", border=4, scale=2, omitsize=False)
    return output.getvalue()
