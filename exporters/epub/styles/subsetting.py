"""Cuts a font down to the characters that a book uses: the same bytes for the same characters, on any day."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["subset_font"]

_FEATURES = ("lnum", "tnum")
# Copyright, unique name, version, licence and its address: the Open Font License wants these to stay with the font (section 2).
_KEPT_NAMES = [0, 3, 5, 13, 14]
_FAMILY, _STYLE, _FULL, _POSTSCRIPT = 1, 2, 4, 6


def subset_font(file: Path, characters: str, axes: Mapping[str, float], name: str) -> bytes:
    """Return a static TrueType or OpenType font with these characters. `axes` are the values of a variable font's axes.

    `name` replaces the font's own: a modified font must not have a reserved name (Open Font License 1.1, section 3). No date is
    written into it.
    """
    from fontTools import subset
    from fontTools.varLib import instancer

    options = subset.Options()
    options.layout_features = [*options.layout_features, *_FEATURES]
    options.name_IDs = _KEPT_NAMES
    options.notdef_outline = True
    options.hinting = False
    options.recalc_timestamp = False
    font = subset.load_font(str(file), options)
    try:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        if "fvar" in font:
            location = {axis.axisTag: axes.get(axis.axisTag, axis.defaultValue) for axis in font["fvar"].axes}
            instancer.instantiateVariableFont(font, location, inplace=True)
        _rename(font, name)
        buffer = io.BytesIO()
        font.save(buffer)
    finally:
        font.close()
    return buffer.getvalue()


def _rename(font: Any, name: str) -> None:
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in _KEPT_NAMES]
    for identifier, value in ((_FAMILY, name), (_STYLE, "Regular"), (_FULL, name), (_POSTSCRIPT, name.replace(" ", ""))):
        names.setName(value, identifier, 3, 1, 0x409)
