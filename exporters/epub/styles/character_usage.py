"""Finds which characters the pages need in which typeface, as the exporter's own style sheet sets them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lxml import etree

__all__ = ["CharacterUsage", "FontStyle", "character_usage"]

_SANS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MONO = frozenset({"code", "kbd", "pre", "samp"})
_BOLD = frozenset({"b", "caption", "dt", "h1", "h2", "h3", "h4", "h5", "mark", "strong", "th"})
_ITALIC = frozenset({"cite", "dfn", "em", "h5", "h6", "i", "var"})
_SANS_CLASSES = frozenset({"admonition-title", "summary"})
_BOLD_CLASSES = frozenset({"admonition-title", "summary", "handbill-backlink", "noteref", "handbill-notice-text"})
_ITALIC_CLASSES = frozenset({"handbill-subtitle"})

# Characters that a style sheet or a reading system adds: list numbers, quotation marks, the hyphen at the end of a line.
_GENERATED = "".join(map(chr, range(0x20, 0x7F))) + "«»‘’‚“”„‹›‐•"


@dataclass(frozen=True, slots=True)
class FontStyle:
    """A weight and a slope of a family: regular, bold, italic or both."""

    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class CharacterUsage:
    """The characters that are set in each generic family (`serif`, `sans`, `mono`), and the styles in which that family occurs."""

    characters: dict[str, set[str]] = field(default_factory=dict)
    styles: dict[str, set[FontStyle]] = field(default_factory=dict)

    def add(self, text: str | None, family: str, style: FontStyle) -> None:
        """Count the characters of a text that is set so. Blank text counts for nothing."""
        if text and not text.isspace():
            self.characters.setdefault(family, set()).update(text)
            self.styles.setdefault(family, set()).add(style)


@dataclass(frozen=True, slots=True)
class _Typeface:
    """What an element's text is set in, and inherited by its children."""

    family: str
    style: FontStyle = FontStyle()


def character_usage(bodies: Iterable[etree._Element], text_family: str, *, italics: bool = True) -> CharacterUsage:
    """Return the characters of the pages by family; running text is set in `text_family`. Without `italics`, slanted text is bold.

    A family has its characters in each of its styles: a publication's own style sheet may set any of them in any style.
    """
    usage = CharacterUsage()
    for body in bodies:
        pending = [(body, _Typeface(text_family))]
        while pending:
            each, inherited = pending.pop()
            typeface = _typeface(each, inherited, italics)
            usage.add(each.text, typeface.family, typeface.style)
            for child in each:
                if isinstance(child.tag, str):
                    pending.append((child, typeface))
                usage.add(child.tail, typeface.family, typeface.style)
    for family, characters in usage.characters.items():
        characters.update(_GENERATED if family != "mono" else "", *_other_cases(characters))
        usage.styles[family].add(FontStyle())
    return usage


def _other_cases(characters: Iterable[str]) -> list[str]:
    return [changed for each in characters for changed in (each.upper(), each.lower()) if len(changed) == 1]


def _typeface(each: etree._Element, inherited: _Typeface, italics: bool) -> _Typeface:
    """Return what the element's own text is set in."""
    tag, classes = str(each.tag), frozenset((each.get("class") or "").split())
    family, style = inherited.family, inherited.style
    if tag in _MONO:
        family = "mono"
    elif tag in _SANS or classes & _SANS_CLASSES:
        family = "sans"
    if tag == "h6":
        style = replace(style, bold=False)
    if tag in _BOLD or classes & _BOLD_CLASSES:
        style = replace(style, bold=True)
    if tag in _ITALIC or classes & _ITALIC_CLASSES:
        style = replace(style, italic=True) if italics else replace(style, bold=True)
    return _Typeface(family, style)
