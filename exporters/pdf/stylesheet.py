"""The style sheet of an edition: the lengths that its geometry and options decide, before the rules of handout.css."""

from __future__ import annotations

import functools
from importlib import resources

from .geometry import LINE, Geometry
from .options import PdfOptions

__all__ = ["stylesheet"]


@functools.cache
def _rules() -> str:
    return resources.files(__package__).joinpath("handout.css").read_text(encoding="utf-8")


def stylesheet(options: PdfOptions, geometry: Geometry, direction: str) -> str:
    """Return the whole style sheet for a text that runs `ltr` or `rtl`. Lengths are in points; rules in rem follow the font size."""
    pt = "{:.3f}pt".format
    start = "right" if direction == "rtl" else "left"
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
}}
@page {{
  @footnote {{
    margin-{start}: {pt(geometry.outdent)};
    background: url("handbill-mark:rule") no-repeat {start} top;
  }}
}}
{_rules()}"""
