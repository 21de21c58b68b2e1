"""Adjustments between glyphs, written so that all viewers set them alike (ISO 32000-1, 9.4.3, the operator TJ).

WeasyPrint writes a number after nearly every glyph, also zeros, empty strings, and numbers after the last glyph of an operation. PDFium
loses the latter: marks over marks, as in Lao, then push the letters behind them together. Here numbers that follow each other are summed,
zeros and empty strings are left out, and what follows the last glyph goes to the beginning of the next operation.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["settle_adjustments"]

_SHOW = re.compile(rb"\[(.*)\] TJ", re.DOTALL)
_ITEM = re.compile(rb"<([0-9a-f]*)>|([-+.\d]+)")
_FONT = re.compile(rb"/\S+ ([\d.]+) Tf")


def settle_adjustments(operations: list[Any]) -> None:
    """Rewrite the operations of the last text object, which begins with the last BT, in place."""
    start = max((place for place, one in enumerate(operations) if one == b"BT"), default=None)
    if start is None:
        return
    waiting = size = 0.0
    for place in range(start, len(operations)):
        one = operations[place]
        if not isinstance(one, bytes):
            continue
        if font := _FONT.fullmatch(one):
            # An adjustment is in thousandths of the font size in force.
            waiting = waiting * size / float(font[1]) if size and float(font[1]) else 0.0
            size = float(font[1])
        elif shown := _SHOW.fullmatch(one):
            operations[place], waiting = _settled(shown[1], waiting)


def _settled(items: bytes, before: float) -> tuple[bytes, float]:
    """Return an operation that shows these items, after an adjustment, and the adjustment that is due after them."""
    parts: list[bytes] = []
    codes, due = b"", before
    for code, number in _ITEM.findall(items):
        if number:
            due += float(number)
        elif code:
            if due:
                parts += [b"<%s>" % codes] if codes else []
                parts.append(_number(due))
                codes, due = b"", 0.0
            codes += code
    parts += [b"<%s>" % codes] if codes else []
    return b"[%s] TJ" % b"".join(parts), due


def _number(value: float) -> bytes:
    """Return a number as PDF writes it: without an exponent, and without zeros at its end."""
    return (f"{value:.4f}".rstrip("0").rstrip(".") or "0").encode()
