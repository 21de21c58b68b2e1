"""Decides whether a style sheet of the article stays within the article: it can neither cover, move nor restyle what stands beside it.

The notice of a page stands beside the element of the class `handbill-article`, in the same body. A style sheet is contained if each of its
selectors begins with this element, and none of its declarations can lay a part of the article over others or push it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .lengths import ROOT_SIZE, length
from .properties import is_harmless
from .stylesheets import declarations, is_structural
from .tokens import significant_tokens
from .variables import asks_for_variables

__all__ = [
    "OWN_FAMILY_PREFIX",
    "SCOPE",
    "SEALED_FAMILY_PREFIX",
    "is_contained",
    "may_be_called",
    "selectors",
    "selects_images",
    "stays_in_place",
]

SCOPE = "handbill-article"
"""The class of the element that holds the article."""

OWN_FAMILY_PREFIX = "handbill-"
"""How the names of the exporter's own font families begin, in lower case. No font of a publication may have such a name."""

SEALED_FAMILY_PREFIX = f"{OWN_FAMILY_PREFIX}disclaimer-"
"""How the names of the families begin in which the disclaimer and its notices are set. No font of an article may have such a name."""

# EPUB 3.3, 6.3.1: the direction of text belongs into the markup, where it holds without a style sheet.
_FORBIDDEN = frozenset({"direction", "unicode-bidi"})
# The article's element clips what paints out of it (epub.css), above the notice.
_CLIPPING = frozenset({"overflow", "overflow-y", "overflow-block", "overflow-inline"})
# Properties that change how an element itself looks, or hide it, but move and cover no other.
_OWN_LOOK = frozenset(
    "accent-color background background-attachment background-clip background-color background-image background-origin "
    "background-position background-repeat background-size border-radius color column-rule-color font-family font-feature-settings "
    "font-kerning font-optical-sizing font-stretch font-synthesis font-variant font-variant-caps font-variant-east-asian "
    "font-variant-ligatures font-variant-numeric font-variation-settings font-weight font-style hanging-punctuation hyphenate-character "
    "hyphenate-limit-chars image-rendering list-style list-style-image list-style-type list-style-position object-position opacity "
    "quotes tab-size text-align text-decoration text-decoration-color text-decoration-line text-decoration-skip-ink "
    "text-decoration-style text-emphasis text-justify text-rendering text-transform text-underline-position".split()
)
_CONDITIONAL = frozenset({"media", "supports"})
_DESCRIPTORS = frozenset("font-display font-family font-stretch font-style font-weight src unicode-range".split())
# Families that readers choose in reading systems, or that these take where a style sheet names none.
_READERS_FAMILIES = frozenset(
    "amasis athelas avenir baskerville bitter bookerly caecilia charter dyslexie futura georgia helvetica literata malabar opendyslexic "
    "palatino publisher seravek times verdana arial courier roboto cochin garamond sentinel iowan ember atkinson luciole lexend "
    "serif sans-serif monospace cursive fantasy system-ui ui-serif ui-sans-serif ui-monospace ui-rounded math emoji".split()
)
# The largest lengths, in em, and percentages that an article may give to sizes of type and to custom properties.
_LARGEST_TYPE, _LARGEST_TYPE_PERCENTAGE = 4, 400
_LARGEST_LENGTH, _LARGEST_PERCENTAGE = 14, 100
_LARGEST_IMAGE = 100
_LINE_EXTENT = 1
# A number of characters that no line holds (see `properties`): a rule of a style sheet may apply to texts of any length.
_LONG_TEXT = 1_000
# Values under which no word is wider than its line: a reading system that sets pages side by side would paint it over the next one.
_WRAPPING = frozenset({"anywhere", "break-word", "balance", "pretty", "stable", "wrap"})
# Functions whose values are no lengths.
_MEASURELESS = frozenset("rgb rgba hsl hsla hwb lab lch oklab oklch color url linear-gradient radial-gradient".split())
_SIZES = frozenset("width height min-width min-height inline-size block-size".split())


def is_contained(nodes: Sequence[Any]) -> bool:
    """Return whether these parsed rules of a style sheet stay within the article. Raises NotUnderstood for what is no declaration."""
    import tinycss2

    for node in nodes:
        if node.type == "qualified-rule":
            found = selectors(node.prelude)
            images_only = all(map(selects_images, found))
            contained = all(_begins_with_article(each) and is_structural(each) for each in found)
            if not contained or not all(stays_in_place(each, images_only) for each in declarations(node.content)):
                return False
        elif node.type != "at-rule" or node.content is None:
            return False
        elif node.lower_at_keyword in _CONDITIONAL:
            if not is_contained(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)):
                return False
        elif node.lower_at_keyword != "font-face" or not _names_other_family(declarations(node.content)):
            return False
    return True


def _begins_with_article(selector: Sequence[Any]) -> bool:
    """Return whether a selector begins with the article's class alone, and goes on inside of it (or ends there)."""
    tokens = list(selector)
    while tokens and tokens[0].type == "whitespace":
        del tokens[0]
    is_article = len(tokens) > 1 and tokens[0].type == "literal" and tokens[0].value == "." and tokens[1].type == "ident"
    if not is_article or tokens[1].value != SCOPE:
        return False
    following = significant_tokens(tokens[2:])
    if not following:
        return True
    if tokens[2].type != "whitespace" and not (tokens[2].type == "literal" and tokens[2].value == ">"):
        return False
    return not (following[0].type == "literal" and following[0].value in "+~|")


def _names_other_family(found: Sequence[Any]) -> bool:
    """Return whether an @font-face rule names a family that neither the disclaimer nor a reader's choice of a font has."""
    names = [token for each in found if each.lower_name == "font-family" for token in significant_tokens(each.value)]
    if len(names) != 1 or names[0].type != "string" or not all(each.lower_name in _DESCRIPTORS for each in found):
        return False
    name = names[0].value.lower()
    return may_be_called(name) or (name.startswith(OWN_FAMILY_PREFIX) and not name.startswith(SEALED_FAMILY_PREFIX))


def may_be_called(family: str) -> bool:
    """Return whether a font of a publication may have this family name.

    Reserved are names of handbill's own families, of a reading system's, and of the fonts that readers choose in their settings: a reading
    system sets the notice in the font of that name, and would take the publication's.
    """
    name = family.casefold().strip()
    return bool(name) and not name.startswith((OWN_FAMILY_PREFIX, "-", ".")) and name.split()[0] not in _READERS_FAMILIES


def selectors(prelude: Sequence[Any]) -> list[list[Any]]:
    """Return the selectors of a list that is parted by commas."""
    found: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            found.append([])
        else:
            found[-1].append(token)
    return found


def selects_images(selector: Sequence[Any]) -> bool:
    """Return whether a selector selects nothing but images."""
    tokens = [token for token in selector if token.type != "whitespace"]
    return bool(tokens) and tokens[-1].type == "ident" and tokens[-1].lower_value == "img"


def stays_in_place(declaration: Any, images_only: bool) -> bool:
    """Return whether a declaration cannot move its element, enlarge it far or lay it over others."""
    name = str(declaration.lower_name)
    tokens = significant_tokens(declaration.value)
    if name in _FORBIDDEN or name in _CLIPPING or (name == "display" and declaration.important):
        return False
    if name in ("overflow-wrap", "word-wrap", "text-wrap"):
        return len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value in _WRAPPING
    if name.startswith("--"):
        return all(_is_moderate(token) for token in tokens)
    if name in _OWN_LOOK:
        return name != "text-decoration" or not any(_is_measure(token) for token in tokens)
    if name == "font-size":
        return all(_is_word(token) or _is_between(token, _LARGEST_TYPE, _LARGEST_TYPE_PERCENTAGE) for token in tokens)
    if name in ("text-decoration-thickness", "text-underline-offset"):
        return all(_is_word(token) or _is_between(token, _LINE_EXTENT, 0) for token in tokens)
    if name in ("display", "visibility") and len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value in ("none", "hidden"):
        return True
    if asks_for_variables(tokens):
        return name.startswith(("margin", "padding", "border")) and all(_is_moderate(token) for token in tokens)
    largest = _LARGEST_IMAGE if images_only else _LARGEST_LENGTH
    if name in _SIZES and not all(_is_word(token) or _is_between(token, largest, 100) for token in tokens):
        return False
    return is_harmless(name, tokens, 0 if images_only else _LONG_TEXT)


def _is_moderate(token: Any) -> bool:
    """Return whether a value of a custom property, or one beside `var()`, is neither negative nor large as a margin."""
    if _is_variable(token):
        return all(_is_moderate(each) for each in significant_tokens(token.arguments))
    if not _is_measure(token):
        return True
    return _is_between(token, _LARGEST_LENGTH, _LARGEST_PERCENTAGE) or (token.type == "number" and token.value >= 0)


def _is_variable(token: Any) -> bool:
    return bool(token.type == "function" and token.lower_name == "var")


def _is_word(token: Any) -> bool:
    """Return whether a value is a keyword, or a custom property, whose value is moderate."""
    return token.type == "ident" or (_is_variable(token) and _is_moderate(token))


def _is_measure(token: Any) -> bool:
    """Return whether a value is, or may be computed to, a length."""
    if token.type == "function":
        return token.lower_name not in _MEASURELESS
    return token.type in ("dimension", "number", "percentage")


def _is_between(token: Any, em: float, percentage: float) -> bool:
    """Return whether a length is from zero to so many em, or a percentage from zero to so many."""
    if token.type == "percentage":
        return bool(0 <= token.value <= percentage)
    points = length(token, ROOT_SIZE)
    return points is not None and 0 <= points <= em * ROOT_SIZE
