"""The open fonts that go into a book, cut down to its characters, with their licences and the style sheet that uses them."""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from handbill.contract import ExporterError, Run, diagnostic
from handbill.document import Document, direction

from ..pages.language import has_italics
from .font_files import CJK_MODULE, MONO, SANS, SERIF, Family, covered, fallbacks, licence_of, path_of
from .lettering import Cut, lettering
from .subsetting import subset_font

__all__ = ["RESERVED_PREFIX", "FontFile", "Typefaces", "typefaces"]

RESERVED_PREFIX = "handbill-"

_REGULAR, _BOLD = 400, 700
_GENERIC = {"serif": "serif", "sans": "sans-serif", "mono": "monospace"}
_OWN = {"serif": SERIF, "sans": SANS, "mono": MONO}
_EAST_ASIAN = frozenset({"ja", "ko", "zh"})
_MOST_NAMED = 8
_RULES = (
    ("body", ""),
    ("h1, h2, h3, h4, h5, h6, .admonition-title, .summary", "sans"),
    ("pre, code, kbd, samp", "mono"),
)


@dataclass(frozen=True, slots=True)
class FontFile:
    """A file of the package."""

    path: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LicenceFile:
    """A licence as a text file, and the paths of the fonts that it covers."""

    path: str
    content: bytes
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Typefaces:
    """Font files, the texts of their licences, and the style sheet."""

    css: str = ""
    files: tuple[FontFile, ...] = ()
    licences: tuple[LicenceFile, ...] = ()


def typefaces(document: Document, bodies: Sequence[etree._Element], run: Run) -> Typefaces:
    """Return the fonts for all text of the pages.

    Raises ExporterError where the fonts that handbill requires are not installed. Reports `unembedded-characters` for what no font
    at hand draws: the reading system's own fonts show that, or nothing does.
    """
    language = document.metadata.language
    eastern = language.lower().split("-")[0] in _EAST_ASIAN
    # The fonts at hand for these scripts have no serifs: words of other scripts among them look the same.
    text = "sans" if eastern or direction(language) == "rtl" else "serif"
    letters = lettering(bodies, text, italics=has_italics(language))
    spare = fallbacks(_east_asian_language(language, bodies))
    stacks = {name: _shared_out(letters.characters[name], _order(_OWN[name], spare, eastern)) for name in sorted(letters.characters)}
    _report({character for name, shares in stacks.items() for character in letters.characters[name].difference(*shares.values())}, run)
    needed: dict[Family, tuple[set[str], set[Cut]]] = {}
    for name, shares in stacks.items():
        for family, share in shares.items():
            characters, cuts = needed.setdefault(family, (set(), set()))
            characters.update(share)
            cuts.update(_cut_of(family, cut) for cut in letters.cuts[name])
    files, rules, licences = [], [], dict[str, list[str]]()
    for family in sorted(needed, key=lambda each: each.name):
        characters, cuts = needed[family]
        for cut in sorted(cuts, key=lambda each: (each.bold, each.italic)):
            file = _file(family, cut, "".join(sorted(characters)))
            files.append(file)
            licences.setdefault(licence_of(family), []).append(file.path)
            rules.append(_font_face(family, cut, file.path))
    for selector, name in _RULES:
        families = [f'"{_family_name(family)}"' for family in stacks.get(name or text, ())]
        rules.append(f"{selector} {{\n  font-family: {', '.join([*families, _GENERIC[name or text]])};\n}}")
    return Typefaces("\n".join(rules) + "\n", tuple(files), tuple(_licences(licences)))


def _order(own: Family, spare: Sequence[Family], eastern: bool) -> list[Family]:
    """Return the families in which a character is looked for. Full-width punctuation belongs to the East Asian letters around it."""
    first = [family for family in spare if family.package == CJK_MODULE][:1] if eastern and own is not MONO else []
    return [*first, own, *(family for family in spare if family not in first)]


def _shared_out(characters: set[str], order: Sequence[Family]) -> dict[Family, set[str]]:
    """Return the families that are needed, with what each draws: a character is drawn by the first that has it."""
    left, shares = set(characters), {}
    for family in order:
        file = path_of(family)
        if file is None and family in _OWN.values():
            raise _not_installed(family)
        drawn = {character for character in left if ord(character) in covered(file)} if file is not None and left else set()
        if any(character.strip() for character in drawn):
            shares[family] = drawn
            left -= drawn
    return shares


def _cut_of(family: Family, cut: Cut) -> Cut:
    return Cut(cut.bold and family.weights, cut.italic and bool(family.italic))


def _file(family: Family, cut: Cut, characters: str) -> FontFile:
    source = path_of(family, italic=cut.italic)
    if source is None:
        raise _not_installed(family)
    style = {Cut(): "regular", Cut(bold=True): "bold", Cut(italic=True): "italic", Cut(bold=True, italic=True): "bold-italic"}[cut]
    axes = {**dict(family.axes), "wght": float(_BOLD if cut.bold else _REGULAR)}
    content = subset_font(source, characters, axes, f"{_family_name(family)} {style}")
    kind = "otf" if content[:4] == b"OTTO" else "ttf"
    return FontFile(f"fonts/{family.name}-{style}.{kind}", f"font/{kind}", content)


def _font_face(family: Family, cut: Cut, path: str) -> str:
    slope, weight = "italic" if cut.italic else "normal", _BOLD if cut.bold else _REGULAR
    return (
        f'@font-face {{\n  font-family: "{_family_name(family)}";\n  font-style: {slope};\n  font-weight: {weight};\n'
        f'  src: url("{path}");\n}}'
    )


def _family_name(family: Family) -> str:
    """Return the name inside the book: none that a font of the reading system or of a publication has."""
    return f"{RESERVED_PREFIX}{family.name}"


def _licences(covers: Mapping[str, Sequence[str]]) -> Iterator[LicenceFile]:
    """Yield each text once: it is to go with the fonts (Open Font License 1.1, section 2)."""
    for number, (text, paths) in enumerate(covers.items(), start=1):
        if text:
            yield LicenceFile(f"fonts/licence-{number}.txt", text.encode(), tuple(paths))


def _report(missing: set[str], run: Run) -> None:
    lost = sorted(character for character in missing if _is_drawn(character))
    if lost:
        some = " ".join(f"{character} (U+{ord(character):04X})" for character in lost[:_MOST_NAMED])
        more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        message = f"no font at hand draws {some}{more}; the reading system's own fonts have to"
        own = 'name a font file that has them in publication.toml: fonts = ["…"]'
        hint = f"pip install {CJK_MODULE.replace('_', '-')}; or {own}" if importlib.util.find_spec(CJK_MODULE) is None else own
        run.report(diagnostic("unembedded-characters", message, hint=hint, excerpt="".join(lost[:_MOST_NAMED])))


def _is_drawn(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cn", "Co", "Mn", "Zl", "Zp", "Zs")


def _east_asian_language(language: str, bodies: Sequence[etree._Element]) -> str:
    """Return the first language written in Han characters: the document's, or one that a part of it names."""
    named = (each.get("lang") or "" for body in bodies for each in body.iter(etree.Element))
    return next((tag for tag in (language, *named) if tag.lower().split("-")[0] in _EAST_ASIAN), language)


def _not_installed(family: Family) -> ExporterError:
    message = f"the fonts of the Python package {family.package} are not installed"
    hint = f"pip install {family.package.replace('_', '-')}"
    return ExporterError(diagnostic("missing-fonts", message, hint=hint))
