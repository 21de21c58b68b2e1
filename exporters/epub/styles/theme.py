"""A publication's style sheet, made fit for reading systems: their colours at night, their files, what EPUB forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..css.properties import is_harmless
from ..css.stylesheets import is_structural
from ..css.variables import asks_for_variables

__all__ = ["packaged_style_sheet", "style_sheet_images"]

# EPUB 3.3, 6.3.1: these come from the markup, where they survive without a style sheet.
_FORBIDDEN = frozenset({"direction", "unicode-bidi"})
_COLOURS = frozenset({"background", "background-color", "background-image", "color"})
# What changes how an element itself looks, or hides it, but moves and covers nothing.
_OF_ITSELF = frozenset(
    "accent-color background background-attachment background-clip background-color background-image background-origin "
    "background-position background-repeat background-size border-radius color column-rule-color font-family font-feature-settings "
    "font-kerning font-optical-sizing font-size font-stretch font-synthesis font-variant font-variant-caps font-variant-east-asian "
    "font-variant-ligatures font-variant-numeric font-variation-settings font-weight font-style hanging-punctuation hyphenate-character "
    "hyphenate-limit-chars image-rendering list-style list-style-image list-style-type list-style-position object-position opacity "
    "overflow-wrap quotes tab-size text-align text-decoration text-decoration-color text-decoration-line text-decoration-skip-ink "
    "text-decoration-style text-decoration-thickness text-emphasis text-justify text-rendering text-transform text-underline-offset "
    "text-underline-position text-wrap".split()
)
# Queries and features under which rules apply: the proof looks at all of their combinations.
_MOST_CONDITIONS = 3
_BY_DAY = "(prefers-color-scheme: light)"
_GROUPS = frozenset({"media", "supports"})


def style_sheet_images(css: str) -> list[str]:
    """Return the URLs of a style sheet, each once, in their order."""
    return list(dict.fromkeys(_url(token) for token in _tokens(_parse(css)) if _url(token)))


def packaged_style_sheet(css: str, paths: Mapping[str, str]) -> tuple[bytes, list[str]]:
    """Return the style sheet with its URLs pointed to `paths` of the package, and the declarations that it had to lose.

    A reading system turns the page dark and leaves the colours of a style sheet that it does not know of: unless the sheet itself
    tells what holds in the dark, its colours of text and ground apply in the light alone. Rules for printed pages and fonts' files
    are left out: the first mean nothing here, the second are the package's own matter. So is what could lay a part of the article
    over the notice that follows it, and what depends on more than the text: states, pseudo-elements, many media queries.
    """
    nodes = _parse(css)
    for token in _tokens(nodes):
        if _url(token) in paths:
            _point(token, paths[_url(token)])
    sheet = _Sheet(by_day="prefers-color-scheme" not in css.lower())
    return "\n".join(sheet.rules(nodes)).encode(), list(dict.fromkeys(sheet.lost))


def _parse(css: str) -> list[Any]:
    """Return the rules of a style sheet that a book has a use for."""
    import tinycss2

    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return [node for node in nodes if node.type == "qualified-rule" or _is_group(node)]


def _is_group(node: Any) -> bool:
    return bool(node.type == "at-rule" and node.lower_at_keyword in _GROUPS)


def _tokens(nodes: Sequence[Any]) -> Iterator[Any]:
    """Yield all component values, those inside of blocks and functions too."""
    for node in nodes:
        yield node
        for name in ("prelude", "content", "arguments", "value"):
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                yield from _tokens(inner)


def _url(token: Any) -> str:
    if token.type == "url":
        return str(token.value)
    if token.type == "function" and token.lower_name == "url":
        return "".join(str(part.value) for part in token.arguments if part.type == "string")
    return ""


def _point(token: Any, path: str) -> None:
    """Let a URL lead to another path, of ASCII letters, digits, slashes, hyphens and a full stop."""
    if token.type == "url":
        token.value, token.representation = path, f'url("{path}")'
        return
    (string,) = (part for part in token.arguments if part.type == "string")
    string.value, string.representation = path, f'"{path}"'


class _Sheet:
    """Writes rules, and collects what of them is lost. With `by_day`, colours are for the light alone."""

    def __init__(self, *, by_day: bool) -> None:
        self.lost: list[str] = []
        self._by_day = by_day
        self._conditions: set[str] = set()

    def rules(self, nodes: Sequence[Any]) -> Iterator[str]:
        """Yield the rules as text."""
        import tinycss2

        for node in nodes:
            if node.type == "qualified-rule":
                yield from self._rule(node)
            elif _is_group(node) and node.content is not None:
                head = f"@{node.lower_at_keyword} {tinycss2.serialize(node.prelude).strip()}"
                if len(self._conditions | {head}) > _MOST_CONDITIONS:
                    self.lost.append(head)
                    continue
                self._conditions.add(head)
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                held = "\n".join(self.rules(inner))
                if held:
                    yield f"{head} {{\n{held}\n}}"

    def _rule(self, node: Any) -> Iterator[str]:
        import tinycss2

        selectors = [each for each in _selectors(node.prelude) if self._kept(each)]
        if not selectors:
            return
        of_images = all(_is_of_images(each) for each in selectors)
        selector = ", ".join(tinycss2.serialize(each).strip() for each in selectors)
        plain: list[str] = []
        coloured: list[str] = []
        for each in tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True):
            text = " ".join(each.serialize().split())
            if each.type != "declaration" or not _stays_in_place(each, of_images):
                self.lost.append(text)
            else:
                (coloured if self._by_day and each.lower_name in _COLOURS else plain).append(f"  {text};")
        if plain:
            yield "\n".join([f"{selector} {{", *plain, "}"])
        if coloured:
            yield "\n".join([f"@media {_BY_DAY} {{", f"{selector} {{", *coloured, "}", "}"])

    def _kept(self, selector: Sequence[Any]) -> bool:
        import tinycss2

        if is_structural(selector):
            return True
        self.lost.append(tinycss2.serialize(selector).strip())
        return False


def _selectors(prelude: Sequence[Any]) -> list[list[Any]]:
    found: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            found.append([])
        else:
            found[-1].append(token)
    return found


def _is_of_images(selector: Sequence[Any]) -> bool:
    named = [token for token in selector if token.type != "whitespace"]
    return bool(named) and named[-1].type == "ident" and named[-1].lower_value == "img"


def _stays_in_place(declaration: Any, of_images: bool) -> bool:
    """Return whether a declaration cannot move, enlarge or lay its element over others."""
    name = str(declaration.lower_name)
    tokens = [token for token in declaration.value if token.type not in ("whitespace", "comment")]
    if name in _FORBIDDEN:
        return False
    if name in _OF_ITSELF or name.startswith("--"):
        return True
    if name in ("display", "visibility") and len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value in ("none", "hidden"):
        return True
    if asks_for_variables(tokens):
        return name.startswith(("margin", "padding", "border"))
    return is_harmless(name, tokens, 0 if of_images else 1)
