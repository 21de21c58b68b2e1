"""Colours of a publication's style sheet that are hard to tell apart (WCAG 2.1, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handbill.contrast import contrast_ratio, relative_luminance
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.rules import at, diagnostic

__all__ = ["low_contrast"]

INK, PAPER = (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)
"""What text and page are coloured where a style sheet does not say: our formats' own ink is nearly black."""

_TEXT, _LARGE, _GRAPHIC = 4.5, 3.0, 3.0
_PAGE = re.compile(r"(?:html|body|:root|\.handbill-article)?")
_CARRIES_MEANING = re.compile(r"\.(?:admonition|checkbox)\b|(?:^|[\s>+~])a\b")
"""What has a border or a line that tells something: callouts, boxes to tick, links."""

_SIDES = ("top", "right", "bottom", "left", "inline-start", "inline-end", "inline", "block-start", "block-end", "block")
_LINES = ("border", "border-color", *(f"border-{side}{part}" for side in _SIDES for part in ("", "-color")), "outline-color",
          "text-decoration-color")  # fmt: skip
_LARGE_SIZES = {"pt": (18.0, 14.0), "px": (24.0, 18.66), "em": (1.5, 1.1667), "rem": (1.5, 1.1667), "%": (150.0, 116.67)}
"""By unit, from which size text is large, and from which where it is bold; at the body size of 12 pt."""

Colour = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of a style sheet, the declarations of each property with its last one's tokens; `alone` in a query that few media meet."""

    selectors: tuple[str, ...]
    values: Mapping[str, Sequence[Any]]
    line: int
    column: int
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    alone: bool = False


def low_contrast(css: str, path: str) -> list[Diagnostic]:
    """Return a warning for each rule whose colours have too little contrast, or one that cannot be worked out; `path` is the style sheet's.

    Text has a contrast of 4.5 to what is behind it, large text and what carries meaning (a callout's border, a link's underline) one of
    3. Behind it is the rule's own background, else that of what its selector begins with, else the page's.
    """
    import tinycss2

    rules = list(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))
    custom = {name: tokens for rule in rules if not rule.alone for name, tokens in rule.values.items() if name.startswith("--")}
    found: list[Diagnostic] = []
    for rule in rules:
        others = [rule] if rule.alone else rules
        for message, place in _faults(rule, others, custom):
            hint = "make one darker or the other lighter; a rule that sets a background sets its text's color too"
            found.append(diagnostic("low-contrast", message, at(path, *place), hint))
    return list(dict.fromkeys(found))


def _rules(nodes: Sequence[Any], *, alone: bool = False) -> Iterator[_Rule]:
    import tinycss2

    for node in nodes:
        if node.type == "at-rule" and node.content is not None and node.lower_at_keyword in ("media", "supports", "layer"):
            dark = "dark" in tinycss2.serialize(node.prelude)
            yield from _rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True), alone=alone or dark)
        if node.type != "qualified-rule":
            continue
        declarations = [one for one in tinycss2.parse_blocks_contents(node.content) if one.type == "declaration"]
        selectors = tuple(" ".join(one.split()) for one in tinycss2.serialize(node.prelude).split(","))
        yield _Rule(
            selectors,
            {one.name if one.name.startswith("--") else one.lower_name: _solid(one.value) for one in declarations},
            node.source_line,
            node.source_column,
            {one.lower_name: (one.source_line, one.source_column) for one in declarations},
            alone,
        )


def _solid(tokens: Sequence[Any]) -> list[Any]:
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def _faults(rule: _Rule, rules: Sequence[_Rule], custom: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield what is wrong with the colours of a rule, and where."""
    for name in ("color", "background-color", "background", *_LINES):
        if name in rule.values and _colour(rule.values[name], custom) == "unknown":
            yield f"the contrast of `{name}` cannot be worked out: write the colour as #rrggbb", rule.places[name]
    sets_text, sets_ground = "color" in rule.values, _ground_of(rule, custom) is not None
    graphics = [name for name in _LINES if name in rule.values and any(_CARRIES_MEANING.search(one) for one in rule.selectors)]
    for selector in rule.selectors:
        ground = _over(_nearest(selector, rules, custom, ground=True) or PAPER, PAPER)
        if (sets_text and sets_ground) if rule.alone else (sets_text or sets_ground):
            text = _over(_nearest(selector, rules, custom, ground=False) or INK, ground)
            needed = _LARGE if _is_large(selector, rule) else _TEXT
            if (ratio := _contrast(text, ground)) < needed:
                place = rule.places["color"] if sets_text else (rule.line, rule.column)
                yield f"the text of `{selector}` has a contrast of {_shown(ratio)} to what is behind it; it needs {needed:g}", place
                return
        for name in graphics:
            line = _colour(rule.values[name], custom)
            if isinstance(line, tuple) and line[3] > 0 and (ratio := _contrast(_over(line, ground), ground)) < _GRAPHIC:
                yield (
                    f"the `{name}` of `{selector}` has a contrast of {_shown(ratio)} to what is behind it; it needs {_GRAPHIC:g}",
                    rule.places[name],
                )
                return


def _shown(ratio: float) -> str:
    """Return a ratio rounded down, so that what is too little never looks enough."""
    return f"{int(ratio * 100) / 100:g}"


def _nearest(selector: str, rules: Sequence[_Rule], custom: Mapping[str, Sequence[Any]], *, ground: bool) -> Colour | None:
    """Return the colour that holds for a selector: of the longest selector that it begins with, the page's being the shortest."""
    best: tuple[int, Colour | None] = (-1, None)
    for rule in rules:
        colour = _ground_of(rule, custom) if ground else _as_colour(rule.values.get("color"), custom)
        if colour is None:
            continue
        for other in rule.selectors:
            begins = selector == other or (selector.startswith(other) and selector[len(other)] in " >.:[#")
            length = 0 if _PAGE.fullmatch(other) else len(other) if begins else -1
            if length >= best[0] and length >= 0:
                best = (length, colour)
    return best[1]


def _ground_of(rule: _Rule, custom: Mapping[str, Sequence[Any]]) -> Colour | None:
    return _as_colour(rule.values.get("background-color") or rule.values.get("background"), custom)


def _as_colour(tokens: Sequence[Any] | None, custom: Mapping[str, Sequence[Any]]) -> Colour | None:
    found = _colour(tokens, custom) if tokens else None
    return found if isinstance(found, tuple) else None


def _colour(tokens: Sequence[Any], custom: Mapping[str, Sequence[Any]], depth: int = 0) -> Colour | str | None:
    """Return the first colour among tokens; None where there is none, and "unknown" for one of no sRGB notation."""
    from tinycss2 import color4

    for token in tokens:
        if token.type == "function" and token.lower_name == "var":
            inner = _solid(token.arguments)
            value = custom.get(inner[0].value) if inner and inner[0].type == "ident" else None
            found = _colour(inner[2:] if value is None else value, custom, depth + 1) if depth < _DEEPEST else None
            if found is not None:
                return found
            continue
        if token.type == "function" and token.lower_name in ("color-mix", "light-dark", "device-cmyk"):
            return "unknown"
        parsed = color4.parse_color(token) if token.type in ("ident", "hash", "function") else None
        if parsed is None or parsed == "currentcolor":
            continue
        try:
            red, green, blue = parsed.to("srgb").coordinates
        except NotImplementedError:
            return "unknown"
        return red, green, blue, parsed.alpha
    return None


_DEEPEST = 20


def _is_large(selector: str, rule: _Rule) -> bool:
    """Tell whether text is large: at least 18 pt, or 14 pt and bold (WCAG 2.1, large scale); headings of the first two levels are."""
    size = next((token for token in rule.values.get("font-size", ()) if token.type in ("dimension", "percentage")), None)
    heading = re.search(r"(?:^|[\s>+~])h[12]\b[^\s>+~]*$", selector) is not None
    if size is None:
        return heading
    unit = "%" if size.type == "percentage" else size.lower_unit
    large, large_bold = _LARGE_SIZES.get(unit, (float("inf"), float("inf")))
    weight = next((token for token in rule.values.get("font-weight", ())), None)
    bold = heading if weight is None else getattr(weight, "lower_value", "") == "bold" or getattr(weight, "value", 0) in (700, 800, 900)
    return bool(size.value >= large or (bold and size.value >= large_bold))


def _over(top: Colour, bottom: Colour) -> Colour:
    """Return what is seen of a colour over an opaque one (Compositing and Blending Level 1, 5.1)."""
    red, green, blue = (above * top[3] + below * (1 - top[3]) for above, below in zip(top[:3], bottom[:3], strict=True))
    return red, green, blue, 1.0


def _contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two opaque colours."""
    return contrast_ratio(relative_luminance(*one[:3]), relative_luminance(*other[:3]))
