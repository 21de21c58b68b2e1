"""Writes `@font-face` rules (CSS Fonts Level 4, 4)."""

from __future__ import annotations

__all__ = ["font_face_rule"]


def font_face_rule(family: str, path: str, *, italic: bool, weight: str) -> str:
    """Return the rule that gives a family a font file. `weight` is a weight, or the two ends of a variable font's range."""
    quoted = family.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'@font-face {{\n  font-family: "{quoted}";\n  font-style: {"italic" if italic else "normal"};\n  font-weight: {weight};\n'
        f'  src: url("{path}");\n}}'
    )
