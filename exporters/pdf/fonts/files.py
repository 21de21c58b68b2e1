"""Font files: those of the Python packages that handbill requires, those of a theme, and those of the machine that a theme allows."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.util
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbill.contract import ExporterError, diagnostic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

__all__ = [
    "FONT_PACKAGES",
    "FontFile",
    "FontPackage",
    "excluded_files",
    "font_digest",
    "font_files",
    "font_folders",
    "is_installed",
    "system_digests",
    "system_files",
    "theme_files",
]


@dataclass(frozen=True, slots=True)
class FontPackage:
    """A Python package that contains fonts, by its import name, and the folders in it that hold them.

    `extra` is the extra of handbill that installs it; "" where handbill itself requires it. `scripts` are the ISO 15924 codes of the
    scripts that it serves ("Zsye" is emoji). Where `files` is set, only these of its files are used.
    """

    name: str
    folders: tuple[str, ...]
    extra: str = ""
    scripts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """The command that installs it."""
        return f"pip install 'handbill[{self.extra}]'" if self.extra else f"pip install {self.name.replace('_', '-')}"


_FURTHER_SCRIPTS = {
    "Armn": "SansArmenian",
    "Beng": "SansBengali",
    "Deva": "SansDevanagari",
    "Ethi": "SansEthiopic",
    "Geor": "SansGeorgian",
    "Gujr": "SansGujarati",
    "Guru": "SansGurmukhi",
    "Khmr": "SansKhmer",
    "Knda": "SansKannada",
    "Laoo": "SansLao",
    "Mlym": "SansMalayalam",
    "Mymr": "SansMyanmar",
    "Orya": "SansOriya",
    "Sinh": "SansSinhala",
    "Taml": "SansTamil",
    "Telu": "SansTelugu",
    "Thai": "SansThai",
    "Zsye": "Emoji",
}

# The Source families come first. fontconfig tries the others in this order for characters that these lack.
FONT_PACKAGES = (
    FontPackage("fontpkg_source_serif_4", ("files",), scripts=("Latn", "Grek", "Cyrl")),
    FontPackage("fontpkg_source_sans_3", ("files",)),
    FontPackage("fontpkg_source_code_pro", ("files",)),
    FontPackage(
        "justmytype_western_core",
        tuple(f"fonts/ofl/{name}" for name in ("notoserif", "notosans", "notosansmono", "notosanssymbols2", "stixtwomath")),
    ),
    # Noto Sans Arabic composes letters of a shape and separate dots, which few programs read as letters. Plex has a glyph for each letter.
    FontPackage("fontpkg_ibm_plex_sans_arabic", ("files",), scripts=("Arab",)),
    FontPackage("justmytype_intl_rtl", ("fonts/ofl/notosanshebrew",), scripts=("Hebr",)),
    # Noto Sans for further scripts, and emoji without colours. Its other files are other versions of the fonts above.
    FontPackage(
        "manimgx_fonts", ("",), scripts=tuple(_FURTHER_SCRIPTS), files=tuple(f"Noto{name}[wght].ttf" for name in _FURTHER_SCRIPTS.values())
    ),
    FontPackage(
        "justmytype_intl_cjk",
        tuple(f"fonts/ofl/notosans{region}" for region in ("sc", "tc", "jp", "kr")),
        "cjk",
        ("Hani", "Hira", "Kana", "Hang", "Bopo"),
    ),
)
"""Every font package that handbill uses."""

_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
_SIGNATURES = {b"\0\1\0\0": ".ttf", b"true": ".ttf", b"OTTO": ".otf"}


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font of a theme, or one of the machine that a theme allows: a file name made of its digest, and its bytes or its path."""

    name: str
    content: bytes | None = None
    path: Path | None = None


def _package_folder(package: FontPackage) -> Path | None:
    spec = importlib.util.find_spec(package.name)
    return Path(next(iter(spec.submodule_search_locations or ()), "")) if spec else None


def is_installed(package: FontPackage) -> bool:
    """Return whether a package is installed."""
    return _package_folder(package) is not None


@functools.cache
def font_folders() -> tuple[Path, ...]:
    """Return the font folders of the installed packages, in order. Raises ExporterError where a required package is not installed."""
    return tuple(dict.fromkeys(folder for folder, _ in _folders()))


def _folders() -> Iterator[tuple[Path, FontPackage]]:
    for package in FONT_PACKAGES:
        root = _package_folder(package)
        folders = [root / folder for folder in package.folders] if root is not None else []
        if package.extra and root is None:
            continue
        if not folders or not all(folder.is_dir() for folder in folders):
            message = f"the fonts of the Python package {package.name} are not installed"
            raise ExporterError(diagnostic("missing-fonts", message, hint=package.command))
        yield from ((folder, package) for folder in folders)


def _packaged_files(*, included: bool) -> tuple[Path, ...]:
    return tuple(
        file
        for folder, package in _folders()
        for file in sorted(folder.iterdir())
        if file.suffix in _SUFFIXES and (not package.files or file.name in package.files) == included
    )


def font_files() -> tuple[Path, ...]:
    """Return the font files that pages are set in, in a fixed order. Raises ExporterError where a required package is not installed."""
    return _packaged_files(included=True)


def excluded_files() -> tuple[Path, ...]:
    """Return the other font files of the same folders. Raises ExporterError where a required package is not installed."""
    return _packaged_files(included=False)


@functools.cache
def font_digest() -> str:
    """Return the SHA-256 digest, in hexadecimal, of the packages' fonts: their names and bytes."""
    digest = hashlib.sha256()
    for file in font_files():
        digest.update(file.name.encode() + b"\0" + bytes.fromhex(_file_digest(file)))
    return digest.hexdigest()


def _file_digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def theme_files(fonts: Sequence[Any]) -> tuple[FontFile, ...]:
    """Return the theme's own fonts.

    Raises ExporterError for a file that is no whole TrueType or OpenType font, or whose family has a reserved name.
    """
    found = []
    for asset in fonts:
        if problem := _font_problem(asset.content):
            message, hint = f"the font {asset.name} cannot be read: {problem}", "name whole TrueType or OpenType files (.ttf, .otf)"
            raise _font_error(asset, "unreadable-font", message, hint)
        if taken := sorted(_family_names(io.BytesIO(asset.content)) & _reserved_families()):
            message = f"{asset.name} cannot be embedded: a family cannot be called “{taken[0]}”, which names another font"
            hint = "rename the font's family: no font of a publication takes the place of one that the disclaimer is set in"
            raise _font_error(asset, "bad-font", message, hint)
        found.append(FontFile(hashlib.sha256(asset.content).hexdigest() + _SIGNATURES[asset.content[:4]], content=asset.content))
    return tuple(found)


def _font_error(asset: Any, code: str, message: str, hint: str) -> ExporterError:
    return ExporterError(diagnostic(code, message, ("publication.toml", None, None), hint=hint, excerpt=asset.name))


def _font_problem(content: bytes) -> str:
    """Return why these bytes cannot be used and embedded as a font, "" where they can."""
    from fontTools.ttLib import TTFont, TTLibError

    if content[:4] not in _SIGNATURES:
        return "it is no TrueType or OpenType font"
    try:
        font = TTFont(io.BytesIO(content), lazy=True)
        if not font.getBestCmap():
            return "it has no characters"
        names, glyphs = [font["name"].getDebugName(number) for number in (1, 16)], font["maxp"].numGlyphs
        font["head"], font["hhea"], font["hmtx"], font["OS/2"]
        outlines = [tag for tag in ("glyf", "CFF ", "CFF2") if tag in font]
        for tag in outlines:
            font[tag]
    except (TTLibError, KeyError, AssertionError, ValueError, IndexError, EOFError) as error:
        return f"it is damaged ({error})" if str(error) else "it is damaged"
    except Exception as error:
        # fontTools reads tables with struct and array, which raise further exceptions.
        return f"it is damaged ({type(error).__name__})"
    if not outlines or not glyphs:
        return "it has no outlines"
    return "" if any(names) else "it has no family name"


_FAMILY_NAMES = frozenset({1, 16, 21})
"""The identifiers of family names (OpenType, name table): the family, the typographic family, the WWS family."""
_GENERIC_FAMILIES = frozenset("serif sans-serif monospace cursive fantasy system-ui emoji math fangsong".split())
"""Generic families (CSS Fonts 4, 2.1.3), by which fontconfig and style sheets mean a font of their own choice."""


def _family_names(file: Path | io.BytesIO) -> frozenset[str]:
    """Return the names of a font's family in all languages, case folded."""
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        records = [record.toUnicode(errors="replace") for record in font["name"].names if record.nameID in _FAMILY_NAMES]
    return frozenset(" ".join(name.split()).casefold() for name in records)


@functools.cache
def _reserved_families() -> frozenset[str]:
    """Return the family names, case folded, that no font of a publication may have: those of the packages, and the generic ones."""
    return _GENERIC_FAMILIES.union(*(_family_names(file) for file in font_files()))


# ---- Fonts of the machine that a theme allows ----


class _FontSet(ctypes.Structure):
    """FcFontSet, of fontconfig's public header."""

    _fields_ = (("count", ctypes.c_int), ("allocated", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


def _installed_files(family: str) -> tuple[Path, ...]:
    """Return the files of a family in the machine's own fontconfig. The name is compared without regard to case."""
    try:
        library = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return ()
    pointer = ctypes.c_void_p
    for name, result in (("FcInitLoadConfigAndFonts", pointer), ("FcPatternCreate", pointer), ("FcObjectSetCreate", pointer)):
        getattr(library, name).restype = result
    library.FcFontList.restype = ctypes.POINTER(_FontSet)
    library.FcFontList.argtypes = (pointer, pointer, pointer)
    library.FcPatternAddString.argtypes = (pointer, ctypes.c_char_p, ctypes.c_char_p)
    library.FcPatternGetString.argtypes = (pointer, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p))
    library.FcObjectSetAdd.argtypes = (pointer, ctypes.c_char_p)
    for name in ("FcPatternDestroy", "FcObjectSetDestroy", "FcFontSetDestroy", "FcConfigDestroy"):
        getattr(library, name).argtypes = (pointer,)
    configuration = library.FcInitLoadConfigAndFonts()
    if not configuration:
        return ()
    pattern, objects = library.FcPatternCreate(), library.FcObjectSetCreate()
    library.FcPatternAddString(pattern, b"family", family.encode())
    library.FcObjectSetAdd(objects, b"file")
    fonts = library.FcFontList(configuration, pattern, objects)
    found = set()
    value = ctypes.c_char_p()
    for number in range(fonts.contents.count if fonts else 0):
        if library.FcPatternGetString(fonts.contents.fonts[number], b"file", 0, ctypes.byref(value)) == 0 and value.value:
            found.add(Path(value.value.decode("utf-8", "surrogateescape")))
    if fonts:
        library.FcFontSetDestroy(ctypes.cast(fonts, pointer))
    library.FcObjectSetDestroy(objects)
    library.FcPatternDestroy(pattern)
    library.FcConfigDestroy(configuration)
    return tuple(sorted(file for file in found if file.suffix.lower() in _SUFFIXES and file.is_file()))


@functools.cache
def _family_files(family: str) -> tuple[FontFile, ...]:
    files = {_file_digest(file): file for file in reversed(_installed_files(family))}
    return tuple(FontFile(f"{digest}{files[digest].suffix.lower()}", path=files[digest]) for digest in sorted(files))


def system_files(families: Collection[str]) -> tuple[FontFile, ...]:
    """Return the machine's files of these families. Raises ExporterError for a family that the machine does not have."""
    missing = [family for family in families if not _family_files(family)]
    if missing:
        raise ExporterError(
            diagnostic(
                "missing-system-font",
                f"this machine has no TrueType or OpenType font of the family “{family}”",
                ("publication.toml", None, None),
                hint="install it (`fc-list : family` lists what is there), or put its files into the publication and name them in fonts",
                excerpt=family,
            )
            for family in missing
        )
    return tuple(sorted({file.name: file for family in families for file in _family_files(family)}.values(), key=lambda file: file.name))


def system_digests(families: Collection[str]) -> Mapping[str, str]:
    """Return the digests of the machine's files of each family, joined by commas; "missing" where there are none."""
    return {family: ",".join(Path(file.name).stem for file in _family_files(family)) or "missing" for family in sorted(families)}
