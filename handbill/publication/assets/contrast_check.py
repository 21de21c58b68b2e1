"""The check of a style sheet for colours of too little contrast (WCAG 2.1, 1.4.3 and 1.4.11).

`low_contrast` takes the CSS and returns a warning for each rule that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handbill.contrast import contrast_ratio, relative_luminance
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.rules import diagnostic, location

__all__ = ["low_contrast"]

DEFAULT_TEXT, DEFAULT_BACKGROUND = (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)
"""The colours of text and page where a style sheet sets none: the default text colour of all formats is nearly black."""

_TEXT_RATIO, _LARGE_TEXT_RATIO, _LINE_RATIO = 4.5, 3.0, 3.0
_PAGE_SELECTOR = re.compile(r"(?:html|body|:root|\.handbill-article)?")
_CARRIES_MEANING = re.compile(r"\.(?:admonition|checkbox)\b|(?:^|[\s>+~])a\b")
"""Selectors of elements whose borders or lines carry meaning: callouts, checkboxes, links."""

_SIDES = ("top", "right", "bottom", "left", "inline-start", "inline-end", "inline", "block-start", "block-end", "block")
_LINE_PROPERTIES = ("border", "border-color", *(f"border-{side}{part}" for side in _SIDES for part in ("", "-color")), "outline-color",
          "text-decoration-color")  # fmt: skip
_LARGE_SIZES = {"pt": (18.0, 14.0), "px": (24.0, 18.66), "em": (1.5, 1.1667), "rem": (1.5, 1.1667), "%": (150.0, 116.67)}
"""By unit, the size from which text is large, and the size from which bold text is; at the body size of 12 pt."""

Colour = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of a style sheet. `values` has the tokens of each property's last declaration, `places` its line and column.

    `dark_only` is whether it stands in a media query for a dark colour scheme, and so does not combine with the other rules.
    """

    selectors: tuple[str, ...]
    values: Mapping[str, Sequence[Any]]
    line: int
    column: int
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    dark_only: bool = False


def low_contrast(css: str, path: str) -> list[Diagnostic]:
    """Return a warning for each rule whose colours have too little contrast, or whose contrast is unknown. `path` names the style sheet.

    Text needs a contrast of 4.5 to its background; large text, and borders or lines that carry meaning (a callout's border, a link's
    underline), need 3. The background is the rule's own, else that of a rule whose selector its own begins with, else the page's.
    """
    import tinycss2

    rules = list(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))
    variables = {name: tokens for rule in rules if not rule.dark_only for name, tokens in rule.values.items() if name.startswith("--")}
    found: list[Diagnostic] = []
    for rule in rules:
        others = [rule] if rule.dark_only else rules
        for message, place in _problems(rule, others, variables):
            hint = "make one darker or the other lighter; a rule that sets a background sets its text's color too"
            found.append(diagnostic("low-contrast", message, location(path, *place), hint))
    return list(dict.fromkeys(found))


def _rules(nodes: Sequence[Any], *, dark_only: bool = False) -> Iterator[_Rule]:
    """Yield the style rules of a style sheet, those in `@media`, `@supports` and `@layer` too."""
    import tinycss2

    for node in nodes:
        if node.type == "at-rule" and node.content is not None and node.lower_at_keyword in ("media", "supports", "layer"):
            dark = "dark" in tinycss2.serialize(node.prelude)
            yield from _rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True), dark_only=dark_only or dark)
        if node.type != "qualified-rule":
            continue
        declarations = [one for one in tinycss2.parse_blocks_contents(node.content) if one.type == "declaration"]
        selectors = tuple(" ".join(one.split()) for one in tinycss2.serialize(node.prelude).split(","))
        yield _Rule(
            selectors,
            {one.name if one.name.startswith("--") else one.lower_name: _significant_tokens(one.value) for one in declarations},
            node.source_line,
            node.source_column,
            {one.lower_name: (one.source_line, one.source_column) for one in declarations},
            dark_only,
        )


def _significant_tokens(tokens: Sequence[Any]) -> list[Any]:
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def _problems(rule: _Rule, rules: Sequence[_Rule], variables: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield a message and its line and column for each problem of the colours of a rule."""
    for name in ("color", "background-color", "background", *_LINE_PROPERTIES):
        if name in rule.values and _first_colour(rule.values[name], variables) == "unknown":
            yield f"the contrast of `{name}` cannot be worked out: write the colour as #rrggbb", rule.places[name]
    sets_text, sets_background = "color" in rule.values, _background(rule, variables) is not None
    lines = [name for name in _LINE_PROPERTIES if name in rule.values and any(_CARRIES_MEANING.search(one) for one in rule.selectors)]
    for selector in rule.selectors:
        background = _composite(_inherited_colour(selector, rules, variables, background=True) or DEFAULT_BACKGROUND, DEFAULT_BACKGROUND)
        if (sets_text and sets_background) if rule.dark_only else (sets_text or sets_background):
            text = _composite(_inherited_colour(selector, rules, variables, background=False) or DEFAULT_TEXT, background)
            needed = _LARGE_TEXT_RATIO if _is_large(selector, rule) else _TEXT_RATIO
            if (ratio := _contrast(text, background)) < needed:
                place = rule.places["color"] if sets_text else (rule.line, rule.column)
                yield f"the text of `{selector}` has a contrast of {_ratio_text(ratio)} to what is behind it; it needs {needed:g}", place
                return
        for name in lines:
            line = _first_colour(rule.values[name], variables)
            if isinstance(line, tuple) and line[3] > 0 and (ratio := _contrast(_composite(line, background), background)) < _LINE_RATIO:
                yield (
                    f"the `{name}` of `{selector}` has a contrast of {_ratio_text(ratio)} to what is behind it; it needs {_LINE_RATIO:g}",
                    rule.places[name],
                )
                return


def _ratio_text(ratio: float) -> str:
    """Return a ratio rounded down to two decimals, so that one below a limit is never shown as the limit."""
    return f"{int(ratio * 100) / 100:g}"


def _inherited_colour(selector: str, rules: Sequence[_Rule], variables: Mapping[str, Sequence[Any]], *, background: bool) -> Colour | None:
    """Return the colour of the rule with the longest selector that this one begins with; the page's selector is the shortest."""
    best: tuple[int, Colour | None] = (-1, None)
    for rule in rules:
        colour = _background(rule, variables) if background else _known_colour(rule.values.get("color"), variables)
        if colour is None:
            continue
        for other in rule.selectors:
            begins = selector == other or (selector.startswith(other) and selector[len(other)] in " >.:[#")
            length = 0 if _PAGE_SELECTOR.fullmatch(other) else len(other) if begins else -1
            if length >= best[0] and length >= 0:
                best = (length, colour)
    return best[1]


def _background(rule: _Rule, variables: Mapping[str, Sequence[Any]]) -> Colour | None:
    return _known_colour(rule.values.get("background-color") or rule.values.get("background"), variables)


def _known_colour(tokens: Sequence[Any] | None, variables: Mapping[str, Sequence[Any]]) -> Colour | None:
    found = _first_colour(tokens, variables) if tokens else None
    return found if isinstance(found, tuple) else None


def _first_colour(tokens: Sequence[Any], variables: Mapping[str, Sequence[Any]], depth: int = 0) -> Colour | str | None:
    """Return the first colour among tokens in sRGB; None where there is none, "unknown" where it cannot be converted."""
    from tinycss2 import color4

    for token in tokens:
        if token.type == "function" and token.lower_name == "var":
            inner = _significant_tokens(token.arguments)
            value = variables.get(inner[0].value) if inner and inner[0].type == "ident" else None
            found = _first_colour(inner[2:] if value is None else value, variables, depth + 1) if depth < _MAX_VARIABLE_DEPTH else None
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


_MAX_VARIABLE_DEPTH = 20


def _is_large(selector: str, rule: _Rule) -> bool:
    """Return whether text is large: at least 18 pt, or 14 pt and bold (WCAG 2.1, large scale). Headings of levels 1 and 2 are large."""
    size = next((token for token in rule.values.get("font-size", ()) if token.type in ("dimension", "percentage")), None)
    heading = re.search(r"(?:^|[\s>+~])h[12]\b[^\s>+~]*$", selector) is not None
    if size is None:
        return heading
    unit = "%" if size.type == "percentage" else size.lower_unit
    large, large_bold = _LARGE_SIZES.get(unit, (float("inf"), float("inf")))
    weight = next((token for token in rule.values.get("font-weight", ())), None)
    bold = heading if weight is None else getattr(weight, "lower_value", "") == "bold" or getattr(weight, "value", 0) in (700, 800, 900)
    return bool(size.value >= large or (bold and size.value >= large_bold))


def _composite(top: Colour, bottom: Colour) -> Colour:
    """Return the colour that results from a colour over an opaque one (Compositing and Blending Level 1, 5.1)."""
    red, green, blue = (above * top[3] + below * (1 - top[3]) for above, below in zip(top[:3], bottom[:3], strict=True))
    return red, green, blue, 1.0


def _contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two opaque colours."""
    return contrast_ratio(relative_luminance(*one[:3]), relative_luminance(*other[:3]))
