"""Adapts a publication's style sheet to a book: its URLs, its colours in a dark theme, what EPUB and the proof do not allow.

The declarations that may stay are those that the read-back accepts (`..css`), so that no theme can hide a notice from the proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..css.containment import selectors, selects_images, stays_in_place
from ..css.stylesheets import is_structural
from ..css.tokens import url_value

__all__ = ["packaged_style_sheet", "style_sheet_images"]

_COLOURS = frozenset({"background", "background-color", "background-image", "color"})
# The most media queries and feature queries: the proof evaluates a page under each combination of them.
_MOST_CONDITIONS = 3
_LIGHT_THEME = "(prefers-color-scheme: light)"
_CONDITIONAL_RULES = frozenset({"media", "supports"})


def style_sheet_images(css: str) -> list[str]:
    """Return the URLs in a style sheet, each once, in their order."""
    return list(dict.fromkeys(url_value(token) for token in _tokens(_parse(css)) if url_value(token)))


def packaged_style_sheet(css: str, paths: Mapping[str, str]) -> tuple[bytes, list[str]]:
    """Return the style sheet for the package in UTF-8, and the declarations and selectors that were dropped.

    URLs lead to `paths`, the paths in the package by the assets' names. A reading system that turns the page dark keeps the colours of a
    style sheet: unless the sheet has rules for a dark theme, its colours of text and background apply in a light theme alone.

    Rules for printed pages and font files are left out silently: the first have no meaning in a book, the second are the package's own
    matter. Dropped are declarations that could lay a part of the article over the notice behind it, and selectors and rules that depend
    on more than the text: states, pseudo-elements, many media queries.
    """
    nodes = _parse(css)
    for token in _tokens(nodes):
        if url_value(token) in paths:
            _redirect(token, paths[url_value(token)])
    theme = _ThemeFilter(light_only="prefers-color-scheme" not in css.lower())
    return "\n".join(theme.rules(nodes)).encode(), list(dict.fromkeys(theme.dropped))


def _parse(css: str) -> list[Any]:
    """Return the style rules of a style sheet, and its media and feature queries."""
    import tinycss2

    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return [node for node in nodes if node.type == "qualified-rule" or _is_conditional_rule(node)]


def _is_conditional_rule(node: Any) -> bool:
    return bool(node.type == "at-rule" and node.lower_at_keyword in _CONDITIONAL_RULES)


def _tokens(nodes: Sequence[Any]) -> Iterator[Any]:
    """Yield all component values, also those inside of blocks and functions."""
    for node in nodes:
        yield node
        for name in ("prelude", "content", "arguments", "value"):
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                yield from _tokens(inner)


def _redirect(token: Any, path: str) -> None:
    """Change a URL to a path in the package, which needs no escapes: it has ASCII letters, digits, slashes, hyphens and full stops."""
    if token.type == "url":
        token.value, token.representation = path, f'url("{path}")'
        return
    (string,) = (part for part in token.arguments if part.type == "string")
    string.value, string.representation = path, f'"{path}"'


class _ThemeFilter:
    """Writes the rules that may stay, and collects in `dropped` what may not. With `light_only`, colours apply in a light theme alone."""

    def __init__(self, *, light_only: bool) -> None:
        self.dropped: list[str] = []
        self._light_only = light_only
        self._conditions: set[str] = set()

    def rules(self, nodes: Sequence[Any]) -> Iterator[str]:
        """Yield the rules that may stay, as text."""
        import tinycss2

        for node in nodes:
            if node.type == "qualified-rule":
                yield from self._rule(node)
            elif _is_conditional_rule(node) and node.content is not None:
                head = f"@{node.lower_at_keyword} {tinycss2.serialize(node.prelude).strip()}"
                if len(self._conditions | {head}) > _MOST_CONDITIONS:
                    self.dropped.append(head)
                    continue
                self._conditions.add(head)
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                rules = "\n".join(self.rules(inner))
                if rules:
                    yield f"{head} {{\n{rules}\n}}"

    def _rule(self, node: Any) -> Iterator[str]:
        """Yield a style rule without what is dropped, and its colours as a rule for a light theme where they apply there alone."""
        import tinycss2

        staying = [each for each in selectors(node.prelude) if self._may_stay(each)]
        if not staying:
            return
        images_only = all(map(selects_images, staying))
        selector = ", ".join(tinycss2.serialize(each).strip() for each in staying)
        plain: list[str] = []
        coloured: list[str] = []
        for each in tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True):
            text = " ".join(each.serialize().split())
            if each.type != "declaration" or not stays_in_place(each, images_only):
                self.dropped.append(text)
            else:
                (coloured if self._light_only and each.lower_name in _COLOURS else plain).append(f"  {text};")
        if plain:
            yield "\n".join([f"{selector} {{", *plain, "}"])
        if coloured:
            yield "\n".join([f"@media {_LIGHT_THEME} {{", f"{selector} {{", *coloured, "}", "}"])

    def _may_stay(self, selector: Sequence[Any]) -> bool:
        """Return whether the selector depends on the document tree alone; record it as dropped where it does not."""
        import tinycss2

        if is_structural(selector):
            return True
        self.dropped.append(tinycss2.serialize(selector).strip())
        return False
