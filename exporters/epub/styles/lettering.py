"""In which letters a page's text is set by the exporter's own style: family, weight and slope of every character."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lxml import etree

__all__ = ["Cut", "Lettering", "lettering"]

_SANS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MONO = frozenset({"code", "kbd", "pre", "samp"})
_BOLD = frozenset({"b", "caption", "dt", "h1", "h2", "h3", "h4", "h5", "mark", "strong", "th"})
_ITALIC = frozenset({"cite", "dfn", "em", "h5", "h6", "i", "var"})
_SANS_CLASSES = frozenset({"admonition-title", "summary"})
_BOLD_CLASSES = frozenset({"admonition-title", "summary", "backlink", "noteref", "notice-text"})
_ITALIC_CLASSES = frozenset({"subtitle"})

# Characters that a style sheet or a reading system adds: list numbers, quotation marks, the hyphen at the end of a line.
_ADDED = "".join(map(chr, range(0x20, 0x7F))) + "«»‘’‚“”„‹›‐•"


@dataclass(frozen=True, slots=True)
class Cut:
    """A weight and a slope."""

    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Lettering:
    """The characters of each family (`serif`, `sans`, `mono`), and the cuts in which it appears."""

    characters: dict[str, set[str]] = field(default_factory=dict)
    cuts: dict[str, set[Cut]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Here:
    family: str = "serif"
    cut: Cut = Cut()


def lettering(bodies: Iterable[etree._Element], text_family: str, *, italics: bool = True) -> Lettering:
    """Return the letters that the pages need; running text is of `text_family`. Without `italics`, what would be slanted is bold.

    Every cut of a family is asked for all of its characters: a publication's own style sheet may set any of them in any cut.
    """
    found = Lettering()
    for body in bodies:
        pending = [(body, _Here(text_family))]
        while pending:
            each, around = pending.pop()
            here = _inside(each, around, italics)
            _take(found, each.text, here)
            for child in each:
                if isinstance(child.tag, str):
                    pending.append((child, here))
                _take(found, child.tail, here)
    for family, characters in found.characters.items():
        characters.update(_ADDED if family != "mono" else "", *_cases(characters))
        found.cuts[family].add(Cut())
    return found


def _cases(characters: Iterable[str]) -> list[str]:
    return [changed for each in characters for changed in (each.upper(), each.lower()) if len(changed) == 1]


def _inside(each: etree._Element, around: _Here, italics: bool) -> _Here:
    tag, classes = str(each.tag), frozenset((each.get("class") or "").split())
    family, cut = around.family, around.cut
    if tag in _MONO:
        family = "mono"
    elif tag in _SANS or classes & _SANS_CLASSES:
        family = "sans"
    if tag == "h6":
        cut = replace(cut, bold=False)
    if tag in _BOLD or classes & _BOLD_CLASSES:
        cut = replace(cut, bold=True)
    if tag in _ITALIC or classes & _ITALIC_CLASSES:
        cut = replace(cut, italic=True) if italics else replace(cut, bold=True)
    return _Here(family, cut)


def _take(found: Lettering, text: str | None, here: _Here) -> None:
    if text and not text.isspace():
        found.characters.setdefault(here.family, set()).update(text)
        found.cuts.setdefault(here.family, set()).add(here.cut)
