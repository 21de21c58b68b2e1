"""The style sheet of an edition: the lengths that its geometry and options decide, before the rules of handout.css."""

from __future__ import annotations

import functools
from importlib import resources

from ..options import PdfOptions
from .geometry import LINE, TABLE, Geometry

__all__ = ["stylesheet"]


@functools.cache
def _rules() -> str:
    """Return the rules of the design, and after them those of single scripts."""
    folder = resources.files(__package__)
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("handout.css", "scripts.css"))


@functools.cache
def _rules_of_box() -> str:
    return resources.files(__package__).joinpath("boxed.css").read_text(encoding="utf-8")


def stylesheet(options: PdfOptions, geometry: Geometry, direction: str) -> str:
    """Return the whole style sheet for a text that runs `ltr` or `rtl`. Lengths are in points; rules in rem follow the font size."""
    pt = "{:.3f}pt".format
    start = "right" if direction == "rtl" else "left"
    boxed = ""
    if geometry.boxed:
        size, padding, gap = pt(geometry.boxed), f"{pt(0.4 * geometry.boxed)} {pt(0.8 * geometry.boxed)}", pt(0.8 * geometry.boxed)
        boxed = f"{_rules_of_box()}html {{ --boxed-size: {size}; --boxed-padding: {padding}; --boxed-gap: {gap} }}\n"
    return f"""\
@page {{
  size: {pt(geometry.width)} {pt(geometry.height)};
  margin: {pt(geometry.top)} {pt(geometry.side)} {pt(geometry.bottom)} {pt(geometry.side)};
}}
html {{
  font-size: {pt(geometry.font)}; line-height: {LINE};
  hyphens: {"auto" if options.hyphenate else "manual"};
  text-align: {"justify" if options.justify else "start"};
  hyphenate-limit-zone: {"0" if options.justify else "12%"};
  --outdent: {pt(geometry.outdent)}; --furniture: {pt(geometry.furniture)};
  --column: {pt(geometry.column)}; --content: {pt(geometry.content)};
  --note-size: {pt(geometry.small(0.84))}; --caption-size: {pt(geometry.small(0.88))}; --table-size: {pt(geometry.small(TABLE))};
  --code-size: {pt(geometry.small(0.86))}; --aside-size: {pt(geometry.small(0.9))};
  --small: {"1em" if geometry.small(0.5) > 0.5 * geometry.font else "0.86em"};
  --title-size: {pt(geometry.title)}; --logo-limit: {pt(min(0.12 * geometry.column, 72.0))};
  --contents-size: {pt(geometry.small(0.94))};
}}
@page {{
  @footnote {{
    margin-{start}: {pt(geometry.outdent)};
    background: url("handbill-mark:rule") no-repeat {start} top;
  }}
}}
{_rules()}{boxed}"""
