"""The font files that pages are set in: which Python packages bring them, and which of the machine's a publication allows."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbill.contract import ExporterError, diagnostic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

__all__ = [
    "PACKS",
    "FontFile",
    "Pack",
    "files_left_out",
    "font_digest",
    "font_files",
    "font_folders",
    "is_installed",
    "system_digest",
    "system_files",
    "theme_files",
]


@dataclass(frozen=True, slots=True)
class Pack:
    """A Python package, its folders that hold fonts, and how it is installed.

    `extra` is the extra of handbill that brings it; "" where handbill itself requires it. `scripts` are the scripts that it is there
    for, as ISO 15924 names them ("Zsye" is emoji). Of a package with `files`, these alone are taken.
    """

    package: str
    folders: tuple[str, ...]
    extra: str = ""
    scripts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """What installs it."""
        return f"pip install 'handbill[{self.extra}]'" if self.extra else f"pip install {self.package.replace('_', '-')}"


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

# Fallbacks for what the Source families lack come after them, in the order in which they are to be tried.
PACKS = (
    Pack("fontpkg_source_serif_4", ("files",), scripts=("Latn", "Grek", "Cyrl")),
    Pack("fontpkg_source_sans_3", ("files",)),
    Pack("fontpkg_source_code_pro", ("files",)),
    Pack(
        "justmytype_western_core",
        tuple(f"fonts/ofl/{name}" for name in ("notoserif", "notosans", "notosansmono", "notosanssymbols2", "stixtwomath")),
    ),
    # Noto Sans Arabic draws letters as a shape with dots beside it, which few programs read back as letters; Plex has a glyph for each.
    Pack("fontpkg_ibm_plex_sans_arabic", ("files",), scripts=("Arab",)),
    Pack("justmytype_intl_rtl", ("fonts/ofl/notosanshebrew",), scripts=("Hebr",)),
    # Noto Sans for other scripts, and emoji without colours. It has other versions of fonts named above, too.
    Pack(
        "manimgx_fonts", ("",), scripts=tuple(_FURTHER_SCRIPTS), files=tuple(f"Noto{name}[wght].ttf" for name in _FURTHER_SCRIPTS.values())
    ),
    Pack(
        "justmytype_intl_cjk",
        tuple(f"fonts/ofl/notosans{region}" for region in ("sc", "tc", "jp", "kr")),
        "cjk",
        ("Hani", "Hira", "Kana", "Hang", "Bopo"),
    ),
)
"""Every package of fonts that handbill knows."""

_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
_SIGNATURES = {b"\0\1\0\0": ".ttf", b"true": ".ttf", b"OTTO": ".otf"}


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font that a publication brings or allows: a name that its bytes decide, and these or where they are."""

    name: str
    content: bytes | None = None
    path: Path | None = None


def _root(pack: Pack) -> Path | None:
    spec = importlib.util.find_spec(pack.package)
    return Path(next(iter(spec.submodule_search_locations or ()), "")) if spec else None


def is_installed(pack: Pack) -> bool:
    """Tell whether a package is there."""
    return _root(pack) is not None


@functools.cache
def font_folders() -> tuple[Path, ...]:
    """Return the folders of every installed package, in order. Raises ExporterError where a required one is not installed."""
    return tuple(dict.fromkeys(folder for folder, _ in _folders()))


def _folders() -> Iterator[tuple[Path, Pack]]:
    for pack in PACKS:
        root = _root(pack)
        folders = [root / folder for folder in pack.folders] if root is not None else []
        if pack.extra and root is None:
            continue
        if not folders or not all(folder.is_dir() for folder in folders):
            message = f"the fonts of the Python package {pack.package} are not installed"
            raise ExporterError(diagnostic("missing-fonts", message, hint=pack.command))
        yield from ((folder, pack) for folder in folders)


def _sorted_files(*, taken: bool) -> tuple[Path, ...]:
    return tuple(
        file
        for folder, pack in _folders()
        for file in sorted(folder.iterdir())
        if file.suffix in _SUFFIXES and (not pack.files or file.name in pack.files) == taken
    )


def font_files() -> tuple[Path, ...]:
    """Return the packages' font files, in a fixed order. Raises ExporterError where a package is not installed."""
    return _sorted_files(taken=True)


def files_left_out() -> tuple[Path, ...]:
    """Return the font files of the same folders that pages are not set in. Raises ExporterError where a package is not installed."""
    return _sorted_files(taken=False)


@functools.cache
def font_digest() -> str:
    """Return the SHA-256 digest, in hexadecimal, of the packages' fonts: their names and bytes."""
    digest = hashlib.sha256()
    for file in font_files():
        digest.update(file.name.encode() + b"\0" + bytes.fromhex(_digest_of(file)))
    return digest.hexdigest()


def _digest_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def theme_files(fonts: Sequence[Any]) -> tuple[FontFile, ...]:
    """Return the publication's own fonts. Raises ExporterError, with its place, for a file that is no whole TrueType or OpenType font."""
    found = []
    for asset in fonts:
        problem = _problem(asset.content)
        if problem:
            raise ExporterError(
                diagnostic(
                    "unreadable-font",
                    f"the font {asset.name} cannot be read: {problem}",
                    ("publication.toml", None, None),
                    hint="name whole TrueType or OpenType files (.ttf, .otf)",
                    excerpt=asset.name,
                )
            )
        found.append(FontFile(hashlib.sha256(asset.content).hexdigest() + _SIGNATURES[asset.content[:4]], content=asset.content))
    return tuple(found)


def _problem(content: bytes) -> str:
    """Return what keeps these bytes from being a font that can be set and embedded, or ""."""
    import io

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
        # fontTools reads tables with struct and array, which raise errors of their own.
        return f"it is damaged ({type(error).__name__})"
    if not outlines or not glyphs:
        return "it has no outlines"
    return "" if any(names) else "it has no family name"


# ---- What a publication allows of the machine's fonts ----


class _FontSet(ctypes.Structure):
    """FcFontSet, of fontconfig's public header."""

    _fields_ = (("count", ctypes.c_int), ("allocated", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


def _installed(family: str) -> tuple[Path, ...]:
    """Return the files of a family that the machine's own fontconfig knows, by its exact name without regard to case."""
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
def _system(family: str) -> tuple[FontFile, ...]:
    files = {_digest_of(file): file for file in reversed(_installed(family))}
    return tuple(FontFile(f"{digest}{files[digest].suffix.lower()}", path=files[digest]) for digest in sorted(files))


def system_files(families: Collection[str]) -> tuple[FontFile, ...]:
    """Return the files of these families as the machine has them. Raises ExporterError for a family that it has not."""
    missing = [family for family in families if not _system(family)]
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
    return tuple(sorted({file.name: file for family in families for file in _system(family)}.values(), key=lambda file: file.name))


def system_digest(families: Collection[str]) -> Mapping[str, str]:
    """Return each family with the digests of its files on this machine, "missing" where there are none."""
    return {family: ",".join(Path(file.name).stem for file in _system(family)) or "missing" for family in sorted(families)}
