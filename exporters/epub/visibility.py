"""Which elements of a page show their text to a person, found by evaluating the page's style.

What is not understood counts as hiding: the proof would rather fail than trust. Text counts as visible where it is visible in
a light and in a dark theme, and with every condition of the style sheets (media queries, features) holding and not holding.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from .colour import BLACK, WHITE, YELLOW, Colour, contrast, over, parse_colour
from .lengths import ROOT_SIZE, font_size
from .properties import OVERLAYING, horizontal_extent, is_harmless
from .stylesheets import Load, NotUnderstood, Rule, declarations, page_rules
from .vocabulary import has_only_known_attributes, is_scripted, is_shown

__all__ = ["LEAST_CONTRAST", "LEAST_SIZE", "visible_elements"]

LEAST_CONTRAST = 4.5
LEAST_SIZE = 6.0
_GREATEST_SIZE = 60.0
_FARTHEST_INDENT = 40.0
_MOST_CONDITIONS = 5

_XHTML = "{http://www.w3.org/1999/xhtml}"

# HTML, 15.3: the font sizes that browsers give, as a share of the parent's.
_DEFAULT_SIZES = {
    "h1": 2.0,
    "h2": 1.5,
    "h3": 1.17,
    "h5": 0.83,
    "h6": 0.67,
    "small": 0.8333,
    "sub": 0.8333,
    "sup": 0.8333,
    "rt": 0.5,
}
_DEFAULT_SIZES |= dict.fromkeys(("code", "kbd", "pre", "samp"), 0.8125)

_COMPUTED = frozenset({"background", "background-color", "color", "font-size", "visibility"})


@dataclass(frozen=True, slots=True)
class _Matched:
    """A declaration that is for an element, with its weight in the cascade (CSS Cascading Level 4, 6.1)."""

    weight: tuple[bool, bool, tuple[int, ...], int]
    name: str
    tokens: tuple[Any, ...]
    conditions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an element is whatever its style: its number in document order, and how many characters it holds."""

    number: int
    tag: str
    shown: bool
    characters: int


@dataclass(frozen=True, slots=True)
class _Style:
    """What an element hands down: `shown` that nothing around it hides it; size in points; the colours as they are seen.

    `indent` is how far margins and padding have moved it, in em.
    """

    shown: bool
    visible: bool
    size: float
    colour: Colour
    ground: Colour
    indent: float = 0.0


def visible_elements(root: etree._Element, folder: str, load: Load) -> list[etree._Element]:
    """Return the elements whose own text (not that of their children) a person sees.

    `folder` is the page's.
    """
    elements = list(root.iter(etree.Element))
    try:
        if is_scripted(root):
            return []
        kinds = {element: _kind(number, element) for number, element in enumerate(elements)}
        rules = page_rules(root, folder, load)
        conditions = sorted(set().union(*(rule.conditions for rule in rules)))
        if len(conditions) > _MOST_CONDITIONS:
            return []
        matched = _match(root, rules)
        seen = set(range(len(elements)))
        for count in range(len(conditions) + 1):
            for holding in itertools.combinations(conditions, count):
                winners = [_winners(matched[number], frozenset(holding)) for number in range(len(elements))]
                for text, ground in ((BLACK, WHITE), (WHITE, BLACK)):
                    start = _Style(True, True, ROOT_SIZE, text, ground)
                    seen &= _evaluate(root, kinds, winners, start)
    except NotUnderstood:
        return []
    return [elements[number] for number in sorted(seen)]


def _match(root: etree._Element, rules: Sequence[Rule]) -> list[list[_Matched]]:
    """Return for each element, in document order, the declarations that are for it, the strongest last."""
    import cssselect2

    matcher = cssselect2.Matcher()
    for rule in rules:
        try:
            for selector in cssselect2.compile_selector_list(rule.selector):
                matcher.add_selector(selector, rule)
        except cssselect2.SelectorError as error:
            raise NotUnderstood("a selector") from error
    found = []
    for wrapped in cssselect2.ElementWrapper.from_xml_root(root).iter_subtree():
        if not isinstance(wrapped.etree_element.tag, str):
            continue
        own = [
            _matched(declaration, False, specificity, order, rule.conditions)
            for specificity, order, _, rule in matcher.match(wrapped)
            for declaration in rule.declarations
        ]
        style = wrapped.etree_element.get("style")
        if style is not None:
            own += [_matched(declaration, True, (), 0, frozenset()) for declaration in declarations(style)]
        found.append(sorted(own, key=lambda each: each.weight))
    return found


def _matched(declaration: Any, inline: bool, specificity: tuple[int, ...], order: int, conditions: frozenset[str]) -> _Matched:
    tokens = tuple(token for token in declaration.value if token.type not in ("whitespace", "comment"))
    name = declaration.lower_name
    if name == "background-color" and _word(tokens) == "none":
        # Only the shorthand knows this word; without a value the colour counts as not understood.
        tokens = ()
    if name == "background":
        name = "background-color"
    return _Matched((declaration.important, inline, specificity, order), name, tokens, conditions)


def _winners(matched: Sequence[_Matched], holding: frozenset[str]) -> dict[str, tuple[Any, ...]]:
    return {each.name: each.tokens for each in matched if each.conditions <= holding}


def _evaluate(
    root: etree._Element, kinds: Mapping[etree._Element, _Kind], winners: Sequence[Mapping[str, tuple[Any, ...]]], start: _Style
) -> set[int]:
    """Return the numbers of the elements whose text is seen. Raises NotUnderstood for what could cover other elements' text."""
    seen: set[int] = set()
    pending = [(root, start)]
    while pending:
        element, around = pending.pop()
        kind = kinds[element]
        style = _computed(kind, winners[kind.number], around)
        readable = contrast(over(style.colour, style.ground), style.ground) >= LEAST_CONTRAST
        if style.shown and style.visible and readable and LEAST_SIZE <= style.size <= _GREATEST_SIZE:
            seen.add(kind.number)
        pending.extend((child, style) for child in element if isinstance(child.tag, str))
    return seen


def _kind(number: int, element: etree._Element) -> _Kind:
    characters = sum(len("".join(str(piece).split())) for piece in element.itertext())
    tag = str(element.tag).removeprefix(_XHTML)
    return _Kind(number, tag, is_shown(element) and has_only_known_attributes(element), characters)


def _computed(kind: _Kind, winners: Mapping[str, tuple[Any, ...]], around: _Style) -> _Style:
    tag = kind.tag
    if tag in ("col", "colgroup") and not winners.keys() <= {"width"}:
        raise NotUnderstood("the style of a column is that of its cells")
    indent = around.indent + sum(horizontal_extent(name, tokens) for name, tokens in winners.items())
    shown = around.shown and kind.shown and indent <= _FARTHEST_INDENT
    for name, tokens in winners.items():
        if name not in _COMPUTED and not is_harmless(name, tokens, kind.characters):
            if name in OVERLAYING:
                raise NotUnderstood(name)
            shown = False
    try:
        size = _size(winners.get("font-size"), around.size, tag)
        colour = _colour(winners.get("color"), around.colour, BLACK if tag == "mark" else around.colour)
        ground = _ground(winners.get("background-color"), around.ground, tag)
        visible = _visible(winners.get("visibility"), around.visible)
    except NotUnderstood:
        return _Style(False, False, around.size, around.colour, around.ground)
    return _Style(shown, visible, size, colour, ground, indent)


def _word(tokens: tuple[Any, ...]) -> str:
    return tokens[0].lower_value if len(tokens) == 1 and tokens[0].type == "ident" else ""


def _size(tokens: tuple[Any, ...] | None, inherited: float, tag: str) -> float:
    if tokens is None:
        return inherited * _DEFAULT_SIZES.get(tag, 1.0)
    size = font_size(tokens, inherited)
    if size is None:
        raise NotUnderstood("font-size")
    return size


def _colour(tokens: tuple[Any, ...] | None, inherited: Colour, default: Colour) -> Colour:
    if tokens is None:
        return default
    if _word(tokens) in ("inherit", "unset", "currentcolor"):
        return inherited
    colour = parse_colour(tokens)
    if colour is None:
        raise NotUnderstood("color")
    return colour


def _ground(tokens: tuple[Any, ...] | None, inherited: Colour, tag: str) -> Colour:
    if tokens is None:
        return YELLOW if tag == "mark" else inherited
    if _word(tokens) in ("none", "initial", "unset"):
        return inherited
    colour = parse_colour(tokens)
    if colour is None:
        raise NotUnderstood("background")
    return over(colour, inherited)


def _visible(tokens: tuple[Any, ...] | None, inherited: bool) -> bool:
    if tokens is not None and _word(tokens) == "collapse":
        raise NotUnderstood("what collapses may be other elements")
    if tokens is None or _word(tokens) in ("inherit", "unset"):
        return inherited
    return _word(tokens) in ("visible", "initial")
