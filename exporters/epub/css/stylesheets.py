"""Collects the style rules of a page, from linked, embedded and imported style sheets, in the order of the cascade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .blank_glyphs import FontFace, font_face
from .tokens import significant_tokens

__all__ = ["Load", "NotUnderstood", "Rule", "Sheet", "declarations", "is_structural", "page_rules", "parse_sheet"]

_XHTML = "{http://www.w3.org/1999/xhtml}"
_MOST_SHEETS = 32
_MOST_RULES = 5000

# Pseudo-classes that the tree alone decides. All others depend on what the reader does.
_STRUCTURAL = frozenset(
    "root empty first-child last-child only-child first-of-type last-of-type only-of-type nth-child nth-last-child nth-of-type "
    "nth-last-of-type not link".split()
)


class NotUnderstood(Exception):  # noqa: N818 - it names a state of a style sheet, and never leaves this exporter
    """A part of a style sheet whose effect on the page is not known."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A style rule. It applies where all its conditions (media queries, features) hold; these are compared as text."""

    selector: Sequence[Any]
    declarations: Sequence[Any]
    conditions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A parsed style sheet and its path in the container."""

    path: str
    nodes: Sequence[Any]


Load = Callable[[str, str], Sheet]
"""Returns the style sheet for a reference and the folder of the file that has it; raises NotUnderstood."""


def parse_sheet(path: str, content: bytes) -> Sheet:
    """Return the parsed style sheet. Raises NotUnderstood where it is not UTF-8."""
    try:
        return Sheet(path, _parse(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise NotUnderstood(path) from error


def _parse(text: str) -> list[Any]:
    import tinycss2

    return list(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))


def page_rules(root: Any, folder: str, load: Load) -> tuple[list[Rule], list[FontFace]]:
    """Return the rules of all `link` and `style` elements of a page in that folder, and the fonts that they name.

    Raises NotUnderstood.
    """
    sheets = _Sheets(load)
    for element in root.iter("{*}link", "{*}style"):
        _refuse_unusual(element)
        # A title makes a sheet one of a set of which the reader takes one (CSSOM, 6.2).
        conditions = frozenset(f"{name} {element.get(name)}" for name in ("media", "title") if element.get(name))
        if element.tag == f"{_XHTML}style":
            sheets.add(_parse("".join(element.itertext())), folder, conditions)
            continue
        relations = (element.get("rel") or "").lower().split()
        if "stylesheet" in relations:
            if "alternate" in relations:
                conditions |= {f"alternate {element.get('title')}"}
            sheets.add_reference(element.get("href") or "", folder, conditions)
    return sheets.rules, sheets.fonts


def _refuse_unusual(element: Any) -> None:
    """Raise NotUnderstood for a `style` or `link` that reading systems may ignore: its rules might undo others for the proof alone."""
    parent = element.getparent()
    if parent is None or parent.tag != f"{_XHTML}head" or element.get("type", "text/css") != "text/css":
        raise NotUnderstood("an unusual style sheet")
    if not set(element.attrib) <= {"class", "href", "id", "media", "rel", "title", "type"}:
        raise NotUnderstood("an unusual style sheet")


def declarations(text: str | Sequence[Any]) -> list[Any]:
    """Return the declarations of a rule's block or a `style` attribute.

    Raises NotUnderstood for errors and for nested rules.
    """
    import tinycss2

    found = tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True)
    if any(node.type != "declaration" for node in found):
        raise NotUnderstood("a block with more than declarations")
    return list(found)


class _Sheets:
    """Collects rules in the order of the cascade."""

    def __init__(self, load: Load) -> None:
        self.rules: list[Rule] = []
        self.fonts: list[FontFace] = []
        self._load = load
        self._count = 0

    def add_reference(self, href: str, folder: str, conditions: frozenset[str]) -> None:
        sheet = self._load(href, folder)
        self.add(sheet.nodes, sheet.path.rpartition("/")[0], conditions)

    def add(self, nodes: Sequence[Any], folder: str, conditions: frozenset[str]) -> None:
        self._count += 1
        if self._count > _MOST_SHEETS:
            raise NotUnderstood("too many style sheets")
        self._add_nodes(nodes, folder, conditions, imports=True)

    def _add_nodes(self, nodes: Sequence[Any], folder: str, conditions: frozenset[str], *, imports: bool) -> None:
        import tinycss2

        for node in nodes:
            if node.type == "qualified-rule":
                imports = False
                _refuse_states(node.prelude)
                self.rules.append(Rule(node.prelude, declarations(node.content), conditions))
                if len(self.rules) > _MOST_RULES:
                    raise NotUnderstood("too many rules")
            elif node.type != "at-rule":
                raise NotUnderstood(f"{node.type} in a style sheet")
            elif node.lower_at_keyword == "import" and imports:
                href, condition = _import(node.prelude)
                self.add_reference(href, folder, conditions | condition)
            elif node.lower_at_keyword in ("media", "supports") and node.content is not None:
                imports = False
                inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
                query = f"{node.lower_at_keyword} {tinycss2.serialize(node.prelude).strip().lower()}"
                self._add_nodes(inner, folder, conditions | {query}, imports=False)
            elif node.lower_at_keyword == "font-face" and node.content is not None:
                imports = False
                face = font_face(declarations(node.content), folder)
                if face is None:
                    raise NotUnderstood("@font-face")
                self.fonts.append(face)
            else:
                # Layers change the cascade, containers and scopes what applies.
                raise NotUnderstood(f"@{node.at_keyword}")


def _import(prelude: Sequence[Any]) -> tuple[str, frozenset[str]]:
    """Return the reference of an `@import`, and its conditions."""
    import tinycss2

    tokens = significant_tokens(prelude)
    if tokens and tokens[0].type in ("string", "url"):
        href = tokens[0].value
    elif tokens and tokens[0].type == "function" and tokens[0].lower_name == "url":
        href = "".join(token.value for token in tokens[0].arguments if token.type == "string")
    else:
        raise NotUnderstood("@import")
    condition = tinycss2.serialize(tokens[1:]).strip().lower()
    if "layer" in condition:
        raise NotUnderstood("@import into a layer")
    return href, frozenset({f"media {condition}"} if condition else ())


def is_structural(selector: Sequence[Any]) -> bool:
    """Return whether a selector is valid and depends on the document tree alone."""
    import cssselect2

    try:
        _refuse_states(selector)
        cssselect2.compile_selector_list(list(selector))
    except (NotUnderstood, cssselect2.SelectorError):
        return False
    return True


def _refuse_states(tokens: Sequence[Any]) -> None:
    """Raise NotUnderstood for a selector that depends on more than the document tree, and for pseudo-elements."""
    previous_colon = False
    for token in tokens:
        if token.type in ("function", "() block", "[] block"):
            if previous_colon and token.type == "function" and token.lower_name not in _STRUCTURAL:
                raise NotUnderstood(f":{token.name}()")
            _refuse_states(token.arguments if token.type == "function" else token.content)
        elif token.type == "ident" and token.lower_value == "of":
            raise NotUnderstood("a selector inside nth-child")
        elif previous_colon and (token.type != "ident" or token.lower_value not in _STRUCTURAL):
            raise NotUnderstood("a pseudo-element, or a state of the reader")
        previous_colon = token.type == "literal" and token.value == ":"
