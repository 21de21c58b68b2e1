"""Chooses the open fonts that a book embeds: cut down to its characters, with their licences and the style sheet that uses them."""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from handbill.contract import ExporterError, Run, diagnostic
from handbill.document import direction

from ..css.containment import OWN_FAMILY_PREFIX, SCOPE, SEALED_FAMILY_PREFIX
from ..package.resources import Licence, Resource
from ..pages.language import has_italics, is_east_asian
from .character_usage import FontStyle, character_usage
from .font_face import font_face_rule
from .font_files import CJK_MODULE, MONO, SANS, SERIF, Family, code_points, fallback_families, font_path, licence_text
from .subsetting import subset_font

__all__ = ["ARTICLE", "DISCLAIMER", "TypefaceScope", "Typefaces", "embedded_typefaces", "licences"]

_REGULAR, _BOLD = 400, 700
_STYLE_NAMES = {
    FontStyle(): "regular",
    FontStyle(bold=True): "bold",
    FontStyle(italic=True): "italic",
    FontStyle(bold=True, italic=True): "bold-italic",
}
_CSS_GENERIC = {"serif": "serif", "sans": "sans-serif", "mono": "monospace"}
_FIRST_CHOICE = {"serif": SERIF, "sans": SANS, "mono": MONO}
_MOST_NAMED = 8
# Selectors of the style sheet, each with its generic family; "" stands for that of running text.
_SELECTORS = (
    ("", ""),
    ("h1 h2 h3 h4 h5 h6 .admonition-title .summary", "sans"),
    ("pre code kbd samp", "mono"),
)


@dataclass(frozen=True, slots=True)
class Typefaces:
    """Font files, the paths of those under each licence, by its text, and the style sheet that names them."""

    css: str = ""
    files: tuple[Resource, ...] = ()
    licensed: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TypefaceScope:
    """What a set of fonts is for: the selector of the element that holds the text, and the beginning of the names of families and files."""

    selector: str
    prefix: str


ARTICLE = TypefaceScope(f".{SCOPE}", "")
DISCLAIMER = TypefaceScope("body", SEALED_FAMILY_PREFIX.removeprefix(OWN_FAMILY_PREFIX))


def embedded_typefaces(language: str, bodies: Sequence[etree._Element], scope: TypefaceScope, run: Run) -> Typefaces:
    """Return the fonts for all text of the pages, whose main language is given.

    Raises ExporterError (`missing-fonts`) where the fonts that handbill requires are not installed. Reports `unembedded-characters`
    for characters that are in none of the installed fonts: a reading system shows these in its own fonts, or not at all.
    """
    east_asian = is_east_asian(language)
    # The fonts at hand for these scripts have no serifs: words of other scripts among them are set without serifs too.
    text_family = "sans" if east_asian or direction(language) == "rtl" else "serif"
    usage = character_usage(bodies, text_family, italics=has_italics(language))
    fallbacks = fallback_families(_han_language(language, bodies))
    stacks = {
        name: _assign_characters(usage.characters[name], _search_order(_FIRST_CHOICE[name], fallbacks, east_asian))
        for name in sorted(usage.characters)
    }
    _report_missing({each for name, drawn in stacks.items() for each in usage.characters[name].difference(*drawn.values())}, run)
    needed: dict[Family, tuple[set[str], set[FontStyle]]] = {}
    for name, drawn in stacks.items():
        for family, share in drawn.items():
            characters, styles = needed.setdefault(family, (set(), set()))
            characters.update(share)
            styles.update(_available_style(family, style) for style in usage.styles[name])
    files, rules, paths_by_licence = [], [], dict[str, list[str]]()
    for family in sorted(needed, key=lambda each: each.name):
        characters, styles = needed[family]
        for style in sorted(styles, key=lambda each: (each.bold, each.italic)):
            file = _font_file(family, style, "".join(sorted(characters)), scope)
            files.append(file)
            paths_by_licence.setdefault(licence_text(family), []).append(file.path)
            rules.append(font_face_rule(_css_family(family, scope), file.path, italic=style.italic, weight=str(_weight(style))))
    for names, name in _SELECTORS:
        families = [f'"{_css_family(family, scope)}"' for family in stacks.get(name or text_family, ())]
        selector = ", ".join(f"{scope.selector} {each}" for each in names.split()) or scope.selector
        rules.append(f"{selector} {{\n  font-family: {', '.join([*families, _CSS_GENERIC[name or text_family]])};\n}}")
    return Typefaces("\n".join(rules) + "\n", tuple(files), paths_by_licence)


def _search_order(first: Family, fallbacks: Sequence[Family], east_asian: bool) -> list[Family]:
    """Return the families in which a character is looked for. Full-width punctuation belongs to the East Asian letters around it."""
    before = [family for family in fallbacks if family.package == CJK_MODULE][:1] if east_asian and first is not MONO else []
    return [*before, first, *(family for family in fallbacks if family not in before)]


def _assign_characters(characters: set[str], order: Sequence[Family]) -> dict[Family, set[str]]:
    """Return the families that are needed, in that order, each with the characters that it draws: the first family that has one does."""
    remaining, assigned = set(characters), {}
    for family in order:
        file = font_path(family)
        if file is None and family in _FIRST_CHOICE.values():
            raise _missing_fonts(family)
        drawn = {each for each in remaining if ord(each) in code_points(file)} if file is not None and remaining else set()
        if any(character.strip() for character in drawn):
            assigned[family] = drawn
            remaining -= drawn
    return assigned


def _available_style(family: Family, style: FontStyle) -> FontStyle:
    """Return the style that the family has for text in this style."""
    return FontStyle(style.bold and family.has_weights, style.italic and bool(family.italic))


def _weight(style: FontStyle) -> int:
    return _BOLD if style.bold else _REGULAR


def _font_file(family: Family, style: FontStyle, characters: str, scope: TypefaceScope) -> Resource:
    source = font_path(family, italic=style.italic)
    if source is None:
        raise _missing_fonts(family)
    name = _STYLE_NAMES[style]
    axes = {**dict(family.axes), "wght": float(_weight(style))}
    content = subset_font(source, characters, axes, f"{_css_family(family, scope)} {name}")
    subtype = "otf" if content[:4] == b"OTTO" else "ttf"
    return Resource(f"fonts/{scope.prefix}{family.name}-{name}.{subtype}", f"font/{subtype}", content)


def _css_family(family: Family, scope: TypefaceScope) -> str:
    """Return the family's name inside the book: one that no font of the reading system or of a publication has."""
    return f"{OWN_FAMILY_PREFIX}{scope.prefix}{family.name}"


def licences(typefaces: Sequence[Typefaces]) -> Iterator[Licence]:
    """Yield each licence's text once: it has to accompany the fonts (Open Font License 1.1, section 2)."""
    paths_by_licence: dict[str, list[str]] = {}
    for one in typefaces:
        for text, paths in one.licensed.items():
            paths_by_licence.setdefault(text, []).extend(paths)
    for number, (text, paths) in enumerate(paths_by_licence.items(), start=1):
        if text:
            yield Licence(f"fonts/licence-{number}.txt", text.encode(), tuple(paths))


def _report_missing(characters: set[str], run: Run) -> None:
    missing = sorted(character for character in characters if _has_glyph(character))
    if missing:
        some = " ".join(f"{character} (U+{ord(character):04X})" for character in missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        message = f"no font at hand draws {some}{more}; the reading system's own fonts have to"
        own = 'name a font file that has them in publication.toml: fonts = ["…"]'
        hint = f"pip install {CJK_MODULE.replace('_', '-')}; or {own}" if importlib.util.find_spec(CJK_MODULE) is None else own
        run.report(diagnostic("unembedded-characters", message, hint=hint, excerpt="".join(missing[:_MOST_NAMED])))


def _has_glyph(character: str) -> bool:
    """Return whether a font has to have a glyph for the character: not for blanks, controls, marks and unassigned code points."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Cn", "Co", "Mn", "Zl", "Zp", "Zs")


def _han_language(language: str, bodies: Sequence[etree._Element]) -> str:
    """Return the first language that may have Han characters, of the document's and those that its parts name; else the document's."""
    named = (each.get("lang") or "" for body in bodies for each in body.iter(etree.Element))
    return next((tag for tag in (language, *named) if is_east_asian(tag)), language)


def _missing_fonts(family: Family) -> ExporterError:
    message = f"the fonts of the Python package {family.package} are not installed"
    hint = f"pip install {family.package.replace('_', '-')}"
    return ExporterError(diagnostic("missing-fonts", message, hint=hint))
