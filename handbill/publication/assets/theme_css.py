"""A theme's style sheet, restricted: selectors match only inside the article, and properties can neither hide nor cover text.

`scope_style_sheet` takes the CSS that an author wrote, and returns the CSS for handouts, with its images and diagnostics.
"""

from __future__ import annotations

import difflib
import itertools
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.rules import diagnostic, location
from handbill.document import Asset
from handbill.publication.assets.css_tokens import nested_tokens

__all__ = ["PROPERTIES", "SCOPE", "ScopedStyleSheet", "scope_style_sheet"]

SCOPE = ".handbill-article"
"""The selector of the article's element, which every selector of a theme is made to begin with."""

_SIDES = "top right bottom left block inline block-start block-end inline-start inline-end".split()

PROPERTIES = frozenset(
    (
        "background background-color background-image background-position background-repeat background-size border-collapse border-radius "
        "border-spacing break-inside caption-side color display font font-family font-feature-settings font-kerning font-size font-stretch "
        "font-style font-variant font-variant-caps font-variant-ligatures font-variant-numeric font-variation-settings font-weight "
        "hyphenate-character hyphenate-limit-chars hyphens letter-spacing line-height list-style list-style-image list-style-position "
        "list-style-type max-width object-fit object-position orphans overflow-wrap quotes tab-size table-layout text-align "
        "text-align-last text-decoration text-decoration-color text-decoration-line text-decoration-style text-decoration-thickness "
        "text-indent text-transform text-underline-offset vertical-align white-space widows width word-break word-spacing"
    ).split()
) | frozenset(
    f"{box}{side}{part}"
    for box, parts in (("margin", ("",)), ("padding", ("",)), ("border", ("", "-color", "-style", "-width")))
    for side in ("", *(f"-{name}" for name in _SIDES))
    for part in parts
)
"""The properties that a theme may set. Others can move, cover, hide or add text, break pages, or are transparent (PDF/A-2, 6.2.10)."""

_HINTS = {
    "position": "a theme moves nothing over other text",
    "float": "a theme moves nothing out of the text's order",
    "content": "words belong into the article, where every format has them",
    "opacity": "write the colour that is to be seen, as #rrggbb",
    "size": "the sheet and its margins are the edition's options",
    "src": 'name the file in publication.toml: fonts = ["…"]',
}
_HIDING_DISPLAYS = frozenset({"none", "contents"})
_COSTLY_DISPLAYS = frozenset({"flex", "inline-flex", "grid", "inline-grid"})
"""Boxes that are laid out several times for each box around them: twenty deep, a million times."""
_MAX_SELECTOR_TOKENS = 100
"""The most tokens of a selector: the matcher of selectors recurses into each."""
_MAX_EXPANDED_TOKENS = 5_000
"""The most tokens of a custom property with its `var()` replaced (CSS Variables 1, 3.3: user agents set a limit)."""
_AT_RULE_HINTS = {
    "page": "the sheet is an edition's option: page-size, font-size",
    "import": "write one style sheet",
    "charset": "the file is UTF-8",
    "namespace": "selectors name elements alone",
    "font-face": 'name the file in publication.toml: fonts = ["…"], and its family in font-family',
}
_GROUPING_RULES = frozenset({"media", "supports"})
_MAX_RULE_DEPTH = 8
_COMBINATORS = (">", "+", "~")
_SYNTAX_HINT = "a brace, a colon, a semicolon or a closing quotation mark may be missing before it"

LoadImage = Callable[[str], Asset]


@dataclass(frozen=True, slots=True)
class ScopedStyleSheet:
    """A style sheet whose selectors match only inside an element of the class `handbill-article`, with its images and diagnostics."""

    css: str = ""
    assets: tuple[Asset, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = field(default=())


def scope_style_sheet(text: str, path: str, image: LoadImage) -> ScopedStyleSheet:
    """Return the style sheet for handouts. `path` is its path in the publication; `image` returns an image by its path there.

    `:root`, `html` and `body` stand for the article's element. A declaration that a theme may not have is left out with a warning
    (`theme-property`); anything else that is not allowed is an error: `theme-syntax`, `theme-rule`, `theme-url`.
    """
    import tinycss2

    sheet = _Sheet(path, image)
    nodes = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    css = "\n".join(sheet.rules(nodes, 0))
    sheet.check_custom_properties()
    return ScopedStyleSheet(css, tuple(sheet.assets[name] for name in sorted(sheet.assets)), tuple(sheet.diagnostics))


class _Sheet:
    """Collects the images and diagnostics of one style sheet while its rules are rewritten."""

    def __init__(self, path: str, image: LoadImage) -> None:
        self.assets: dict[str, Asset] = {}
        self.diagnostics: list[Diagnostic] = []
        self._path = path
        self._image = image
        self._custom: dict[str, list[Any]] = {}

    def _report(self, code: str, message: str, node: Any, hint: str = "") -> None:
        self.diagnostics.append(diagnostic(code, message, location(self._path, node.source_line, node.source_column), hint))

    def rules(self, nodes: Sequence[Any], depth: int) -> Iterator[str]:
        """Yield the rewritten rules as text."""
        import tinycss2

        for node in nodes:
            if node.type == "qualified-rule":
                yield from self._rule(node)
            elif (
                node.type == "at-rule" and node.lower_at_keyword in _GROUPING_RULES and node.content is not None and depth < _MAX_RULE_DEPTH
            ):
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                held = "\n".join(self.rules(inner, depth + 1))
                yield f"@{node.lower_at_keyword} {tinycss2.serialize(node.prelude).strip()} {{\n{held}\n}}"
            elif node.type == "at-rule":
                hint = _AT_RULE_HINTS.get(node.lower_at_keyword, "a theme has rules, @media and @supports")
                self._report("theme-rule", f"a theme has no @{node.at_keyword}", node, hint)
            elif node.type == "error":
                self._report("theme-syntax", f"this is not CSS: {node.message}", node, _SYNTAX_HINT)

    def _rule(self, node: Any) -> Iterator[str]:
        """Yield a style rule of the theme as text, without the declarations that are not allowed; nothing where none is left."""
        import tinycss2

        selectors = [self._selector(each, node) for each in _split_selectors(node.prelude)]
        declarations = []
        for each in tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True):
            if each.type == "declaration":
                if self._is_allowed(each):
                    if each.name.startswith("--"):
                        self._custom.setdefault(each.name, []).append(each)
                    declarations.append(f"  {each.name if each.name.startswith('--') else each.lower_name}:{_declaration_value(each)};")
            elif each.type == "error":
                self._report("theme-syntax", f"this is not CSS: {each.message}", each, _SYNTAX_HINT)
            else:
                self._report("theme-rule", "a rule stands in a rule", each, "write rules one after another")
        if declarations and all(selectors):
            yield "\n".join([f"{', '.join(filter(None, selectors))} {{", *declarations, "}"])

    def _selector(self, tokens: list[Any], rule: Any) -> str | None:
        """Return the selector restricted to the article, or None where that is not possible."""
        import tinycss2

        if sum(1 for _ in nested_tokens(tokens)) > _MAX_SELECTOR_TOKENS:
            self._report("theme-rule", f"a selector has more than {_MAX_SELECTOR_TOKENS} parts", rule, "name what it is for by a class")
            return None
        text = tinycss2.serialize([token for token in tokens if token.type != "comment"]).strip()
        if (
            not text
            or any(_is_literal(token, "&") for token in tokens)
            or _is_literal(next(t for t in tokens if t.type != "whitespace"), ">", "+", "~")
        ):
            self._report("theme-rule", f"`{text}` is no selector", rule, "for example h2, .warning or blockquote > p")
            return None
        combinators = [token for token in tokens if token.type not in ("whitespace", "comment")]
        if any(
            _is_literal(one, *_COMBINATORS) and _is_literal(next_one, *_COMBINATORS) for one, next_one in itertools.pairwise(combinators)
        ):
            self._report("theme-rule", f"`{text}` is no selector", rule, "for example h2, .warning or blockquote > p")
            return None
        root = re.match(r"(?:html|body|:root)(?![\w\\-])", text, re.IGNORECASE)
        if root is None:
            return f"{SCOPE} {text}"
        rest = text[root.end() :]
        while inner := re.match(r"[\s>]*[\s>](?:body)(?![\w\\-])", rest, re.IGNORECASE):
            rest = rest[inner.end() :]
        if _reaches_siblings(tinycss2.parse_component_value_list(rest)):
            self._report("theme-rule", f"`{text}` reaches outside the article", rule, "nothing stands beside it")
            return None
        return f"{SCOPE}{rest}"

    def check_custom_properties(self) -> None:
        """Report custom properties that grow too large by `var()`. A cycle of `var()` is invalid in CSS and counts as empty."""
        sizes: dict[str, int] = {}

        def size(name: str, trail: frozenset[str]) -> int:
            if name in trail or name not in self._custom:
                return 0
            if name not in sizes:
                sizes[name] = min(_MAX_EXPANDED_TOKENS + 1, sum(expanded_size(one, trail | {name}) for one in self._custom[name]))
            return sizes[name]

        def expanded_size(declaration: Any, trail: frozenset[str]) -> int:
            tokens = list(nested_tokens(declaration.value))
            return len(tokens) + sum(size(name, trail) for name in map(_referenced_property, tokens) if name)

        for name, declarations in self._custom.items():
            if len(self._custom) > _MAX_EXPANDED_TOKENS // 10 or size(name, frozenset()) > _MAX_EXPANDED_TOKENS:
                message = f"`{name}` comes to more than {_MAX_EXPANDED_TOKENS} parts, with what it takes from others"
                self._report("theme-rule", message, declarations[0], "write out what it is")
                return

    def _is_allowed(self, declaration: Any) -> bool:
        """Return whether a theme may have a declaration; report why not. URLs in it are replaced by the paths of their images."""
        name = declaration.lower_name
        tokens = list(nested_tokens(declaration.value))
        custom = declaration.name.startswith("--")
        if not custom and name not in PROPERTIES:
            near = difflib.get_close_matches(name, sorted(PROPERTIES), n=1)
            hint = _HINTS.get(name) or (f"did you mean `{near[0]}`?" if near else "docs/reference/theme.md lists what a theme may set")
            self._report("theme-property", f"`{name}` is left out: a theme does not set it", declaration, hint)
            return False
        if wrong := _value_problem(name, tokens, custom):
            message, hint = f"this `{name}` is left out: {wrong}", "give it another value, or leave it out"
            self._report("theme-property", message, declaration, hint)
            return False
        return [token for token in tokens if not self._resolve_url(token)] == []

    def _resolve_url(self, token: Any) -> bool:
        """Replace a URL by the path of its image. Return whether the token is allowed: no URL, or one that leads to an image."""
        url = _url_of(token)
        if url is None:
            return True
        parts = urlsplit(url)
        name = posixpath.normpath(posixpath.join(posixpath.dirname(self._path), unquote(parts.path)))
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
            self._report("theme-url", f"`{url}` is no file of the publication", token, "put the image into the publication")
            return False
        try:
            self.assets[name] = self._image(name)
        except HandbillError as error:
            for found in error.diagnostics:
                self._report("theme-url", found.message, token, found.hint)
            return False
        _set_url(token, name)
        return True


def _reaches_siblings(tokens: Sequence[Any]) -> bool:
    """Return whether what follows the article's compound selector selects siblings of the article, instead of its content."""
    for token in tokens:
        if _is_literal(token, "+", "~", "|", "||"):
            return True
        if _is_literal(token, ">"):
            return False
        if token.type == "whitespace":
            after = next((each for each in tokens[tokens.index(token) :] if each.type != "whitespace"), None)
            return after is not None and _is_literal(after, "+", "~", "|", "||")
    return False


def _declaration_value(declaration: Any) -> str:
    import tinycss2

    return f" {tinycss2.serialize(declaration.value).strip()}{' !important' if declaration.important else ''}"


def _is_literal(token: Any, *literals: str) -> bool:
    return token.type == "literal" and token.value in literals


def _split_selectors(prelude: Sequence[Any]) -> list[list[Any]]:
    found: list[list[Any]] = [[]]
    for token in prelude:
        if _is_literal(token, ","):
            found.append([])
        else:
            found[-1].append(token)
    return [each if any(token.type not in ("whitespace", "comment") for token in each) else [] for each in found]


def _referenced_property(token: Any) -> str:
    """Return the custom property that a token refers to by `var()`, "" where it is no `var()`."""
    if token.type != "function" or token.lower_name != "var":
        return ""
    return next((str(inner.value) for inner in token.arguments if inner.type == "ident"), "")


def _value_problem(name: str, tokens: Sequence[Any], custom: bool) -> str:
    """Return why a theme may not have a value, or ""."""
    placing = custom or name.startswith(("margin", "text-indent", "letter-spacing", "word-spacing", "text-underline-offset"))
    for token in tokens:
        if placing and token.type in ("number", "dimension", "percentage") and token.value < 0:
            return "nothing is drawn over other text by a negative length"
        if placing and token.type == "function" and token.lower_name in ("calc", "min", "max", "clamp"):
            return "a length that is worked out may be negative"
        if name == "display" and token.type == "ident" and token.lower_value in _HIDING_DISPLAYS:
            return "a theme hides nothing: blocks for some formats only are set apart in the article"
        if name == "display" and token.type == "ident" and token.lower_value in _COSTLY_DISPLAYS:
            return "boxes of this kind in one another take too long to lay out"
        if token.type == "function" and token.lower_name in ("attr", "element", "expression", "env", "image-set", "src"):
            return f"a theme has no {token.lower_name}()"
    if name == "display" and any(token.type == "function" for token in tokens):
        return "write it out"
    return ""


def _url_of(token: Any) -> str | None:
    if token.type == "url":
        return str(token.value)
    if token.type == "function" and token.lower_name == "url":
        return next((str(inner.value) for inner in token.arguments if inner.type == "string"), "")
    return None


def _set_url(token: Any, name: str) -> None:
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if token.type == "url":
        token.value, token.representation = name, f"url({quoted})"
    else:
        for inner in token.arguments:
            if inner.type == "string":
                inner.value, inner.representation = name, quoted
