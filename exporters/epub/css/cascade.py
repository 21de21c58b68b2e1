"""Applies the cascade (CSS Cascading Level 4): which declarations apply to each element of a page, the strongest last."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from .blank_glyphs import FontFace
from .stylesheets import Load, NotUnderstood, Rule, declarations, page_rules
from .tokens import significant_tokens
from .variables import asks_for_variables

__all__ = ["Matched", "Styles", "page_styles", "winning", "word"]

_MOST_CONDITIONS = 5


@dataclass(frozen=True, slots=True)
class Matched:
    """A declaration that applies to an element, with its weight in the cascade (CSS Cascading Level 4, 6.1)."""

    weight: tuple[bool, bool, tuple[int, ...], int]
    name: str
    tokens: tuple[Any, ...]
    conditions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Styles:
    """The declarations for each element of a page, in document order, the strongest last, and the fonts that its sheets name."""

    elements: Sequence[etree._Element]
    matched: Sequence[Sequence[Matched]]
    fonts: Sequence[FontFace]

    def cases(self) -> Iterator[frozenset[str]]:
        """Yield every combination of the conditions, as each may hold or not. Raises NotUnderstood where there are too many."""
        conditions = sorted({condition for own in self.matched for each in own for condition in each.conditions})
        if len(conditions) > _MOST_CONDITIONS:
            raise NotUnderstood("too many conditions")
        for count in range(len(conditions) + 1):
            yield from map(frozenset, itertools.combinations(conditions, count))


def page_styles(root: etree._Element, folder: str, load: Load) -> Styles:
    """Return the styles of a page in that folder; `load` returns style sheets by their references. Raises NotUnderstood."""
    rules, fonts = page_rules(root, folder, load)
    return Styles(list(root.iter(etree.Element)), _matching(root, rules), fonts)


def _matching(root: etree._Element, rules: Sequence[Rule]) -> list[list[Matched]]:
    """Return for each element, in document order, the declarations that apply to it, the strongest last."""
    import cssselect2
    import tinycss2

    matcher = cssselect2.Matcher()
    for rule in rules:
        for selector in _compiled(tinycss2.serialize(rule.selector)):
            matcher.add_selector(selector, rule)
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


@functools.lru_cache(maxsize=1024)
def _compiled(selectors: str) -> tuple[Any, ...]:
    """Return compiled selectors, which the pages of a book, and books of one design, have in common."""
    import cssselect2

    try:
        return tuple(cssselect2.compile_selector_list(selectors))
    except cssselect2.SelectorError as error:
        raise NotUnderstood("a selector") from error


def _matched(declaration: Any, inline: bool, specificity: tuple[int, ...], order: int, conditions: frozenset[str]) -> Matched:
    tokens = tuple(significant_tokens(declaration.value))
    name = declaration.name if declaration.name.startswith("--") else declaration.lower_name
    if asks_for_variables(tokens):
        # Reading systems without custom properties keep an earlier declaration.
        conditions |= {"custom properties"}
    if name == "background-color" and word(tokens) == "none":
        # Only the shorthand knows this word; without a value the colour counts as not understood.
        tokens = ()
    if name == "background":
        name = "background-color"
    return Matched((declaration.important, inline, specificity, order), name, tokens, conditions)


def winning(matched: Sequence[Matched], holding: frozenset[str]) -> dict[str, tuple[Any, ...]]:
    """Return the value of each property while these conditions hold."""
    return {each.name: each.tokens for each in matched if each.conditions <= holding}


def word(tokens: tuple[Any, ...]) -> str:
    """Return the one keyword that a value is, in lower case; "" for any other value."""
    return tokens[0].lower_value if len(tokens) == 1 and tokens[0].type == "ident" else ""
