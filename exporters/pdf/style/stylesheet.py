"""The style sheet of an edition: rules with the lengths of its geometry and options, then handout.css, scripts.css and boxed.css."""

from __future__ import annotations

import functools
from importlib import resources

from ..options import PdfOptions
from .geometry import LINE_HEIGHT, TABLE_SHARE, Geometry

__all__ = ["stylesheet"]


@functools.cache
def _design_rules() -> str:
    """Return the rules of the design, followed by those for single scripts."""
    folder = resources.files(__package__)
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("handout.css", "scripts.css"))


@functools.cache
def _boxed_notice_rules() -> str:
    return resources.files(__package__).joinpath("boxed.css").read_text(encoding="utf-8")


def stylesheet(options: PdfOptions, geometry: Geometry, direction: str) -> str:
    """Return the style sheet for a text of direction `ltr` or `rtl`. Lengths are in points; lengths in rem follow the font size."""
    pt, small = "{:.3f}pt".format, geometry.small_type
    rows = (
        f".handbill-notice {{ display: flex }} .handbill-notice-text {{ width: {pt(geometry.content - geometry.reference)} }} "
        f".handbill-see {{ width: {pt(geometry.reference)}; text-align: end }}"
        if geometry.reference
        else ".handbill-see { display: block }"
    )
    start = "right" if direction == "rtl" else "left"
    boxed = ""
    if geometry.boxed_font:
        size, padding, gap = (
            pt(geometry.boxed_font),
            f"{pt(0.4 * geometry.boxed_font)} {pt(0.8 * geometry.boxed_font)}",
            pt(0.8 * geometry.boxed_font),
        )
        boxed = f"{_boxed_notice_rules()}html {{ --boxed-size: {size}; --boxed-padding: {padding}; --boxed-gap: {gap} }}\n"
    return f"""\
@page {{
  size: {pt(geometry.width)} {pt(geometry.height)};
  margin: {pt(geometry.top)} {pt(geometry.side)} {pt(geometry.bottom)} {pt(geometry.side)};
}}
html {{
  font-size: {pt(geometry.font)}; line-height: {LINE_HEIGHT};
  hyphens: {"auto" if options.hyphenate else "manual"};
  text-align: {"justify" if options.justify else "start"};
  hyphenate-limit-zone: {"0" if options.justify else "12%"};
  --outdent: {pt(geometry.outdent)}; --furniture: {pt(geometry.margin_font)};
  --column: {pt(geometry.column)}; --content: {pt(geometry.content)};
  --note-size: {pt(small(0.84))}; --caption-size: {pt(small(0.88))}; --table-size: {pt(small(TABLE_SHARE))};
  --code-size: {pt(small(0.86))}; --aside-size: {pt(small(0.9))};
  --small: {"1em" if small(0.5) > 0.5 * geometry.font else "0.86em"};
  --title-size: {pt(geometry.title)}; --logo-limit: {pt(min(0.12 * geometry.column, 72.0))};
  --contents-size: {pt(small(0.94))};
}}
@page {{
  @footnote {{
    margin-{start}: {pt(geometry.outdent)};
    background: url("handbill-mark:rule") no-repeat {start} top;
  }}
}}
{_design_rules()}{rows}
{boxed}"""
