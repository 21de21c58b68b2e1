"""Finds the open fonts that an EPUB may embed: their files in Python packages, their licences, their characters."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CJK_MODULE", "MONO", "SANS", "SERIF", "Family", "code_points", "fallback_families", "font_path", "licence_text"]

CJK_MODULE = "justmytype_intl_cjk"
_LICENCES = ("OFL.txt", "LICENSE", "LICENSE.txt")


@dataclass(frozen=True, slots=True)
class Family:
    """A family of fonts: its name inside a book, its Python package, and its files there, for upright and for italic text.

    `axes` are the values of a variable font's axes at regular weight; `has_weights` is false where there is no bold.
    """

    name: str
    package: str
    upright: str
    italic: str = ""
    axes: tuple[tuple[str, float], ...] = ()
    has_weights: bool = True


def _noto(package: str, folder: str, file: str, italic: str = "") -> Family:
    base = f"fonts/ofl/{folder}/"
    return Family(folder, package, base + file, italic and base + italic, (("wdth", 100.0),))


SERIF = Family(
    "serif", "fontpkg_source_serif_4", "files/SourceSerif4[opsz,wght].ttf", "files/SourceSerif4-Italic[opsz,wght].ttf", (("opsz", 12.0),)
)
SANS = Family("sans", "fontpkg_source_sans_3", "files/SourceSans3[wght].ttf", "files/SourceSans3-Italic[wght].ttf")
MONO = Family("mono", "fontpkg_source_code_pro", "files/SourceCodePro[wght].ttf", "files/SourceCodePro-Italic[wght].ttf")

_WESTERN, _RTL = "justmytype_western_core", "justmytype_intl_rtl"
_NOTO_SERIF = _noto(_WESTERN, "notoserif", "NotoSerif[wdth,wght].ttf", "NotoSerif-Italic[wdth,wght].ttf")
_NOTO_SANS = _noto(_WESTERN, "notosans", "NotoSans[wdth,wght].ttf", "NotoSans-Italic[wdth,wght].ttf")
_ARABIC = _noto(_RTL, "notosansarabic", "NotoSansArabic[wdth,wght].ttf")
_HEBREW = _noto(_RTL, "notosanshebrew", "NotoSansHebrew[wdth,wght].ttf")
_EAST_ASIAN = {
    "Hans": _noto(CJK_MODULE, "notosanssc", "NotoSansSC[wght].ttf"),
    "Hant": _noto(CJK_MODULE, "notosanstc", "NotoSansTC[wght].ttf"),
    "ja": _noto(CJK_MODULE, "notosansjp", "NotoSansJP[wght].ttf"),
    "ko": _noto(CJK_MODULE, "notosanskr", "NotoSansKR[wght].ttf"),
}
_SYMBOLS = Family("notosanssymbols2", _WESTERN, "fonts/ofl/notosanssymbols2/NotoSansSymbols2-Regular.ttf", has_weights=False)
_FURTHER_SCRIPTS = (
    "Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Khmer Myanmar Georgian Armenian Ethiopic"
).split()
_FURTHER = tuple(Family(f"notosans{script.lower()}", "manimgx_fonts", f"NotoSans{script}[wght].ttf") for script in _FURTHER_SCRIPTS)
_MATHS = Family("stixtwomath", _WESTERN, "fonts/ofl/stixtwomath/STIXTwoMath-Regular.ttf", has_weights=False)


def fallback_families(language: str) -> tuple[Family, ...]:
    """Return the families for characters that SERIF, SANS and MONO lack, in search order. Han characters have the language's forms."""
    primary, *rest = language.lower().split("-")
    traditional = primary == "zh" and not {"hant", "tw", "hk", "mo"}.isdisjoint(rest)
    han = "Hant" if traditional else primary if primary in ("ja", "ko") else "Hans"
    others = (family for name, family in _EAST_ASIAN.items() if name != han)
    return (_NOTO_SERIF, _NOTO_SANS, _ARABIC, _HEBREW, *_FURTHER, _EAST_ASIAN[han], *others, _SYMBOLS, _MATHS)


def font_path(family: Family, *, italic: bool = False) -> Path | None:
    """Return the family's font file, or None where its package is not installed."""
    folder = _folder(family.package)
    file = folder / ((family.italic if italic else "") or family.upright) if folder else None
    return file if file is not None and file.is_file() else None


def licence_text(family: Family) -> str:
    """Return the text of the licence beside the font file, else of that in the package's metadata; "" where there is none."""
    file = font_path(family)
    if file is None:
        return ""
    beside = [folder / name for folder in (file.parent, file.parent.parent) for name in _LICENCES]
    found = next((path for path in beside if path.is_file()), None)
    if found is None:
        installed = importlib.metadata.files(family.package.replace("_", "-")) or []
        found = next((Path(str(entry.locate())) for entry in installed if entry.name in _LICENCES), None)
    return found.read_text("utf-8") if found else ""


@functools.cache
def code_points(file: Path) -> frozenset[int]:
    """Return the code points for which a font has glyphs."""
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())


@functools.cache
def _folder(package: str) -> Path | None:
    """Return the folder of an installed package."""
    spec = importlib.util.find_spec(package)
    return Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None
